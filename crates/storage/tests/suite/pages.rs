//! Pages: whatever their size and direction, together they are the whole list.

use chatterbox_domain::room::Pair;
use chatterbox_domain::{Message, MessageId, RoomId, UserId};
use chatterbox_storage::{Lane, Storage, StorageError, messages, rooms};

use crate::world::{World, fresh_key, lobby, moment, person, post, say};

stories! {
    both:
        pages_of_any_size_are_the_whole_history_in_both_directions,
        pages_of_changes_are_every_message_once_in_the_order_of_versions,
        pages_hold_their_own_room_only,
        the_recent_messages_of_a_person_are_those_of_all_their_rooms,
        a_page_sees_one_moment;
}

const HISTORY: i64 = 57;

/// A history in which every third message was edited and every seventh erased, newest changes to the oldest messages.
async fn a_history(storage: &Storage) -> (RoomId, Vec<Message>) {
    let ann = person(storage, "ann").await;
    let room = lobby(storage).await;
    let written = storage.write(Lane::Room(room), move |tx| {
        let mut ids = Vec::new();
        for number in 1..=HISTORY {
            ids.push(post(tx, room, &ann, fresh_key(), &number.to_string())?.id);
        }
        for id in ids.iter().rev().step_by(3) {
            let version = rooms::next_version(tx, room)?;
            messages::set_body(tx.db(), *id, "edited", version, moment(version))?;
        }
        for id in ids.iter().step_by(7) {
            let version = rooms::next_version(tx, room)?;
            messages::erase(tx.db(), *id, version, moment(version))?;
        }
        let mut all = Vec::new();
        for id in ids {
            all.extend(messages::get(tx.db(), id)?);
        }
        Ok::<_, StorageError>(all)
    });
    let all = written.await.unwrap();
    assert_eq!(
        all.iter().map(|m| m.seq).collect::<Vec<_>>(),
        (1..=HISTORY).collect::<Vec<_>>()
    );
    (room, all)
}

async fn pages_of_any_size_are_the_whole_history_in_both_directions(world: World) {
    let storage = world.open();
    let (room, all) = a_history(&storage).await;
    let mut newest_first = all.clone();
    newest_first.reverse();
    for size in [1, 2, 3, 7, 19, HISTORY - 1, HISTORY, HISTORY + 1] {
        let most = usize::try_from(size).unwrap();
        let (mut up, mut down) = (Vec::<Message>::new(), Vec::<Message>::new());
        loop {
            let after = up.last().map_or(0, |message| message.seq);
            let before = down.last().map_or(i64::MAX, |message| message.seq);
            let pages = storage.read(move |db| {
                let above = messages::after(db, room, after, size)?;
                Ok::<_, StorageError>((above, messages::before(db, room, before, size)?))
            });
            let (above, below) = pages.await.unwrap();
            assert!(above.len() <= most && below.len() <= most);
            if above.is_empty() && below.is_empty() {
                break;
            }
            up.extend(above);
            down.extend(below);
        }
        assert_eq!(up, all, "upwards, pages of {size}");
        assert_eq!(down, newest_first, "downwards, pages of {size}");
    }
}

async fn pages_of_changes_are_every_message_once_in_the_order_of_versions(world: World) {
    let storage = world.open();
    let (room, mut all) = a_history(&storage).await;
    all.sort_by_key(|message| message.version);
    let highest = all.last().unwrap().version;
    for size in [1, 4, 10, HISTORY] {
        let mut changes = Vec::<Message>::new();
        loop {
            let version = changes.last().map_or(0, |message| message.version);
            let page = storage.read(move |db| messages::changed_after(db, room, version, size));
            let page = page.await.unwrap();
            if page.is_empty() {
                break;
            }
            changes.extend(page);
        }
        assert_eq!(changes, all, "pages of {size}");
    }
    for known in [1, HISTORY, highest - 3] {
        let missed = storage
            .read(move |db| messages::changed_after(db, room, known, 1_000))
            .await;
        let expected: Vec<_> = all
            .iter()
            .filter(|message| message.version > known)
            .cloned()
            .collect();
        assert_eq!(missed.unwrap(), expected, "after version {known}");
    }
    let nothing = storage
        .read(move |db| messages::changed_after(db, room, highest, 10))
        .await;
    assert!(nothing.unwrap().is_empty());
}

