//! Signing in.

use chatterbox_auth::Cost;
use chatterbox_chat::accounts::Registration;
use chatterbox_chat::{ChatError, Quotas, Settings, SignedIn};
use chatterbox_domain::Denial;
use chrono::TimeDelta;

use crate::world::{PASSWORD, TOKEN_LIFETIME, World, denial, device_at, form, quota, wait_told};

const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HERE: &str = "198.51.100.1";
const ELSEWHERE: &str = "198.51.100.2";

async fn attempt(world: &World, login: &str, password: &str, address: &str) -> Result<SignedIn, ChatError> {
    world
        .chat
        .sign_in(login, password.to_owned(), device_at(address))
        .await
}

/// A world in which three wrong passwords for one name, or five from one address, are enough.
fn strict_world() -> World {
    World::with(Settings {
        quotas: Quotas {
            sign_in_per_account: quota(3, MINUTE),
            sign_in_per_address: quota(5, MINUTE),
            ..Quotas::default()
        },
        ..Settings::default()
    })
}

#[tokio::test]
async fn people_sign_in_by_name_or_by_address_in_any_capitals() {
    let world = World::new();
    let form = Registration {
        email: Some("Ann.B@example.org".to_owned()),
        ..form("Ann")
    };
    let ann = world.chat.register(form, world.new_device()).await.unwrap();
    for login in [
        "Ann",
        "ann",
        "ANN",
        " ann ",
        "Ann.B@example.org",
        "ann.b@EXAMPLE.org",
    ] {
        let signed_in = attempt(&world, login, PASSWORD, HERE).await.unwrap();
        assert_eq!(signed_in.user, ann.user, "{login}");
        assert_ne!(signed_in.session_id, ann.session_id, "{login}");
    }
}

#[tokio::test]
async fn an_unknown_name_gets_the_answer_of_a_wrong_password_for_the_same_work() {
    let world = World::new();
    world.person("ann").await;
    let mut answers = Vec::new();
    for (login, password) in [("ann", "a loud harbour"), ("nobody", PASSWORD), ("", "")] {
        let before = world.passwords.work_done_kib();
        let answer = denial(attempt(&world, login, password, HERE).await);
        answers.push((answer, world.passwords.work_done_kib() - before));
    }
    assert_eq!(answers[0].0, Denial::InvalidCredentials);
    assert!(answers[0].1 > 0);
    assert_eq!(answers[1], answers[0]);
    assert_eq!(answers[2], answers[0]);
}

#[tokio::test]
async fn an_access_token_is_good_for_its_time_and_no_longer() {
    let world = World::new();
    world.person("ann").await;
    let signed_in = attempt(&world, "ann", PASSWORD, HERE).await.unwrap();
    let token = &signed_in.access_token.token;
    assert!(world.chat.caller(token).is_ok());
    world.clock.advance(TimeDelta::from_std(TOKEN_LIFETIME).unwrap());
    assert!(world.chat.caller(token).is_err());
}

#[tokio::test]
async fn only_the_right_password_learns_that_an_account_is_blocked() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.block(ann.id).await;
    assert_eq!(
        denial(attempt(&world, "ann", "a loud harbour", HERE).await),
        Denial::InvalidCredentials
    );
    assert_eq!(
        denial(attempt(&world, "ann", PASSWORD, HERE).await),
        Denial::AccountBlocked
    );
}

#[tokio::test]
async fn too_many_wrong_passwords_for_a_name_have_to_wait_wherever_they_come_from() {
    for name in ["ann", "nobody"] {
        let world = strict_world();
        world.person("ann").await;
        for (spelling, address) in [
            (name.to_uppercase(), HERE),
            (name.to_owned(), HERE),
            (name.to_owned(), ELSEWHERE),
        ] {
            let answer = attempt(&world, &spelling, "a loud harbour", address).await;
            assert_eq!(denial(answer), Denial::InvalidCredentials);
        }
        let third_address = "198.51.100.3";
        let wait = wait_told(attempt(&world, name, PASSWORD, third_address).await);
        assert!(wait <= MINUTE + TimeDelta::milliseconds(1), "{wait}");
        world.clock.advance(wait - TimeDelta::milliseconds(2));
        wait_told(attempt(&world, name, PASSWORD, third_address).await);
        world.clock.advance(TimeDelta::milliseconds(2));
        let after_the_wait = attempt(&world, name, PASSWORD, third_address).await;
        assert_eq!(after_the_wait.is_ok(), name == "ann");
    }
}

#[tokio::test]
async fn too_many_wrong_passwords_from_an_address_have_to_wait_whatever_the_name() {
    let world = strict_world();
    world.person("ann").await;
    for number in 0..5 {
        let answer = attempt(&world, &format!("guess{number}"), "a loud harbour", HERE).await;
        assert_eq!(denial(answer), Denial::InvalidCredentials);
    }
    let wait = wait_told(attempt(&world, "ann", PASSWORD, HERE).await);
    attempt(&world, "ann", PASSWORD, ELSEWHERE).await.unwrap();
    world.clock.advance(wait - TimeDelta::milliseconds(2));
    wait_told(attempt(&world, "ann", PASSWORD, HERE).await);
    world.clock.advance(TimeDelta::milliseconds(2));
    attempt(&world, "ann", PASSWORD, HERE).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_succeeds_is_not_counted() {
    let world = strict_world();
    world.person("ann").await;
    for _ in 0..12 {
        attempt(&world, "ann", PASSWORD, HERE).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_hash_of_yesterday_is_made_dearer_at_the_next_sign_in() {
    let cheap = World::new();
    let ann = cheap.person("ann").await;
    let yesterday = cheap.password_hash(ann.id).await;
    let dear = cheap.restarted_with(Cost {
        memory_kib: 64,
        ..Cost::for_tests()
    });
    assert_eq!(
        denial(attempt(&dear, "ann", "a loud harbour", HERE).await),
        Denial::InvalidCredentials
    );
    assert_eq!(dear.password_hash(ann.id).await, yesterday);

    attempt(&dear, "ann", PASSWORD, HERE).await.unwrap();
    let today = dear.password_hash(ann.id).await;
    assert!(
        yesterday.contains("m=8,") && today.contains("m=64,"),
        "{yesterday} became {today}"
    );

    attempt(&dear, "ann", PASSWORD, HERE).await.unwrap();
    assert_eq!(
        dear.password_hash(ann.id).await,
        today,
        "there is nothing left to upgrade"
    );
}

#[tokio::test]
async fn a_device_is_listed_as_it_called_itself() {
    let world = World::new();
    let ann = world.person("ann").await;
    let long = format!("line\nbreak {}", "x".repeat(300));
    let device = chatterbox_chat::Device::new(&long, ELSEWHERE.to_owned());
    let second = world
        .chat
        .sign_in("ann", PASSWORD.to_owned(), device)
        .await
        .unwrap();
    let listed = world.chat.sessions(ann.caller).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
    assert_eq!(ids, [second.session_id, ann.caller.session_id], "newest first");
    assert_eq!(listed[0].address, ELSEWHERE);
    assert_eq!(listed[0].created_at, world.now());
    assert!(
        listed[0].user_agent.starts_with("linebreak x"),
        "{}",
        listed[0].user_agent
    );
    assert_eq!(
        listed[0].user_agent.chars().count(),
        chatterbox_chat::Device::MAX_AGENT_CHARS
    );
}
