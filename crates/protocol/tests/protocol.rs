//! The wire as promised: generated types, frames and what is said about broken ones.

use chatterbox_protocol::client_frame::{ClientFrame, PlainMessage};
use chatterbox_protocol::typescript;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the generator is asked for by an environment variable"
)]
fn the_typescript_declarations_are_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/protocol/index.ts");
    let generated = typescript::declarations();
    if std::env::var("CHATTERBOX_BLESS").is_ok() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "web/src/protocol/index.ts is stale: run `cargo xtask bless`"
    );
}

#[test]
fn the_cursors_of_hello_are_numbers_by_room() {
    let hello = r#"{"type":"hello","protocol":1,"cursors":{"1":4711,"23":0}}"#;
    let ClientFrame::Hello(hello) = ClientFrame::parse(hello).unwrap() else {
        panic!("not a hello")
    };
    assert_eq!(hello.cursors, [(1, 4711), (23, 0)].into());
    let error =
        ClientFrame::parse(r#"{"type":"hello","ref":3,"protocol":1,"cursors":{"lobby":1}}"#).unwrap_err();
    assert_eq!((error.reference, error.code), (Some(3), "validation_failed"));
}

#[test]
fn a_broken_frame_is_explained_and_answered_by_its_ref() {
    for (text, reference, code) in [
        ("", None, "malformed_json"),
        ("[]", None, "malformed_json"),
        ("[1,2]", None, "malformed_json"),
        (r#"["typing",1,2,true]"#, None, "malformed_json"),
        ("{", None, "malformed_json"),
        (
            r#"{"type":"message_send","ref":1,"room_id":1,"client_key":"x","body":"\ud800"}"#,
            Some(1),
            "malformed_json",
        ),
        (r#"{"ref":7}"#, Some(7), "unknown_type"),
        (r#"{"ref":7,"type":"dance"}"#, Some(7), "unknown_type"),
        (r#"{"ref":7,"type":5}"#, Some(7), "unknown_type"),
        (r#"{"ref":"seven","type":"typing"}"#, None, "validation_failed"),
        (r#"{"ref":8,"type":"message_send"}"#, Some(8), "validation_failed"),
        (
            r#"{"ref":9,"type":"message_edit","message_id":"one","body":"x"}"#,
            Some(9),
            "validation_failed",
        ),
    ] {
        let error = ClientFrame::parse(text).unwrap_err();
        assert_eq!((error.reference, error.code), (reference, code), "{text}");
        assert!(!error.detail.is_empty());
    }
}

#[test]
fn a_plain_message_has_content_and_no_type() {
    let plain = PlainMessage::parse(r#"{"content":"hi","receiver_id":null}"#).unwrap();
    assert_eq!((plain.content.as_str(), plain.receiver_id), ("hi", None));
    assert_eq!(
        PlainMessage::parse(r#"{"content":"hi","receiver_id":4}"#)
            .unwrap()
            .receiver_id,
        Some(4)
    );
    assert_eq!(PlainMessage::parse(r#"{"type":"typing","content":"hi"}"#), None);
    assert_eq!(PlainMessage::parse(r#"{"body":"hi"}"#), None);
}
