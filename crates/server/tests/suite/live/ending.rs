//! How a socket ends.

use chatterbox_testkit::{Database, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    a_server_that_stops_says_when_to_come_back,
    what_was_sent_before_a_stop_is_there_after_it,
    an_ended_session_hears_nothing_more,
}

async fn a_server_that_stops_says_when_to_come_back(database: Database) {
    let mut server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let mut sockets = [ann.connect().await, bob.connect().await];
    let (stopped, ()) = futures_util::future::join(server.stop(), async {
        for socket in &mut sockets {
            let frame = socket.next_of("server_closing").await;
            assert!(
                frame["retry_after_ms"].as_u64().is_some_and(|ms| ms <= 3_000),
                "{frame}"
            );
            let (code, _) = socket.closed().await;
            assert!(matches!(code, 1001 | 1012), "{code}");
        }
    })
    .await;
    let () = stopped;
    server.start_again().await;
    ann.connect().await;
}

async fn what_was_sent_before_a_stop_is_there_after_it(database: Database) {
    let mut server = Server::start(database).await;
    let ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let mut keys = Vec::new();
    for number in 0..300 {
        let key = fresh_key();
        let body = format!("{number}");
        let frame = json!({ "type": "message_send", "room_id": lobby, "client_key": key, "body": body });
        socket.send_with_ref(frame).await;
        keys.push(key);
    }
    socket.answer_to(2).await;
    futures_util::future::join(server.stop(), socket.closed()).await;
    server.start_again().await;
    let acknowledged: Vec<&Value> = socket
        .received
        .iter()
        .filter(|frame| frame["type"] == "ok")
        .collect();
    let history = ann.history(lobby).await;
    for answer in &acknowledged {
        assert!(history.contains(&answer["message"]), "{answer}");
    }
    let mut places = history.iter().map(|message| message["seq"].as_i64());
    assert!(
        (1..=300)
            .take(history.len())
            .all(|seq| places.next() == Some(Some(seq)))
    );
    let mut again = ann.connect().await;
    for (number, key) in keys.iter().enumerate() {
        again.say_as(lobby, key, &number.to_string()).await;
    }
    assert_eq!(ann.history(lobby).await.len(), 300);
}

async fn an_ended_session_hears_nothing_more(database: Database) {
    let server = Server::start(database).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let lobby = ann.lobby().await;
    let mut anns = ann.connect().await;
    ann.post("/api/v1/auth/logout-all", &Value::Null)
        .await
        .expect(200);
    let secret = bob.say(lobby, "said after Ann left").await;
    anns.closed().await;
    assert!(
        anns.received
            .iter()
            .all(|frame| frame["message"]["id"] != secret["id"])
    );
    assert_eq!(
        anns.received.last().map(|frame| frame["type"].clone()),
        Some(json!("session_ended"))
    );
}
