//! Who is online.

use chatterbox_testkit::{Database, Person, Server, Socket, on_both};
use serde_json::{Value, json};

on_both! {
    coming_and_going_is_told_with_the_count,
    tabs_and_devices_are_one_person,
    a_reload_is_not_a_departure,
    a_crowd_is_counted_and_not_listed,
    last_seen_is_remembered,
}

async fn told(socket: &mut Socket, field: &str, who: i64) -> Value {
    let what = format!("{who} {field}");
    socket
        .expect(&what, |frame| {
            let ids = frame[field].as_array();
            frame["type"] == "presence" && ids.is_some_and(|ids| ids.contains(&json!(who)))
        })
        .await
}

async fn online(asker: &Person, who: i64) -> bool {
    asker.get(&format!("/api/v1/users/{who}")).await.expect(200)["user"]["online"] == true
}

async fn coming_and_going_is_told_with_the_count(database: Database) {
    let server = Server::start_with(database, |config| config.limits.presence_grace_ms = 0).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut anns = ann.connect().await;
    assert!(!online(&ann, bob.id).await);
    let bobs = bob.connect().await;
    let frame = told(&mut anns, "came", bob.id).await;
    assert_eq!(
        (&frame["online_count"], &frame["listed"]),
        (&json!(2), &json!(true))
    );
    assert!(online(&ann, bob.id).await);
    let query = json!({ "type": "presence_query", "user_ids": [bob.id, 999_999, ann.id] });
    assert_eq!(anns.ask(query.clone()).await["online"], json!([bob.id, ann.id]));
    bobs.cut();
    let frame = told(&mut anns, "went", bob.id).await;
    assert_eq!(frame["online_count"], 1);
    assert_eq!(anns.ask(query).await["online"], json!([ann.id]));
    let many = json!({ "type": "presence_query", "user_ids": vec![1; 201] });
    assert_eq!(anns.ask(many).await["code"], "validation_failed");
}

async fn tabs_and_devices_are_one_person(database: Database) {
    let server = Server::start_with(database, |config| config.limits.presence_grace_ms = 0).await;
    let (ann, bob, cid) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("cid").await,
    );
    let mut anns = ann.connect().await;
    let (tab, other_tab) = (bob.connect().await, bob.connect().await);
    let phone = bob.on_another_device().await.connect().await;
    assert_eq!(told(&mut anns, "came", bob.id).await["online_count"], 2);
    tab.close().await;
    other_tab.cut();
    // Cid's arrival is told after Bob's departures would have been.
    let cids = cid.connect().await;
    assert_eq!(told(&mut anns, "came", cid.id).await["online_count"], 3);
    cids.close().await;
    assert_eq!(told(&mut anns, "went", cid.id).await["went"], json!([cid.id]));
    assert!(online(&ann, bob.id).await);
    phone.close().await;
    assert_eq!(told(&mut anns, "went", bob.id).await["online_count"], 1);
    let comings = anns
        .received
        .iter()
        .filter(|frame| frame["came"].to_string().contains(&bob.id.to_string()));
    assert_eq!(comings.count(), 1);
}

async fn a_reload_is_not_a_departure(database: Database) {
    let server = Server::start_with(database, |config| config.limits.presence_grace_ms = 60_000).await;
    let (ann, bob, cid) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("cid").await,
    );
    let mut anns = ann.connect().await;
    let bobs = bob.connect().await;
    told(&mut anns, "came", bob.id).await;
    bobs.close().await;
    let bobs = bob.connect().await;
    let _cids = cid.connect().await;
    told(&mut anns, "came", cid.id).await;
    bobs.cut();
    assert!(online(&ann, bob.id).await, "within the grace he is not gone");
    let names_bob = |ids: &Value| ids.as_array().is_some_and(|ids| ids.contains(&json!(bob.id)));
    let told_of_bob = |frame: &&Value| names_bob(&frame["came"]) || names_bob(&frame["went"]);
    assert_eq!(
        anns.received.iter().filter(told_of_bob).count(),
        1,
        "{:?}",
        anns.received
    );
}

async fn a_crowd_is_counted_and_not_listed(database: Database) {
    let server = Server::start_with(database, |config| {
        config.limits.presence_list = 2;
        config.limits.presence_grace_ms = 0;
    })
    .await;
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(server.person(&format!("person{number}")).await);
    }
    let mut first = people[0].connect().await;
    let mut others = Vec::new();
    for person in &people[1..] {
        others.push(person.connect().await);
    }
    let crowd = first
        .expect("a count only", |frame| {
            frame["listed"] == false && frame["online_count"] == 4
        })
        .await;
    assert_eq!((&crowd["came"], &crowd["went"]), (&json!([]), &json!([])));
    let welcome = &others[2].welcome;
    assert_eq!(
        (&welcome["online"], &welcome["online_count"]),
        (&json!([]), &json!(4))
    );
    let query = json!({ "type": "presence_query", "user_ids": [people[3].id] });
    assert_eq!(first.ask(query).await["online"], json!([people[3].id]));
    others.clear();
    let listed = first
        .expect("a list again", |frame| {
            frame["listed"] == true && frame["online_count"] == 1
        })
        .await;
    assert_eq!(listed["came"], json!([people[0].id]));
}

async fn last_seen_is_remembered(database: Database) {
    let mut server = Server::start_with(database, |config| config.limits.presence_grace_ms = 0).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let path = format!("/api/v1/users/{}", bob.id);
    assert_eq!(
        ann.get(&path).await.expect(200)["user"]["last_seen_at"],
        Value::Null
    );
    let mut anns = ann.connect().await;
    let bobs = bob.connect().await;
    told(&mut anns, "came", bob.id).await;
    bobs.close().await;
    told(&mut anns, "went", bob.id).await;
    server.restart().await;
    let seen = ann.get(&path).await.expect(200)["user"]["last_seen_at"].clone();
    assert!(seen.as_str().is_some_and(|at| at.ends_with('Z')), "{seen}");
    let own = ann.get("/api/v1/me").await.expect(200);
    assert!(
        own["user"]["last_seen_at"].is_string(),
        "also for whom the server left: {own}"
    );
}
