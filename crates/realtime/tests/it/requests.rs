//! What a client asks for is started in order and answered by its ref.

use std::rc::Rc;

use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::close;
use chatterbox_realtime::{Limits, Refused};
use tokio::sync::Semaphore;

use crate::client::Client;
use crate::world::{ANN, settle, tell};

async fn send(client: &Client, number: usize) {
    let frame = format!(
        r#"{{"type":"message_send","ref":{number},"room_id":1,"client_key":"{}","body":"{number}"}}"#,
        uuid::Uuid::from_u128(number as u128)
    );
    client.say(&frame).await;
}

#[test]
fn requests_run_at_once_but_begin_in_order_and_reading_pauses_at_the_limit() {
    let limits = Limits {
        requests_in_flight: 3,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        let gate = Rc::new(Semaphore::new(0));
        world.truth.before_sending.replace(Some(Rc::clone(&gate)));
        let mut ann = world.join(ANN).await;
        for number in 0..5 {
            send(&ann, number).await;
        }
        settle().await;
        assert_eq!(*world.truth.calls.borrow(), ["send 0", "send 1", "send 2"]);
        gate.add_permits(5);
        let mut answered = Vec::new();
        for _ in 0..5 {
            let ServerFrame::Ok(ok) = ann.frame().await else {
                panic!()
            };
            assert_eq!(ok.message.unwrap().body, ok.reference.unwrap().to_string());
            answered.push(ok.reference.unwrap());
        }
        answered.sort_unstable();
        assert_eq!(answered, [0, 1, 2, 3, 4]);
        assert_eq!(world.truth.calls.borrow().len(), 5);
    });
}

#[test]
fn every_kind_of_request_reaches_its_command() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.join(ANN).await;
        for (frame, call) in [
            (
                r#"{"type":"message_edit","ref":2,"message_id":7,"body":"x"}"#,
                "edit 7",
            ),
            (r#"{"type":"message_delete","ref":2,"message_id":8}"#, "delete 8"),
            (r#"{"type":"read","ref":2,"room_id":1,"seq":9}"#, "read 9"),
        ] {
            ann.say(frame).await;
            assert!(matches!(ann.frame().await, ServerFrame::Ok(ok) if ok.reference == Some(2)));
            assert_eq!(world.truth.calls.borrow().last().unwrap(), call);
        }
    });
}

#[test]
fn a_first_frame_that_is_no_hello_is_answered_after_the_welcome() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.connect(ANN);
        send(&ann, 4).await;
        ann.welcome().await;
        assert!(matches!(ann.frame().await, ServerFrame::Ok(ok) if ok.reference == Some(4)));
    });
}

#[test]
fn another_protocol_version_is_refused() {
    tell(Limits::default(), |world| async move {
        let mut ann = world.connect(ANN);
        ann.say(r#"{"type":"hello","ref":1,"protocol":2}"#).await;
        assert!(matches!(ann.frame().await, ServerFrame::Error(e) if e.reference == Some(1)));
        assert_eq!(ann.close_code().await, close::UNSUPPORTED_PROTOCOL);
    });
}

#[test]
fn a_session_that_ended_before_it_could_begin_is_closed_for_that() {
    tell(Limits::default(), |world| async move {
        for (code, reason, closed) in [
            ("session_ended", Some("expired"), close::SESSION_ENDED),
            ("account_blocked", Some("account_blocked"), close::SESSION_ENDED),
            ("unavailable", None, 1013),
        ] {
            let refused = Refused {
                code,
                detail: String::new(),
                retry_after_ms: Some(1),
            };
            world.truth.refusal.replace(Some(refused));
            let mut ann = world.connect(ANN);
            ann.say(r#"{"type":"hello","protocol":1}"#).await;
            match (ann.frame().await, reason) {
                (ServerFrame::SessionEnded(ended), Some(reason)) => assert_eq!(ended.reason, reason),
                (ServerFrame::Error(error), None) => assert_eq!(error.code, code),
                (other, _) => panic!("{other:?}"),
            }
            assert_eq!(ann.close_code().await, closed);
        }
    });
}
