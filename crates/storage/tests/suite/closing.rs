//! How much may wait, and how it ends.

use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use chatterbox_storage::{DatabaseUrl, Lane, Options, StorageError};

use crate::world::{Blockade, World, bodies_in, lobby, person, say};

stories! {
    both:
        one_write_more_than_may_wait_is_refused_at_once,
        closing_finishes_what_waits_and_takes_nothing_new,
        dropping_every_handle_finishes_what_waits;
    sqlite: closing_moves_the_log_into_the_database;
}

async fn one_write_more_than_may_wait_is_refused_at_once(world: World) {
    let storage = world.open_with(Options {
        waiting_writes: 3,
        ..Options::default()
    });
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let waiting: Vec<_> = (0..3).map(|_| say(&storage, room, &ann, "waits")).collect();
    let mut refused = pin!(say(&storage, room, &ann, "refused"));
    let at_once = refused.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(
        matches!(at_once, Poll::Ready(Err(StorageError::Busy))),
        "{at_once:?}"
    );
    blockade.lift().await;
    for (answer, seq) in waiting.into_iter().zip(1..) {
        assert_eq!(answer.await.unwrap().seq, seq);
    }
    assert_eq!(say(&storage, room, &ann, "room again").await.unwrap().seq, 4);
}

async fn closing_finishes_what_waits_and_takes_nothing_new(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let waiting: Vec<_> = (0..50).map(|_| say(&storage, room, &ann, "waited")).collect();
    let closing = {
        let storage = storage.clone();
        tokio::task::spawn_blocking(move || storage.close())
    };
    blockade.lift().await;
    closing.await.unwrap();
    assert_eq!(
        bodies_in(&mut world.stranger(), room),
        ["waited"; 50],
        "stored when close returns"
    );
    for answer in waiting {
        answer.await.unwrap();
    }
    let late = say(&storage, room, &ann, "late").await;
    assert!(matches!(late, Err(StorageError::Closed)), "{late:?}");
    assert_eq!(lobby(&storage).await, room, "reading goes on");
}

async fn dropping_every_handle_finishes_what_waits(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let waiting = say(&storage, room, &ann, "waited");
    drop(storage);
    blockade.lift().await;
    waiting.await.unwrap();
    assert_eq!(bodies_in(&mut world.stranger(), room), ["waited"]);
}

async fn closing_moves_the_log_into_the_database(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    say(&storage, room, &ann, "logged").await.unwrap();
    let DatabaseUrl::Sqlite(file) = &world.url else {
        panic!("only SQLite keeps a log beside its file")
    };
    let log = PathBuf::from(format!("{}-wal", file.display()));
    let size = || std::fs::metadata(&log).map_or(0, |log| log.len());
    assert!(size() > 0, "commits append to the log");
    storage.close();
    assert_eq!(size(), 0);
    // The file alone holds everything: this is what a copy of it would hold.
    let copy = file.with_file_name("copy.db");
    std::fs::copy(file, &copy).unwrap();
    let mut db = crate::world::stranger(&DatabaseUrl::Sqlite(copy));
    assert_eq!(bodies_in(&mut db, room), ["logged"]);
}
