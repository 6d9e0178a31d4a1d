//! `WS /ws?token=` and `WS /ws/{user_id}?token=`.

use chatterbox_testkit::{Database, Server, Socket, fresh_key, on_both};
use serde_json::{Value, json};

use super::User;

on_both! {
    a_plain_message_goes_to_everybody_or_to_one_person,
    the_socket_with_an_id_is_for_that_person_only,
    what_is_wrong_with_a_plain_message_is_said,
}

async fn a_plain_message_goes_to_everybody_or_to_one_person(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = (
        User::of(&server, "ann").await,
        User::of(&server, "bob").await,
        User::of(&server, "eve").await,
    );
    let (mut anns, mut bobs, mut eves) = (
        ann.socket(&server).await,
        bob.socket(&server).await,
        eve.socket(&server).await,
    );
    anns.send(&json!({ "content": "hello Bob", "receiver_id": bob.id }))
        .await;
    let answer = anns.next_of("ok").await;
    assert_eq!(answer["ref"], Value::Null);
    let heard = bobs.next_of("message_posted").await;
    assert_eq!(heard["message"], answer["message"]);
    anns.send(&json!({ "content": "hello all", "receiver_id": null }))
        .await;
    for socket in [&mut bobs, &mut eves] {
        assert_eq!(
            socket.next_of("message_posted").await["message"]["body"],
            "hello all"
        );
    }
    anns.next_of("ok").await;
    let private = eves
        .received
        .iter()
        .filter(|frame| frame.to_string().contains("hello Bob"));
    assert_eq!(private.count(), 0);
    let once = json!({ "content": "only once", "client_key": fresh_key() });
    anns.send(&once).await;
    let first = anns.next_of("ok").await;
    anns.send(&once).await;
    assert_eq!(anns.next_of("ok").await, first);
}

async fn the_socket_with_an_id_is_for_that_person_only(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (User::of(&server, "ann").await, User::of(&server, "bob").await);
    let path = format!("/ws/{}?token={}", ann.id, ann.token);
    let mut socket = Socket::open(server.address(), &path, &[]).await;
    assert_eq!(socket.next_of("welcome").await["me"]["id"], ann.id);
    let upgrade = |path: String| {
        let request = server.request("GET", &path).header("Upgrade", "websocket");
        request
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    let other = upgrade(format!("/ws/{}?token={}", bob.id, ann.token))
        .send()
        .await;
    other.refuses(403, "forbidden");
    upgrade(format!("/ws/{}", ann.id))
        .send()
        .await
        .refuses(401, "unauthorized");
    upgrade(format!("/ws/nobody?token={}", ann.token))
        .send()
        .await
        .refuses(404, "not_found");
}

async fn what_is_wrong_with_a_plain_message_is_said(database: Database) {
    let server = Server::start(database).await;
    let ann = User::of(&server, "ann").await;
    let mut socket = ann.socket(&server).await;
    for (message, code) in [
        (json!({ "content": "" }), "validation_failed"),
        (json!({ "content": "x".repeat(4_001) }), "validation_failed"),
        (json!({ "content": "hi", "receiver_id": 999_999 }), "not_found"),
        (
            json!({ "content": "hi", "receiver_id": ann.id }),
            "validation_failed",
        ),
        (
            json!({ "content": "hi", "client_key": "none" }),
            "validation_failed",
        ),
        (json!({ "content": 5 }), "unknown_type"),
        (json!({ "message": "hi" }), "unknown_type"),
    ] {
        socket.send(&message).await;
        let answer = socket.next_of("error").await;
        assert_eq!(answer["code"], code, "{message}");
        assert_eq!(answer["ref"], Value::Null);
    }
    assert_eq!(ann.get(&server, "/history").await.expect(200), json!([]));
}
