//! Jobs keep the order of their calls, and each stands or falls alone.

use std::sync::{Arc, Mutex};

use chatterbox_domain::Event;
use chatterbox_storage::{Lane, StorageError, rooms};

use crate::world::{Blockade, Refusal, World, bodies_in, fresh_key, lobby, person, post, say, summary};

stories! {
    both:
        calls_made_in_order_run_in_order_however_they_are_awaited,
        a_denied_job_writes_and_announces_nothing_while_its_neighbours_are_kept,
        an_undone_job_answers_and_leaves_no_trace,
        a_job_whose_caller_went_away_is_done_all_the_same;
    sqlite: jobs_that_pile_up_share_a_commit;
}

async fn calls_made_in_order_run_in_order_however_they_are_awaited(world: World) {
    let storage = world.open();
    let room = lobby(&storage).await;
    let ran = Arc::new(Mutex::new(Vec::new()));
    let answers: Vec<_> = (0..300)
        .map(|number| {
            let ran = ran.clone();
            storage.write(Lane::Room(room), move |_| {
                ran.lock().unwrap().push(number);
                Ok::<_, StorageError>(number)
            })
        })
        .collect();
    for (number, answer) in answers.into_iter().enumerate().rev() {
        assert_eq!(answer.await.unwrap(), number);
    }
    assert_eq!(*ran.lock().unwrap(), (0..300).collect::<Vec<_>>());
}

async fn a_denied_job_writes_and_announces_nothing_while_its_neighbours_are_kept(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let before = say(&storage, room, &ann, "before");
    let denied = {
        let ann = ann.clone();
        storage.write(Lane::Room(room), move |tx| {
            post(tx, room, &ann, fresh_key(), "denied")?;
            Err::<(), _>(Refusal::Denied)
        })
    };
    let after = say(&storage, room, &ann, "after");
    blockade.lift().await;
    assert_eq!(before.await.unwrap().seq, 1);
    assert!(matches!(denied.await, Err(Refusal::Denied)));
    assert_eq!(
        after.await.unwrap().seq,
        2,
        "the denied job's place is free again"
    );
    assert_eq!(bodies_in(&mut world.stranger(), room), ["before", "after"]);
    assert_eq!(world.notebook.bodies(), ["before", "after"]);
    // The same alone, where nobody shares its transaction.
    let alone = storage.write(Lane::Room(room), move |tx| {
        post(tx, room, &ann, fresh_key(), "alone")?;
        Err::<(), _>(Refusal::Denied)
    });
    assert!(matches!(alone.await, Err(Refusal::Denied)));
    assert_eq!(bodies_in(&mut world.stranger(), room), ["before", "after"]);
    assert_eq!(world.notebook.bodies(), ["before", "after"]);
}

async fn an_undone_job_answers_and_leaves_no_trace(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let undone = || {
        let ann = ann.clone();
        storage.write(Lane::Room(room), move |tx| {
            let message = post(tx, room, &ann, fresh_key(), "undone")?;
            tx.undo();
            tx.announce(Event::MessagePosted(Arc::new(message.clone())));
            Ok::<_, StorageError>(message.seq)
        })
    };
    assert_eq!(undone().await.unwrap(), 1, "alone");
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let (before, amid, after) = (
        say(&storage, room, &ann, "before"),
        undone(),
        say(&storage, room, &ann, "after"),
    );
    blockade.lift().await;
    assert_eq!(before.await.unwrap().seq, 1);
    assert_eq!(
        amid.await.unwrap(),
        2,
        "what it did is known to it, although it is undone"
    );
    assert_eq!(after.await.unwrap().seq, 2);
    assert_eq!(summary(&storage, room, ann.id).await.cursor, 2);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["before", "after"]);
    assert_eq!(world.notebook.bodies(), ["before", "after"]);
}

async fn a_job_whose_caller_went_away_is_done_all_the_same(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    drop(say(&storage, room, &ann, "and gone"));
    blockade.lift().await;
    let next = say(&storage, room, &ann, "next").await;
    assert_eq!(next.unwrap().seq, 2);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["and gone", "next"]);
}

async fn jobs_that_pile_up_share_a_commit(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let bodies: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let answers: Vec<_> = bodies
        .iter()
        .map(|body| say(&storage, room, &ann, body))
        .collect();
    blockade.lift().await;
    for answer in answers {
        answer.await.unwrap();
    }
    assert_eq!(
        world.notebook.deliveries(),
        [bodies],
        "all hundred in one commit, told at once"
    );
    let counter = storage.read(move |db| rooms::summary(db, room, ann.id));
    assert_eq!(counter.await.unwrap().unwrap().cursor, 100);
}
