//! Signing up.

use chatterbox_server::config::SignUpConfig;
use chatterbox_testkit::{Answer, Database, PASSWORD, Server, on_both};
use serde_json::{Value, json};

on_both! {
    the_first_person_is_the_owner_and_the_next_ones_are_members,
    everything_that_is_wrong_is_said_at_once,
    names_are_unique_whatever_the_capitals_and_also_to_the_eye,
    an_email_address_belongs_to_one_account,
    of_two_who_want_one_name_at_once_one_gets_it,
    of_two_who_sign_up_first_at_once_one_is_the_owner,
    closed_sign_up_still_lets_the_first_person_in,
    sign_ups_from_one_address_are_limited,
    a_new_account_is_announced_to_everybody,
}

async fn register(server: &Server, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    server.post("/api/v1/auth/register", &body).await
}

async fn the_first_person_is_the_owner_and_the_next_ones_are_members(database: Database) {
    let server = Server::start(database).await;
    assert_eq!(
        server.get("/api/v1/server").await.expect(200)["has_accounts"],
        false
    );
    for (name, role) in [("olivia", "owner"), ("ann", "member"), ("bob", "member")] {
        let answer = register(&server, name, PASSWORD).await;
        let signed_in = answer.expect(201);
        let user = &signed_in["user"];
        assert_eq!((&user["username"], &user["role"]), (&json!(name), &json!(role)));
        assert_eq!(user["display_name"], name);
        assert_eq!((&user["avatar_url"], &user["about"]), (&Value::Null, &json!("")));
        assert_eq!(signed_in["token_type"], "Bearer");
        assert_eq!(signed_in["expires_in"], 900);
        assert!(answer.cookie("chatterbox_refresh").is_some());
        assert!(
            !answer.text().contains("email"),
            "nobody else's business: {}",
            answer.text()
        );
    }
    assert_eq!(
        server.get("/api/v1/server").await.expect(200)["has_accounts"],
        true
    );
}

async fn everything_that_is_wrong_is_said_at_once(database: Database) {
    let server = Server::start(database).await;
    let body = json!({ "username": "a b", "password": "short", "email": "nowhere" });
    let problem = server
        .post("/api/v1/auth/register", &body)
        .await
        .refuses(422, "validation_failed");
    let fields: Vec<&Value> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(fields, ["username", "password", "email"]);
    for (username, password, field, code) in [
        ("ab", PASSWORD, "username", "too_short"),
        (&"a".repeat(33), PASSWORD, "username", "too_long"),
        ("ann\u{200b}a", PASSWORD, "username", "forbidden_character"),
        ("аnn", PASSWORD, "username", "mixed_scripts"),
        ("admin", PASSWORD, "username", "reserved"),
        ("ann", "7 chars", "password", "too_short"),
        ("ann", &"x".repeat(1_025), "password", "too_long"),
        ("ann", "password", "password", "too_common"),
    ] {
        let problem = register(&server, username, password)
            .await
            .refuses(422, "validation_failed");
        assert_eq!(
            problem["errors"][0]["field"], field,
            "{username} {password}: {problem}"
        );
        assert_eq!(
            problem["errors"][0]["code"], code,
            "{username} {password}: {problem}"
        );
    }
    // 64 times 16 bytes.
    register(&server, "ann", &"violet länterns".repeat(64))
        .await
        .expect(201);
    register(&server, "Øyvind_Æ.9-", "8 chars!").await.expect(201);
    register(&server, "дмитрий", PASSWORD).await.expect(201);
}

async fn names_are_unique_whatever_the_capitals_and_also_to_the_eye(database: Database) {
    let server = Server::start(database).await;
    register(&server, "Lola0", PASSWORD).await.expect(201);
    for taken in ["Lola0", "lola0", "LOLA0", "lolaO", "IoIa0"] {
        register(&server, taken, PASSWORD)
            .await
            .refuses(409, "username_taken");
    }
    register(&server, "сор", PASSWORD).await.expect(201);
    register(&server, "cop", PASSWORD)
        .await
        .refuses(409, "username_taken");
    register(&server, "lola1", PASSWORD).await.expect(201);
}

