//! How a conversation with the server begins.

use std::collections::BTreeMap;

use chatterbox_testkit::{Database, Server, Socket, on_both};
use serde_json::{Value, json};

on_both! {
    the_welcome_has_the_documented_shape,
    who_says_nothing_is_welcomed_all_the_same,
    a_first_request_is_answered_after_the_welcome,
    a_second_hello_is_another_welcome,
    another_protocol_is_refused,
    the_subprotocol_is_echoed_when_it_is_offered,
}

async fn the_welcome_has_the_documented_shape(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let room = ann.direct_with(&bob).await;
    ann.say(lobby, "one").await;
    ann.say(room, "two").await;
    let mut anns = ann.connect().await;
    anns.expect("Ann online", |frame| {
        frame["type"] == "presence" && frame["came"] == json!([ann.id])
    })
    .await;
    let socket = bob.connect().await;
    let welcome = &socket.welcome;
    let me = &welcome["me"];
    let expected = json!({
        "type": "welcome", "ref": 1, "protocol": 1, "server_version": env!("CARGO_PKG_VERSION"),
        "session_id": bob.session_id,
        "me": {
            "id": bob.id, "username": "bob", "display_name": "bob", "role": "member", "avatar_url": null,
            "about": "", "online": true, "last_seen_at": null, "created_at": me["created_at"],
        },
        "rooms": [
            { "id": lobby, "kind": "lobby", "name": "Lobby", "peer_id": null, "cursor": 1, "last_read_seq": 0, "unread": 1 },
            { "id": room, "kind": "direct", "name": "ann", "peer_id": ann.id, "cursor": 1, "last_read_seq": 0, "unread": 1 },
        ],
        "online": [ann.id, bob.id], "online_count": 2,
    });
    assert_eq!(*welcome, expected);
}

async fn who_says_nothing_is_welcomed_all_the_same(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    ann.say(lobby, "before").await;
    let mut socket = ann.open_socket("/api/v1/ws").await;
    let welcome = socket.next_frame().await;
    assert_eq!(
        (&welcome["type"], &welcome["ref"]),
        (&json!("welcome"), &Value::Null)
    );
    ann.say(lobby, "after").await;
    let frame = socket.next_of("message_posted").await;
    assert_eq!(frame["message"]["body"], "after", "it starts from now");
}

async fn a_first_request_is_answered_after_the_welcome(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.open_socket("/api/v1/ws").await;
    socket.say(lobby, "no time for a hello").await;
    assert_eq!(socket.received[0]["type"], "welcome");
    assert_eq!(socket.received[0]["ref"], Value::Null);
}

async fn a_second_hello_is_another_welcome(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let message = socket.say(lobby, "one").await;
    socket.next_of("message_posted").await;
    socket.say_hello(&BTreeMap::from([(lobby, 0)])).await;
    assert_eq!(socket.welcome["rooms"][0]["cursor"], 1);
    assert_eq!(socket.next_of("message_posted").await["message"], message);
    let next = socket.say(lobby, "two").await;
    assert_eq!(
        socket.next_of("message_posted").await["message"],
        next,
        "and only once"
    );
    ann.say(lobby, "three").await;
    assert_eq!(socket.next_of("message_posted").await["message"]["body"], "three");
}

async fn another_protocol_is_refused(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let mut socket = ann.open_socket("/api/v1/ws").await;
    let answer = socket.ask(json!({ "type": "hello", "protocol": 2 })).await;
    assert_eq!(
        (&answer["type"], &answer["code"]),
        (&json!("error"), &json!("unsupported_protocol"))
    );
    assert_eq!(socket.closed().await.0, 4002);
}

async fn the_subprotocol_is_echoed_when_it_is_offered(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let token = format!("Bearer {}", ann.access_token);
    let offered = [
        ("Authorization", token.as_str()),
        ("Sec-WebSocket-Protocol", "chatterbox.v1"),
    ];
    // The client behind this refuses an answer without the subprotocol that it offered.
    let mut socket = Socket::open(server.address(), "/api/v1/ws", &offered).await;
    socket.say_hello(&BTreeMap::new()).await;
}
