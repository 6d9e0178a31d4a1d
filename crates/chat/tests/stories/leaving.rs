//! Signing out, here and elsewhere.

use chatterbox_domain::{Denial, EndReason, SessionId};
use chrono::TimeDelta;

use crate::world::{Person, World, denial};

/// Which of these devices are still signed in.
async fn signed_in(world: &World, devices: &[&Person]) -> Vec<bool> {
    let mut answers = Vec::new();
    for device in devices {
        answers.push(world.chat.admit(device.caller).await.is_ok());
    }
    answers
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let world = World::new();
    let ann = world.person("ann").await;
    let phone = world.device_of("ann").await;
    world.events.take();
    world.chat.sign_out(ann.caller).await.unwrap();
    assert_eq!(
        world.events.take_ended_sessions(ann.id),
        (vec![ann.caller.session_id], EndReason::SignedOut)
    );
    assert_eq!(signed_in(&world, &[&ann, &phone]).await, [false, true]);
    let refreshed = world.chat.refresh(&ann.secret, None, world.new_device()).await;
    assert_eq!(denial(refreshed), Denial::SessionEnded);
    world.chat.sign_out(ann.caller).await.unwrap();
    assert!(
        world.events.take().is_empty(),
        "signing out twice is announced once"
    );
}

#[tokio::test]
async fn a_page_whose_token_has_expired_signs_out_by_its_secret() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.events.take();
    for unknown in ["", "nonsense", &"A".repeat(43)] {
        world.chat.sign_out_by_secret(unknown).await.unwrap();
    }
    assert_eq!(signed_in(&world, &[&ann]).await, [true]);
    world.chat.sign_out_by_secret(&ann.secret).await.unwrap();
    assert_eq!(
        world.events.take_ended_sessions(ann.id),
        (vec![ann.caller.session_id], EndReason::SignedOut)
    );
    assert_eq!(signed_in(&world, &[&ann]).await, [false]);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_the_person_and_nobody_elses() {
    let world = World::new();
    let ann = world.person("ann").await;
    let phone = world.device_of("ann").await;
    let bob = world.person("bob").await;
    let gone = world.device_of("ann").await;
    world.chat.sign_out(gone.caller).await.unwrap();
    world.events.take();
    assert_eq!(world.chat.sign_out_everywhere(phone.caller).await.unwrap(), 2);
    let both = vec![ann.caller.session_id, phone.caller.session_id];
    assert_eq!(
        world.events.take_ended_sessions(ann.id),
        (both, EndReason::SignedOut)
    );
    assert_eq!(
        signed_in(&world, &[&ann, &phone, &bob]).await,
        [false, false, true]
    );
}

#[tokio::test]
async fn a_session_is_ended_from_another_device() {
    let world = World::new();
    let ann = world.person("ann").await;
    let phone = world.device_of("ann").await;
    world.events.take();
    world
        .chat
        .end_session(ann.caller, phone.caller.session_id)
        .await
        .unwrap();
    let told = world.events.take_ended_sessions(ann.id);
    assert_eq!(told, (vec![phone.caller.session_id], EndReason::EndedElsewhere));
    assert_eq!(signed_in(&world, &[&ann, &phone]).await, [true, false]);
}

#[tokio::test]
async fn nobody_ends_a_session_that_is_not_theirs_or_is_over() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    let gone = world.device_of("bob").await;
    world.chat.sign_out(gone.caller).await.unwrap();
    world.events.take();
    for session in [ann.caller.session_id, gone.caller.session_id, SessionId(4_711)] {
        let answer = world.chat.end_session(bob.caller, session).await;
        assert_eq!(denial(answer), Denial::NotFound, "{session}");
    }
    assert_eq!(signed_in(&world, &[&ann, &bob]).await, [true, true]);
    assert!(world.events.take().is_empty());
}

#[tokio::test]
async fn secrets_of_sessions_that_have_long_been_over_are_forgotten() {
    let world = World::new();
    let ann = world.person("ann").await;
    let bob = world.person("bob").await;
    world.chat.sign_out(ann.caller).await.unwrap();
    world.clock.advance(TimeDelta::days(7));
    assert_eq!(world.chat.forget_old_sessions().await.unwrap(), 0);
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.chat.forget_old_sessions().await.unwrap(), 1);
    assert!(
        world
            .chat
            .refresh(&bob.secret, None, world.new_device())
            .await
            .is_ok(),
        "who is signed in stays so"
    );
}
