//! The founding descriptions, as a script that was written for them would use them.

use std::collections::BTreeMap;

use chatterbox_testkit::{Answer, Database, Server, Socket, on_both};
use serde_json::{Value, json};

mod sockets;

on_both! {
    post_register_says_user_created,
    post_login_gives_a_bearer_token,
    a_password_of_four_characters_works_where_the_operator_allows_it,
    post_logout_ends_the_token,
    post_change_password_replaces_the_password,
    get_users_lists_everybody_with_online_and_last_seen,
    get_messages_is_the_conversation_with_one_person,
    get_history_is_everything_one_may_read,
    nobody_reads_a_pairs_history_but_those_two,
    get_broadcast_history_is_what_was_said_to_everybody,
    post_update_about_changes_the_profile,
    there_is_nothing_without_a_token,
    forms_are_understood_as_well_as_json,
}

/// A script's user: a token and an id.
struct User {
    id: i64,
    token: String,
}

impl User {
    async fn of(server: &Server, username: &str) -> Self {
        let account = json!({ "username": username, "password": "correct horse 9" });
        server.post("/register", &account).await.expect(200);
        let login = server.post("/login", &account).await.expect(200);
        Self {
            id: login["user_id"].as_i64().expect("an id"),
            token: login["token"].as_str().expect("a token").to_owned(),
        }
    }

    async fn get(&self, server: &Server, path: &str) -> Answer {
        server.request("GET", path).bearer(&self.token).send().await
    }

    async fn post(&self, server: &Server, path: &str, body: &Value) -> Answer {
        server
            .request("POST", path)
            .bearer(&self.token)
            .json(body)
            .send()
            .await
    }

    async fn socket(&self, server: &Server) -> Socket {
        let mut socket = Socket::open(server.address(), &format!("/ws?token={}", self.token), &[]).await;
        socket.welcome = socket.next_of("welcome").await;
        socket
    }
}

/// What a script reads of each message: from whom, to whom, what.
fn lines(history: &Value) -> Vec<(i64, Option<i64>, String)> {
    let line = |message: &Value| {
        let content = message["content"].as_str().expect("content").to_owned();
        (
            message["sender_id"].as_i64().expect("a sender"),
            message["receiver_id"].as_i64(),
            content,
        )
    };
    history.as_array().expect("a list").iter().map(line).collect()
}

async fn post_register_says_user_created(database: Database) {
    let server = Server::start(database).await;
    let body = json!({ "username": "ann", "password": "correct horse 9" });
    let answer = server.post("/register", &body).await.expect(200);
    assert_eq!(answer["message"], "User created");
    assert_eq!(answer["username"], "ann");
    assert!(answer["user_id"].is_i64());
    server
        .post("/register", &body)
        .await
        .refuses(409, "username_taken");
    server
        .post("/register", &json!({ "username": "bob" }))
        .await
        .refuses(422, "validation_failed");
}

async fn post_login_gives_a_bearer_token(database: Database) {
    let server = Server::start(database).await;
    let account = json!({ "username": "ann", "password": "correct horse 9", "email": "ann@example.org" });
    let id = server.post("/register", &account).await.expect(200)["user_id"].clone();
    let answer = server.post("/login", &account).await.expect(200);
    let token = &answer["access_token"];
    let expected = json!({
        "access_token": token, "token_type": "bearer", "token": token, "user_id": id, "username": "ann",
    });
    assert_eq!(answer, expected);
    let by_email = json!({ "email": "ann@example.org", "password": "correct horse 9" });
    assert_eq!(server.post("/login", &by_email).await.expect(200)["user_id"], id);
    let wrong = json!({ "username": "ann", "password": "incorrect horse" });
    server
        .post("/login", &wrong)
        .await
        .refuses(401, "invalid_credentials");
}

/// The descriptions' own example.
async fn a_password_of_four_characters_works_where_the_operator_allows_it(database: Database) {
    let account = json!({ "username": "john", "password": "1234" });
    let strict = Server::start(database).await;
    let problem = strict
        .post("/register", &account)
        .await
        .refuses(422, "validation_failed");
    let message = problem["errors"][0]["message"]
        .as_str()
        .expect("a sentence")
        .to_owned();
    assert!(
        message.contains('8'),
        "it says how long a password must be: {message}"
    );
    let lenient = Server::start_with(database, |config| config.accounts.password_min_chars = 4).await;
    let answer = lenient.post("/register", &account).await;
    assert_eq!(answer.expect(200)["message"], "User created");
    lenient.post("/login", &account).await.expect(200);
}

async fn post_logout_ends_the_token(database: Database) {
    let server = Server::start(database).await;
    let ann = User::of(&server, "ann").await;
    let answer = ann.post(&server, "/logout", &Value::Null).await.expect(200);
    assert!(answer["message"].is_string());
    ann.get(&server, "/users").await.refuses(401, "session_ended");
}

