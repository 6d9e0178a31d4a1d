//! Signing in.

use chatterbox_testkit::{Answer, Database, PASSWORD, Person, Server, on_both};
use serde_json::{Value, json};

on_both! {
    one_signs_in_by_name_or_by_address,
    an_unknown_name_and_a_wrong_password_look_the_same,
    failures_are_limited_for_each_name_and_success_is_not_counted,
    failures_are_limited_for_each_address,
    a_blocked_person_learns_it_only_with_the_right_password,
    the_refresh_cookie_is_out_of_reach_for_scripts_and_other_sites,
    signing_in_survives_a_restart,
}

async fn login(server: &Server, body: Value) -> Answer {
    server.post("/api/v1/auth/login", &body).await
}

async fn one_signs_in_by_name_or_by_address(database: Database) {
    let server = Server::start(database).await;
    let body = json!({ "username": "Ann", "password": PASSWORD, "email": "Ann@Example.org" });
    server.post("/api/v1/auth/register", &body).await.expect(201);
    for body in [
        json!({ "username": "Ann", "password": PASSWORD }),
        json!({ "username": "ANN", "password": PASSWORD }),
        json!({ "username": "ann@example.org", "password": PASSWORD }),
        json!({ "email": "ANN@example.org", "password": PASSWORD }),
        json!({ "username": " ann ", "password": PASSWORD }),
    ] {
        let signed_in = login(&server, body.clone()).await.expect(200);
        assert_eq!(signed_in["user"]["username"], "Ann", "{body}");
    }
    login(
        &server,
        json!({ "username": "Ann", "password": format!("{PASSWORD} ") }),
    )
    .await
    .refuses(401, "invalid_credentials");
    let problem = login(&server, json!({ "password": PASSWORD }))
        .await
        .refuses(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "missing");
}

async fn an_unknown_name_and_a_wrong_password_look_the_same(database: Database) {
    let server = Server::start(database).await;
    server.person("ann").await;
    let wrong = login(
        &server,
        json!({ "username": "ann", "password": "not hers at all" }),
    )
    .await;
    let unknown = login(
        &server,
        json!({ "username": "nobody", "password": "not hers at all" }),
    )
    .await;
    let address = login(
        &server,
        json!({ "email": "no@body.example", "password": "not hers at all" }),
    )
    .await;
    let odd = login(&server, json!({ "username": "\u{0}'; --", "password": "" })).await;
    for answer in [&wrong, &unknown, &address, &odd] {
        answer.refuses(401, "invalid_credentials");
        assert_eq!(answer.body, wrong.body);
        assert!(answer.cookie("chatterbox_refresh").is_none());
    }
}

async fn failures_are_limited_for_each_name_and_success_is_not_counted(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sign_in_failures_per_account = 3).await;
    server.person("ann").await;
    server.person("bob").await;
    for _ in 0..10 {
        server.sign_in("ann").await;
    }
    for name in ["ann", "nobody"] {
        for _ in 0..3 {
            login(&server, json!({ "username": name, "password": "a wrong guess" }))
                .await
                .refuses(401, "invalid_credentials");
        }
        // From now on also the right one has to wait, or guessing would go on.
        let refused = login(&server, json!({ "username": name, "password": PASSWORD })).await;
        refused.refuses(429, "rate_limited");
        let seconds: u64 = refused
            .header("retry-after")
            .expect("Retry-After")
            .parse()
            .expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    let capitals = login(&server, json!({ "username": "ANN", "password": PASSWORD })).await;
    capitals.refuses(429, "rate_limited");
    server.sign_in("bob").await;
}

async fn failures_are_limited_for_each_address(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sign_in_failures_per_address = 4).await;
    server.person("ann").await;
    for number in 0..4 {
        let body = json!({ "username": format!("guess{number}"), "password": "a wrong guess" });
        login(&server, body).await.refuses(401, "invalid_credentials");
    }
    let refused = login(&server, json!({ "username": "ann", "password": PASSWORD })).await;
    refused.refuses(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
}

async fn a_blocked_person_learns_it_only_with_the_right_password(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let me = ann.get("/api/v1/me").await.expect(200);
    let at = me["user"]["created_at"]
        .as_str()
        .expect("a moment")
        .parse()
        .expect("a moment");
    server.block(&ann, at).await;
    login(&server, json!({ "username": "ann", "password": "a wrong guess" }))
        .await
        .refuses(401, "invalid_credentials");
    let body = json!({ "username": "ann", "password": PASSWORD });
    login(&server, body).await.refuses(403, "account_blocked");
    ann.refresh_with(&ann.refresh_secret, &Value::Null)
        .await
        .refuses(403, "account_blocked");
}

async fn the_refresh_cookie_is_out_of_reach_for_scripts_and_other_sites(database: Database) {
    let server = Server::start(database).await;
    server.person("ann").await;
    let body = json!({ "username": "ann", "password": PASSWORD });
    let answer = login(&server, body).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    let mut attributes = cookie.split("; ");
    assert!(
        attributes
            .next()
            .is_some_and(|pair| pair.starts_with("chatterbox_refresh="))
    );
    let mut attributes: Vec<&str> = attributes.collect();
    attributes.sort_unstable();
    let lifetime = attributes.remove(1).strip_prefix("Max-Age=").expect("a lifetime");
    let seconds: i64 = lifetime.parse().expect("seconds");
    let month = 30 * 24 * 3_600;
    assert!((month - 60..=month).contains(&seconds), "{seconds}");
    // No `Secure`: this is plain HTTP, where a browser would not send it back.
    assert_eq!(attributes, ["HttpOnly", "Path=/api/v1/auth", "SameSite=Strict"]);
    let secret = answer.cookie("chatterbox_refresh").expect("a secret");
    assert!(
        !answer.text().contains(&secret),
        "the secret is in the cookie only"
    );
}

async fn signing_in_survives_a_restart(database: Database) {
    let mut server = Server::start(database).await;
    let mut ann = server.person("ann").await;
    server.restart().await;
    ann.get("/api/v1/me").await.expect(200);
    ann.refresh().await.expect(200);
    server.restart().await;
    ann.refresh().await.expect(200);
    let devices = ann.get("/api/v1/me/sessions").await.expect(200);
    assert_eq!(devices["sessions"].as_array().map(Vec::len), Some(1));
    let again: Person = server.sign_in("ann").await;
    assert_eq!(again.id, ann.id);
}