async fn an_email_address_belongs_to_one_account(database: Database) {
    let server = Server::start(database).await;
    let body = |name: &str, email: &str| json!({ "username": name, "password": PASSWORD, "email": email });
    let path = "/api/v1/auth/register";
    server
        .post(path, &body("ann", "Ann@Example.org"))
        .await
        .expect(201);
    server
        .post(path, &body("bob", "ann@example.org"))
        .await
        .refuses(409, "email_taken");
    server.post(path, &body("bob", "")).await.expect(201);
    server.post(path, &body("cid", "")).await.expect(201);
}

async fn of_two_who_want_one_name_at_once_one_gets_it(database: Database) {
    let server = Server::start(database).await;
    server.owner().await;
    for round in 0..5 {
        let (lower, upper) = (format!("same{round}"), format!("SAME{round}"));
        let answers = futures_util::future::join4(
            register(&server, &lower, PASSWORD),
            register(&server, &upper, PASSWORD),
            register(&server, &lower, PASSWORD),
            register(&server, &upper, PASSWORD),
        );
        let (a, b, c, d) = answers.await;
        let (won, lost): (Vec<_>, Vec<_>) = [a, b, c, d].into_iter().partition(|answer| answer.status == 201);
        assert_eq!(won.len(), 1);
        lost.iter().for_each(|answer| {
            answer.refuses(409, "username_taken");
        });
    }
}

async fn of_two_who_sign_up_first_at_once_one_is_the_owner(database: Database) {
    let server = Server::start(database).await;
    let names: Vec<String> = (0..6).map(|number| format!("first{number}")).collect();
    let everybody = names.iter().map(|name| register(&server, name, PASSWORD));
    let answers = futures_util::future::join_all(everybody).await;
    let roles: Vec<Value> = answers
        .iter()
        .map(|answer| answer.expect(201)["user"]["role"].clone())
        .collect();
    assert_eq!(
        roles.iter().filter(|role| **role == "owner").count(),
        1,
        "{roles:?}"
    );
    assert_eq!(
        roles.iter().filter(|role| **role == "member").count(),
        5,
        "{roles:?}"
    );
}

async fn closed_sign_up_still_lets_the_first_person_in(database: Database) {
    let server = Server::start_with(database, |config| config.accounts.sign_up = SignUpConfig::Closed).await;
    assert_eq!(
        server.get("/api/v1/server").await.expect(200)["sign_up"],
        "closed"
    );
    let owner = register(&server, "olivia", PASSWORD).await.expect(201);
    assert_eq!(owner["user"]["role"], "owner");
    register(&server, "ann", PASSWORD)
        .await
        .refuses(403, "sign_up_closed");
    server.sign_in("olivia").await;
}

async fn sign_ups_from_one_address_are_limited(database: Database) {
    let server = Server::start_with(database, |config| config.limits.sign_ups_per_address = 2).await;
    for name in ["ann", "bob"] {
        register(&server, name, PASSWORD).await.expect(201);
    }
    let refused = register(&server, "cid", PASSWORD).await;
    let problem = refused.refuses(429, "rate_limited");
    let seconds: u64 = refused
        .header("retry-after")
        .expect("Retry-After")
        .parse()
        .expect("seconds");
    assert!((1..=6).contains(&seconds), "{seconds}");
    assert!(
        problem["retry_after_ms"]
            .as_u64()
            .is_some_and(|ms| ms.div_ceil(1_000) == seconds)
    );
}

async fn a_new_account_is_announced_to_everybody(database: Database) {
    let server = Server::start(database).await;
    let owner = server.owner().await;
    let mut socket = owner.connect().await;
    let ann = server.person("ann").await;
    let frame = socket.next_of("user_changed").await;
    assert_eq!(frame["user"]["id"], ann.id);
    assert_eq!(frame["user"]["username"], "ann");
}
