//! Reading back, page by page.

use chatterbox_testkit::{Database, Person, Server, on_both};
use serde_json::Value;

on_both! {
    pages_go_both_ways_without_a_repeat_or_a_gap,
    changes_come_in_the_order_in_which_they_happened,
    a_page_has_1_to_200_messages,
    a_cursor_that_leads_nowhere_is_an_empty_page,
}

async fn page(person: &Person, room: i64, query: &str) -> (Vec<i64>, bool) {
    let page = person
        .get(&format!("/api/v1/rooms/{room}/messages{query}"))
        .await
        .expect(200);
    let seq = |message: &Value| message["seq"].as_i64().expect("a seq");
    let places = page["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(seq)
        .collect();
    (places, page["has_more"].as_bool().expect("a bool"))
}

async fn pages_go_both_ways_without_a_repeat_or_a_gap(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    for number in 1..=120 {
        ann.say(lobby, &format!("{number}")).await;
    }
    let numbers = |from: i64, to: i64| (from..=to).collect::<Vec<i64>>();
    assert_eq!(page(&ann, lobby, "").await, (numbers(71, 120), true));
    assert_eq!(page(&ann, lobby, "?before=71").await, (numbers(21, 70), true));
    assert_eq!(page(&ann, lobby, "?before=21").await, (numbers(1, 20), false));
    assert_eq!(
        page(&ann, lobby, "?before=51").await,
        (numbers(1, 50), false),
        "none are left"
    );
    assert_eq!(page(&ann, lobby, "?before=52").await, (numbers(2, 51), true));
    assert_eq!(page(&ann, lobby, "?after=0").await, (numbers(1, 50), true));
    assert_eq!(page(&ann, lobby, "?after=50").await, (numbers(51, 100), true));
    assert_eq!(page(&ann, lobby, "?after=70").await, (numbers(71, 120), false));
    assert_eq!(
        page(&ann, lobby, "?after=100&limit=7").await,
        (numbers(101, 107), true)
    );
    assert_eq!(page(&ann, lobby, "?limit=1").await, (vec![120], true));
    assert_eq!(page(&ann, lobby, "?limit=1000").await, (numbers(1, 120), false));
}

async fn changes_come_in_the_order_in_which_they_happened(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(ann.say(lobby, &format!("{number}")).await["id"].clone());
    }
    let path = |index: usize| format!("/api/v1/messages/{}", ids[index]);
    ann.patch(&path(1), &serde_json::json!({ "body": "two" }))
        .await
        .expect(200);
    ann.delete(&path(0)).await.expect(200);
    let changes = |query: &str| {
        let path = format!("/api/v1/rooms/{lobby}/changes?{query}");
        let ann = &ann;
        async move {
            let page = ann.get(&path).await.expect(200);
            let pair = |m: &Value| {
                (
                    m["seq"].as_i64().expect("a seq"),
                    m["version"].as_i64().expect("a version"),
                )
            };
            let pairs: Vec<_> = page["messages"]
                .as_array()
                .expect("messages")
                .iter()
                .map(pair)
                .collect();
            (pairs, page["has_more"].as_bool().expect("a bool"))
        }
    };
    assert_eq!(
        changes("after=0").await,
        (vec![(3, 3), (4, 4), (5, 5), (2, 6), (1, 7)], false)
    );
    assert_eq!(changes("after=4&limit=2").await, (vec![(5, 5), (2, 6)], true));
    assert_eq!(changes("after=7").await, (vec![], false));
}

async fn a_page_has_1_to_200_messages(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    for query in [
        "?limit=0",
        "?limit=-1",
        "?limit=many",
        "?before=x",
        "?before=1&after=1",
    ] {
        let answer = ann.get(&format!("/api/v1/rooms/{lobby}/messages{query}")).await;
        answer.refuses(422, "validation_failed");
    }
    for query in ["", "?after=x", "?after=1&limit=0"] {
        ann.get(&format!("/api/v1/rooms/{lobby}/changes{query}"))
            .await
            .refuses(422, "validation_failed");
    }
}

async fn a_cursor_that_leads_nowhere_is_an_empty_page(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    assert_eq!(page(&ann, lobby, "").await, (vec![], false));
    ann.say(lobby, "the only one").await;
    let end = i64::MAX;
    assert_eq!(page(&ann, lobby, &format!("?after={end}")).await, (vec![], false));
    assert_eq!(
        page(&ann, lobby, &format!("?before={end}")).await,
        (vec![1], false)
    );
    assert_eq!(page(&ann, lobby, "?before=-5").await, (vec![], false));
    assert_eq!(page(&ann, lobby, "?after=-5").await, (vec![1], false));
}
