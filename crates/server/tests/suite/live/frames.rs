//! What a client may send, and what it is told otherwise.

use chatterbox_testkit::{Database, Message, Person, Server, Socket, fresh_key, on_both, tell};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

on_both! {
    a_frame_that_cannot_be_read_is_explained,
    an_oversized_frame_closes_the_socket,
    what_is_no_frame_closes_the_socket,
    frames_that_come_too_fast_are_refused_and_then_cut_off,
}

async fn a_frame_that_cannot_be_read_is_explained(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    for (text, code, reference) in [
        ("", "malformed_json", Value::Null),
        ("{", "malformed_json", Value::Null),
        ("[1,2]", "malformed_json", Value::Null),
        ("null", "malformed_json", Value::Null),
        (r#"{"type":"dance","ref":5}"#, "unknown_type", json!(5)),
        (r#"{"ref":6}"#, "unknown_type", json!(6)),
        (
            r#"{"type":"message_send","ref":7}"#,
            "validation_failed",
            json!(7),
        ),
        (
            r#"{"type":"message_send","ref":8,"room_id":"x","client_key":1,"body":[]}"#,
            "validation_failed",
            json!(8),
        ),
        (
            r#"{"type":"read","ref":9,"room_id":1.5,"seq":1}"#,
            "validation_failed",
            json!(9),
        ),
        (
            r#"{"type":"watch","ref":10,"room_ids":{}}"#,
            "validation_failed",
            json!(10),
        ),
        // Only the two documented sockets know this form.
        (r#"{"content":"hi"}"#, "unknown_type", Value::Null),
    ] {
        socket.send_text(text).await;
        let answer = socket.next_of("error").await;
        assert_eq!(
            (&answer["code"], &answer["ref"]),
            (&json!(code), &reference),
            "{text}"
        );
    }
    socket.send_message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.next_of("error").await["code"], "validation_failed");
    socket.say(lobby, "and still connected").await;
}

async fn an_oversized_frame_closes_the_socket(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut bobs = bob.connect().await;
    for message in [
        Message::text("x".repeat(65 * 1024)),
        Message::binary(vec![0; 65 * 1024]),
    ] {
        let mut anns = ann.connect().await;
        anns.send_message(message).await;
        assert_eq!(anns.closed().await.0, 1009);
    }
    bobs.say(lobby, "nobody else noticed").await;
}

async fn what_is_no_frame_closes_the_socket(database: Database) {
    use tokio::io::AsyncWriteExt;
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    for bytes in [
        // A reserved opcode, an unmasked text, a text that is not UTF-8, a fragment that continues nothing.
        [0x8f, 0x80, 0, 0, 0, 0].as_slice(),
        &[0x81, 0x02, b'{', b'}'],
        &[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
        &[0x80, 0x81, 0, 0, 0, 0, b'x'],
    ] {
        let mut socket = ann.connect().await;
        socket.tcp().write_all(bytes).await.expect("bytes can be written");
        let (code, reason) = socket.closed().await;
        assert!(matches!(code, 1002 | 1006 | 1007), "{bytes:?}: {code} {reason}");
    }
    ann.connect().await;
}

async fn frames_that_come_too_fast_are_refused_and_then_cut_off(database: Database) {
    let server = Server::start_with(database, |config| {
        config.limits.frames_burst = 5;
        config.limits.frames_per_second = 0.5;
    })
    .await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut socket = ann.connect().await;
    let mut last = Value::Null;
    for _ in 0..5 {
        last = socket
            .ask(json!({ "type": "presence_query", "user_ids": [] }))
            .await;
    }
    assert_eq!(last["code"], "rate_limited");
    assert!(
        last["retry_after_ms"]
            .as_u64()
            .is_some_and(|ms| (1..=2_001).contains(&ms)),
        "{last}"
    );
    for _ in 0..1_000 {
        socket
            .send_with_ref(json!({ "type": "presence_query", "user_ids": [] }))
            .await;
    }
    let (code, _) = socket.closed().await;
    assert!(matches!(code, 4009 | 1006), "{code}");
    let mut bobs = bob.connect().await;
    assert_eq!(
        bobs.ask(json!({ "type": "presence_query", "user_ids": [] }))
            .await["type"],
        "ok"
    );
}

/// Something that a client should not send, mostly.
fn any_message() -> impl Strategy<Value = Message> {
    let kinds = chatterbox_protocol::ClientFrame::TYPES.to_vec();
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0_i64..4).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::collection::vec(0_i64..5, 0..12).prop_map(Value::from),
        Just(json!({ "1": 0 })),
        Just(json!({ "1": -1, "x": [] })),
    ];
    let names = vec![
        "ref",
        "room_id",
        "client_key",
        "body",
        "message_id",
        "seq",
        "active",
        "cursors",
        "room_ids",
        "user_ids",
        "content",
        "receiver_id",
        "reply_to",
        "attachments",
    ];
    let frame = (
        prop::sample::select(kinds),
        prop::collection::vec((prop::sample::select(names), value), 0..7),
    );
    let frame = frame.prop_map(|(kind, fields)| {
        let mut frame = json!({ "type": kind });
        // No other protocol, which would end the conversation before it became interesting.
        frame["protocol"] = 1.into();
        for (name, value) in fields {
            frame[name] = value;
        }
        frame.to_string()
    });
    let cut = (frame.clone(), any::<prop::sample::Index>()).prop_map(|(text, at)| {
        let end = at.index(text.len() + 1);
        text.chars().take(end).collect::<String>()
    });
    prop_oneof![
        4 => frame.prop_map(Message::text),
        2 => cut.prop_map(Message::text),
        1 => any::<String>().prop_map(Message::text),
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Message::binary),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(|bytes| Message::Ping(bytes.into())),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(|bytes| Message::Pong(bytes.into())),
    ]
}

