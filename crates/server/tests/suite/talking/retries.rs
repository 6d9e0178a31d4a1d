//! The same client key is the same message.

use chatterbox_testkit::{Database, Server, fresh_key, on_both};
use serde_json::json;

on_both! {
    a_retry_is_the_same_message_over_either_way_and_after_a_restart,
    retries_at_once_are_one_message,
    a_retry_of_a_changed_message_shows_it_as_it_is_now,
    a_key_belongs_to_its_author_and_its_room,
    a_key_is_a_uuid,
}

async fn a_retry_is_the_same_message_over_either_way_and_after_a_restart(database: Database) {
    let mut server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let (one, two) = (fresh_key(), fresh_key());
    let first = ann.say_as(lobby, &one, "first").await;
    let second = socket.say_as(lobby, &two, "second").await;
    assert_eq!(ann.say_as(lobby, &one, "first").await, first);
    assert_eq!(socket.say_as(lobby, &one, "first").await, first);
    assert_eq!(ann.say_as(lobby, &two, "second").await, second);
    assert_eq!(ann.say_as(lobby, &two.to_uppercase(), "second").await, second);
    server.restart().await;
    let mut socket = ann.connect().await;
    assert_eq!(socket.say_as(lobby, &one, "first").await, first);
    assert_eq!(ann.say_as(lobby, &two, "second").await, second);
    let third = socket.say(lobby, "third").await;
    assert_eq!(third["seq"], 3, "a retry takes no place");
    assert_eq!(ann.history(lobby).await, [first, second, third.clone()]);
    let posted: Vec<_> = socket
        .received
        .iter()
        .filter(|frame| frame["type"] == "message_posted")
        .collect();
    let only_the_new_one = posted.iter().all(|frame| frame["message"] == third);
    assert!(only_the_new_one, "a retry is not announced again: {posted:?}");
}

async fn retries_at_once_are_one_message(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let key = fresh_key();
    let tries = (0..8).map(|_| ann.say_as(lobby, &key, "only once"));
    let answers = futures_util::future::join_all(tries).await;
    assert!(
        answers.iter().all(|message| *message == answers[0]),
        "{answers:?}"
    );
    assert_eq!(ann.history(lobby).await.len(), 1);
    assert_eq!(ann.say(lobby, "next").await["seq"], 2);
}

async fn a_retry_of_a_changed_message_shows_it_as_it_is_now(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let key = fresh_key();
    let id = ann.say_as(lobby, &key, "first wording").await["id"].clone();
    let path = format!("/api/v1/messages/{id}");
    ann.patch(&path, &json!({ "body": "second wording" }))
        .await
        .expect(200);
    assert_eq!(
        ann.say_as(lobby, &key, "first wording").await["body"],
        "second wording"
    );
    ann.delete(&path).await.expect(200);
    let gone = ann.say_as(lobby, &key, "first wording").await;
    assert_eq!(gone["body"], "");
    assert!(
        gone["deleted_at"].is_string(),
        "a late retry does not bring it back"
    );
    assert_eq!(ann.texts(lobby).await, [""]);
}

async fn a_key_belongs_to_its_author_and_its_room(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let room = ann.direct_with(&bob).await;
    let key = fresh_key();
    let first = ann.say_as(lobby, &key, "Ann's").await;
    let second = bob.say_as(lobby, &key, "Bob's").await;
    assert_ne!(first["id"], second["id"]);
    let request = json!({ "client_key": key, "body": "Ann's" });
    let path = format!("/api/v1/rooms/{room}/messages");
    ann.post(&path, &request).await.refuses(409, "client_key_reused");
    assert!(ann.history(room).await.is_empty());
    assert_eq!(bob.say(room, "the first one here").await["seq"], 1);
}

async fn a_key_is_a_uuid(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    for key in ["", "1", "not-a-uuid", "00000000-0000-0000-0000-00000000000g"] {
        let request = json!({ "client_key": key, "body": "hi" });
        let answer = ann
            .post(&format!("/api/v1/rooms/{lobby}/messages"), &request)
            .await;
        let problem = answer.refuses(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "client_key");
    }
}
