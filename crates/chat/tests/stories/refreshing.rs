//! Exchanging refresh secrets.

use chatterbox_chat::{ChatError, Settings, SignedIn};
use chatterbox_domain::{Denial, EndReason};
use chrono::TimeDelta;

use crate::world::{PASSWORD, Person, World, complaints, denial};

const ATTEMPT: &str = "an attempt nobody can guess";
const SECOND: TimeDelta = TimeDelta::seconds(1);

async fn refresh(world: &World, secret: &str, attempt: Option<&str>) -> Result<SignedIn, ChatError> {
    let attempt = attempt.map(str::to_owned);
    world.chat.refresh(secret, attempt, world.new_device()).await
}

async fn is_signed_in(world: &World, who: &Person) -> bool {
    world.chat.admit(who.caller).await.is_ok()
}

/// The session of `who` ended because of a secret that was used again, and they were told so.
async fn assert_ended_by_reuse(world: &World, who: &Person) {
    let session = who.caller.session_id;
    let told = world.events.take_ended_sessions(who.id);
    assert_eq!(told, (vec![session], EndReason::RefreshReused));
    assert!(!is_signed_in(world, who).await);
}

#[tokio::test]
async fn each_secret_is_exchanged_for_the_next_in_the_same_session() {
    for attempt in [None, Some(ATTEMPT)] {
        let world = World::new();
        let ann = world.person("ann").await;
        let mut secret = ann.secret.clone();
        for _ in 0..4 {
            let next = refresh(&world, &secret, attempt).await.unwrap();
            let refreshed = world.signed_in(&next);
            assert_eq!(refreshed.caller, ann.caller);
            assert!(is_signed_in(&world, &refreshed).await);
            assert_ne!(refreshed.secret, secret);
            secret = refreshed.secret;
        }
    }
}

#[tokio::test]
async fn a_secret_used_again_ends_the_session_and_every_secret_of_it() {
    let world = World::new();
    let ann = world.person("ann").await;
    let other = world.device_of("ann").await;
    let next = refresh(&world, &ann.secret, None).await.unwrap();
    world.events.take();
    assert_eq!(
        denial(refresh(&world, &ann.secret, None).await),
        Denial::SessionEnded
    );
    assert_ended_by_reuse(&world, &ann).await;
    let thief = next.refresh_secret.expose();
    assert_eq!(denial(refresh(&world, &thief, None).await), Denial::SessionEnded);
    assert!(
        is_signed_in(&world, &other).await,
        "the person's other devices stay"
    );
    assert!(world.events.take().is_empty(), "a session ends once");
}

#[tokio::test]
async fn an_attempt_that_is_repeated_gives_the_same_successor_again() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.events.take();
    let first = refresh(&world, &ann.secret, Some(ATTEMPT)).await.unwrap();
    let again = refresh(&world, &ann.secret, Some(ATTEMPT)).await.unwrap();
    assert_eq!(again.refresh_secret.expose(), first.refresh_secret.expose());
    assert_eq!(again.session_id, first.session_id);
    refresh(&world, &again.refresh_secret.expose(), None)
        .await
        .unwrap();
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn an_attempt_repeated_after_its_successor_was_used_ends_the_session() {
    let world = World::new();
    let ann = world.person("ann").await;
    let next = refresh(&world, &ann.secret, Some(ATTEMPT)).await.unwrap();
    refresh(&world, &next.refresh_secret.expose(), Some("the next attempt"))
        .await
        .unwrap();
    world.events.take();
    assert_eq!(
        denial(refresh(&world, &ann.secret, Some(ATTEMPT)).await),
        Denial::SessionEnded
    );
    assert_ended_by_reuse(&world, &ann).await;
}

#[tokio::test]
async fn another_attempt_with_a_used_secret_ends_the_session() {
    for (first, second) in [
        (Some(ATTEMPT), Some("another attempt")),
        (Some(ATTEMPT), None),
        (None, Some(ATTEMPT)),
    ] {
        let world = World::new();
        let ann = world.person("ann").await;
        refresh(&world, &ann.secret, first).await.unwrap();
        world.events.take();
        assert_eq!(
            denial(refresh(&world, &ann.secret, second).await),
            Denial::SessionEnded
        );
        assert_ended_by_reuse(&world, &ann).await;
    }
}

#[tokio::test]
async fn a_session_is_over_when_its_time_has_come() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lifetime = Settings::default().session_lifetime;
    world.clock.advance(lifetime - SECOND);
    assert!(is_signed_in(&world, &ann).await);
    world.clock.advance(SECOND);
    assert_eq!(denial(world.chat.admit(ann.caller).await), Denial::SessionEnded);
    assert_eq!(
        denial(refresh(&world, &ann.secret, None).await),
        Denial::SessionEnded
    );
    let again = world.device_of("ann").await;
    let listed = world.chat.sessions(again.caller).await.unwrap();
    assert_eq!(listed.len(), 1, "what is over is not listed");
}

#[tokio::test]
async fn a_refresh_prolongs_the_session_and_tells_until_when() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lifetime = Settings::default().session_lifetime;
    world.clock.advance(lifetime - SECOND);
    let next = refresh(&world, &ann.secret, None).await.unwrap();
    assert_eq!(next.expires_at, world.now() + lifetime);
    world.clock.advance(lifetime - SECOND);
    assert!(is_signed_in(&world, &ann).await);
    world.clock.advance(SECOND);
    assert!(!is_signed_in(&world, &ann).await);
}

#[tokio::test]
async fn a_repeated_attempt_prolongs_the_session_as_far_as_it_says() {
    let world = World::new();
    let ann = world.person("ann").await;
    refresh(&world, &ann.secret, Some(ATTEMPT)).await.unwrap();
    world.clock.advance(TimeDelta::days(1));
    let again = refresh(&world, &ann.secret, Some(ATTEMPT)).await.unwrap();
    world.clock.advance(again.expires_at - world.now() - SECOND);
    assert!(is_signed_in(&world, &ann).await);
}

#[tokio::test]
async fn a_session_is_listed_with_its_last_refresh() {
    let world = World::new();
    let ann = world.person("ann").await;
    let signed_in_at = world.now();
    world.clock.advance(TimeDelta::days(1));
    let device = crate::world::device_at("203.0.113.7");
    world.chat.refresh(&ann.secret, None, device).await.unwrap();
    let listed = world.chat.sessions(ann.caller).await.unwrap();
    assert_eq!(listed[0].created_at, signed_in_at);
    assert_eq!(listed[0].last_used_at, world.now());
    assert_eq!(listed[0].address, "203.0.113.7");
}

#[tokio::test]
async fn what_is_no_secret_refreshes_nothing() {
    let world = World::new();
    let ann = world.person("ann").await;
    let unknown = "A".repeat(43);
    for secret in ["", "nonsense", unknown.as_str(), PASSWORD] {
        assert_eq!(
            denial(refresh(&world, secret, None).await),
            Denial::SessionEnded,
            "{secret:?}"
        );
    }
    let too_long = "x".repeat(65);
    for attempt in ["", too_long.as_str()] {
        let answer = refresh(&world, &ann.secret, Some(attempt)).await;
        assert_eq!(complaints(answer), [("attempt", "bad_length")]);
    }
    assert!(
        refresh(&world, &ann.secret, None).await.is_ok(),
        "no refused attempt spends the secret"
    );
}

#[tokio::test]
async fn a_blocked_account_is_not_refreshed() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.block(ann.id).await;
    assert_eq!(
        denial(refresh(&world, &ann.secret, None).await),
        Denial::AccountBlocked
    );
}
