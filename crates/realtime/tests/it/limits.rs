//! What a client may do, and what happens when it does more.

use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use chatterbox_domain::rate::Quota;
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::close;
use chatterbox_realtime::{Inbound, Limits};
use chrono::TimeDelta;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

use crate::client::Received;
use crate::world::{ANN, BOB, SessionStyle, settle, tell};

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_text_is_answered_and_harms_nobody(text in any_text()) {
        tell(Limits::default(), |world| async move {
            let mut ann = world.join(ANN).await;
            let mut bob = world.join(BOB).await;
            ann.send(Inbound::Text(ByteString::from(text))).await;
            let answer = ann.frame().await;
            assert!(matches!(answer, ServerFrame::Error(_) | ServerFrame::Ok(_)), "{answer:?}");
            bob.send(Inbound::Ping(Bytes::new())).await;
            settle().await;
            assert!(bob.everything_now().await.contains(&Received::Pong(Bytes::new())));
        });
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\{\"type\":\"(hello|watch|read|nonsense)\",\"ref\":-?[0-9]{1,25}(,\"room_ids\":\\[[0-9]*\\])?\\}",
        "[\\[{\"]{0,300}",
    ]
}

#[test]
fn frames_above_the_rate_are_refused_by_their_ref_and_far_too_many_end_the_session() {
    let frames = Quota {
        burst: 2,
        interval: TimeDelta::seconds(1),
    };
    let limits = Limits {
        frames,
        excess_frames: 3,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let mut ann = world.join(ANN).await;
        let ask = r#"{"type":"presence_query","ref":8,"user_ids":[]}"#;
        for _ in 0..6 {
            ann.say(ask).await;
        }
        assert!(matches!(ann.frame().await, ServerFrame::Ok(_)));
        for _ in 0..3 {
            let ServerFrame::Error(refused) = ann.frame().await else {
                panic!()
            };
            assert_eq!(
                (refused.reference, refused.code.as_str()),
                (Some(8), "rate_limited")
            );
            assert!((1..=1_001).contains(&refused.retry_after_ms.unwrap()));
        }
        assert_eq!(ann.close_code().await, close::TOO_FAST);
    });
}

#[test]
fn what_is_no_frame_has_its_close_code() {
    tell(Limits::default(), |world| async move {
        for (inbound, code) in [
            (Inbound::TooLarge, 1009),
            (Inbound::Malformed, 1002),
            (Inbound::Close, 1000),
        ] {
            let mut ann = world.join(ANN).await;
            ann.send(inbound).await;
            assert_eq!(ann.close_code().await, code);
        }
    });
}

#[test]
fn broken_frames_are_answered_and_too_many_in_a_row_end_the_session() {
    let limits = Limits {
        broken_frames: 3,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let mut ann = world.join(ANN).await;
        for _ in 0..3 {
            ann.send(Inbound::Binary).await;
            assert!(matches!(ann.frame().await, ServerFrame::Error(e) if e.code == "validation_failed"));
        }
        ann.say(r#"{"type":"watch","room_ids":[]}"#).await;
        assert!(matches!(ann.frame().await, ServerFrame::Ok(_)));
        for _ in 0..4 {
            ann.say("{").await;
            assert!(matches!(ann.frame().await, ServerFrame::Error(e) if e.code == "malformed_json"));
        }
        assert_eq!(ann.close_code().await, 1008);
    });
}

#[test]
fn a_client_that_answers_pings_stays_and_a_silent_one_is_closed() {
    tell(Limits::default(), |world| async move {
        let mut lively = world.join(ANN).await;
        let mut silent = world.join(BOB).await;
        let start = tokio::time::Instant::now();
        let mut pings = 0;
        while start.elapsed() < Duration::from_secs(200) {
            tokio::time::advance(Duration::from_secs(1)).await;
            settle().await;
            for received in lively.everything_now().await {
                match received {
                    Received::Ping => {
                        pings += 1;
                        lively.send(Inbound::Pong).await;
                    }
                    Received::Close(code) => panic!("closed with {code}"),
                    _ => {}
                }
            }
        }
        assert!((6..=9).contains(&pings), "{pings}");
        assert_eq!(silent.close_code().await, close::SILENT);
        assert!(!world.hub.is_online(BOB));
    });
}

#[test]
fn a_plain_socket_is_welcomed_at_once_and_takes_an_object_with_content() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.connect_as(ANN, SessionStyle::Plain);
        ann.welcome().await;
        ann.say(r#"{"content":"hi"}"#).await;
        assert!(
            matches!(ann.frame().await, ServerFrame::Ok(ok) if ok.message.as_ref().unwrap().body == "hi")
        );
        let mut native = world.join(BOB).await;
        native.say(r#"{"content":"hi"}"#).await;
        assert!(matches!(native.frame().await, ServerFrame::Error(e) if e.code == "unknown_type"));
    });
}
