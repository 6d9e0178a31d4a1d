//! Posting a message, over HTTP and over a WebSocket.

use chatterbox_protocol::view::MessageView;
use chatterbox_testkit::{Database, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    a_message_has_the_documented_shape,
    both_ways_post_the_same_message_into_one_order,
    everybody_in_the_room_gets_it_the_sender_too,
    a_conversation_reaches_only_the_two,
    many_at_once_are_in_one_order_without_a_gap,
    the_frames_of_one_socket_are_stored_in_their_order,
    posting_too_fast_is_limited,
}

async fn a_message_has_the_documented_shape(database: Database) {
    let server = Server::start(database).await;
    let ann = server.owner().await;
    let lobby = ann.lobby().await;
    let key = fresh_key();
    let request = json!({ "client_key": key, "body": "hi", "reply_to": null, "attachments": [] });
    let answer = ann
        .post(&format!("/api/v1/rooms/{lobby}/messages"), &request)
        .await
        .expect(201);
    let message = &answer["message"];
    let expected = json!({
        "id": message["id"], "room_id": lobby, "seq": 1, "version": 1,
        "author": { "id": ann.id, "username": "olivia", "display_name": "olivia" },
        "body": "hi", "client_key": key,
        "created_at": message["created_at"], "edited_at": null, "deleted_at": null,
        "reply_to": null, "attachments": [], "reactions": [],
    });
    assert_eq!(*message, expected);
    assert!(message["id"].as_i64().is_some_and(|id| id > 0));
    let created_at = message["created_at"].as_str().expect("a moment");
    assert!(
        created_at.len() == 27 && created_at.ends_with('Z'),
        "microseconds in UTC: {created_at}"
    );
    let id = &message["id"];
    assert_eq!(
        ann.get(&format!("/api/v1/messages/{id}")).await.expect(200),
        answer
    );
    assert_eq!(ann.history(lobby).await, std::slice::from_ref(message));
}

async fn both_ways_post_the_same_message_into_one_order(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    for seq in 1..=6 {
        let text = format!("number {seq}");
        let message = if seq % 2 == 0 {
            ann.say(lobby, &text).await
        } else {
            socket.say(lobby, &text).await
        };
        assert_eq!((&message["seq"], &message["version"]), (&json!(seq), &json!(seq)));
        assert_eq!(message["body"], text.as_str());
    }
}

async fn everybody_in_the_room_gets_it_the_sender_too(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut sockets = [ann.connect().await, ann.connect().await, bob.connect().await];
    let key = fresh_key();
    let posted = sockets[0].say_as(lobby, &key, "hello all").await;
    let over_http = ann.say(lobby, "once more").await;
    for socket in &mut sockets {
        let frame = socket.next_of("message_posted").await;
        assert_eq!(frame, json!({ "type": "message_posted", "message": posted }));
        assert_eq!(frame["message"]["client_key"], key.as_str());
        assert_eq!(socket.next_of("message_posted").await["message"], over_http);
    }
}

async fn a_conversation_reaches_only_the_two(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let lobby = ann.lobby().await;
    let (mut anns, mut bobs, mut eves) = (ann.connect().await, bob.connect().await, eve.connect().await);
    let room = ann.direct_with(&bob).await;
    for (socket, peer) in [(&mut anns, &bob), (&mut bobs, &ann)] {
        let frame = socket.next_of("room_changed").await;
        assert_eq!(frame["room"]["kind"], "direct");
        assert_eq!(frame["room"]["name"], peer.username.as_str());
        assert_eq!(frame["room"]["peer_id"], peer.id);
    }
    let secret = anns.say(room, "for your eyes only").await;
    assert_eq!(bobs.next_of("message_posted").await["message"], secret);
    let edit = json!({ "type": "message_edit", "message_id": secret["id"], "body": "still only yours" });
    assert_eq!(anns.ask(edit).await["type"], "ok");
    bobs.next_of("message_changed").await;
    // What everybody gets comes after what is not for Eve: had it been for her, it would be here.
    ann.say(lobby, "hello Eve").await;
    assert_eq!(
        eves.next_of("message_posted").await["message"]["body"],
        "hello Eve"
    );
    assert!(!eves.has_received("room_changed") && !eves.has_received("message_changed"));
    let posted = eves
        .received
        .iter()
        .filter(|frame| frame["type"] == "message_posted");
    assert_eq!(posted.count(), 1, "{:?}", eves.received);
    for wrong_room in [room, 999_999, -1] {
        let frame = json!({
            "type": "message_send", "room_id": wrong_room, "client_key": fresh_key(), "body": "let me in",
        });
        let answer = eves.ask(frame).await;
        assert_eq!(answer["code"], "not_found", "{answer}");
    }
}

