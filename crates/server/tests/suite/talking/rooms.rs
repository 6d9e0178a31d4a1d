//! Rooms, conversations, what is read, and people.

use chatterbox_testkit::{Database, Server, on_both};
use serde_json::{Value, json};

on_both! {
    everybody_is_in_the_lobby,
    a_conversation_is_the_same_from_both_sides,
    unread_counts_what_others_said_after_the_read_mark,
    reading_is_told_to_ones_other_devices_only,
    people_are_listed_page_by_page,
    a_profile_is_changed_by_its_owner_and_told_to_everybody,
}

async fn everybody_is_in_the_lobby(database: Database) {
    let server = Server::start(database).await;
    for name in ["ann", "bob"] {
        let person = server.person(name).await;
        let rooms = person.get("/api/v1/rooms").await.expect(200);
        assert_eq!(rooms["rooms"].as_array().map(Vec::len), Some(1));
        let lobby = &rooms["rooms"][0];
        let expected = json!({
            "id": lobby["id"], "kind": "lobby", "name": "Lobby", "peer_id": null, "cursor": 0, "last_read_seq": 0,
            "unread": 0,
        });
        assert_eq!(*lobby, expected);
    }
}

async fn a_conversation_is_the_same_from_both_sides(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (one, other) = futures_util::future::join(ann.direct_with(&bob), bob.direct_with(&ann)).await;
    assert_eq!(one, other, "also when both begin at once");
    assert_eq!(ann.direct_with(&bob).await, one);
    let problem = ann.post("/api/v1/direct", &json!({ "user_id": ann.id })).await;
    problem.refuses(422, "validation_failed");
    ann.post("/api/v1/direct", &json!({ "user_id": 999_999 }))
        .await
        .refuses(404, "not_found");
    let rooms = bob.get("/api/v1/rooms").await.expect(200);
    assert_eq!(rooms["rooms"][1]["name"], "ann");
    assert_eq!(rooms["rooms"][1]["peer_id"], ann.id);
}

async fn unread_counts_what_others_said_after_the_read_mark(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    for text in ["one", "two", "three"] {
        ann.say(lobby, text).await;
    }
    let own = bob.say(lobby, "my own").await;
    let last = ann.say(lobby, "five").await;
    let unread = || async {
        let rooms = bob.get("/api/v1/rooms").await.expect(200);
        (
            rooms["rooms"][0]["last_read_seq"].clone(),
            rooms["rooms"][0]["unread"].clone(),
        )
    };
    assert_eq!(unread().await, (json!(0), json!(4)), "one's own are read");
    let path = format!("/api/v1/rooms/{lobby}/read");
    bob.put(&path, &json!({ "seq": 2 })).await.expect(204);
    assert_eq!(unread().await, (json!(2), json!(2)));
    bob.put(&path, &json!({ "seq": 1 })).await.expect(204);
    assert_eq!(unread().await, (json!(2), json!(2)), "the mark never goes back");
    ann.delete(&format!("/api/v1/messages/{}", last["id"]))
        .await
        .expect(200);
    assert_eq!(
        unread().await,
        (json!(2), json!(1)),
        "what is deleted need not be read"
    );
    bob.put(&path, &json!({ "seq": 1_000_000 })).await.expect(204);
    ann.say(lobby, "not read yet").await;
    assert_eq!(unread().await.1, json!(1), "the future cannot be read: {own}");
}

async fn reading_is_told_to_ones_other_devices_only(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let (mut phone, mut laptop, mut bobs) = (
        ann.connect().await,
        ann.on_another_device().await.connect().await,
        bob.connect().await,
    );
    bob.say(lobby, "one").await;
    bob.say(lobby, "two").await;
    let answer = phone
        .ask(json!({ "type": "read", "room_id": lobby, "seq": 1 }))
        .await;
    assert_eq!(answer["type"], "ok");
    let told = laptop.next_of("read_changed").await;
    let expected = json!({ "type": "read_changed", "room_id": lobby, "last_read_seq": 1, "unread": 1 });
    assert_eq!(told, expected);
    bob.say(lobby, "three").await;
    bobs.expect("three", |frame| frame["message"]["body"] == "three")
        .await;
    assert!(!bobs.has_received("read_changed"));
}

async fn people_are_listed_page_by_page(database: Database) {
    let server = Server::start(database).await;
    let mut people = Vec::new();
    for number in 0..7 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let ann = &people[0];
    let mut ids: Vec<i64> = Vec::new();
    let mut path = "/api/v1/users?limit=3".to_owned();
    let mut pages = 0;
    loop {
        let page = ann.get(&path).await.expect(200);
        pages += 1;
        ids.extend(
            page["users"]
                .as_array()
                .expect("users")
                .iter()
                .filter_map(|user| user["id"].as_i64()),
        );
        let Some(next) = page["next"].as_i64() else { break };
        path = format!("/api/v1/users?limit=3&after={next}");
    }
    let expected: Vec<i64> = people.iter().map(|person| person.id).collect();
    assert_eq!((ids, pages), (expected, 3));
    let two = format!("/api/v1/users?ids={},{},999999", people[2].id, people[1].id);
    let found = ann.get(&two).await.expect(200);
    let names: Vec<&Value> = found["users"]
        .as_array()
        .expect("users")
        .iter()
        .map(|u| &u["username"])
        .collect();
    assert_eq!(names, ["person1", "person2"]);
    let one = ann
        .get(&format!("/api/v1/users/{}", people[3].id))
        .await
        .expect(200);
    assert_eq!(one["user"]["username"], "person3");
    assert_eq!(one["user"]["online"], false);
    for query in [
        "?limit=0",
        "?ids=1,x",
        &format!("?ids={}", vec!["1"; 201].join(",")),
    ] {
        ann.get(&format!("/api/v1/users{query}"))
            .await
            .refuses(422, "validation_failed");
    }
    ann.get("/api/v1/users/999999").await.refuses(404, "not_found");
}

async fn a_profile_is_changed_by_its_owner_and_told_to_everybody(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut bobs = bob.connect().await;
    let change = json!({ "display_name": "Ann Ångström", "about": "Gardener\nand more" });
    let me = ann.patch("/api/v1/me", &change).await.expect(200);
    assert_eq!(me["user"]["display_name"], "Ann Ångström");
    assert_eq!(ann.get("/api/v1/me").await.expect(200), me);
    let told = bobs.next_of("user_changed").await;
    assert_eq!(
        (&told["user"]["id"], &told["user"]["about"]),
        (&json!(ann.id), &json!("Gardener\nand more"))
    );
    let lobby = ann.lobby().await;
    assert_eq!(
        ann.say(lobby, "hi").await["author"]["display_name"],
        "Ann Ångström"
    );
    ann.patch("/api/v1/me", &json!({})).await.expect(200);
    assert_eq!(
        ann.get("/api/v1/me").await.expect(200),
        me,
        "what is left out stays"
    );
    for (field, value) in [
        ("display_name", String::new()),
        ("display_name", "x".repeat(65)),
        ("about", "x".repeat(501)),
    ] {
        let problem = ann
            .patch("/api/v1/me", &json!({ field: value }))
            .await
            .refuses(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field);
    }
}