async fn post_change_password_replaces_the_password(database: Database) {
    let server = Server::start(database).await;
    let ann = User::of(&server, "ann").await;
    let wrong = json!({ "current_password": "incorrect horse", "new_password": "battery staple 1" });
    ann.post(&server, "/change-password", &wrong)
        .await
        .refuses(403, "wrong_password");
    for (field, old, new) in [
        ("current_password", "correct horse 9", "battery staple 1"),
        ("old_password", "battery staple 1", "battery staple 2"),
    ] {
        let change = json!({ field: old, "new_password": new });
        ann.post(&server, "/change-password", &change).await.expect(200);
        let login = json!({ "username": "ann", "password": new });
        server.post("/login", &login).await.expect(200);
    }
}

async fn get_users_lists_everybody_with_online_and_last_seen(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (User::of(&server, "ann").await, User::of(&server, "bob").await);
    let _socket = bob.socket(&server).await;
    let users = ann.get(&server, "/users").await.expect(200);
    let seen: Vec<(&Value, &Value)> = users
        .as_array()
        .expect("a list")
        .iter()
        .map(|user| (&user["username"], &user["online"]))
        .collect();
    assert_eq!(
        seen,
        [(&json!("ann"), &json!(false)), (&json!("bob"), &json!(true))]
    );
    assert_eq!(users[0]["last_seen_at"], Value::Null);
    assert!(users.to_string().find("email").is_none() && users.to_string().find("password").is_none());
    let page = ann
        .get(&server, &format!("/users?after={}&limit=1", ann.id))
        .await
        .expect(200);
    assert_eq!(page.as_array().map(Vec::len), Some(1));
    assert_eq!(page[0]["username"], "bob");
}

/// Ann and Bob write to each other and to everybody; Eve writes to Ann.
async fn some_talk(server: &Server) -> (User, User, User) {
    let (ann, bob, eve) = (
        User::of(server, "ann").await,
        User::of(server, "bob").await,
        User::of(server, "eve").await,
    );
    for (user, receiver, content) in [
        (&ann, None, "hello everybody"),
        (&ann, Some(bob.id), "hello Bob"),
        (&bob, Some(ann.id), "hello Ann"),
        (&bob, None, "hello all"),
        (&eve, Some(ann.id), "hello from Eve"),
    ] {
        let mut socket = user.socket(server).await;
        socket
            .send(&json!({ "content": content, "receiver_id": receiver }))
            .await;
        assert_eq!(socket.next_of("ok").await["message"]["body"], content);
    }
    (ann, bob, eve)
}

async fn get_messages_is_the_conversation_with_one_person(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = some_talk(&server).await;
    let expected = vec![
        (ann.id, Some(bob.id), "hello Bob".to_owned()),
        (bob.id, Some(ann.id), "hello Ann".to_owned()),
    ];
    let anns = ann
        .get(&server, &format!("/messages/{}", bob.id))
        .await
        .expect(200);
    assert_eq!(lines(&anns), expected);
    let bobs = bob
        .get(&server, &format!("/messages/{}", ann.id))
        .await
        .expect(200);
    assert_eq!(bobs, anns);
    assert_eq!(anns[0]["sender_username"], "ann");
    assert!(anns[0]["timestamp"].is_string() && anns[0]["id"].is_i64());
    let none = bob
        .get(&server, &format!("/messages/{}", eve.id))
        .await
        .expect(200);
    assert_eq!(none, json!([]), "they have not talked");
    ann.get(&server, "/messages/999999")
        .await
        .refuses(404, "not_found");
    let last = ann
        .get(&server, &format!("/messages/{}?limit=1", bob.id))
        .await
        .expect(200);
    assert_eq!(lines(&last), expected[1..]);
    let before = format!("/messages/{}?before={}", bob.id, last[0]["id"]);
    assert_eq!(lines(&ann.get(&server, &before).await.expect(200)), expected[..1]);
}

async fn get_history_is_everything_one_may_read(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = some_talk(&server).await;
    let everybody = [
        (ann.id, None, "hello everybody".to_owned()),
        (bob.id, None, "hello all".to_owned()),
    ];
    let between = [
        (ann.id, Some(bob.id), "hello Bob".to_owned()),
        (bob.id, Some(ann.id), "hello Ann".to_owned()),
    ];
    let from_eve = (eve.id, Some(ann.id), "hello from Eve".to_owned());
    let [first, last] = everybody;
    let [to_bob, to_ann] = between;
    for (user, expected) in [
        (
            &ann,
            vec![
                first.clone(),
                to_bob.clone(),
                to_ann.clone(),
                last.clone(),
                from_eve.clone(),
            ],
        ),
        (&bob, vec![first.clone(), to_bob, to_ann, last.clone()]),
        (&eve, vec![first, last, from_eve]),
    ] {
        assert_eq!(lines(&user.get(&server, "/history").await.expect(200)), expected);
    }
    assert_eq!(
        lines(&ann.get(&server, "/history?limit=2").await.expect(200)).len(),
        2
    );
    ann.get(&server, "/history?limit=0")
        .await
        .refuses(422, "validation_failed");
}