async fn pages_hold_their_own_room_only(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await, person(&storage, "ben").await);
    let room = lobby(&storage).await;
    let pair = Pair::of(ann.id, ben.id).unwrap();
    let opened = storage.write(Lane::Accounts, move |tx| {
        rooms::insert_direct(tx.db(), pair, moment(0))
    });
    let private = opened.await.unwrap().unwrap();
    for number in 0..6 {
        let here = if number % 2 == 0 { room } else { private };
        say(&storage, here, &ann, &format!("{number}")).await.unwrap();
    }
    let pages = storage.read(move |db| {
        Ok::<_, StorageError>([
            messages::before(db, private, i64::MAX, 10)?,
            messages::after(db, private, 0, 10)?,
            messages::changed_after(db, private, 0, 10)?,
        ])
    });
    for page in pages.await.unwrap() {
        let mut bodies: Vec<_> = page.iter().map(|message| message.body.as_str()).collect();
        bodies.sort_unstable();
        assert_eq!(bodies, ["1", "3", "5"]);
        assert!(page.iter().all(|message| message.room_id == private));
    }
}

async fn the_recent_messages_of_a_person_are_those_of_all_their_rooms(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let ben = person(&storage, "ben").await;
    let cyd = person(&storage, "cyd").await;
    let mut rooms = vec![lobby(&storage).await];
    for (one, other) in [(&ann, &ben), (&ben, &cyd)] {
        let pair = Pair::of(one.id, other.id).unwrap();
        let opened = storage.write(Lane::Accounts, move |tx| {
            rooms::insert_direct(tx.db(), pair, moment(0))
        });
        rooms.push(opened.await.unwrap().unwrap());
    }
    let mut ids = Vec::new();
    for (room, author) in [(0, &cyd), (1, &ann), (2, &cyd), (1, &ben), (2, &ben), (0, &ann)] {
        let said = say(&storage, rooms[room], author, ".").await.unwrap();
        let room_of = storage
            .read(move |db| messages::room_of(db, said.id))
            .await
            .unwrap();
        assert_eq!(room_of, Some(rooms[room]));
        ids.push(said.id);
    }
    let expected = [
        (ids[5], None),
        (ids[3], Some(ann.id)),
        (ids[1], Some(ben.id)),
        (ids[0], None),
    ];
    for size in [1, 2, 3, 10] {
        let mut seen: Vec<(MessageId, Option<UserId>)> = Vec::new();
        loop {
            let before = seen.last().map_or(i64::MAX, |(id, _)| id.0);
            let page = storage.read(move |db| messages::recent(db, ann.id, before, size));
            let page = page.await.unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.into_iter().map(|(message, receiver)| (message.id, receiver)));
        }
        assert_eq!(seen, expected, "pages of {size}");
    }
}

async fn a_page_sees_one_moment(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    say(&storage, room, &ann, "before").await.unwrap();
    let (first_look, looked) = tokio::sync::oneshot::channel();
    let (go, posted) = std::sync::mpsc::channel();
    let looks = tokio::spawn({
        let storage = storage.clone();
        async move {
            let looks = storage.read(move |db| {
                let first = messages::after(db, room, 0, 10)?.len();
                first_look.send(()).unwrap();
                posted.recv().unwrap();
                Ok::<_, StorageError>((first, messages::after(db, room, 0, 10)?.len()))
            });
            looks.await.unwrap()
        }
    });
    looked.await.unwrap();
    say(&storage, room, &ann, "meanwhile").await.unwrap();
    go.send(()).unwrap();
    assert_eq!(looks.await.unwrap(), (1, 1));
    let later = storage.read(move |db| messages::after(db, room, 0, 10)).await;
    assert_eq!(later.unwrap().len(), 2);
}
