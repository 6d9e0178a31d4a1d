//! Who is typing.

use chatterbox_testkit::{Database, Person, Server, Socket, on_both};
use serde_json::{Value, json};

on_both! {
    typing_is_shown_to_those_who_have_the_room_open,
    typing_somewhere_else_is_refused,
    few_rooms_can_be_watched_at_once,
}

async fn watch(socket: &mut Socket, rooms: &[i64]) -> Value {
    socket.ask(json!({ "type": "watch", "room_ids": rooms })).await
}

async fn fence(person: &Person, lobby: i64, sockets: &mut [&mut Socket]) {
    let last = person.say(lobby, "what was told before is here").await;
    for socket in sockets {
        socket
            .expect("the last message", |frame| frame["message"]["id"] == last["id"])
            .await;
    }
}

async fn typing_is_shown_to_those_who_have_the_room_open(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let lobby = ann.lobby().await;
    let room = ann.direct_with(&bob).await;
    let (mut anns, mut bobs, mut elsewhere, mut eves) = (
        ann.connect().await,
        bob.connect().await,
        bob.connect().await,
        eve.connect().await,
    );
    for (socket, open) in [
        (&mut anns, room),
        (&mut bobs, room),
        (&mut elsewhere, lobby),
        (&mut eves, room),
    ] {
        assert_eq!(watch(socket, &[open]).await["type"], "ok");
    }
    anns.send(&json!({ "type": "typing", "room_id": room })).await;
    let expected = json!({ "type": "typing", "room_id": room, "user_id": ann.id, "active": true });
    assert_eq!(bobs.next_of("typing").await, expected);
    ann.post(
        &format!("/api/v1/rooms/{room}/typing"),
        &json!({ "active": false }),
    )
    .await
    .expect(204);
    let stopped = bobs.next_of("typing").await;
    assert_eq!(stopped["active"], false);
    fence(&ann, lobby, &mut [&mut anns, &mut elsewhere, &mut eves]).await;
    for socket in [&anns, &elsewhere, &eves] {
        assert!(
            !socket.has_received("typing"),
            "not for the typist, other rooms or outsiders"
        );
    }
}

async fn typing_somewhere_else_is_refused(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let room = ann.direct_with(&bob).await;
    let mut eves = eve.connect().await;
    for wrong in [room, 999_999] {
        let answer = eves.ask(json!({ "type": "typing", "room_id": wrong })).await;
        assert_eq!(answer["code"], "not_found");
    }
}

async fn few_rooms_can_be_watched_at_once(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let mut socket = ann.connect().await;
    assert_eq!(watch(&mut socket, &[1, 2, 3, 4, 5, 6, 7, 8]).await["type"], "ok");
    assert_eq!(
        watch(&mut socket, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await["code"],
        "validation_failed"
    );
    assert_eq!(watch(&mut socket, &[]).await["type"], "ok");
}
