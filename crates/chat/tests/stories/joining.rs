//! Making an account.

use std::sync::Arc;

use chatterbox_chat::accounts::Registration;
use chatterbox_chat::{Quotas, Settings, SignUp};
use chatterbox_domain::{Denial, Event, Role, RoomKind};
use chrono::TimeDelta;
use tokio::task::JoinSet;

use crate::world::{World, complaints, denial, device_at, form, quota, wait_told};

#[tokio::test]
async fn the_first_account_is_the_owner_and_the_others_are_members() {
    let world = World::new();
    assert!(!world.chat.has_accounts().await.unwrap());
    let first = world
        .chat
        .register(form("ann"), world.new_device())
        .await
        .unwrap();
    assert!(world.chat.has_accounts().await.unwrap());
    let second = world
        .chat
        .register(form("bob"), world.new_device())
        .await
        .unwrap();
    assert_eq!((first.user.role, second.user.role), (Role::Owner, Role::Member));
    let ann = world.signed_in(&first);
    assert_eq!(world.chat.me(ann.caller).await.unwrap().user, first.user);
}

#[tokio::test]
async fn twenty_who_sign_up_at_once_have_one_owner() {
    let world = World::unhurried();
    let mut arriving = JoinSet::new();
    for number in 0..20 {
        let (chat, device) = (Arc::clone(&world.chat), world.new_device());
        arriving.spawn(async move { chat.register(form(&format!("person{number:02}")), device).await });
    }
    let arrived = arriving.join_all().await;
    let users: Vec<_> = arrived.into_iter().map(|answer| answer.unwrap().user).collect();
    let owners: Vec<_> = users.iter().filter(|user| user.role == Role::Owner).collect();
    assert_eq!(owners.len(), 1, "{owners:?}");
    assert!(
        users.iter().all(|user| owners[0].id <= user.id),
        "the first is the owner"
    );
}

#[tokio::test]
async fn one_of_two_who_want_the_same_name_at_once_gets_it() {
    let world = World::new();
    let mut arriving = JoinSet::new();
    for name in ["ann", "ANN"] {
        let (chat, device) = (Arc::clone(&world.chat), world.new_device());
        arriving.spawn(async move { chat.register(form(name), device).await });
    }
    let (made, refused): (Vec<_>, Vec<_>) = arriving.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 1));
    for answer in refused {
        assert_eq!(denial(answer), Denial::UsernameTaken);
    }
}

#[tokio::test]
async fn a_name_in_other_capitals_or_one_that_looks_the_same_is_taken() {
    let world = World::new();
    world.person("Paypal").await;
    for name in ["paypal", "PAYPAL", "paypa1"] {
        let answer = world.chat.register(form(name), world.new_device()).await;
        assert_eq!(denial(answer), Denial::UsernameTaken, "{name}");
    }
    world.person("paypol").await;
}

