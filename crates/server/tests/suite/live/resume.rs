//! Coming back after a cut.

use std::collections::BTreeMap;

use chatterbox_testkit::{Client, Database, Server, Socket, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    a_client_gets_exactly_what_it_missed,
    who_missed_nothing_gets_nothing,
    too_much_is_told_room_by_room,
    a_cursor_that_never_was_means_fetching_again,
    a_room_that_is_not_ones_own_is_passed_over,
    a_client_ends_up_as_one_that_was_never_cut,
}

/// Everything that comes before a mark that is posted now.
async fn missed(socket: &mut Socket, poster: &chatterbox_testkit::Person, lobby: i64) -> Vec<Value> {
    let mark = poster.say(lobby, "the mark").await;
    let mut frames = Vec::new();
    loop {
        let frame = socket.next_frame().await;
        if frame["message"]["id"] == mark["id"] {
            return frames;
        }
        if frame["type"] != "presence" {
            frames.push(frame);
        }
    }
}

async fn a_client_gets_exactly_what_it_missed(database: Database) {
    let server = Server::start_with(database, |config| config.limits.messages_burst = 10_000).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut anns = ann.connect().await;
    let mut ids = Vec::new();
    for number in 1..=10 {
        ids.push(anns.say(lobby, &format!("before {number}")).await["id"].clone());
    }
    let mut refs = Vec::new();
    for number in 1..=500 {
        let body = format!("missed {number}");
        let frame =
            json!({ "type": "message_send", "room_id": lobby, "client_key": fresh_key(), "body": body });
        refs.push(anns.send_with_ref(frame).await);
    }
    for reference in refs {
        ids.push(anns.answer_to(reference).await["message"]["id"].clone());
    }
    for edited in 0..20 {
        let frame = json!({ "type": "message_edit", "message_id": ids[edited * 5], "body": format!("edit {edited}") });
        assert_eq!(anns.ask(frame).await["type"], "ok");
    }
    for deleted in 0..10 {
        let frame = json!({ "type": "message_delete", "message_id": ids[deleted * 7 + 1] });
        assert_eq!(anns.ask(frame).await["type"], "ok");
    }
    let mut bobs = bob.resume(&BTreeMap::from([(lobby, 10)])).await;
    let frames = missed(&mut bobs, &ann, lobby).await;
    let mut expected: Vec<Value> = Vec::new();
    for message in ann.history(lobby).await {
        let (seq, version) = (message["seq"].as_i64(), message["version"].as_i64());
        if version > Some(10) && message["body"] != "the mark" {
            let kind = if seq > Some(10) {
                "message_posted"
            } else {
                "message_changed"
            };
            expected.push(json!({ "type": kind, "message": message }));
        }
    }
    expected.sort_by_key(|frame| frame["message"]["version"].as_i64());
    assert_eq!(frames, expected);
    let changed = frames
        .iter()
        .filter(|frame| frame["type"] == "message_changed")
        .count();
    assert!(
        changed > 0 && frames.len() >= 500,
        "{changed} of {}",
        frames.len()
    );
}

async fn who_missed_nothing_gets_nothing(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    ann.say(lobby, "one").await;
    for cursors in [BTreeMap::from([(lobby, 1)]), BTreeMap::new()] {
        let mut socket = ann.resume(&cursors).await;
        let cursor = socket.welcome["rooms"][0]["cursor"].as_i64();
        let frames = missed(&mut socket, &ann, lobby).await;
        if cursor == Some(1) || cursors.is_empty() {
            assert_eq!(frames, Vec::<Value>::new());
        }
    }
}

async fn too_much_is_told_room_by_room(database: Database) {
    let server = Server::start_with(database, |config| config.limits.resume_per_room = 5).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let room = ann.direct_with(&bob).await;
    for number in 1..=6 {
        ann.say(lobby, &format!("{number}")).await;
    }
    ann.say(room, "between us").await;
    let mut bobs = bob.resume(&BTreeMap::from([(lobby, 0), (room, 0)])).await;
    let frames = missed(&mut bobs, &ann, lobby).await;
    let resync: Vec<&Value> = frames.iter().filter(|frame| frame["type"] == "resync").collect();
    assert_eq!(
        resync,
        [&json!({ "type": "resync", "room_id": lobby, "cursor": 6 })]
    );
    let posted: Vec<&Value> = frames
        .iter()
        .filter(|frame| frame["type"] == "message_posted")
        .collect();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["message"]["body"], "between us");
    let mut bobs = bob.resume(&BTreeMap::from([(lobby, 2)])).await;
    assert_eq!(
        missed(&mut bobs, &ann, lobby).await.len(),
        5,
        "as many as allowed are not too much"
    );
}

async fn a_cursor_that_never_was_means_fetching_again(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    ann.say(lobby, "one").await;
    for (cursor, now) in [(50, 1), (i64::MAX, 2), (-1, 3)] {
        let mut socket = ann.resume(&BTreeMap::from([(lobby, cursor)])).await;
        let frames = missed(&mut socket, &ann, lobby).await;
        assert_eq!(
            frames,
            [json!({ "type": "resync", "room_id": lobby, "cursor": now })],
            "{cursor}"
        );
    }
}

async fn a_room_that_is_not_ones_own_is_passed_over(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob, eve) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let lobby = ann.lobby().await;
    let room = ann.direct_with(&bob).await;
    ann.say(room, "between us").await;
    let mut eves = eve.resume(&BTreeMap::from([(room, 0), (999_999, 0)])).await;
    assert_eq!(missed(&mut eves, &ann, lobby).await, Vec::<Value>::new());
    assert_eq!(eves.welcome["rooms"].as_array().map(Vec::len), Some(1));
}

async fn a_client_ends_up_as_one_that_was_never_cut(database: Database) {
    let mut server = Server::start(database).await;
    let (ann, bob, cid) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("cid").await,
    );
    let lobby = ann.lobby().await;
    let (mut always, mut sometimes) = (Client::of(bob.clone()), Client::of(bob.clone()));
    always.connect().await;
    sometimes.connect().await;
    let first = ann.say(lobby, "first").await;
    sometimes.cut();
    ann.patch(
        &format!("/api/v1/messages/{}", first["id"]),
        &json!({ "body": "First" }),
    )
    .await
    .expect(200);
    let room = cid.direct_with(&bob).await;
    cid.say(room, "new conversation").await;
    ann.say(lobby, "second").await;
    let counters = BTreeMap::from([(lobby, 3), (room, 1)]);
    always.catch_up(&counters).await;
    sometimes.connect().await;
    sometimes.catch_up(&counters).await;
    assert_eq!(sometimes.belief(), always.belief());
    assert_eq!(sometimes.belief(), sometimes.fresh_fetch().await);
    server.restart().await;
    sometimes.cut();
    ann.delete(&format!("/api/v1/messages/{}", first["id"]))
        .await
        .expect(200);
    sometimes.connect().await;
    sometimes.catch_up(&BTreeMap::from([(lobby, 4), (room, 1)])).await;
    assert_eq!(sometimes.belief(), sometimes.fresh_fetch().await);
}
