//! What a person has read, and what is unread to them.

use chatterbox_domain::{RoomSummary, UserId};
use chatterbox_storage::{Lane, StorageError, messages, rooms};

use crate::world::{World, fresh_key, lobby, moment, new_user, person, post, say, summary};

stories! {
    both:
        unread_are_the_others_messages_after_the_cursor_that_are_not_deleted,
        unread_is_counted_up_to_a_cap,
        the_read_cursor_goes_forward_only_and_never_past_the_end,
        whoever_joins_has_read_everything_before,
        a_membership_is_found_for_members_only;
}

async fn unread_are_the_others_messages_after_the_cursor_that_are_not_deleted(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await, person(&storage, "ben").await);
    let room = lobby(&storage).await;
    let first = say(&storage, room, &ben, "one").await.unwrap();
    say(&storage, room, &ann, "my own").await.unwrap();
    say(&storage, room, &ben, "two").await.unwrap();
    assert_eq!(summary(&storage, room, ann.id).await.unread, 2);
    assert_eq!(summary(&storage, room, ben.id).await.unread, 1);
    let erased = storage.write(Lane::Room(room), move |tx| {
        let version = rooms::next_version(tx, room)?;
        messages::erase(tx.db(), first.id, version, moment(1))
    });
    erased.await.unwrap();
    assert_eq!(summary(&storage, room, ann.id).await.unread, 1);
    let counts = storage.read(move |db| {
        Ok::<_, StorageError>([0, 1, 2, 3].map(|seq| rooms::unread_after(db, room, ann.id, seq).unwrap()))
    });
    assert_eq!(counts.await.unwrap(), [1, 1, 1, 0]);
}

async fn unread_is_counted_up_to_a_cap(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await, person(&storage, "ben").await);
    let room = lobby(&storage).await;
    let post_many = |many: i64| {
        let ben = ben.clone();
        storage.write(Lane::Room(room), move |tx| {
            (0..many).try_for_each(|_| post(tx, room, &ben, fresh_key(), ".").map(|_| ()))
        })
    };
    post_many(RoomSummary::UNREAD_CAP - 1).await.unwrap();
    assert_eq!(
        summary(&storage, room, ann.id).await.unread,
        RoomSummary::UNREAD_CAP - 1
    );
    post_many(5).await.unwrap();
    assert_eq!(
        summary(&storage, room, ann.id).await.unread,
        RoomSummary::UNREAD_CAP
    );
    assert_eq!(
        summary(&storage, room, ann.id).await.cursor,
        RoomSummary::UNREAD_CAP + 4
    );
}

async fn the_read_cursor_goes_forward_only_and_never_past_the_end(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await, person(&storage, "ben").await);
    let room = lobby(&storage).await;
    for _ in 0..10 {
        say(&storage, room, &ben, ".").await.unwrap();
    }
    for (seq, moved_to, stands_at) in [
        (4, Some(4), 4),
        (4, None, 4),
        (3, None, 4),
        (-1, None, 4),
        (i64::MAX, Some(10), 10),
        (11, None, 10),
        (0, None, 10),
    ] {
        let moved = storage.write(Lane::Room(room), move |tx| {
            rooms::read_up_to(tx.db(), room, ann.id, seq)
        });
        assert_eq!(moved.await.unwrap(), moved_to, "read up to {seq}");
        let seen = summary(&storage, room, ann.id).await;
        assert_eq!((seen.last_read_seq, seen.unread), (stands_at, 10 - stands_at));
    }
    assert_eq!(
        summary(&storage, room, ben.id).await.last_read_seq,
        0,
        "everybody's own"
    );
    let outsider = storage.write(Lane::Room(room), move |tx| {
        rooms::read_up_to(tx.db(), room, UserId(999), 5)
    });
    assert_eq!(outsider.await.unwrap(), None);
}

async fn whoever_joins_has_read_everything_before(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    say(&storage, room, &ann, "before").await.unwrap();
    let ben = person(&storage, "ben").await;
    let seen = summary(&storage, room, ben.id).await;
    assert_eq!((seen.cursor, seen.last_read_seq, seen.unread), (1, 1, 0));
    say(&storage, room, &ann, "after").await.unwrap();
    assert_eq!(summary(&storage, room, ben.id).await.unread, 1);
    let again = storage.write(Lane::Room(room), move |tx| {
        rooms::join(tx.db(), room, ben.id, moment(1))
    });
    again.await.unwrap();
    assert_eq!(
        summary(&storage, room, ben.id).await.unread,
        1,
        "joining twice changes nothing"
    );
}

async fn a_membership_is_found_for_members_only(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let outsider = storage.write(Lane::Accounts, |tx| {
        chatterbox_storage::users::insert(tx.db(), new_user("outsider"))
    });
    let outsider = outsider.await.unwrap().id;
    let message = say(&storage, room, &ann, "hello").await.unwrap().id;
    let seen = |user| {
        storage.read(move |db| {
            Ok::<_, StorageError>((
                rooms::membership(db, room, user)?.is_some(),
                rooms::summary(db, room, user)?.is_some(),
                rooms::summaries(db, user)?.len(),
                rooms::ids_of(db, user)?.len(),
                messages::changeable(db, message, user)?.is_some(),
            ))
        })
    };
    assert_eq!(seen(outsider).await.unwrap(), (false, false, 0, 0, false));
    assert_eq!(seen(ann.id).await.unwrap(), (true, true, 1, 1, true));
}
