//! Requests that no client of ours would send: each has a named answer.

use chatterbox_testkit::{Answer, Database, PASSWORD, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    a_body_must_be_json_and_say_so,
    a_body_of_another_shape_says_what_is_missing,
    a_huge_body_is_refused_before_it_is_read,
    an_unknown_path_and_an_unknown_method_are_problems_too,
    an_id_that_is_no_number_is_an_id_of_nothing,
    unknown_fields_are_ignored,
}

const LOGIN: &str = "/api/v1/auth/login";

async fn a_body_must_be_json_and_say_so(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let posting = format!("/api/v1/rooms/{lobby}/messages");
    let message = ann.say(lobby, "before").await;
    let editing = format!("/api/v1/messages/{}", message["id"]);
    for (method, path) in [
        ("POST", LOGIN),
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/password"),
        ("PATCH", "/api/v1/me"),
        ("POST", "/api/v1/direct"),
        ("POST", posting.as_str()),
        ("PATCH", editing.as_str()),
        ("POST", "/change-password"),
        ("POST", "/update-about"),
    ] {
        let request = || ann.request(method, path);
        request().send().await.refuses(415, "unsupported_media_type");
        request()
            .body("text/plain", "{}")
            .send()
            .await
            .refuses(415, "unsupported_media_type");
        for broken in ["", "{", "{\"a\":}", "nonsense", "\u{feff}{}"] {
            request()
                .body("application/json", broken)
                .send()
                .await
                .refuses(400, "malformed_json");
        }
        request()
            .body("application/json", b"\xff\xfe{\0}\0".to_vec())
            .send()
            .await
            .refuses(400, "malformed_json");
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let answer = request().body("application/json", deep).send().await;
        assert!(matches!(answer.status, 400 | 422), "{}", answer.text());
    }
}

async fn a_body_of_another_shape_says_what_is_missing(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let posting = format!("/api/v1/rooms/{lobby}/messages");
    let errors = |answer: &Answer| answer.refuses(422, "validation_failed")["errors"][0].clone();
    for (path, body, field, code) in [
        (LOGIN, json!({ "username": "ann" }), "password", "missing"),
        (
            LOGIN,
            json!({ "username": 5, "password": PASSWORD }),
            "body",
            "wrong_type",
        ),
        (
            LOGIN,
            json!({ "username": ["ann"], "password": PASSWORD }),
            "body",
            "wrong_type",
        ),
        (LOGIN, json!(null), "body", "wrong_type"),
        (LOGIN, json!("ann"), "body", "wrong_type"),
        (&posting, json!({ "body": "hi" }), "client_key", "missing"),
        (&posting, json!({ "client_key": fresh_key() }), "body", "missing"),
        (
            &posting,
            json!({ "client_key": fresh_key(), "body": null }),
            "body",
            "wrong_type",
        ),
        (
            &posting,
            json!({ "client_key": fresh_key(), "body": { "text": "hi" } }),
            "body",
            "wrong_type",
        ),
    ] {
        let request = ann
            .request("POST", path)
            .body("application/json", body.to_string());
        let error = errors(&request.send().await);
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{path} {body}"
        );
    }
    let reading = format!("/api/v1/rooms/{lobby}/read");
    for seq in [json!("1"), json!(1.5), json!(1e300), Value::Null] {
        errors(&ann.put(&reading, &json!({ "seq": seq })).await);
    }
    assert!(ann.history(lobby).await.is_empty());
}

async fn a_huge_body_is_refused_before_it_is_read(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    for path in [
        LOGIN.to_owned(),
        format!("/api/v1/rooms/{lobby}/messages"),
        "/login".to_owned(),
    ] {
        let request = ann.request("POST", &path).body("application/json", "{");
        request
            .announcing_length(5_000_000_000)
            .send()
            .await
            .refuses(413, "body_too_large");
    }
    let body = json!({ "client_key": fresh_key(), "body": "x".repeat(70_000) });
    let answer = ann.post(&format!("/api/v1/rooms/{lobby}/messages"), &body).await;
    answer.refuses(413, "body_too_large");
    ann.say(lobby, "and still served").await;
}

async fn an_unknown_path_and_an_unknown_method_are_problems_too(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    for path in [
        "/api/v1/nothing",
        "/api/v2/server",
        "/api",
        "/nothing.txt",
        "/api/v1/rooms/1/2/3",
        "/%00",
        "/../etc",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = ann.request(method, path).send().await;
            assert!(
                matches!(answer.status, 404 | 405),
                "{method} {path}: {}",
                answer.status
            );
            answer.refuses(
                answer.status,
                if answer.status == 404 {
                    "not_found"
                } else {
                    "method_not_allowed"
                },
            );
        }
    }
    for (method, path) in [
        ("DELETE", "/api/v1/me"),
        ("PUT", "/api/v1/server"),
        ("GET", LOGIN),
        ("POST", "/api/v1/users"),
        ("BREW", "/api/v1/rooms"),
        ("PATCH", "/login"),
    ] {
        let answer = ann.request(method, path).send().await;
        assert!(
            matches!(answer.status, 404 | 405),
            "{method} {path}: {}",
            answer.text()
        );
        answer.refuses(
            answer.status,
            if answer.status == 404 {
                "not_found"
            } else {
                "method_not_allowed"
            },
        );
    }
}

async fn an_id_that_is_no_number_is_an_id_of_nothing(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let missing = ann.get("/api/v1/messages/999999").await;
    for id in [
        "x",
        "1.5",
        "99999999999999999999",
        "-",
        "%20",
        "1%00",
        "0x1",
        "+1e3",
    ] {
        let answer = ann.get(&format!("/api/v1/messages/{id}")).await;
        answer.refuses(404, "not_found");
        assert_eq!(answer.body, missing.body, "{id}");
        ann.get(&format!("/api/v1/rooms/{id}/messages"))
            .await
            .refuses(404, "not_found");
        ann.get(&format!("/api/v1/users/{id}"))
            .await
            .refuses(404, "not_found");
    }
}

/// A newer client talks to an older server.
async fn unknown_fields_are_ignored(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let request = json!({ "client_key": fresh_key(), "body": "hi", "sparkle": { "level": 3 } });
    ann.post(&format!("/api/v1/rooms/{lobby}/messages"), &request)
        .await
        .expect(201);
    let mut socket = ann.connect().await;
    let frame = json!({
        "type": "message_send", "room_id": lobby, "client_key": fresh_key(), "body": "hi", "sparkle": [1],
    });
    assert_eq!(socket.ask(frame).await["type"], "ok");
}
