//! Conversations of two people.

use std::sync::Arc;

use chatterbox_domain::{Denial, Event, RoomKind, UserId};
use tokio::task::JoinSet;

use crate::world::{World, complaints, denial};

#[tokio::test]
async fn two_people_have_one_conversation_whoever_begins() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let carol = world.person("carol").await;
    assert_eq!(world.chat.find_direct(ann.caller, bob.id).await.unwrap(), None);
    let for_ann = world.chat.open_direct(ann.caller, bob.id).await.unwrap();
    let for_bob = world.chat.open_direct(bob.caller, ann.id).await.unwrap();
    assert_eq!(for_ann.id, for_bob.id);
    assert_eq!(
        (for_ann.kind, for_ann.peer_id, for_ann.name.as_str()),
        (RoomKind::Direct, Some(bob.id), "bob")
    );
    assert_eq!(
        (for_bob.kind, for_bob.peer_id, for_bob.name.as_str()),
        (RoomKind::Direct, Some(ann.id), "ann")
    );
    for (one, other) in [(&ann, &bob), (&bob, &ann)] {
        assert_eq!(
            world.chat.find_direct(one.caller, other.id).await.unwrap(),
            Some(for_ann.id)
        );
        let rooms = world.chat.room_ids(one.caller).await.unwrap();
        assert!(rooms.contains(&for_ann.id), "{rooms:?}");
    }
    assert_ne!(world.direct(&ann, &carol).await, for_ann.id);
}

#[tokio::test]
async fn both_are_told_once_of_a_new_conversation_as_each_sees_it() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    world.events.take();
    let for_bob = world.chat.open_direct(bob.caller, ann.id).await.unwrap();
    let mut told: Vec<_> = world
        .events
        .take()
        .into_iter()
        .map(|event| match event {
            Event::RoomChanged { user_id, room } => (user_id, room),
            other => panic!("a room was opened, not {other:?}"),
        })
        .collect();
    told.sort_by_key(|(user, _)| *user);
    assert_eq!(
        told,
        [(ann.id, world.room(&ann, for_bob.id).await), (bob.id, for_bob)]
    );
    world.direct(&bob, &ann).await;
    world.direct(&ann, &bob).await;
    assert!(world.events.take().is_empty(), "it is open already");
}

#[tokio::test]
async fn twenty_who_open_it_at_once_open_one() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    world.events.take();
    let mut opening = JoinSet::new();
    for number in 0..20 {
        let (one, other) = if number % 2 == 0 {
            (&ann, &bob)
        } else {
            (&bob, &ann)
        };
        let (chat, caller, other) = (Arc::clone(&world.chat), one.caller, other.id);
        opening.spawn(async move { chat.open_direct(caller, other).await.unwrap().id });
    }
    let mut rooms = opening.join_all().await;
    rooms.dedup();
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    assert_eq!(world.events.take().len(), 2);
}

#[tokio::test]
async fn nobody_talks_to_themselves_or_to_nobody() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.events.take();
    let nobody = UserId(4_711);
    assert_eq!(
        complaints(world.chat.open_direct(ann.caller, ann.id).await),
        [("user_id", "yourself")]
    );
    assert_eq!(
        complaints(world.chat.find_direct(ann.caller, ann.id).await),
        [("user_id", "yourself")]
    );
    assert_eq!(
        denial(world.chat.open_direct(ann.caller, nobody).await),
        Denial::NotFound
    );
    assert_eq!(
        denial(world.chat.find_direct(ann.caller, nobody).await),
        Denial::NotFound
    );
    assert!(world.events.take().is_empty());
    assert_eq!(
        world.chat.room_ids(ann.caller).await.unwrap(),
        [world.lobby().await]
    );
}
