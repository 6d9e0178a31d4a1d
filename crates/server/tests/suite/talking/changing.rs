//! Editing and deleting.

use std::collections::BTreeMap;

use chatterbox_testkit::{Database, Person, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    an_edit_reaches_everybody_and_keeps_its_place,
    saving_the_same_text_changes_nothing,
    only_the_author_changes_a_message,
    a_deleted_message_is_a_place_without_text,
    deleted_text_is_in_no_reply,
}

async fn an_edit_reaches_everybody_and_keeps_its_place(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let first = anns.say(lobby, "frist").await;
    bob.say(lobby, "second").await;
    let edit = json!({ "type": "message_edit", "message_id": first["id"], "body": "first" });
    let edited = anns.ask(edit).await["message"].clone();
    assert_eq!((&edited["seq"], &edited["version"]), (&json!(1), &json!(3)));
    assert!(edited["edited_at"].is_string() && edited["created_at"] == first["created_at"]);
    for socket in [&mut anns, &mut bobs] {
        assert_eq!(socket.next_of("message_changed").await["message"], edited);
    }
    assert_eq!(bob.texts(lobby).await, ["first", "second"]);
    let over_http = ann
        .patch(
            &format!("/api/v1/messages/{}", first["id"]),
            &json!({ "body": "First" }),
        )
        .await;
    assert_eq!(over_http.expect(200)["message"]["version"], 4);
    assert_eq!(bobs.next_of("message_changed").await["message"]["body"], "First");
    let changes = bob
        .get(&format!("/api/v1/rooms/{lobby}/changes?after=1"))
        .await
        .expect(200);
    let versions: Vec<_> = changes["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|m| &m["version"])
        .collect();
    assert_eq!(versions, [2, 4], "each message once, as it is now");
}

async fn saving_the_same_text_changes_nothing(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let message = ann.say(lobby, "as it is").await;
    let path = format!("/api/v1/messages/{}", message["id"]);
    assert_eq!(
        ann.patch(&path, &json!({ "body": "as it is" })).await.expect(200)["message"],
        message
    );
    assert_eq!(ann.say(lobby, "next").await["version"], 2);
}

async fn only_the_author_changes_a_message(database: Database) {
    let server = Server::start(database).await;
    let owner = server.owner().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let message = ann.say(lobby, "Ann's own").await;
    let path = format!("/api/v1/messages/{}", message["id"]);
    for other in [&bob, &owner] {
        other
            .patch(&path, &json!({ "body": "not Ann's" }))
            .await
            .refuses(403, "forbidden");
        other.delete(&path).await.refuses(403, "forbidden");
        let mut socket = other.connect().await;
        for kind in ["message_edit", "message_delete"] {
            let frame = json!({ "type": kind, "message_id": message["id"], "body": "not Ann's" });
            assert_eq!(socket.ask(frame).await["code"], "forbidden");
        }
    }
    assert_eq!(ann.history(lobby).await, [message]);
}

async fn a_deleted_message_is_a_place_without_text(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut bobs = bob.connect().await;
    let message = ann.say(lobby, "regretted").await;
    let path = format!("/api/v1/messages/{}", message["id"]);
    let gone = ann.delete(&path).await.expect(200)["message"].clone();
    assert_eq!(
        (&gone["body"], &gone["seq"], &gone["version"]),
        (&json!(""), &json!(1), &json!(2))
    );
    assert!(gone["deleted_at"].is_string());
    assert_eq!(bobs.next_of("message_changed").await["message"], gone);
    assert_eq!(
        ann.delete(&path).await.expect(200)["message"],
        gone,
        "twice is once"
    );
    ann.patch(&path, &json!({ "body": "back again" }))
        .await
        .refuses(410, "message_deleted");
    let mut anns = ann.connect().await;
    let frame = json!({ "type": "message_edit", "message_id": message["id"], "body": "back again" });
    assert_eq!(anns.ask(frame).await["code"], "message_deleted");
    assert_eq!(ann.say(lobby, "next").await["seq"], 3);
}

/// Everything that a person can ask for, in one text.
async fn everything_said_to(person: &Person, room: i64, message: &Value) -> String {
    let mut said = String::new();
    for path in [
        format!("/api/v1/rooms/{room}/messages"),
        format!("/api/v1/rooms/{room}/messages?after=0"),
        format!("/api/v1/rooms/{room}/messages?before=1000"),
        format!("/api/v1/rooms/{room}/changes?after=0"),
        format!("/api/v1/messages/{message}"),
        "/api/v1/rooms".to_owned(),
        "/history".to_owned(),
        "/broadcast-history".to_owned(),
    ] {
        said.push_str(&person.get(&path).await.text());
    }
    let mut socket = person.resume(&BTreeMap::from([(room, 0)])).await;
    socket
        .expect("the message", |frame| frame["message"]["id"] == *message)
        .await;
    said.push_str(&socket.received.iter().map(Value::to_string).collect::<String>());
    said
}

async fn deleted_text_is_in_no_reply(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let key = fresh_key();
    let id = ann.say_as(lobby, &key, "plum-coloured submarine").await["id"].clone();
    let path = format!("/api/v1/messages/{id}");
    ann.patch(&path, &json!({ "body": "peach-coloured submarine" }))
        .await
        .expect(200);
    assert!(
        everything_said_to(&bob, lobby, &id)
            .await
            .contains("peach-coloured submarine")
    );
    let answer = ann.delete(&path).await;
    let retry = json!({ "client_key": key, "body": "another text" });
    let retried = ann.post(&format!("/api/v1/rooms/{lobby}/messages"), &retry).await;
    for person in [&ann, &bob] {
        let said = everything_said_to(person, lobby, &id).await + &answer.text() + &retried.text();
        assert!(!said.contains("submarine"), "{said}");
    }
}
