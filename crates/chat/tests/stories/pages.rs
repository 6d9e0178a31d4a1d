//! Reading page by page.

use chatterbox_chat::messages::Position;
use chatterbox_domain::{Denial, UserId};

use crate::world::{World, bodies, complaints, denial, draft};

#[tokio::test]
async fn pages_in_both_directions_show_every_message_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let said = ["one", "two", "three", "four", "five"];
    let mut sent = Vec::new();
    for text in said {
        sent.push(world.say(&ann, lobby, text).await);
    }
    for (position, shown, has_more) in [
        (Position::Newest, &said[3..], true),
        (Position::Before(4), &said[1..3], true),
        (Position::Before(2), &said[..1], false),
        (Position::Before(3), &said[..2], false),
        (Position::Before(1), &[], false),
        (Position::After(0), &said[..2], true),
        (Position::After(2), &said[2..4], true),
        (Position::After(4), &said[4..], false),
        (Position::After(3), &said[3..], false),
        (Position::After(5), &[], false),
    ] {
        let page = world.chat.history(ann.caller, lobby, position, 2).await.unwrap();
        assert_eq!(bodies(&page.messages), shown, "{position:?}");
        assert_eq!(page.has_more, has_more, "{position:?}");
    }
    world
        .chat
        .edit_message(ann.caller, sent[0].id, "changed".to_owned())
        .await
        .unwrap();
    let page = world
        .chat
        .history(ann.caller, lobby, Position::ChangedAfter(3), 2)
        .await
        .unwrap();
    assert_eq!(
        (bodies(&page.messages), page.has_more),
        (vec!["four", "five"], true)
    );
    let page = world
        .chat
        .history(ann.caller, lobby, Position::ChangedAfter(5), 2)
        .await
        .unwrap();
    assert_eq!((bodies(&page.messages), page.has_more), (vec!["changed"], false));
}

#[tokio::test]
async fn a_page_has_between_one_and_two_hundred_entries() {
    let world = World::unhurried();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    let sent: Vec<_> = (0..201)
        .map(|_| world.chat.send_message(ann.caller, draft(lobby, "news")))
        .collect();
    for message in sent {
        message.await.unwrap();
    }
    let history = world
        .chat
        .history(ann.caller, lobby, Position::Newest, 10_000)
        .await
        .unwrap();
    assert_eq!((history.messages.len(), history.has_more), (200, true));
    assert_eq!(
        world
            .chat
            .recent(ann.caller, i64::MAX, 10_000)
            .await
            .unwrap()
            .len(),
        200
    );
    let too_small = [("limit", "out_of_range")];
    for limit in [0, -1, i64::MIN] {
        let history = world
            .chat
            .history(ann.caller, lobby, Position::Newest, limit)
            .await;
        assert_eq!(complaints(history), too_small);
        assert_eq!(
            complaints(world.chat.recent(ann.caller, i64::MAX, limit).await),
            too_small
        );
        assert_eq!(
            complaints(world.chat.people(ann.caller, UserId(0), limit).await),
            too_small
        );
    }
}

#[tokio::test]
async fn recent_messages_come_from_all_rooms_one_is_in_with_whom_they_were_for() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let carol = world.person("carol").await;
    let (lobby, direct) = (world.lobby().await, world.direct(&ann, &bob).await);
    world.say(&ann, lobby, "to all").await;
    world.say(&ann, direct, "to bob").await;
    let last = world.say(&bob, direct, "to ann").await;
    let recent = async |who: &crate::world::Person, before: i64, limit: i64| {
        let recent = world.chat.recent(who.caller, before, limit).await.unwrap();
        recent
            .into_iter()
            .map(|(message, to)| (message.body, to))
            .collect::<Vec<_>>()
    };
    let entry = |text: &str, to: Option<UserId>| (text.to_owned(), to);
    let all = [
        entry("to all", None),
        entry("to bob", Some(bob.id)),
        entry("to ann", Some(ann.id)),
    ];
    assert_eq!(recent(&ann, i64::MAX, 10).await, all);
    assert_eq!(recent(&bob, i64::MAX, 2).await, all[1..]);
    assert_eq!(recent(&bob, last.id.0, 2).await, all[..2]);
    assert_eq!(recent(&carol, i64::MAX, 10).await, all[..1]);
}

#[tokio::test]
async fn people_are_listed_in_the_order_of_their_arrival() {
    let world = World::new();
    let mut ids = Vec::new();
    for name in ["ann", "bob", "carol"] {
        ids.push(world.person(name).await.id);
    }
    let ann = world.device_of("ann").await.caller;
    let first = world.chat.people(ann, UserId(0), 2).await.unwrap();
    assert_eq!(
        first.users.iter().map(|user| user.id).collect::<Vec<_>>(),
        ids[..2]
    );
    let next = first.next.unwrap();
    let last = world.chat.people(ann, next, 2).await.unwrap();
    assert_eq!(
        (
            last.users.iter().map(|user| user.id).collect::<Vec<_>>(),
            last.next
        ),
        (ids[2..].to_vec(), None)
    );

    let some = world
        .chat
        .some_people(ann, vec![ids[2], UserId(4_711), ids[0]])
        .await
        .unwrap();
    assert_eq!(
        some.iter().map(|user| user.id).collect::<Vec<_>>(),
        [ids[0], ids[2]]
    );
    let too_many = world.chat.some_people(ann, vec![ids[0]; 201]).await;
    assert_eq!(complaints(too_many), [("ids", "too_many")]);
    assert_eq!(world.chat.person(ann, ids[1]).await.unwrap().username, "bob");
    assert_eq!(
        denial(world.chat.person(ann, UserId(4_711)).await),
        Denial::NotFound
    );
}
