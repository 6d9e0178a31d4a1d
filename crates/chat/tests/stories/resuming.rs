//! Coming back after a cut.

use std::collections::BTreeMap;

use chatterbox_chat::Settings;
use chatterbox_chat::resume::Missed;
use chatterbox_domain::{Message, RoomId};

use crate::world::{Person, World};

fn world_that_resumes(per_room: i64, in_total: i64) -> World {
    World::with(Settings {
        resume_per_room: per_room,
        resume_in_total: in_total,
        ..Settings::default()
    })
}

/// What `who` missed in each room: the messages, or `None` when it was too much.
async fn missed<const N: usize>(
    world: &World,
    who: &Person,
    cursors: [(RoomId, i64); N],
) -> Vec<(RoomId, Option<Vec<Message>>)> {
    let snapshot = world
        .chat
        .snapshot(who.caller, BTreeMap::from(cursors))
        .await
        .unwrap();
    let told = snapshot.missed.into_iter().map(|(room, missed)| match missed {
        Missed::Messages(messages) => (room, Some(messages)),
        Missed::TooMuch => (room, None),
    });
    told.collect()
}

#[tokio::test]
async fn a_snapshot_tells_who_one_is_and_where_everything_stands() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    world.say(&ann, world.lobby().await, "hello").await;
    world.direct(&ann, &bob).await;
    let snapshot = world.chat.snapshot(bob.caller, BTreeMap::new()).await.unwrap();
    assert_eq!(snapshot.me, world.chat.me(bob.caller).await.unwrap().user);
    assert_eq!(snapshot.rooms, world.chat.rooms(bob.caller).await.unwrap());
    assert_eq!(snapshot.rooms.len(), 2);
    assert!(snapshot.missed.is_empty(), "who has no cursor begins now");
}

#[tokio::test]
async fn whoever_missed_nothing_is_told_of_nothing() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let (lobby, direct) = (world.lobby().await, world.direct(&ann, &bob).await);
    let sent = world.say(&ann, lobby, "hello").await;
    assert_eq!(
        missed(&world, &bob, [(lobby, sent.version), (direct, 0)]).await,
        []
    );
}

#[tokio::test]
async fn each_missed_message_comes_once_as_it_is_now_in_the_order_of_the_changes() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    let seen = world.say(&ann, lobby, "seen, changed later").await;
    world.say(&ann, lobby, "seen").await;
    let cut = world.room(&bob, lobby).await.cursor;
    let gone = world.say(&ann, lobby, "deleted at once").await;
    let gone = world.chat.delete_message(ann.caller, gone.id).await.unwrap();
    let posted = world.say(&ann, lobby, "posted").await;
    for text in ["changed", "changed again"] {
        world
            .chat
            .edit_message(ann.caller, seen.id, text.to_owned())
            .await
            .unwrap();
    }
    let changed = world.chat.message(bob.caller, seen.id).await.unwrap();
    assert_eq!(changed.body, "changed again");
    let expected = vec![(*gone).clone(), (*posted).clone(), changed];
    assert_eq!(
        missed(&world, &bob, [(lobby, cut)]).await,
        [(lobby, Some(expected))]
    );
}

#[tokio::test]
async fn more_than_the_limit_of_a_room_is_too_much() {
    let world = world_that_resumes(3, 100);
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    for _ in 0..4 {
        world.say(&ann, lobby, "news").await;
    }
    let just_enough = missed(&world, &ann, [(lobby, 1)]).await;
    assert_eq!(just_enough[0].1.as_ref().unwrap().len(), 3);
    assert_eq!(missed(&world, &ann, [(lobby, 0)]).await, [(lobby, None)]);
}

#[tokio::test]
async fn more_than_the_limit_of_all_rooms_is_too_much_for_those_that_come_later() {
    let world = world_that_resumes(3, 4);
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let (lobby, direct) = (world.lobby().await, world.direct(&ann, &bob).await);
    for room in [lobby, direct] {
        for _ in 0..2 {
            world.say(&ann, room, "news").await;
        }
    }
    let told = missed(&world, &bob, [(lobby, 0), (direct, 0)]).await;
    assert!(
        told.iter()
            .all(|(_, messages)| messages.as_ref().is_some_and(|m| m.len() == 2)),
        "{told:?}"
    );
    world.say(&ann, lobby, "one more").await;
    let told = missed(&world, &bob, [(lobby, 0), (direct, 0)]).await;
    assert_eq!(told[0].1.as_ref().map(Vec::len), Some(3));
    assert_eq!(told[1], (direct, None));
}

#[tokio::test]
async fn a_cursor_that_the_room_never_had_means_to_load_it_again() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let last = world.say(&ann, lobby, "hello").await.version;
    for cursor in [last + 1, i64::MAX, -1, i64::MIN] {
        assert_eq!(
            missed(&world, &ann, [(lobby, cursor)]).await,
            [(lobby, None)],
            "{cursor}"
        );
    }
}
