//! Conversations of two people.

use chatterbox_domain::room::Pair;
use chatterbox_domain::{RoomKind, RoomSummary, SessionId, UserId};
use chatterbox_storage::sessions::NewSession;
use chatterbox_storage::{Lane, StorageError, messages, rooms, sessions, users};

use crate::world::{World, lobby, moment, person, summary};

stories! {
    both:
        a_pair_has_one_conversation_however_many_open_it_at_once,
        both_see_the_conversation_under_the_others_name,
        a_third_person_sees_nothing_of_it,
        everything_that_posting_depends_on_is_known_in_one_question;
}

async fn a_pair_has_one_conversation_however_many_open_it_at_once(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await.id, person(&storage, "ben").await.id);
    let pair = Pair::of(ann, ben).unwrap();
    assert_eq!(
        storage
            .read(move |db| rooms::find_direct(db, pair))
            .await
            .unwrap(),
        None
    );
    let attempts: Vec<_> = (0..16)
        .map(|number| {
            let pair = if number % 2 == 0 {
                Pair::of(ann, ben)
            } else {
                Pair::of(ben, ann)
            };
            let pair = pair.unwrap();
            storage.write(Lane::User(UserId(number)), move |tx| {
                rooms::insert_direct(tx.db(), pair, moment(0))
            })
        })
        .collect();
    let mut opened = Vec::new();
    for attempt in attempts {
        opened.extend(attempt.await.unwrap());
    }
    assert_eq!(opened.len(), 1, "one opened it, the others found it open");
    let found = storage
        .read(move |db| rooms::find_direct(db, pair))
        .await
        .unwrap();
    assert_eq!(found, Some(opened[0]));
    for person in [ann, ben] {
        let rooms = storage.read(move |db| rooms::ids_of(db, person)).await.unwrap();
        assert_eq!(rooms.len(), 2, "the Lobby and this one: {rooms:?}");
    }
}

async fn both_see_the_conversation_under_the_others_name(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await.id, person(&storage, "ben").await.id);
    let the_lobby = lobby(&storage).await;
    let pair = Pair::of(ann, ben).unwrap();
    let opened = storage.write(Lane::Accounts, move |tx| {
        users::update_profile(tx.db(), ben, Some("Ben 🎈"), None)?;
        rooms::insert_direct(tx.db(), pair, moment(0))
    });
    let room = opened.await.unwrap().unwrap();
    for (viewer, name, peer) in [(ann, "Ben 🎈", ben), (ben, "ann", ann)] {
        let direct = RoomSummary {
            id: room,
            kind: RoomKind::Direct,
            name: name.to_owned(),
            peer_id: Some(peer),
            cursor: 0,
            last_read_seq: 0,
            unread: 0,
        };
        assert_eq!(summary(&storage, room, viewer).await, direct);
        let of_everybody = RoomSummary {
            id: the_lobby,
            kind: RoomKind::Lobby,
            name: "Lobby".to_owned(),
            peer_id: None,
            ..direct.clone()
        };
        let all = storage
            .read(move |db| rooms::summaries(db, viewer))
            .await
            .unwrap();
        assert_eq!(all, [of_everybody, direct], "each room once, the Lobby first");
    }
}

async fn a_third_person_sees_nothing_of_it(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    let ben = person(&storage, "ben").await.id;
    let cyd = person(&storage, "cyd").await.id;
    let pair = Pair::of(ann, ben).unwrap();
    let opened = storage.write(Lane::Accounts, move |tx| {
        rooms::insert_direct(tx.db(), pair, moment(0))
    });
    let room = opened.await.unwrap().unwrap();
    let seen = |user| {
        storage.read(move |db| {
            Ok::<_, StorageError>((
                rooms::membership(db, room, user)?,
                rooms::summaries(db, user)?.len(),
            ))
        })
    };
    assert_eq!(seen(cyd).await.unwrap(), (None, 1));
    assert_eq!(seen(ann).await.unwrap(), (Some(RoomKind::Direct), 2));
}

async fn everything_that_posting_depends_on_is_known_in_one_question(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let ben = person(&storage, "ben").await.id;
    let cyd = person(&storage, "cyd").await.id;
    let pair = Pair::of(ben, cyd).unwrap();
    let user_id = ann.id;
    let made = storage.write(Lane::Accounts, move |tx| {
        let new = NewSession {
            user_id,
            user_agent: String::new(),
            address: String::new(),
            created_at: moment(0),
            expires_at: moment(100),
        };
        let session = sessions::insert(tx.db(), &new)?;
        let others = rooms::insert_direct(tx.db(), pair, moment(0))?.unwrap();
        Ok::<_, StorageError>((session, others))
    });
    let (session, others) = made.await.unwrap();
    let the_lobby = lobby(&storage).await;
    let ask = |session, room, now| storage.read(move |db| messages::posting(db, session, room, moment(now)));
    let known = ask(session, the_lobby, 99).await.unwrap().unwrap();
    assert_eq!(known.author, ann);
    assert_eq!((known.caller.user_id, known.caller.session_id), (ann.id, session));
    assert!(!known.caller.session_is_over && !known.caller.is_blocked);
    assert_eq!(known.membership, Some(RoomKind::Lobby));
    let outside = ask(session, others, 99).await.unwrap().unwrap();
    assert_eq!(outside.membership, None, "a room of others");
    assert!(
        ask(session, the_lobby, 100)
            .await
            .unwrap()
            .unwrap()
            .caller
            .session_is_over
    );
    assert!(ask(SessionId(999), the_lobby, 0).await.unwrap().is_none());
}
