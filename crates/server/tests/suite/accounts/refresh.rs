//! Staying signed in.

use chatterbox_testkit::{Database, Server, on_both};
use serde_json::{Value, json};

on_both! {
    each_refresh_brings_the_next_secret,
    a_secret_used_twice_ends_the_session_and_its_socket,
    a_repeated_attempt_gets_the_same_answer,
    an_attempt_is_repeated_only_until_its_secret_is_used,
    a_refresh_without_a_good_secret_is_refused_and_takes_the_cookie_away,
}

async fn each_refresh_brings_the_next_secret(database: Database) {
    let server = Server::start(database).await;
    let mut ann = server.person("ann").await;
    let mut secrets = vec![ann.refresh_secret.clone()];
    for _ in 0..3 {
        let session = ann.session_id;
        ann.refresh().await.expect(200);
        assert_eq!(ann.session_id, session, "it is still this device");
        assert!(!secrets.contains(&ann.refresh_secret));
        secrets.push(ann.refresh_secret.clone());
        ann.get("/api/v1/me").await.expect(200);
    }
}

async fn a_secret_used_twice_ends_the_session_and_its_socket(database: Database) {
    let server = Server::start(database).await;
    let mut ann = server.person("ann").await;
    let elsewhere = ann.on_another_device().await;
    let mut socket = ann.connect().await;
    let stolen = ann.refresh_secret.clone();
    ann.refresh().await.expect(200);
    ann.refresh().await.expect(200);
    ann.refresh_with(&stolen, &Value::Null)
        .await
        .refuses(401, "session_ended");
    assert_eq!(socket.next_of("session_ended").await["reason"], "refresh_reused");
    assert_eq!(socket.closed().await.0, 4001);
    ann.get("/api/v1/me").await.refuses(401, "session_ended");
    ann.refresh().await.refuses(401, "session_ended");
    elsewhere.get("/api/v1/me").await.expect(200);
}

async fn a_repeated_attempt_gets_the_same_answer(database: Database) {
    let mut server = Server::start(database).await;
    let ann = server.person("ann").await;
    let attempt = json!({ "attempt": "7a1f" });
    let first = ann.refresh_with(&ann.refresh_secret, &attempt).await;
    first.expect(200);
    server.restart().await;
    let second = ann.refresh_with(&ann.refresh_secret, &attempt).await;
    second.expect(200);
    let secret = first.cookie("chatterbox_refresh").expect("a secret");
    assert_eq!(second.cookie("chatterbox_refresh"), Some(secret.clone()));
    ann.refresh_with(&secret, &Value::Null).await.expect(200);
}

async fn an_attempt_is_repeated_only_until_its_secret_is_used(database: Database) {
    let server = Server::start(database).await;
    for (name, again) in [
        ("ann", json!({ "attempt": "one" })),
        ("bob", json!({ "attempt": "two" })),
    ] {
        let person = server.person(name).await;
        let first = person
            .refresh_with(&person.refresh_secret, &json!({ "attempt": "one" }))
            .await;
        let next = first.cookie("chatterbox_refresh").expect("a secret");
        if name == "ann" {
            // Whoever repeats it now is not the one who has already gone on.
            person.refresh_with(&next, &Value::Null).await.expect(200);
        }
        person
            .refresh_with(&person.refresh_secret, &again)
            .await
            .refuses(401, "session_ended");
        person.get("/api/v1/me").await.refuses(401, "session_ended");
    }
    let cid = server.person("cid").await;
    for attempt in ["", &"x".repeat(65)] {
        let problem = cid
            .refresh_with(&cid.refresh_secret, &json!({ "attempt": attempt }))
            .await;
        problem.refuses(422, "validation_failed");
    }
    cid.get("/api/v1/me").await.expect(200);
}

async fn a_refresh_without_a_good_secret_is_refused_and_takes_the_cookie_away(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let unknown = ann.refresh_secret.chars().rev().collect::<String>();
    for secret in [unknown.as_str(), "nonsense", "", "%00", &"x".repeat(4_000)] {
        let answer = ann.refresh_with(secret, &Value::Null).await;
        answer.refuses(401, "session_ended");
    }
    let answer = ann.refresh_with("nonsense", &Value::Null).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        cookie.starts_with("chatterbox_refresh=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    let request = server.request("POST", "/api/v1/auth/refresh");
    let cookie = format!("chatterbox_refresh={}", ann.refresh_secret);
    let answer = request
        .header("Cookie", &cookie)
        .body("application/json", "{")
        .send()
        .await;
    answer.refuses(400, "malformed_json");
    ann.refresh_with(&ann.refresh_secret, &Value::Null)
        .await
        .expect(200);
}
