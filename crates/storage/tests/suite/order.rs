//! The order of a room: every message and every change takes the next number, and none is left out.

use std::collections::HashMap;

use chatterbox_domain::room::Pair;
use chatterbox_domain::{Author, RoomId};
use chatterbox_storage::{Lane, Storage, messages, rooms};

use crate::world::{Refusal, World, fresh_key, lobby, moment, person, post, summary};

stories! {
    both:
        versions_have_no_gap_however_many_write_and_are_refused,
        an_edit_takes_the_next_version_and_keeps_its_place,
        an_erased_text_is_gone_and_its_place_remains,
        versions_are_taken_in_the_rooms_own_lane_only;
}

const WRITERS: usize = 8;
const EACH: usize = 45;

/// The Lobby and a few conversations of `ann`.
async fn some_rooms(storage: &Storage, ann: &Author) -> Vec<RoomId> {
    let mut some = vec![lobby(storage).await];
    for number in 0..4 {
        let other = person(storage, &format!("person{number}")).await;
        let pair = Pair::of(ann.id, other.id).unwrap();
        let opened = storage.write(Lane::Accounts, move |tx| {
            rooms::insert_direct(tx.db(), pair, moment(0))
        });
        some.push(opened.await.unwrap().unwrap());
    }
    some
}

async fn versions_have_no_gap_however_many_write_and_are_refused(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let some_rooms = some_rooms(&storage, &ann).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (storage, ann, some_rooms) = (storage.clone(), ann.clone(), some_rooms.clone());
        writers.spawn(async move {
            let mut given = Vec::new();
            for number in 0..EACH {
                let room = some_rooms[(writer + number) % some_rooms.len()];
                let author = ann.clone();
                let answer = storage.write(Lane::Room(room), move |tx| {
                    let message = post(tx, room, &author, fresh_key(), "counted")?;
                    match number % 6 {
                        0 => Err(Refusal::Denied),
                        3 => {
                            tx.undo();
                            Ok(None)
                        }
                        _ => Ok(Some(message.seq)),
                    }
                });
                match answer.await {
                    Ok(Some(seq)) => given.push((room, seq)),
                    Ok(None) | Err(Refusal::Denied) => {}
                    Err(Refusal::Storage(error)) => panic!("{error}"),
                }
            }
            given
        });
    }
    let mut given: HashMap<RoomId, Vec<i64>> = HashMap::new();
    while let Some(writer) = writers.join_next().await {
        for (room, seq) in writer.unwrap() {
            given.entry(room).or_default().push(seq);
        }
    }
    let kept: usize = given.values().map(Vec::len).sum();
    assert_eq!(kept, WRITERS * (EACH - EACH.div_ceil(6) - (EACH - 3).div_ceil(6)));
    for (room, mut seqs) in given {
        let gap_free: Vec<i64> = (1..=i64::try_from(seqs.len()).unwrap()).collect();
        assert_eq!(
            world.notebook.versions_in(room),
            gap_free,
            "announced in order, room {room}"
        );
        seqs.sort_unstable();
        assert_eq!(seqs, gap_free, "answered, room {room}");
        let stored = messages::after(&mut world.stranger(), room, 0, i64::MAX).unwrap();
        assert_eq!(
            stored.iter().map(|message| message.seq).collect::<Vec<_>>(),
            gap_free
        );
        assert_eq!(
            summary(&storage, room, ann.id).await.cursor,
            *gap_free.last().unwrap()
        );
    }
}

async fn an_edit_takes_the_next_version_and_keeps_its_place(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let edited = storage.write(Lane::Room(room), move |tx| {
        let first = post(tx, room, &ann, fresh_key(), "frist")?;
        let second = post(tx, room, &ann, fresh_key(), "second")?;
        let version = rooms::next_version(tx, room)?;
        messages::set_body(tx.db(), first.id, "first", version, moment(7))?;
        Ok::<_, Refusal>((first, second))
    });
    let (first, second) = edited.await.unwrap();
    let stored = storage
        .read(move |db| messages::after(db, room, 0, 10))
        .await
        .unwrap();
    let expected = chatterbox_domain::Message {
        body: "first".to_owned(),
        version: 3,
        edited_at: Some(moment(7)),
        ..first
    };
    assert_eq!(
        stored,
        [expected.clone(), second.clone()],
        "in the order of posting"
    );
    let changed = storage
        .read(move |db| messages::changed_after(db, room, 1, 10))
        .await;
    assert_eq!(
        changed.unwrap(),
        [second, expected],
        "in the order of the changes"
    );
}

async fn an_erased_text_is_gone_and_its_place_remains(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let erased = storage.write(Lane::Room(room), move |tx| {
        let message = post(tx, room, &ann, fresh_key(), "a secret")?;
        let version = rooms::next_version(tx, room)?;
        messages::erase(tx.db(), message.id, version, moment(9))?;
        Ok::<_, Refusal>(message)
    });
    let message = erased.await.unwrap();
    let (id, author) = (message.id, message.author.id);
    let expected = chatterbox_domain::Message {
        body: String::new(),
        version: 2,
        deleted_at: Some(moment(9)),
        ..message
    };
    let stored = storage.read(move |db| messages::get(db, id)).await.unwrap();
    assert_eq!(stored, Some(expected));
    let facts = storage.read(move |db| messages::changeable(db, id, author)).await;
    assert!(facts.unwrap().unwrap().is_deleted);
}

async fn versions_are_taken_in_the_rooms_own_lane_only(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    for other in [Lane::Accounts, Lane::User(ann.id), Lane::Room(RoomId(room.0 + 1))] {
        let ann = ann.clone();
        let astray = storage.write(other, move |tx| post(tx, room, &ann, fresh_key(), "astray"));
        assert!(astray.await.is_err(), "{other:?}");
    }
}