async fn nobody_reads_a_pairs_history_but_those_two(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = some_talk(&server).await;
    let paths = [
        format!("/history/{}/{}", ann.id, bob.id),
        format!("/history/{}/{}", bob.id, ann.id),
    ];
    for path in &paths {
        server.get(path).await.refuses(401, "unauthorized");
        eve.get(&server, path).await.refuses(403, "forbidden");
        for user in [&ann, &bob] {
            assert_eq!(lines(&user.get(&server, path).await.expect(200)).len(), 2);
        }
    }
    // The owner is nobody special here: Ann was the first to sign up, and this is not her conversation.
    ann.get(&server, &format!("/history/{}/{}", bob.id, eve.id))
        .await
        .refuses(403, "forbidden");
    eve.get(&server, &format!("/history/{}/999999", bob.id))
        .await
        .refuses(403, "forbidden");
}

async fn get_broadcast_history_is_what_was_said_to_everybody(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = some_talk(&server).await;
    let expected = [
        (ann.id, None, "hello everybody".to_owned()),
        (bob.id, None, "hello all".to_owned()),
    ];
    assert_eq!(
        lines(&eve.get(&server, "/broadcast-history").await.expect(200)),
        expected
    );
}

async fn post_update_about_changes_the_profile(database: Database) {
    let server = Server::start(database).await;
    let ann = User::of(&server, "ann").await;
    ann.post(&server, "/update-about", &json!({ "about": "Likes lanterns" }))
        .await
        .expect(200);
    let users = ann.get(&server, "/users").await.expect(200);
    assert_eq!(users[0]["about"], "Likes lanterns");
    let long = json!({ "about": "x".repeat(501) });
    ann.post(&server, "/update-about", &long)
        .await
        .refuses(422, "validation_failed");
}

async fn there_is_nothing_without_a_token(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, _) = some_talk(&server).await;
    ann.post(&server, "/logout", &Value::Null).await.expect(200);
    let about = json!({ "about": "x" });
    let passwords = json!({ "current_password": "correct horse 9", "new_password": "battery staple 1" });
    let conversation = format!("/messages/{}", bob.id);
    let pair = format!("/history/{}/{}", ann.id, bob.id);
    for (method, path, body) in [
        ("GET", "/users", &Value::Null),
        ("GET", conversation.as_str(), &Value::Null),
        ("GET", "/history", &Value::Null),
        ("GET", pair.as_str(), &Value::Null),
        ("GET", "/broadcast-history", &Value::Null),
        ("POST", "/update-about", &about),
        ("POST", "/change-password", &passwords),
        ("POST", "/logout", &Value::Null),
    ] {
        let request = server.request(method, path).json(body);
        request.clone().send().await.refuses(401, "unauthorized");
        request
            .clone()
            .bearer("nonsense")
            .send()
            .await
            .refuses(401, "unauthorized");
        request
            .bearer(&ann.token)
            .send()
            .await
            .refuses(401, "session_ended");
    }
}

async fn forms_are_understood_as_well_as_json(database: Database) {
    let server = Server::start(database).await;
    let form = "application/x-www-form-urlencoded";
    let account = "username=ann&password=correct+horse+9";
    let register = server
        .request("POST", "/register")
        .body(form, account)
        .send()
        .await;
    assert_eq!(register.expect(200)["message"], "User created");
    let login = server.request("POST", "/login").body(form, account).send().await;
    assert!(login.expect(200)["access_token"].is_string());
    let text = server
        .request("POST", "/login")
        .body("text/plain", account)
        .send()
        .await;
    text.refuses(415, "unsupported_media_type");
}

/// The same frames are spoken on all sockets, so a script can use any of them beside a real client.
async fn both_kinds_of_sockets_understand_each_other(database: Database) {
    let server = Server::start(database).await;
    let ann = User::of(&server, "ann").await;
    let bob = server.person("bob").await;
    let mut bobs = bob.connect().await;
    let mut anns = ann.socket(&server).await;
    anns.send(&json!({ "content": "from the script" })).await;
    let posted = bobs.next_of("message_posted").await;
    assert_eq!(posted["message"]["body"], "from the script");
    let lobby = bob.lobby().await;
    bobs.say(lobby, "from the client").await;
    let heard = anns
        .expect("Bob", |frame| frame["message"]["author"]["id"] == bob.id)
        .await;
    assert_eq!(heard["message"]["body"], "from the client");
    anns.say_hello(&BTreeMap::from([(lobby, 0)])).await;
}
on_both! { both_kinds_of_sockets_understand_each_other }
