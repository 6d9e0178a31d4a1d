//! Changing one's password.

use chatterbox_chat::{ChatError, Quotas, Settings};
use chatterbox_domain::{Denial, EndReason};
use chrono::TimeDelta;

use crate::world::{PASSWORD, Person, World, complaints, denial, quota, wait_told};

const NEW_PASSWORD: &str = "a brighter lighthouse";

async fn change(world: &World, who: &Person, current: &str, new: &str) -> Result<(), ChatError> {
    world
        .chat
        .change_password(who.caller, current.to_owned(), new.to_owned())
        .await
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_this_one_stays() {
    let world = World::new();
    let ann = world.person("ann").await;
    let phone = world.device_of("ann").await;
    let tablet = world.device_of("ann").await;
    let bob = world.person("bob").await;
    world.events.take();
    change(&world, &ann, PASSWORD, NEW_PASSWORD).await.unwrap();
    let others = vec![phone.caller.session_id, tablet.caller.session_id];
    assert_eq!(
        world.events.take_ended_sessions(ann.id),
        (others, EndReason::PasswordChanged)
    );
    for (device, stays) in [(&ann, true), (&phone, false), (&tablet, false), (&bob, true)] {
        assert_eq!(world.chat.admit(device.caller).await.is_ok(), stays);
        let refreshed = world.chat.refresh(&device.secret, None, world.new_device()).await;
        assert_eq!(refreshed.is_ok(), stays);
    }
    let sign_in = |password: &str| world.chat.sign_in("ann", password.to_owned(), world.new_device());
    assert_eq!(denial(sign_in(PASSWORD).await), Denial::InvalidCredentials);
    assert!(sign_in(NEW_PASSWORD).await.is_ok());
}

#[tokio::test]
async fn one_of_two_changes_at_once_wins() {
    let world = World::new();
    let ann = world.person("ann").await;
    let (one, other) = tokio::join!(
        change(&world, &ann, PASSWORD, NEW_PASSWORD),
        change(&world, &ann, PASSWORD, "a darker lighthouse"),
    );
    let (winner, loser) = if one.is_ok() {
        (NEW_PASSWORD, other)
    } else {
        other.unwrap();
        ("a darker lighthouse", one)
    };
    assert_eq!(denial(loser), Denial::WrongPassword);
    let sign_in = world.chat.sign_in("ann", winner.to_owned(), world.new_device());
    assert!(sign_in.await.is_ok());
}

#[tokio::test]
async fn a_wrong_or_a_poor_password_changes_nothing() {
    let world = World::new();
    let ann = world.person("ann").await;
    let phone = world.device_of("ann").await;
    world.events.take();
    assert_eq!(
        denial(change(&world, &ann, "a loud harbour", NEW_PASSWORD).await),
        Denial::WrongPassword
    );
    for (new, code) in [("short", "too_short"), ("password1", "too_common")] {
        let answer = change(&world, &ann, PASSWORD, new).await;
        assert_eq!(complaints(answer), [("new_password", code)], "{new}");
    }
    assert!(world.events.take().is_empty());
    assert!(world.chat.admit(phone.caller).await.is_ok());
    world.device_of("ann").await;
}

#[tokio::test]
async fn wrong_guesses_of_the_current_password_are_limited_as_those_of_signing_in_are() {
    let world = World::with(Settings {
        quotas: Quotas {
            sign_in_per_account: quota(3, TimeDelta::minutes(1)),
            ..Quotas::default()
        },
        ..Settings::default()
    });
    let ann = world.person("Ann").await;
    for _ in 0..2 {
        let answer = change(&world, &ann, "a loud harbour", NEW_PASSWORD).await;
        assert_eq!(denial(answer), Denial::WrongPassword);
    }
    let wrong = world
        .chat
        .sign_in("ann", "a loud harbour".to_owned(), world.new_device())
        .await;
    assert_eq!(denial(wrong), Denial::InvalidCredentials);
    let wait = wait_told(change(&world, &ann, PASSWORD, NEW_PASSWORD).await);
    world.clock.advance(wait - TimeDelta::milliseconds(2));
    wait_told(change(&world, &ann, PASSWORD, NEW_PASSWORD).await);
    world.clock.advance(TimeDelta::milliseconds(2));
    change(&world, &ann, PASSWORD, NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_change_that_succeeds_is_not_counted() {
    let world = World::new();
    let ann = world.person("ann").await;
    let mut current = PASSWORD.to_owned();
    for number in 0..12 {
        let new = format!("{NEW_PASSWORD} {number}");
        change(&world, &ann, &current, &new).await.unwrap();
        current = new;
    }
}
