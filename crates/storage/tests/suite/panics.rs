//! A defect in one job harms nobody else.

use chatterbox_storage::{Lane, StorageError};

use crate::world::{Blockade, World, bodies_in, fresh_key, lobby, person, post, say};

stories! {
    both:
        whoever_is_answered_ok_beside_a_panic_is_stored_for_everybody,
        a_panic_alone_is_an_error_for_its_caller_only,
        a_read_that_panics_leaves_the_readers_whole;
}

async fn whoever_is_answered_ok_beside_a_panic_is_stored_for_everybody(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let before: Vec<_> = (0..5).map(|_| say(&storage, room, &ann, "before")).collect();
    let panics = {
        let ann = ann.clone();
        storage.write(Lane::Room(room), move |tx| {
            post(tx, room, &ann, fresh_key(), "never").unwrap();
            panic!("a defect of a use case, made by this test")
        })
    };
    let after: Vec<_> = (0..5).map(|_| say(&storage, room, &ann, "after")).collect();
    blockade.lift().await;
    let answer: Result<(), StorageError> = panics.await;
    assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    for (answer, seq) in before.into_iter().chain(after).zip(1..) {
        assert_eq!(answer.await.unwrap().seq, seq);
    }
    let expected = [["before"; 5], ["after"; 5]].concat();
    assert_eq!(
        bodies_in(&mut world.stranger(), room),
        expected,
        "seen over another connection"
    );
    assert_eq!(world.notebook.bodies(), expected);
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 11);
    // What was acknowledged is also there after everything was closed and opened again.
    storage.close();
    let storage = world.open();
    let stored = storage.read(move |db| Ok::<_, StorageError>(bodies_in(db, room)));
    assert_eq!(stored.await.unwrap().len(), 11);
}

async fn a_panic_alone_is_an_error_for_its_caller_only(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    for _ in 0..3 {
        let ann = ann.clone();
        let panics = storage.write(Lane::Room(room), move |tx| {
            post(tx, room, &ann, fresh_key(), "never").unwrap();
            panic!("a defect of a use case, made by this test")
        });
        let answer: Result<(), StorageError> = panics.await;
        assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    }
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 1);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["next"]);
    assert_eq!(world.notebook.bodies(), ["next"]);
}

async fn a_read_that_panics_leaves_the_readers_whole(world: World) {
    let storage = world.open();
    let room = lobby(&storage).await;
    for _ in 0..10 {
        let panics = storage.read(|_| panic!("a defect of a use case, made by this test"));
        let answer: Result<(), StorageError> = panics.await;
        assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    }
    assert_eq!(lobby(&storage).await, room);
}