#[tokio::test]
async fn everybody_is_in_the_lobby_and_the_others_are_told_of_a_new_account() {
    let world = World::new();
    for name in ["ann", "bob"] {
        let person = world.person(name).await;
        match world.events.take_one() {
            Event::UserChanged(user) => assert_eq!((user.id, user.username.as_str()), (person.id, name)),
            other => panic!("an account was made, not {other:?}"),
        }
        let rooms = world.chat.rooms(person.caller).await.unwrap();
        let [lobby] = rooms.as_slice() else {
            panic!("one room, not {rooms:?}")
        };
        assert_eq!((lobby.id, lobby.kind), (world.lobby().await, RoomKind::Lobby));
        world.chat.enter(person.caller, lobby.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_new_member_has_read_everything_that_was_said_before() {
    let world = World::new();
    let ann = world.person("ann").await;
    let lobby = world.lobby().await;
    for _ in 0..3 {
        world.say(&ann, lobby, "before").await;
    }
    let bob = world.person("bob").await;
    let seen = world.room(&bob, lobby).await;
    assert_eq!((seen.cursor, seen.last_read_seq, seen.unread), (3, 3, 0));
    world.say(&ann, lobby, "after").await;
    assert_eq!(world.room(&bob, lobby).await.unread, 1);
}

#[tokio::test]
async fn closed_sign_up_lets_only_the_first_person_in() {
    let world = World::with(Settings {
        sign_up: SignUp::Closed,
        ..Settings::default()
    });
    let first = world
        .chat
        .register(form("ann"), world.new_device())
        .await
        .unwrap();
    assert_eq!(first.user.role, Role::Owner);
    let second = world.chat.register(form("bob"), world.new_device()).await;
    assert_eq!(denial(second), Denial::SignUpClosed);
}

#[tokio::test]
async fn closed_sign_up_lets_one_of_many_in_who_come_first() {
    let world = World::with(Settings {
        sign_up: SignUp::Closed,
        ..Settings::default()
    });
    let mut arriving = JoinSet::new();
    for number in 0..8 {
        let (chat, device) = (Arc::clone(&world.chat), world.new_device());
        arriving.spawn(async move { chat.register(form(&format!("person{number}")), device).await });
    }
    let (made, refused): (Vec<_>, Vec<_>) = arriving.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for answer in refused {
        assert_eq!(denial(answer), Denial::SignUpClosed);
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_form_is_said_at_once() {
    let world = World::new();
    let form = Registration {
        username: "a b".to_owned(),
        password: "short".to_owned(),
        email: Some("nowhere".to_owned()),
    };
    assert_eq!(
        complaints(world.chat.register(form, world.new_device()).await),
        [
            ("username", "forbidden_character"),
            ("password", "too_short"),
            ("email", "malformed")
        ]
    );
    assert!(!world.chat.has_accounts().await.unwrap());
}

#[tokio::test]
async fn a_password_is_not_the_name_and_is_as_long_as_the_settings_say() {
    let world = World::with(Settings {
        password_min_chars: 4,
        ..Settings::default()
    });
    let with_password = |password: &str| Registration {
        password: password.to_owned(),
        ..form("Harbour1")
    };
    for (password, code) in [("123", "too_short"), ("harbour1", "same_as_username")] {
        let answer = world
            .chat
            .register(with_password(password), world.new_device())
            .await;
        assert_eq!(complaints(answer), [("password", code)], "{password}");
    }
    let allowed = world
        .chat
        .register(with_password("1234"), world.new_device())
        .await;
    assert!(allowed.is_ok());
}

#[tokio::test]
async fn an_empty_address_is_one_that_was_left_out() {
    let world = World::new();
    for (name, email) in [("ann", Some("")), ("bob", Some("  ")), ("cleo", None)] {
        let form = Registration {
            email: email.map(str::to_owned),
            ..form(name)
        };
        let signed_in = world.chat.register(form, world.new_device()).await.unwrap();
        let person = world.signed_in(&signed_in);
        assert_eq!(world.chat.me(person.caller).await.unwrap().email, None, "{name}");
    }
}

#[tokio::test]
async fn an_address_belongs_to_one_account_whatever_its_capitals() {
    let world = World::new();
    let with_email = |name: &str, email: &str| Registration {
        email: Some(email.to_owned()),
        ..form(name)
    };
    let first = world
        .chat
        .register(with_email("ann", "Ann@Example.org"), world.new_device())
        .await;
    let ann = world.signed_in(&first.unwrap());
    let kept = world.chat.me(ann.caller).await.unwrap().email;
    assert_eq!(kept.as_deref(), Some("Ann@Example.org"), "it is kept as typed");
    let second = world
        .chat
        .register(with_email("bob", "ann@EXAMPLE.ORG"), world.new_device())
        .await;
    assert_eq!(denial(second), Denial::EmailTaken);
    let other = world
        .chat
        .register(with_email("bob", "bob@example.org"), world.new_device())
        .await;
    assert!(other.is_ok(), "the refused form left nothing behind");
}

#[tokio::test]
async fn accounts_from_one_address_have_to_wait_and_those_from_elsewhere_do_not() {
    let world = World::with(Settings {
        quotas: Quotas {
            sign_up_per_address: quota(2, TimeDelta::seconds(60)),
            ..Quotas::default()
        },
        ..Settings::default()
    });
    let arrive =
        |name: &'static str, address: &'static str| world.chat.register(form(name), device_at(address));
    arrive("ann", "192.0.2.1").await.unwrap();
    arrive("bob", "192.0.2.1").await.unwrap();
    let wait = wait_told(arrive("cleo", "192.0.2.1").await);
    arrive("dora", "192.0.2.2").await.unwrap();
    world.clock.advance(wait - TimeDelta::milliseconds(2));
    wait_told(arrive("cleo", "192.0.2.1").await);
    world.clock.advance(TimeDelta::milliseconds(2));
    arrive("cleo", "192.0.2.1").await.unwrap();
}
