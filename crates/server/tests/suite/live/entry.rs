//! Who gets a WebSocket.

use std::collections::BTreeMap;

use chatterbox_domain::Timestamp;
use chatterbox_testkit::{Answer, Database, Person, Server, Socket, on_both};
use chrono::TimeDelta;
use serde_json::Value;

on_both! {
    without_a_good_token_there_is_no_socket,
    a_token_is_taken_from_the_header_or_the_query,
    only_our_own_page_and_those_that_are_allowed_may_connect_from_a_browser,
    sockets_of_one_person_are_limited,
    sockets_from_one_address_are_limited,
    an_ordinary_request_is_told_what_this_address_is,
}

const SOCKETS: [&str; 3] = ["/api/v1/ws", "/ws", "/ws/1"];

/// Asks for a WebSocket and expects an answer that is none.
async fn knock(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = server
        .request("GET", path)
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().await
}

async fn founded_at(person: &Person) -> Timestamp {
    let me = person.get("/api/v1/me").await.expect(200);
    me["user"]["created_at"]
        .as_str()
        .expect("a moment")
        .parse()
        .expect("a moment")
}

async fn without_a_good_token_there_is_no_socket(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let founded_at = founded_at(&ann).await;
    let gone = ann.on_another_device().await;
    gone.post("/api/v1/auth/logout", &Value::Null).await.expect(204);
    let forged = Server::forged_token(&ann, founded_at);
    let expired = server.token_issued_at(&ann, founded_at - TimeDelta::hours(1));
    for path in SOCKETS {
        knock(&server, path, &[]).await.refuses(401, "unauthorized");
        for (token, code) in [
            ("", "unauthorized"),
            ("nonsense", "unauthorized"),
            (forged.as_str(), "unauthorized"),
            (expired.as_str(), "token_expired"),
            (gone.access_token.as_str(), "session_ended"),
        ] {
            let bearer = format!("Bearer {token}");
            knock(&server, path, &[("Authorization", &bearer)])
                .await
                .refuses(401, code);
            knock(&server, &format!("{path}?token={token}"), &[])
                .await
                .refuses(401, code);
        }
    }
    server.block(&ann, founded_at).await;
    for path in SOCKETS {
        let answer = knock(&server, &format!("{path}?token={}", ann.access_token), &[]).await;
        answer.refuses(403, "account_blocked");
    }
}

async fn a_token_is_taken_from_the_header_or_the_query(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    ann.connect().await;
    let path = format!("/api/v1/ws?token={}", ann.access_token);
    let mut socket = Socket::open(server.address(), &path, &[]).await;
    socket.say_hello(&BTreeMap::new()).await;
    assert_eq!(socket.welcome["me"]["id"], ann.id);
}

async fn only_our_own_page_and_those_that_are_allowed_may_connect_from_a_browser(database: Database) {
    let friend = "https://friend.example";
    let server = Server::start_with(database, |config| {
        config.server.cors_origins = vec![friend.to_owned()];
    })
    .await;
    let ann = server.person("ann").await;
    let path = format!("/api/v1/ws?token={}", ann.access_token);
    let (here, port) = (format!("http://{}", server.address()), server.address().port());
    for foreign in [
        "https://evil.example".to_owned(),
        "https://friend.example.evil.example".to_owned(),
        "http://127.0.0.1".to_owned(),
        format!("http://localhost:{port}"),
        "null".to_owned(),
        String::new(),
    ] {
        let answer = knock(&server, &path, &[("Origin", &foreign)]).await;
        answer.refuses(403, "origin_not_allowed");
    }
    for ours in [here.as_str(), friend] {
        let mut socket = Socket::open(server.address(), &path, &[("Origin", ours)]).await;
        socket.say_hello(&BTreeMap::new()).await;
    }
}

async fn sockets_of_one_person_are_limited(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sessions_per_person = 2).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let first = ann.connect().await;
    let _second = ann.on_another_device().await.connect().await;
    let mut third = ann.open_socket("/api/v1/ws").await;
    assert_eq!(third.closed().await.0, 4029);
    bob.connect().await;
    first.close().await;
    // The server counts the first one out before it answers its goodbye or right after, so asking again is fair.
    loop {
        let mut another = ann.open_socket("/api/v1/ws").await;
        another
            .send(&serde_json::json!({ "type": "hello", "ref": 1, "protocol": 1 }))
            .await;
        if another.next_frame_or_close().await.is_some() {
            break;
        }
    }
}

async fn sockets_from_one_address_are_limited(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sessions_per_address = 2).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let _sockets = (ann.connect().await, bob.connect().await);
    let path = format!("/api/v1/ws?token={}", bob.access_token);
    let answer = knock(&server, &path, &[]).await;
    answer.refuses(429, "rate_limited");
    assert!(answer.header("retry-after").is_some());
}

async fn an_ordinary_request_is_told_what_this_address_is(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    ann.get("/api/v1/ws").await.refuses(400, "not_a_websocket");
    let old = ann
        .request("GET", "/api/v1/ws")
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade");
    old.header("Sec-WebSocket-Version", "8")
        .send()
        .await
        .refuses(400, "not_a_websocket");
}
