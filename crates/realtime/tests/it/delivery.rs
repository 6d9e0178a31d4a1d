//! What is announced reaches whom it concerns, and nobody else.

use std::sync::Arc;
use std::time::Duration;

use chatterbox_domain::{EndReason, Event, RoomId};
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::close;
use chatterbox_realtime::{Limits, Shard};

use crate::client::Received;
use crate::world::{ANN, BOB, EVE, LOBBY, person, settle, tell};

#[test]
fn a_message_reaches_the_members_and_nobody_else() {
    tell(Limits::default(), |world| async move {
        let mut eve = world.join(EVE).await;
        let mut ann = world.join(ANN).await;
        let mut bob = world.join(BOB).await;
        world.announce([world.truth.post(LOBBY, "one"), world.truth.post(LOBBY, "two")]);
        for client in [&mut ann, &mut bob] {
            for body in ["one", "two"] {
                assert!(
                    matches!(client.frame().await, ServerFrame::MessagePosted(m) if m.message.body == body)
                );
            }
        }
        settle().await;
        let hers = eve.everything_now().await;
        assert!(
            hers.iter()
                .all(|received| matches!(received, Received::Frame(ServerFrame::Presence(_)))),
            "{hers:?}"
        );
    });
}

#[test]
fn a_room_s_first_message_comes_right_after_the_room() {
    tell(Limits::default(), |world| async move {
        let mut eve = world.join(EVE).await;
        let added = world.truth.add(EVE, RoomId(5)).unwrap();
        world.announce([added, world.truth.post(RoomId(5), "welcome, eve")]);
        assert!(matches!(eve.frame().await, ServerFrame::RoomChanged(r) if r.room.id == 5));
        assert!(matches!(eve.frame().await, ServerFrame::MessagePosted(m) if m.message.room_id == 5));
    });
}

#[test]
fn delivery_stops_at_the_removal() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        let before = world.truth.post(LOBBY, "before");
        let removed = world.truth.remove(ANN, LOBBY).unwrap();
        world.announce([before, removed, world.truth.post(LOBBY, "after")]);
        assert!(matches!(ann.frame().await, ServerFrame::MessagePosted(m) if m.message.body == "before"));
        assert!(matches!(ann.frame().await, ServerFrame::RoomRemoved(r) if r.room_id == 1));
        settle().await;
        assert!(ann.everything_now().await.is_empty());
    });
}

#[test]
fn every_shard_receives_and_a_message_is_encoded_once() {
    tell(Limits::default(), |world| async move {
        let second = Shard::start(&world.hub);
        let mut ann = world.join(ANN).await;
        let mut bob = world.connect_on(&second, BOB);
        bob.say(r#"{"type":"hello","protocol":1}"#).await;
        bob.welcome().await;
        world.announce([world.truth.post(LOBBY, "one")]);
        let one = ann.piece_with("one").await;
        assert_eq!(one.as_ptr(), bob.piece_with("one").await.as_ptr());
    });
}

#[test]
fn a_slow_reader_is_closed_and_slows_nobody() {
    let limits = Limits {
        outbox_frames: 10,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let mut slow = world.join(ANN).await;
        let mut quick = world.join(BOB).await;
        for number in 0..50 {
            let body = number.to_string();
            world.announce([world.truth.post(LOBBY, &body)]);
            assert!(matches!(quick.frame().await, ServerFrame::MessagePosted(m) if m.message.body == body));
        }
        // What was waiting was dropped: the close frame is all that is left.
        assert_eq!(slow.next().await, Received::Close(close::TOO_SLOW));
        assert_eq!(slow.next().await, Received::End);
    });
}

#[test]
fn a_shard_that_falls_behind_closes_its_sessions_instead_of_losing_something_silently() {
    let limits = Limits {
        shard_queue_bytes: 4_000,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let mut ann = world.join(ANN).await;
        // The shard runs on this thread, so nothing is taken out meanwhile.
        for _ in 0..50 {
            world.announce([world.truth.post(LOBBY, "much")]);
        }
        assert_eq!(ann.close_code().await, close::TOO_SLOW);
        settle().await;
        let mut again = world.join(ANN).await;
        world.announce([world.truth.post(LOBBY, "later")]);
        assert!(matches!(again.frame().await, ServerFrame::MessagePosted(m) if m.message.body == "later"));
    });
}

