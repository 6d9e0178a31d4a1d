//! The same client key is the same message, for ever.

use chatterbox_domain::room::Pair;
use chatterbox_storage::{Lane, Storage, StorageError, messages, rooms};

use crate::world::{World, bodies_in, fresh_key, lobby, moment, person, post, say, summary};

stories! {
    both:
        fifty_retries_at_once_are_one_message,
        a_key_is_used_once_by_each_author_in_whatever_room,
        a_retry_after_a_restart_is_the_same_message;
}

async fn fifty_retries_at_once_are_one_message(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let key = fresh_key();
    let mut retries = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (storage, ann) = (storage.clone(), ann.clone());
        retries.spawn(async move {
            let sent = storage.write(Lane::Room(room), move |tx| post(tx, room, &ann, key, "once"));
            sent.await.unwrap()
        });
    }
    let answers = retries.join_all().await;
    assert_eq!(answers[0].seq, 1);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(bodies_in(&mut world.stranger(), room), ["once"]);
    assert_eq!(world.notebook.bodies(), ["once"], "announced once");
    assert_eq!(summary(&storage, room, ann.id).await.cursor, 1);
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 2, "no gap");
}

async fn a_key_is_used_once_by_each_author_in_whatever_room(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await, person(&storage, "ben").await);
    let room = lobby(&storage).await;
    let pair = Pair::of(ann.id, ben.id).unwrap();
    let opened = storage.write(Lane::Accounts, move |tx| {
        rooms::insert_direct(tx.db(), pair, moment(0))
    });
    let private = opened.await.unwrap().unwrap();
    for _ in 0..10 {
        let key = fresh_key();
        let send = |room| {
            let ann = ann.clone();
            storage.write(Lane::Room(room), move |tx| post(tx, room, &ann, key, "once"))
        };
        let (here, there) = (send(room), send(private));
        let (here, there) = (here.await.unwrap(), there.await.unwrap());
        assert_eq!(here, there, "two lanes at once, one message");
        let same_key = {
            let ben = ben.clone();
            storage.write(Lane::Room(room), move |tx| post(tx, room, &ben, key, "mine"))
        };
        assert_ne!(same_key.await.unwrap().id, here.id, "keys are each author's own");
    }
    let cursors = [
        summary(&storage, room, ann.id).await.cursor,
        summary(&storage, private, ann.id).await.cursor,
    ];
    assert_eq!(cursors.iter().sum::<i64>(), 20);
}

async fn a_retry_after_a_restart_is_the_same_message(world: World) {
    let key = fresh_key();
    let ann = person(&world.open(), "ann").await;
    let send = |storage: &Storage, room| {
        let ann = ann.clone();
        storage.write(Lane::Room(room), move |tx| post(tx, room, &ann, key, "once"))
    };
    let before = {
        let storage = world.open();
        let room = lobby(&storage).await;
        let sent = send(&storage, room).await.unwrap();
        storage.close();
        sent
    };
    let storage = world.open();
    assert_eq!(send(&storage, before.room_id).await.unwrap(), before);
    let found = storage.read(move |db| messages::find_by_client_key(db, before.author.id, key));
    assert_eq!(found.await.unwrap(), Some(before.clone()));
    let others = storage.read(move |db| messages::find_by_client_key(db, before.author.id, fresh_key()));
    assert_eq!(others.await.unwrap(), None::<chatterbox_domain::Message>);
    let stored = storage.read(move |db| Ok::<_, StorageError>(bodies_in(db, before.room_id)));
    assert_eq!(stored.await.unwrap(), ["once"]);
}