async fn many_at_once_are_in_one_order_without_a_gap(database: Database) {
    let server = Server::start(database).await;
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let lobby = people[0].lobby().await;
    // Everybody listens before anybody speaks.
    let mut sockets = Vec::new();
    for person in &people {
        sockets.push(person.connect().await);
    }
    let talk = people.iter().zip(sockets).map(|(person, mut socket)| async move {
        let mut refs = Vec::new();
        for number in 0..25 {
            let body = format!("{} {number}", person.username);
            let frame = json!({
                "type": "message_send", "room_id": lobby, "client_key": fresh_key(), "body": body,
            });
            refs.push(socket.send_with_ref(frame).await);
        }
        for reference in refs {
            assert_eq!(socket.answer_to(reference).await["type"], "ok");
        }
        let mut live = Vec::new();
        while live.len() < 100 {
            let frame = socket.next_of("message_posted").await;
            live.push(frame["message"].clone());
        }
        live
    });
    let seen = futures_util::future::join_all(talk).await;
    let history = people[0].history(lobby).await;
    let places: Vec<i64> = history
        .iter()
        .map(|message| message["seq"].as_i64().expect("a seq"))
        .collect();
    assert_eq!(places, (1..=100).collect::<Vec<_>>());
    for live in seen {
        assert_eq!(live, history);
    }
}

async fn the_frames_of_one_socket_are_stored_in_their_order(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let texts: Vec<String> = (0..200).map(|number| format!("line {number}")).collect();
    let mut last = 0;
    for text in &texts {
        let frame = json!({
            "type": "message_send", "room_id": lobby, "client_key": fresh_key(), "body": text,
        });
        last = socket.send_with_ref(frame).await;
    }
    socket.answer_to(last).await;
    let history: Vec<MessageView> = ann
        .history(lobby)
        .await
        .into_iter()
        .map(|message| serde_json::from_value(message).expect("a message"))
        .collect();
    let stored: Vec<String> = history.into_iter().map(|message| message.body).collect();
    assert_eq!(stored, texts);
}

async fn posting_too_fast_is_limited(database: Database) {
    let server = Server::start_with(database, |config| {
        config.limits.messages_burst = 3;
        config.limits.messages_per_second = 0.1;
    })
    .await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    ann.say(lobby, "one").await;
    let two = socket.say(lobby, "two").await;
    ann.patch(
        &format!("/api/v1/messages/{}", two["id"]),
        &json!({ "body": "three" }),
    )
    .await
    .expect(200);
    let request = json!({ "client_key": fresh_key(), "body": "four" });
    let refused = ann
        .post(&format!("/api/v1/rooms/{lobby}/messages"), &request)
        .await;
    refused.refuses(429, "rate_limited");
    assert!(refused.header("retry-after").is_some());
    let frame =
        json!({ "type": "message_send", "room_id": lobby, "client_key": fresh_key(), "body": "four" });
    let answer = socket.ask(frame).await;
    assert_eq!(
        (&answer["type"], &answer["code"]),
        (&json!("error"), &json!("rate_limited"))
    );
    assert!(
        answer["retry_after_ms"]
            .as_u64()
            .is_some_and(|ms| (1..=10_001).contains(&ms)),
        "{answer}"
    );
    bob.say(lobby, "others are not concerned").await;
    let seen: Vec<Value> = bob
        .history(lobby)
        .await
        .iter()
        .map(|message| message["body"].clone())
        .collect();
    assert_eq!(seen, ["one", "three", "others are not concerned"]);
}
