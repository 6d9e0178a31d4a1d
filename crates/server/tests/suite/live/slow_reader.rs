//! Somebody who does not read.

use std::collections::BTreeMap;

use chatterbox_testkit::{Client, Database, Server, Socket, on_both};
use serde_json::json;

on_both! { a_slow_reader_slows_nobody_and_resumes }

async fn a_slow_reader_slows_nobody_and_resumes(database: Database) {
    let server = Server::start_with(database, |config| {
        config.limits.outbox_kib = 64;
        config.limits.messages_burst = 100_000;
        config.limits.presence_grace_ms = 0;
    })
    .await;
    let (ann, bob, eve) = (
        server.person("ann").await,
        server.person("bob").await,
        server.person("eve").await,
    );
    let lobby = ann.lobby().await;
    let token = format!("Bearer {}", eve.access_token);
    let headers = [("Authorization", token.as_str())];
    let mut slow = Socket::open_buffering(server.address(), "/api/v1/ws", &headers, Some(4_096)).await;
    slow.say_hello(&BTreeMap::new()).await;
    let (mut anns, mut bobs) = (ann.connect().await, bob.connect().await);
    let long = "😀".repeat(4_000);
    let is_eve_online = json!({ "type": "presence_query", "user_ids": [eve.id] });
    let mut count = 0;
    // Until the outbox and what the operating system takes before it are full, and the server gives up on Eve.
    while anns.ask(is_eve_online.clone()).await["online"] != json!([]) {
        for _ in 0..25 {
            let message = anns.say(lobby, &long).await;
            let frame = bobs.next_of("message_posted").await;
            assert_eq!(
                frame["message"]["id"], message["id"],
                "Bob reads along all the time"
            );
            count += 1;
        }
        anns.forget_received();
        bobs.forget_received();
    }
    let (code, _) = slow.closed().await;
    assert_eq!(code, 4008);
    let got = slow
        .received
        .iter()
        .filter(|frame| frame["type"] == "message_posted")
        .count();
    assert!(got < count, "a reader that got everything was not slow");

    let mut again = Client::of(eve);
    again.connect().await;
    again
        .catch_up(&BTreeMap::from([(lobby, i64::try_from(count).expect("a count"))]))
        .await;
    assert_eq!(again.belief(), again.fresh_fetch().await);
}
