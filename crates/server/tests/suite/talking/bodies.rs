//! What a message may say, and that it is kept exactly.

use chatterbox_testkit::{Database, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    a_text_is_kept_exactly_as_typed,
    a_text_that_cannot_be_is_refused_over_both_ways,
    broken_strings_are_refused_over_both_ways,
    replies_and_files_are_refused_until_they_exist,
}

async fn a_text_is_kept_exactly_as_typed(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let texts = [
        "  two  spaces\r\n\n\ttab ".to_owned(),
        "e\u{301} is not \u{e9}, \u{212b} not \u{c5}".to_owned(),
        "<script>alert(1)</script> & \"quotes\" \\ \u{7f}\u{1}\u{2028}".to_owned(),
        "👨‍👩‍👧 👍🏽 🏴󠁧󠁢󠁳󠁣󠁴󠁿 \u{202e}mirrored\u{202c} שלום \u{feff}".to_owned(),
        "'; DROP TABLE messages; --".to_owned(),
        format!("Z{}", "\u{301}".repeat(3_999)),
        "😀".repeat(4_000),
        "x".repeat(4_000),
        "\u{10ffff}\u{fffe}".to_owned(),
    ];
    for (number, text) in texts.iter().enumerate() {
        let posted = if number % 2 == 0 {
            ann.say(lobby, text).await
        } else {
            socket.say(lobby, text).await
        };
        assert_eq!(posted["body"], text.as_str());
        assert_eq!(
            socket.next_of("message_posted").await["message"]["body"],
            text.as_str()
        );
    }
    assert_eq!(ann.texts(lobby).await, texts);
}

async fn a_text_that_cannot_be_is_refused_over_both_ways(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let message = ann.say(lobby, "before").await;
    let mut socket = ann.connect().await;
    for (text, code) in [
        (String::new(), "blank"),
        (" \n\t\u{3000}".to_owned(), "blank"),
        ("\u{200b}\u{feff}\u{2060}".to_owned(), "blank"),
        ("x".repeat(4_001), "too_long"),
        ("😀".repeat(4_001), "too_long"),
        (format!("Z{}", "\u{301}".repeat(10_000)), "too_long"),
        ("a\0b".to_owned(), "nul_character"),
    ] {
        let what: String = text.chars().take(10).collect();
        let post = json!({ "client_key": fresh_key(), "body": text });
        for answer in [
            ann.post(&format!("/api/v1/rooms/{lobby}/messages"), &post).await,
            ann.patch(
                &format!("/api/v1/messages/{}", message["id"]),
                &json!({ "body": text }),
            )
            .await,
        ] {
            let problem = answer.refuses(422, "validation_failed");
            assert_eq!(problem["errors"][0]["field"], "body", "{what}");
            assert_eq!(problem["errors"][0]["code"], code, "{what}");
        }
        for mut frame in [
            json!({ "type": "message_send", "room_id": lobby, "client_key": fresh_key() }),
            json!({ "type": "message_edit", "message_id": message["id"] }),
        ] {
            frame["body"] = text.as_str().into();
            let answer = socket.ask(frame).await;
            assert_eq!(
                (&answer["type"], &answer["code"]),
                (&json!("error"), &json!("validation_failed")),
                "{what}"
            );
        }
    }
    assert_eq!(ann.history(lobby).await, [message]);
}

async fn broken_strings_are_refused_over_both_ways(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let key = fresh_key();
    for broken in [r"\ud800", r"\udc00", r"\ud83d x", r"\ud83d\ud83d", r"\u12", r"\x"] {
        let text = format!(r#"{{"client_key":"{key}","body":"{broken}"}}"#);
        let request = ann.request("POST", &format!("/api/v1/rooms/{lobby}/messages"));
        request
            .body("application/json", text)
            .send()
            .await
            .refuses(400, "malformed_json");
        let frame = format!(
            r#"{{"type":"message_send","ref":77,"room_id":{lobby},"client_key":"{key}","body":"{broken}"}}"#
        );
        socket.send_text(&frame).await;
        let answer = socket.next_of("error").await;
        assert_eq!(answer["code"], "malformed_json", "{broken}");
    }
    let not_utf8 = [
        br#"{"client_key":""#,
        key.as_bytes(),
        b"\",\"body\":\"\xff\xfe\"}",
    ]
    .concat();
    let request = ann.request("POST", &format!("/api/v1/rooms/{lobby}/messages"));
    request
        .body("application/json", not_utf8)
        .send()
        .await
        .refuses(400, "malformed_json");
    assert!(ann.history(lobby).await.is_empty());
}

async fn replies_and_files_are_refused_until_they_exist(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let path = format!("/api/v1/rooms/{lobby}/messages");
    for (field, value) in [("reply_to", json!(1)), ("attachments", json!([1]))] {
        let mut request = json!({ "client_key": fresh_key(), "body": "with more" });
        request[field] = value;
        let problem: Value = ann.post(&path, &request).await.refuses(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field);
        assert_eq!(problem["errors"][0]["code"], "not_supported");
    }
    assert!(ann.history(lobby).await.is_empty());
}
