//! How far people have read.

use chatterbox_domain::{Event, RoomId, RoomSummary};

use crate::world::{Person, World, draft};

/// How far `who` has read in `room`, and what is unread.
async fn read_state(world: &World, who: &Person, room: RoomId) -> (i64, i64) {
    let seen = world.room(who, room).await;
    (seen.last_read_seq, seen.unread)
}

#[tokio::test]
async fn what_was_read_moves_forward_only_and_each_move_is_announced_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    for _ in 0..4 {
        world.say(&ann, lobby, "news").await;
    }
    assert_eq!(read_state(&world, &bob, lobby).await, (0, 4));
    world.events.take();
    for (seq, announced) in [
        (2, Some((2, 2))),
        (2, None),
        (1, None),
        (-7, None),
        (3, Some((3, 1))),
        (i64::MAX, Some((4, 0))),
        (i64::MAX, None),
    ] {
        world.chat.mark_read(bob.caller, lobby, seq).await.unwrap();
        let told = world.events.take();
        let told: Vec<_> = told
            .iter()
            .map(|event| match event {
                Event::ReadChanged {
                    user_id,
                    room_id,
                    last_read_seq,
                    unread,
                } => {
                    assert_eq!((*user_id, *room_id), (bob.id, lobby));
                    (*last_read_seq, *unread)
                }
                other => panic!("somebody has read, not {other:?}"),
            })
            .collect();
        assert_eq!(told, Vec::from_iter(announced), "read up to {seq}");
        if let Some(now) = announced {
            assert_eq!(read_state(&world, &bob, lobby).await, now);
        }
    }
    assert_eq!(
        read_state(&world, &ann, lobby).await.0,
        0,
        "everybody reads for themselves"
    );
}

#[tokio::test]
async fn ones_own_and_deleted_messages_are_not_unread() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let room = world.direct(&ann, &bob).await;
    let first = world.say(&ann, room, "one").await;
    world.say(&bob, room, "two").await;
    let third = world.say(&ann, room, "three").await;
    assert_eq!(world.room(&ann, room).await.unread, 1);
    assert_eq!(world.room(&bob, room).await.unread, 2);
    world.chat.delete_message(ann.caller, third.id).await.unwrap();
    assert_eq!(world.room(&bob, room).await.unread, 1);
    world.chat.mark_read(bob.caller, room, first.seq).await.unwrap();
    assert_eq!(world.room(&bob, room).await.unread, 0);
}

#[tokio::test]
async fn an_edit_makes_nothing_unread_again() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    let sent = world.say(&ann, lobby, "first words").await;
    world.chat.mark_read(bob.caller, lobby, sent.seq).await.unwrap();
    world
        .chat
        .edit_message(ann.caller, sent.id, "better words".to_owned())
        .await
        .unwrap();
    assert_eq!(read_state(&world, &bob, lobby).await, (sent.seq, 0));
    world.say(&ann, lobby, "new words").await;
    assert_eq!(read_state(&world, &bob, lobby).await, (sent.seq, 1));
}

#[tokio::test]
async fn unread_messages_are_counted_no_further_than_the_cap() {
    let world = World::unhurried();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    let sent: Vec<_> = (0..=RoomSummary::UNREAD_CAP)
        .map(|_| world.chat.send_message(ann.caller, draft(lobby, "news")))
        .collect();
    for message in sent {
        message.await.unwrap();
    }
    assert_eq!(world.room(&bob, lobby).await.unread, RoomSummary::UNREAD_CAP);
    world.chat.mark_read(bob.caller, lobby, 2).await.unwrap();
    assert_eq!(world.room(&bob, lobby).await.unread, RoomSummary::UNREAD_CAP - 1);
}
