//! Editing and deleting messages.

use std::collections::BTreeMap;

use chatterbox_chat::messages::Position;
use chatterbox_chat::resume::Missed;
use chatterbox_domain::{Denial, Event, Message};
use chrono::TimeDelta;

use crate::world::{World, complaints, denial, draft};

fn changed(event: Event) -> Message {
    match event {
        Event::MessageChanged(message) => (*message).clone(),
        other => panic!("a message was changed, not {other:?}"),
    }
}

#[tokio::test]
async fn an_edit_keeps_the_place_takes_the_next_version_and_is_announced() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let sent = world.say(&ann, lobby, "first words").await;
    world.say(&ann, lobby, "something else").await;
    world.events.take();
    world.clock.advance(TimeDelta::minutes(1));
    let edited = world
        .chat
        .edit_message(ann.caller, sent.id, "better words".to_owned())
        .await
        .unwrap();
    let expected = Message {
        version: 3,
        body: "better words".to_owned(),
        edited_at: Some(world.now()),
        ..(*sent).clone()
    };
    assert_eq!(*edited, expected);
    assert_eq!(changed(world.events.take_one()), expected);
    assert_eq!(world.chat.message(ann.caller, sent.id).await.unwrap(), expected);
}

#[tokio::test]
async fn saving_the_same_text_changes_nothing_and_tells_nobody() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let sent = world.say(&ann, lobby, "the same").await;
    world.events.take();
    let saved = world
        .chat
        .edit_message(ann.caller, sent.id, "the same".to_owned())
        .await
        .unwrap();
    assert_eq!(saved, sent);
    assert!(world.events.take().is_empty());
    assert_eq!(
        world.room(&ann, lobby).await.cursor,
        sent.version,
        "no version was taken"
    );
}

#[tokio::test]
async fn an_edit_is_judged_like_a_new_text() {
    let world = World::new();
    let ann = world.person("ann").await;
    let sent = world.say(&ann, world.lobby().await, "words").await;
    let answer = world.chat.edit_message(ann.caller, sent.id, " ".to_owned()).await;
    assert_eq!(complaints(answer), [("body", "blank")]);
}

#[tokio::test]
async fn deleting_twice_is_no_error_and_is_announced_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    let sent = world.say(&ann, world.lobby().await, "words").await;
    world.events.take();
    world.clock.advance(TimeDelta::minutes(1));
    let deleted = world.chat.delete_message(ann.caller, sent.id).await.unwrap();
    let expected = Message {
        version: 2,
        body: String::new(),
        deleted_at: Some(world.now()),
        ..(*sent).clone()
    };
    assert_eq!(*deleted, expected);
    assert_eq!(changed(world.events.take_one()), expected);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(
        world.chat.delete_message(ann.caller, sent.id).await.unwrap(),
        deleted
    );
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn a_deleted_message_is_not_edited() {
    let world = World::new();
    let ann = world.person("ann").await;
    let sent = world.say(&ann, world.lobby().await, "words").await;
    world.chat.delete_message(ann.caller, sent.id).await.unwrap();
    world.events.take();
    let answer = world
        .chat
        .edit_message(ann.caller, sent.id, "back again".to_owned())
        .await;
    assert_eq!(denial(answer), Denial::MessageDeleted);
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn deleted_text_is_in_no_answer_any_more() {
    const SECRET: &str = "the harbour master's secret";
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    let before = world.say(&bob, lobby, "before").await;
    let draft = draft(lobby, SECRET);
    let sent = world.chat.send_message(ann.caller, draft.clone()).await.unwrap();
    world
        .chat
        .edit_message(ann.caller, sent.id, format!("{SECRET}, edited"))
        .await
        .unwrap();
    assert!(
        everything_said(&world, before.version, &sent)
            .await
            .contains(SECRET),
        "it can be read until then"
    );
    world.events.take();

    world.chat.delete_message(ann.caller, sent.id).await.unwrap();
    let said = everything_said(&world, before.version, &sent).await;
    assert!(!said.contains(SECRET), "{said}");
    let retried = world.chat.send_message(ann.caller, draft).await.unwrap();
    assert_eq!(retried.body, "");
    let announced = format!("{:?}", world.events.take());
    assert!(
        announced.contains("deleted_at: Some") && !announced.contains(SECRET),
        "{announced}"
    );
}

/// What every use case that reads messages answers to somebody who has seen the room up to `cursor`.
async fn everything_said(world: &World, cursor: i64, message: &Message) -> String {
    let reader = world.device_of("bob").await.caller;
    let room = message.room_id;
    let mut said = Vec::new();
    for position in [
        Position::Newest,
        Position::Before(message.seq + 1),
        Position::After(message.seq - 1),
        Position::ChangedAfter(cursor),
    ] {
        let page = world.chat.history(reader, room, position, 50).await.unwrap();
        assert!(
            page.messages.iter().any(|found| found.id == message.id),
            "its place remains: {position:?}"
        );
        said.extend(page.messages);
    }
    said.push(world.chat.message(reader, message.id).await.unwrap());
    let recent = world.chat.recent(reader, i64::MAX, 50).await.unwrap();
    said.extend(recent.into_iter().map(|(message, _)| message));
    let snapshot = world
        .chat
        .snapshot(reader, BTreeMap::from([(room, cursor)]))
        .await
        .unwrap();
    for (_, missed) in snapshot.missed {
        match missed {
            Missed::Messages(messages) => said.extend(messages),
            Missed::TooMuch => panic!("so little is sent one by one"),
        }
    }
    assert_eq!(
        said.iter().filter(|found| found.id == message.id).count(),
        7,
        "each of them tells of it"
    );
    format!("{said:?}")
}
