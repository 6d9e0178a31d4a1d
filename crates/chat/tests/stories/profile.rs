//! What people say of themselves, and when they were last here.

use chatterbox_domain::Event;

use crate::world::{World, complaints};

#[tokio::test]
async fn a_new_name_is_told_to_everybody_and_stands_beside_old_messages() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let direct = world.direct(&ann, &bob).await;
    let sent = world.say(&ann, direct, "hello").await;
    world.events.take();
    let new = |text: &str| Some(text.to_owned());
    let account = world
        .chat
        .update_profile(ann.caller, new(" Ann B. "), new("by the sea"))
        .await
        .unwrap();
    assert_eq!(
        (account.user.display_name.as_str(), account.user.about.as_str()),
        ("Ann B.", "by the sea")
    );
    match world.events.take_one() {
        Event::UserChanged(user) => assert_eq!(*user, account.user),
        other => panic!("a profile was changed, not {other:?}"),
    }
    assert_eq!(world.chat.person(bob.caller, ann.id).await.unwrap(), account.user);
    let read = world.chat.message(bob.caller, sent.id).await.unwrap();
    assert_eq!(
        (read.author.display_name.as_str(), read.author.username.as_str()),
        ("Ann B.", "ann")
    );
    assert_eq!(world.room(&bob, direct).await.name, "Ann B.");

    let account = world
        .chat
        .update_profile(ann.caller, None, new(""))
        .await
        .unwrap();
    assert_eq!(
        (account.user.display_name.as_str(), account.user.about.as_str()),
        ("Ann B.", "")
    );
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_profile_is_said_at_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.events.take();
    let answer = world
        .chat
        .update_profile(ann.caller, Some(" ".to_owned()), Some("a\0b".to_owned()))
        .await;
    assert_eq!(
        complaints(answer),
        [("display_name", "blank"), ("about", "nul_character")]
    );
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn when_somebody_was_last_here_is_remembered() {
    let world = World::new();
    let ann = world.person("ann").await;
    assert_eq!(
        world.chat.person(ann.caller, ann.id).await.unwrap().last_seen_at,
        None
    );
    world
        .chat
        .note_last_seen(vec![(ann.id, world.now())])
        .await
        .unwrap();
    assert_eq!(
        world.chat.person(ann.caller, ann.id).await.unwrap().last_seen_at,
        Some(world.now())
    );
}