/// Whatever it was sent, the server answers or closes with a code that says why.
async fn is_answered_or_closed(socket: &mut Socket) {
    const FENCE: u64 = 987_654_321;
    socket
        .send(&json!({ "type": "presence_query", "ref": FENCE, "user_ids": [] }))
        .await;
    while let Some(frame) = socket.next_frame_or_close().await {
        if frame["ref"] == FENCE {
            return;
        }
    }
    let (code, reason) = socket.closed().await;
    assert!(
        matches!(code, 1002 | 1007..=1009 | 4002 | 4008 | 4009),
        "{code} {reason}"
    );
}

async fn others_are_unharmed(ann: &Person, lobby: i64) {
    let mut socket = ann.connect().await;
    let key = fresh_key();
    let message = socket.say_as(lobby, &key, "unharmed").await;
    let posted = socket
        .expect("her own message", |frame| {
            frame["message"]["client_key"] == key.as_str()
        })
        .await;
    assert_eq!(posted["message"], message);
}

fn many(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    })
}

async fn scene() -> (Server, Person, Person, i64) {
    let server = Server::start_with(Database::Sqlite, |config| {
        config.limits.messages_burst = 100_000;
        config.limits.frames_burst = 100_000;
    })
    .await;
    let (ann, eve) = (server.person("ann").await, server.person("eve").await);
    let lobby = ann.lobby().await;
    (server, ann, eve, lobby)
}

#[test]
fn any_messages_get_an_answer_or_a_close_code_and_harm_nobody() {
    let (_server, ann, eve, lobby) = tell(scene());
    let messages = prop::collection::vec(any_message(), 1..25);
    let outcome = many(60).run(&messages, |messages| {
        tell(async {
            let mut socket = eve.open_socket("/api/v1/ws").await;
            for message in messages {
                socket.send_message(message).await;
            }
            is_answered_or_closed(&mut socket).await;
            others_are_unharmed(&ann, lobby).await;
        });
        Ok(())
    });
    outcome.expect("every case holds");
}

#[test]
fn any_bytes_after_the_handshake_harm_nobody() {
    use tokio::io::AsyncWriteExt;
    let (_server, ann, eve, lobby) = tell(scene());
    let bytes = prop::collection::vec(any::<u8>(), 1..400);
    let outcome = many(60).run(&bytes, |bytes| {
        tell(async {
            let mut socket = eve.open_socket("/api/v1/ws").await;
            // It may have been closed after the first bytes.
            let _ = socket.tcp().write_all(&bytes).await;
            others_are_unharmed(&ann, lobby).await;
        });
        Ok(())
    });
    outcome.expect("every case holds");
}
