//! Changing one's password.

use chatterbox_testkit::{Answer, Database, PASSWORD, Person, Server, on_both};
use serde_json::{Value, json};

const NEW: &str = "amber compass 77";

on_both! {
    a_new_password_ends_the_other_devices_and_the_old_one,
    without_the_current_password_nothing_changes,
    wrong_guesses_of_the_current_password_are_limited,
}

async fn change(person: &Person, current: &str, new: &str) -> Answer {
    let body = json!({ "current_password": current, "new_password": new });
    person.post("/api/v1/auth/password", &body).await
}

async fn a_new_password_ends_the_other_devices_and_the_old_one(database: Database) {
    let server = Server::start(database).await;
    let mut ann = server.person("ann").await;
    let elsewhere = ann.on_another_device().await;
    let (mut here, mut there) = (ann.connect().await, elsewhere.connect().await);
    change(&ann, PASSWORD, NEW).await.expect(204);
    assert_eq!(there.next_of("session_ended").await["reason"], "password_changed");
    assert_eq!(there.closed().await.0, 4001);
    elsewhere.get("/api/v1/me").await.refuses(401, "session_ended");
    elsewhere
        .refresh_with(&elsewhere.refresh_secret, &Value::Null)
        .await
        .refuses(401, "session_ended");
    let lobby = ann.lobby().await;
    here.say(lobby, "this device stays").await;
    ann.refresh().await.expect(200);
    let login = |password: &str| json!({ "username": "ann", "password": password });
    let path = "/api/v1/auth/login";
    server
        .post(path, &login(PASSWORD))
        .await
        .refuses(401, "invalid_credentials");
    server.post(path, &login(NEW)).await.expect(200);
}

async fn without_the_current_password_nothing_changes(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let elsewhere = ann.on_another_device().await;
    change(&ann, "a wrong guess", NEW)
        .await
        .refuses(403, "wrong_password");
    let problem = change(&ann, PASSWORD, "short")
        .await
        .refuses(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "new_password");
    elsewhere.get("/api/v1/me").await.expect(200);
    server.sign_in("ann").await;
}

async fn wrong_guesses_of_the_current_password_are_limited(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sign_in_failures_per_account = 3).await;
    let ann = server.person("ann").await;
    for _ in 0..3 {
        change(&ann, "a wrong guess", NEW)
            .await
            .refuses(403, "wrong_password");
    }
    let refused = change(&ann, PASSWORD, NEW).await;
    refused.refuses(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
}
