//! Who is refused what: the outsider first, and somebody is inside.

use std::collections::BTreeMap;

use chatterbox_chat::messages::Position;
use chatterbox_chat::{Caller, ChatError, Settings};
use chatterbox_domain::{Denial, MessageId, RoomId, SessionId, UserId};

use crate::world::{PASSWORD, World, draft};

/// A use case and what it answered: `None` when it was done.
type Answers = Vec<(&'static str, Option<Denial>)>;

fn answer<T>(result: Result<T, ChatError>) -> Option<Denial> {
    match result {
        Ok(_) => None,
        Err(ChatError::Denied(denial)) => Some(denial),
        Err(failure) => panic!("done or denied, not the failure {failure}"),
    }
}

/// Everything that can be asked about a room and a message in it.
async fn ask_about(world: &World, caller: Caller, room: RoomId, message: MessageId) -> Answers {
    let chat = &world.chat;
    vec![
        ("enter", answer(chat.enter(caller, room).await)),
        (
            "history",
            answer(chat.history(caller, room, Position::Newest, 10).await),
        ),
        ("message", answer(chat.message(caller, message).await)),
        ("mark_read", answer(chat.mark_read(caller, room, 1).await)),
        (
            "send_message",
            answer(chat.send_message(caller, draft(room, "hello")).await),
        ),
        (
            "edit_message",
            answer(chat.edit_message(caller, message, "changed".to_owned()).await),
        ),
        (
            "delete_message",
            answer(chat.delete_message(caller, message).await),
        ),
    ]
}

/// Everything that can be asked of the workspace as a whole.
async fn ask_around(world: &World, caller: Caller, other: UserId) -> Answers {
    let chat = &world.chat;
    let new_password = "a brighter lighthouse".to_owned();
    vec![
        ("admit", answer(chat.admit(caller).await)),
        ("me", answer(chat.me(caller).await)),
        ("people", answer(chat.people(caller, UserId(0), 10).await)),
        ("some_people", answer(chat.some_people(caller, vec![other]).await)),
        ("person", answer(chat.person(caller, other).await)),
        ("rooms", answer(chat.rooms(caller).await)),
        ("room_ids", answer(chat.room_ids(caller).await)),
        ("recent", answer(chat.recent(caller, i64::MAX, 10).await)),
        ("snapshot", answer(chat.snapshot(caller, BTreeMap::new()).await)),
        ("find_direct", answer(chat.find_direct(caller, other).await)),
        ("open_direct", answer(chat.open_direct(caller, other).await)),
        (
            "update_profile",
            answer(chat.update_profile(caller, Some("New".to_owned()), None).await),
        ),
        (
            "change_password",
            answer(
                chat.change_password(caller, PASSWORD.to_owned(), new_password)
                    .await,
            ),
        ),
        ("sessions", answer(chat.sessions(caller).await)),
        (
            "end_session",
            answer(chat.end_session(caller, caller.session_id).await),
        ),
    ]
}

fn assert_all(answers: Answers, expected: Option<&Denial>, whose: &str) {
    for (what, answer) in answers {
        assert_eq!(answer.as_ref(), expected, "{what}, asked by {whose}");
    }
}

#[tokio::test]
async fn a_room_and_its_messages_do_not_exist_for_an_outsider() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let outsider = world.person("carol").await;
    let room = world.direct(&ann, &bob).await;
    let message = world.say(&ann, room, "between us").await;
    world.events.take();

    let nothing_here = Some(&Denial::NotFound);
    assert_all(
        ask_about(&world, outsider.caller, room, message.id).await,
        nothing_here,
        "an outsider",
    );
    let (no_room, no_message) = (RoomId(4_711), MessageId(4_711));
    assert_all(
        ask_about(&world, ann.caller, no_room, no_message).await,
        nothing_here,
        "somebody about nothing",
    );
    assert!(world.events.take().is_empty());
    assert_eq!(
        world.chat.message(ann.caller, message.id).await.unwrap(),
        *message
    );
    let cursors = BTreeMap::from([(room, 0)]);
    let seen = world.chat.snapshot(outsider.caller, cursors).await.unwrap();
    assert!(
        seen.missed.is_empty() && seen.rooms.iter().all(|seen| seen.id != room),
        "{seen:?}"
    );

    for (what, answer) in ask_about(&world, bob.caller, room, message.id).await {
        let changes = matches!(what, "edit_message" | "delete_message");
        assert_eq!(
            answer,
            changes.then_some(Denial::Forbidden),
            "{what}, asked by the other member"
        );
    }
    assert_all(
        ask_about(&world, ann.caller, room, message.id).await,
        None,
        "the author",
    );
}

#[tokio::test]
async fn whoever_is_not_signed_in_any_more_can_do_nothing() {
    let world = World::new();
    let ann = world.person("ann").await;
    let gone = world.device_of("ann").await.caller;
    world.chat.sign_out(gone).await.unwrap();
    let never = Caller {
        session_id: SessionId(4_711),
        ..ann.caller
    };
    let blocked = world.person("bob").await;
    world.block(blocked.id).await;
    let old = world.person("carol").await.caller;
    world.clock.advance(Settings::default().session_lifetime);
    let dora = world.person("dora").await;
    let ann = world.device_of("ann").await;
    let lobby = world.lobby().await;
    let message = world.say(&ann, lobby, "hello").await.id;
    world.events.take();

    for (who, caller, denial) in [
        ("somebody who signed out", gone, Denial::SessionEnded),
        ("a session that never was", never, Denial::SessionEnded),
        ("somebody who was away too long", old, Denial::SessionEnded),
        ("somebody who is blocked", blocked.caller, Denial::AccountBlocked),
    ] {
        assert_all(
            ask_about(&world, caller, lobby, message).await,
            Some(&denial),
            who,
        );
        assert_all(ask_around(&world, caller, dora.id).await, Some(&denial), who);
        assert_eq!(
            answer(world.chat.sign_out_everywhere(caller).await),
            Some(denial),
            "{who}"
        );
    }
    assert!(world.events.take().is_empty(), "nothing was done");
    assert_all(
        ask_about(&world, ann.caller, lobby, message).await,
        None,
        "the author",
    );
    assert_all(
        ask_around(&world, ann.caller, dora.id).await,
        None,
        "somebody who is signed in",
    );
}