#[test]
fn an_ended_session_is_closed_though_its_reader_is_stuck_and_others_stay() {
    tell(Limits::default(), |world| async move {
        let mut ended = world.join(ANN).await;
        let mut other = world.join(ANN).await;
        world.announce([world.truth.post(LOBBY, "waits and is not read")]);
        settle().await;
        world.announce([Event::SessionsEnded {
            user_id: ANN,
            sessions: vec![ended.session_id],
            reason: EndReason::EndedElsewhere,
        }]);
        settle().await;
        assert!(matches!(ended.next().await,
            Received::Frame(ServerFrame::SessionEnded(e)) if e.reason == "ended_elsewhere"));
        assert_eq!(ended.close_code().await, close::SESSION_ENDED);
        assert!(matches!(other.frame().await, ServerFrame::MessagePosted(_)));
        assert!(other.everything_now().await.is_empty());
    });
}

#[test]
fn what_concerns_a_person_or_everybody_reaches_them() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        let mut eve = world.join(EVE).await;
        let (room_id, last_read_seq, unread) = (LOBBY, 3, 4);
        world.announce([
            Event::ReadChanged {
                user_id: ANN,
                room_id,
                last_read_seq,
                unread,
            },
            Event::UserChanged(Arc::new(person(EVE))),
        ]);
        assert!(
            matches!(ann.frame().await, ServerFrame::ReadChanged(r) if (r.last_read_seq, r.unread) == (3, 4))
        );
        for client in [&mut ann, &mut eve] {
            assert!(matches!(client.frame().await, ServerFrame::UserChanged(u) if u.user.online));
        }
    });
}

#[test]
fn typing_reaches_the_others_who_watch_the_room_and_not_too_often() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        let mut bob = world.join(BOB).await;
        let mut eve = world.join(EVE).await;
        for client in [&mut ann, &mut bob, &mut eve] {
            client.say(r#"{"type":"watch","ref":2,"room_ids":[1]}"#).await;
            assert!(matches!(client.frame().await, ServerFrame::Ok(_)));
        }
        let typing = r#"{"type":"typing","room_id":1}"#;
        let stopped = r#"{"type":"typing","room_id":1,"active":false}"#;
        for text in [typing, typing, stopped, stopped] {
            ann.say(text).await;
        }
        settle().await;
        for active in [true, false] {
            assert!(matches!(bob.frame().await,
                ServerFrame::Typing(t) if (t.room_id, t.user_id, t.active) == (1, 1, active)));
        }
        tokio::time::advance(Duration::from_millis(2_600)).await;
        world.hub.typing(ANN, LOBBY, true);
        assert!(matches!(bob.frame().await, ServerFrame::Typing(t) if t.active));
        // Eve is not in the room: watching gives her nothing, and she cannot type there.
        eve.say(r#"{"type":"typing","ref":7,"room_id":1}"#).await;
        assert!(
            matches!(eve.frame().await, ServerFrame::Error(e) if (e.reference, e.code.as_str()) == (Some(7), "not_found"))
        );
        settle().await;
        let own = ann.everything_now().await;
        assert!(
            own.iter()
                .all(|received| !matches!(received, Received::Frame(ServerFrame::Typing(_)))),
            "{own:?}"
        );
    });
}

#[test]
fn a_closing_server_sends_everybody_away_spread_out() {
    tell(Limits::default(), |world| async move {
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(world.join(ANN).await);
        }
        let hub = Arc::clone(&world.hub);
        let closing = tokio::task::spawn_local(async move {
            hub.close(Duration::from_secs(8), Duration::from_secs(5)).await
        });
        settle().await;
        let mut moments = Vec::new();
        for client in &mut clients {
            let ServerFrame::ServerClosing(frame) = client.frame().await else {
                panic!()
            };
            moments.push(frame.retry_after_ms);
            assert_eq!(client.close_code().await, 1012);
        }
        moments.sort_unstable();
        assert_eq!(moments, [0, 2_000, 4_000, 6_000]);
        assert_eq!(closing.await.unwrap(), 0);
        assert_eq!(*world.last_seen.lock().unwrap(), [ANN]);
        assert_eq!(world.connect(BOB).close_code().await, 1012);
    });
}

#[test]
fn a_closing_server_does_not_wait_for_a_stuck_reader_for_ever() {
    tell(Limits::default(), |world| async move {
        let _stuck = world.join(ANN).await;
        assert_eq!(world.hub.close(Duration::ZERO, Duration::from_secs(5)).await, 1);
    });
}
