//! The crash test: the server is killed under load, again and again, and what it acknowledged is there exactly once.

mod process;

use std::collections::BTreeMap;

use chatterbox_testkit::{Database, Dice, Person, Socket, fresh_key, on_both};
use serde_json::{Value, json};

use self::process::ServerProcess;

on_both! { what_was_acknowledged_survives_kill_9_exactly_once }

const SENDERS: usize = 6;
/// Messages that a sender has under way at once.
const WINDOW: usize = 16;

/// Every message that was ever sent: under its key, where to, what, and what the server said if it did.
type Sent = BTreeMap<String, Message>;

struct Message {
    room: i64,
    body: String,
    acknowledged: Option<Value>,
}

async fn what_was_acknowledged_survives_kill_9_exactly_once(database: Database) {
    // What the crash leaves behind is SQLite's to repair; PostgreSQL itself does not crash here.
    let rounds = match database {
        Database::Sqlite => 12,
        Database::Postgres => 5,
    };
    let mut dice = Dice::shaken();
    let mut server = ServerProcess::start(database).await;
    let mut people = Vec::new();
    for number in 0..SENDERS {
        people.push(server.entrance().sign_up(&format!("sender{number}")).await);
    }
    let lobby = people[0].lobby().await;
    let mut rooms = vec![lobby];
    for pair in people.chunks(2) {
        rooms.push(pair[0].direct_with(&pair[1]).await);
    }
    let mut sent: Vec<Sent> = people.iter().map(|_| Sent::new()).collect();
    for round in 0..rounds {
        let sockets = futures_util::future::join_all(people.iter().map(Person::connect)).await;
        // When so many are acknowledged in all, the server dies: in the middle of what it does for the others.
        let enough = 20 + dice.roll(200);
        let acknowledged = std::cell::Cell::new(0);
        let senders = sockets.into_iter().zip(&people).zip(&mut sent).enumerate();
        let talk = senders.map(|(number, ((socket, person), sent))| {
            let rooms = [lobby, rooms[1 + number / 2]];
            let label = format!("{} {round}", person.username);
            send_until_the_end(socket, label, rooms, sent, || {
                acknowledged.set(acknowledged.get() + 1);
                if acknowledged.get() == enough {
                    server.kill();
                }
            })
        });
        futures_util::future::join_all(talk).await;
        server.start_again().await;
        check(&people, &rooms, &mut sent).await;
    }
    let total: usize = sent.iter().map(BTreeMap::len).sum();
    println!("{rounds} crashes, {total} messages");
    assert!(total > rounds * 20, "{total}");
}

/// Sends as fast as the window allows, until the connection is gone.
async fn send_until_the_end(
    mut socket: Socket,
    label: String,
    rooms: [i64; 2],
    sent: &mut Sent,
    acknowledge: impl Fn(),
) {
    let mut under_way: BTreeMap<u64, String> = BTreeMap::new();
    for number in 0.. {
        while under_way.len() < WINDOW {
            let (key, room) = (fresh_key(), rooms[(number + under_way.len()) % 2]);
            let body = format!("{label} {key}");
            let frame = json!({ "type": "message_send", "room_id": room, "client_key": key, "body": body });
            let message = Message {
                room,
                body,
                acknowledged: None,
            };
            sent.insert(key.clone(), message);
            under_way.insert(socket.send_with_ref(frame).await, key);
        }
        let Some(frame) = socket.next_frame_or_close().await else {
            return;
        };
        if frame["type"] == "ok" {
            let reference = frame["ref"].as_u64().expect("a ref");
            let key = under_way
                .remove(&reference)
                .expect("an answer to something that was asked");
            sent.get_mut(&key).expect("it was sent").acknowledged = Some(frame["message"].clone());
            acknowledge();
        } else {
            assert_ne!(frame["type"], "error", "{frame}");
        }
    }
}

/// Compares what is stored with what was sent, sends again what was not acknowledged and compares once more.
async fn check(people: &[Person], rooms: &[i64], sent: &mut [Sent]) {
    stored_exactly_once(people, rooms, sent).await;
    for (person, sent) in people.iter().zip(sent.iter_mut()) {
        let mut socket = person.connect().await;
        for (key, message) in sent
            .iter_mut()
            .filter(|(_, message)| message.acknowledged.is_none())
        {
            message.acknowledged = Some(socket.say_as(message.room, key, &message.body).await);
        }
    }
    let count = stored_exactly_once(people, rooms, sent).await;
    assert_eq!(
        count,
        sent.iter().map(BTreeMap::len).sum::<usize>(),
        "a retry is the same message"
    );
}

/// Every acknowledged message is there once, as it was acknowledged; each room counts from 1 without a gap. Returns how
/// many messages there are.
async fn stored_exactly_once(people: &[Person], rooms: &[i64], sent: &[Sent]) -> usize {
    let mut stored: BTreeMap<String, Value> = BTreeMap::new();
    for (index, room) in rooms.iter().enumerate() {
        let member = &people[index.saturating_sub(1) * 2];
        for (message, seq) in member.history(*room).await.into_iter().zip(1..) {
            assert_eq!(
                (&message["seq"], &message["version"]),
                (&json!(seq), &json!(seq)),
                "{message}"
            );
            let key = message["client_key"].as_str().expect("a key").to_owned();
            let again = stored.insert(key, message);
            assert!(again.is_none(), "twice: {again:?}");
        }
    }
    for (key, message) in sent.iter().flatten() {
        if let Some(acknowledged) = &message.acknowledged {
            assert_eq!(stored.get(key), Some(acknowledged), "acknowledged, then lost");
        }
        if let Some(stored) = stored.get(key) {
            assert_eq!(stored["body"], message.body.as_str());
        }
    }
    stored.len()
}
