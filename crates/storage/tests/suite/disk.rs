//! A full disk: writes are refused with a clear error, reading goes on, and it is over when there is room again.

use chatterbox_storage::{Lane, StorageError};

use crate::world::{Blockade, World, bodies_in, lobby, person, say};

stories! {
    sqlite:
        a_full_disk_refuses_every_write_until_there_is_room_again,
        nobody_who_shares_a_commit_with_a_full_disk_is_told_a_lie;
}

/// Too long for what is left on any page that is there already.
fn long_text() -> String {
    "word ".repeat(20_000)
}

async fn a_full_disk_refuses_every_write_until_there_is_room_again(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    say(&storage, room, &ann, "while there was room").await.unwrap();
    storage.limit_size(Some(1)).await.unwrap();
    for _ in 0..3 {
        let refused = say(&storage, room, &ann, &long_text()).await;
        assert!(matches!(refused, Err(StorageError::Full)), "{refused:?}");
        let seen = storage.read(move |db| Ok::<_, StorageError>(bodies_in(db, room)));
        assert_eq!(seen.await.unwrap(), ["while there was room"]);
    }
    assert_eq!(world.notebook.bodies(), ["while there was room"]);
    storage.limit_size(None).await.unwrap();
    let stored = say(&storage, room, &ann, &long_text()).await.unwrap();
    assert_eq!(stored.seq, 2, "the refused ones left no gap");
    assert_eq!(
        bodies_in(&mut world.stranger(), room),
        ["while there was room".to_owned(), long_text()]
    );
}

async fn nobody_who_shares_a_commit_with_a_full_disk_is_told_a_lie(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    storage.limit_size(Some(1)).await.unwrap();
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let texts = ["short".to_owned(), long_text(), "short too".to_owned()];
    let answers = texts.map(|text| (text.clone(), say(&storage, room, &ann, &text)));
    blockade.lift().await;
    let mut acknowledged = Vec::new();
    for (text, answer) in answers {
        match answer.await {
            Ok(message) => acknowledged.push(message.body),
            Err(error) => assert!(matches!(error, StorageError::Full), "{text:.10}: {error:?}"),
        }
    }
    assert!(!acknowledged.contains(&long_text()));
    assert_eq!(bodies_in(&mut world.stranger(), room), acknowledged);
    assert_eq!(world.notebook.bodies(), acknowledged);
    storage.limit_size(None).await.unwrap();
    say(&storage, room, &ann, &long_text()).await.unwrap();
}
