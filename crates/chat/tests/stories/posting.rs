//! Posting messages.

use chatterbox_chat::messages::{Draft, Position};
use chatterbox_chat::{Quotas, Settings};
use chatterbox_domain::{Denial, Event};
use chrono::TimeDelta;

use crate::world::{World, bodies, complaints, denial, draft, quota, wait_told};

#[tokio::test]
async fn a_message_is_kept_as_typed_and_announced_as_it_was_answered() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    world.events.take();
    let typed = "  two  spaces, e\u{301} and \u{212B}\r\n";
    let draft = draft(lobby, typed);
    let sent = world.chat.send_message(ann.caller, draft.clone()).await.unwrap();
    assert_eq!((sent.body.as_str(), sent.client_key), (typed, draft.client_key));
    assert_eq!((sent.seq, sent.version, sent.room_id), (1, 1, lobby));
    assert_eq!((sent.author.id, sent.author.username.as_str()), (ann.id, "ann"));
    assert_eq!(
        (sent.created_at, sent.edited_at, sent.deleted_at),
        (world.now(), None, None)
    );
    match world.events.take_one() {
        Event::MessagePosted(announced) => assert_eq!(announced, sent),
        other => panic!("a message was posted, not {other:?}"),
    }
    let stored = world.chat.message(ann.caller, sent.id).await.unwrap();
    assert_eq!(stored, *sent);
}

#[tokio::test]
async fn a_retry_is_the_same_message_and_is_not_announced_again() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let draft = draft(lobby, "once");
    let first = world.chat.send_message(ann.caller, draft.clone()).await.unwrap();
    world.events.take();
    world.clock.advance(TimeDelta::days(1));
    let changed = Draft {
        body: "another text".to_owned(),
        ..draft.clone()
    };
    for retry in [draft, changed] {
        let again = world.chat.send_message(ann.caller, retry).await.unwrap();
        assert_eq!(again, first);
    }
    assert!(world.events.take().is_empty());
    let next = world.say(&ann, lobby, "next").await;
    assert_eq!(next.seq, first.seq + 1, "a retry takes no place");
}

#[tokio::test]
async fn a_retry_answers_with_the_message_as_it_is_now() {
    let world = World::new();
    let ann = world.person("ann").await;
    let draft = draft(world.lobby().await, "first words");
    let sent = world.chat.send_message(ann.caller, draft.clone()).await.unwrap();
    let edited = world
        .chat
        .edit_message(ann.caller, sent.id, "better words".to_owned())
        .await
        .unwrap();
    assert_eq!(world.chat.send_message(ann.caller, draft).await.unwrap(), edited);
}

#[tokio::test]
async fn twins_sent_at_once_are_one_message() {
    let world = World::new();
    let ann = world.person("ann").await;
    let draft = draft(world.lobby().await, "once");
    world.events.take();
    let (one, other) = tokio::join!(
        world.chat.send_message(ann.caller, draft.clone()),
        world.chat.send_message(ann.caller, draft),
    );
    assert_eq!(one.unwrap(), other.unwrap());
    assert!(matches!(world.events.take_one(), Event::MessagePosted(_)));
}

#[tokio::test]
async fn a_key_names_one_message_over_all_rooms_of_its_author() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let here = draft(world.lobby().await, "here");
    let there = Draft {
        room_id: world.direct(&ann, &bob).await,
        ..here.clone()
    };
    world.chat.send_message(ann.caller, here.clone()).await.unwrap();
    world.events.take();
    let again = world.chat.send_message(ann.caller, there).await;
    assert_eq!(denial(again), Denial::ClientKeyReused);
    assert!(world.events.take().is_empty());
    let of_bob = world.chat.send_message(bob.caller, here).await.unwrap();
    assert_eq!(of_bob.author.id, bob.id, "another person's key is another key");
}

#[tokio::test]
async fn events_come_in_the_order_of_the_room_which_is_the_order_of_the_calls() {
    let world = World::unhurried();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    world.events.take();
    let texts: Vec<String> = (0..60).map(|number| format!("message {number}")).collect();
    let calls: Vec<_> = texts
        .iter()
        .map(|text| world.chat.send_message(ann.caller, draft(lobby, text)))
        .collect();
    // Polled the other way round: the place is taken by the call.
    for call in calls.into_iter().rev() {
        call.await.unwrap();
    }
    let posted = world.events.take().into_iter().map(|event| match event {
        Event::MessagePosted(message) => message,
        other => panic!("only messages were posted, not {other:?}"),
    });
    let announced: Vec<_> = posted.collect();
    assert!(announced.iter().map(|message| message.seq).eq(1..=60));
    assert_eq!(bodies(announced.iter().map(AsRef::as_ref)), texts);
    let history = world
        .chat
        .history(ann.caller, lobby, Position::Newest, 100)
        .await
        .unwrap();
    assert_eq!(bodies(&history.messages), texts);
}

#[tokio::test]
async fn a_text_that_cannot_be_a_message_is_refused_and_not_counted() {
    let world = World::with(Settings {
        quotas: Quotas {
            messages: quota(1, TimeDelta::minutes(1)),
            ..Quotas::default()
        },
        ..Settings::default()
    });
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let too_long = "x".repeat(4_001);
    for (text, code) in [
        ("\u{200B} \n", "blank"),
        ("a\0b", "nul_character"),
        (&too_long, "too_long"),
    ] {
        let answer = world.chat.send_message(ann.caller, draft(lobby, text)).await;
        assert_eq!(complaints(answer), [("body", code)]);
    }
    world.say(&ann, lobby, "a good one").await;
}

#[tokio::test]
async fn whoever_writes_too_fast_waits_as_long_as_they_are_told() {
    let world = World::with(Settings {
        quotas: Quotas {
            messages: quota(3, TimeDelta::seconds(2)),
            ..Quotas::default()
        },
        ..Settings::default()
    });
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let lobby = world.lobby().await;
    let first = world.say(&ann, lobby, "one").await;
    world.say(&ann, lobby, "two").await;
    world
        .chat
        .edit_message(ann.caller, first.id, "an edit counts too".to_owned())
        .await
        .unwrap();
    let wait = wait_told(world.chat.send_message(ann.caller, draft(lobby, "three")).await);
    wait_told(
        world
            .chat
            .edit_message(ann.caller, first.id, "too fast".to_owned())
            .await,
    );
    world.say(&bob, lobby, "others need not wait").await;
    world.clock.advance(wait - TimeDelta::milliseconds(2));
    wait_told(world.chat.send_message(ann.caller, draft(lobby, "three")).await);
    world.clock.advance(TimeDelta::milliseconds(2));
    world.say(&ann, lobby, "three").await;
}
