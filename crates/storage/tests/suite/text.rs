//! Texts and moments come back exactly as they were given.

use chatterbox_domain::{ClientKey, Timestamp};
use chatterbox_storage::messages::NewMessage;
use chatterbox_storage::sessions::NewSession;
use chatterbox_storage::{Lane, StorageError, messages, rooms, sessions};
use chrono::DateTime;
use uuid::Uuid;

use crate::world::{World, fresh_key, lobby, moment, person, say};

stories! {
    both:
        a_text_comes_back_exactly_as_it_was_typed,
        a_moment_comes_back_to_the_microsecond,
        moments_are_compared_to_the_microsecond,
        every_client_key_comes_back;
}

async fn a_text_comes_back_exactly_as_it_was_typed(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let longest = "😀".repeat(4_000);
    let marks = format!("e{}", "\u{0301}".repeat(3_999));
    let texts = [
        "  two  spaces, a tab\t and the end \n\n",
        "line\r\nline\rline\nline",
        "👩🏽‍🚀 🏳️‍🌈 🇩🇪",
        "e\u{0301} is not é, and \u{212B} not Å",
        "\u{FFFD} \u{FEFF} \u{200B} \u{2028} \u{7F} \u{1}",
        "مرحبا بالعالم \u{202E}abc\u{202C} שלום",
        "'; DROP TABLE messages; -- \\ \\0 \\x00 $1 ? %s {} \"",
        "\u{10FFFF}",
        &marks,
        &longest,
    ];
    let mut ids = Vec::new();
    for text in texts {
        ids.push(say(&storage, room, &ann, text).await.unwrap().id);
    }
    // From the file or the server again, not from memory.
    storage.close();
    let storage = world.open();
    for (id, text) in ids.into_iter().zip(texts) {
        let stored = storage
            .read(move |db| messages::get(db, id))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stored.body, text);
    }
}

fn moments() -> Vec<Timestamp> {
    let at = |seconds, nanoseconds| DateTime::from_timestamp(seconds, nanoseconds).unwrap();
    vec![
        at(0, 0),
        at(0, 1_000),
        at(951_782_400, 999_999_000),
        at(1_795_000_000, 0),
        at(1_795_000_000, 100_000_000),
        at(1_795_000_000, 123_456_000),
        at(1_795_000_000, 120_000_000),
        at(4_102_444_799, 999_999_000),
    ]
}

async fn a_moment_comes_back_to_the_microsecond(world: World) {
    let storage = world.open();
    let author = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    for at in moments() {
        let author = author.clone();
        let written = storage.write(Lane::Room(room), move |tx| {
            let new = NewMessage {
                room_id: room,
                seq: rooms::next_version(tx, room)?,
                author,
                client_key: fresh_key(),
                body: "now".to_owned(),
                created_at: at,
            };
            let message = messages::insert(tx.db(), new)?.unwrap();
            let edit = rooms::next_version(tx, room)?;
            messages::set_body(tx.db(), message.id, "later", edit, at)?;
            let erasure = rooms::next_version(tx, room)?;
            messages::erase(tx.db(), message.id, erasure, at)?;
            Ok::<_, StorageError>(message.id)
        });
        let id = written.await.unwrap();
        let stored = storage
            .read(move |db| messages::get(db, id))
            .await
            .unwrap()
            .unwrap();
        let kept = (stored.created_at, stored.edited_at, stored.deleted_at);
        assert_eq!(kept, (at, Some(at), Some(at)));
    }
}

async fn moments_are_compared_to_the_microsecond(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    // Ends of sessions whose texts have different lengths.
    let ends = [0, 1, 10, 99_999, 100_000, 100_001, 1_000_000];
    let opened = storage.write(Lane::User(ann), move |tx| {
        for end in ends {
            let new = NewSession {
                user_id: ann,
                user_agent: String::new(),
                address: String::new(),
                created_at: moment(0),
                expires_at: moment(end),
            };
            sessions::insert(tx.db(), &new)?;
        }
        Ok::<_, StorageError>(())
    });
    opened.await.unwrap();
    for now in ends.into_iter().flat_map(|end| [end - 1, end, end + 1]) {
        let live = storage
            .read(move |db| sessions::live(db, ann, moment(now)))
            .await
            .unwrap();
        let expected = ends.iter().filter(|end| **end > now).count();
        assert_eq!(live.len(), expected, "at {now} µs");
    }
}

async fn every_client_key_comes_back(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    for key in [Uuid::nil(), Uuid::max(), Uuid::from_u128(0x00ff), Uuid::new_v4()].map(ClientKey) {
        let author = ann.clone();
        let sent = storage.write(Lane::Room(room), move |tx| {
            crate::world::post(tx, room, &author, key, "keyed")
        });
        let sent = sent.await.unwrap();
        assert_eq!(sent.client_key, key);
        let found = storage.read(move |db| messages::find_by_client_key(db, sent.author.id, key));
        let found = found.await.unwrap().unwrap();
        assert_eq!((found.id, found.client_key), (sent.id, key));
    }
}
