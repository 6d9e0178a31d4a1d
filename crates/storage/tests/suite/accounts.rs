//! Accounts: one owner, names and addresses that exist once.

use std::collections::BTreeSet;

use chatterbox_domain::{Role, User, UserId};
use chatterbox_storage::users::{Collision, NewUser};
use chatterbox_storage::{Lane, Storage, StorageError, users, workspace};

use crate::world::{World, moment, new_user, person};

stories! {
    both:
        of_many_who_claim_ownership_at_once_exactly_one_gets_it,
        a_claim_that_is_taken_back_leaves_ownership_free,
        each_unique_value_is_reported_as_what_it_is,
        many_who_register_one_name_at_once_are_one_account,
        people_sign_in_by_name_or_address_and_the_name_wins,
        people_come_in_pages_that_together_are_everybody,
        a_profile_changes_only_where_it_is_told_to,
        a_person_was_last_seen_when_it_was_noted;
}

fn register(
    storage: &Storage,
    lane: Lane,
    new: NewUser,
) -> impl Future<Output = Result<User, StorageError>> + Send + 'static + use<> {
    storage.write(lane, move |tx| users::insert(tx.db(), new))
}

async fn of_many_who_claim_ownership_at_once_exactly_one_gets_it(world: World) {
    let storage = world.open();
    // Two processes, and on PostgreSQL all the lanes of each.
    let other = world.open();
    assert!(!storage.read(workspace::has_accounts).await.unwrap());
    let claims: Vec<_> = (0..16)
        .map(|number| {
            let storage = if number % 2 == 0 { &storage } else { &other };
            storage.write(Lane::User(UserId(number)), |tx| {
                workspace::claim_ownership(tx.db())
            })
        })
        .collect();
    let mut owners = 0;
    for claim in claims {
        owners += usize::from(claim.await.unwrap());
    }
    assert_eq!(owners, 1);
    let late = storage.write(Lane::Accounts, |tx| workspace::claim_ownership(tx.db()));
    assert!(!late.await.unwrap());
    person(&storage, "ann").await;
    assert!(storage.read(workspace::has_accounts).await.unwrap());
}

async fn a_claim_that_is_taken_back_leaves_ownership_free(world: World) {
    let storage = world.open();
    person(&storage, "ann").await;
    let in_vain = storage.write(Lane::Accounts, |tx| {
        assert!(workspace::claim_ownership(tx.db())?);
        users::insert(tx.db(), new_user("ann"))
    });
    assert!(matches!(in_vain.await, Err(StorageError::Taken(_))));
    let next = storage.write(Lane::Accounts, |tx| workspace::claim_ownership(tx.db()));
    assert!(next.await.unwrap());
}

async fn each_unique_value_is_reported_as_what_it_is(world: World) {
    let storage = world.open();
    let first = NewUser {
        username_key: "key".to_owned(),
        username_look: "look".to_owned(),
        email: Some("A@b.c".to_owned()),
        email_key: Some("a@b.c".to_owned()),
        ..new_user("first")
    };
    register(&storage, Lane::Accounts, first.clone()).await.unwrap();
    let free = new_user("second");
    for (taken, expected) in [
        (
            NewUser {
                username_key: first.username_key,
                ..free.clone()
            },
            Collision::Username,
        ),
        (
            NewUser {
                username_look: first.username_look,
                ..free.clone()
            },
            Collision::Username,
        ),
        (
            NewUser {
                email_key: first.email_key,
                ..free.clone()
            },
            Collision::Email,
        ),
    ] {
        let error = register(&storage, Lane::Accounts, taken).await.unwrap_err();
        assert_eq!(users::collision(&error), Some(expected), "{error}");
    }
    assert_eq!(users::collision(&StorageError::Full), None);
    // Neither the shown name nor the absence of an address is unique.
    let same_name = NewUser {
        username: "first".to_owned(),
        ..free
    };
    register(&storage, Lane::Accounts, same_name).await.unwrap();
    register(&storage, Lane::Accounts, new_user("third"))
        .await
        .unwrap();
}

async fn many_who_register_one_name_at_once_are_one_account(world: World) {
    let storage = world.open();
    let attempts: Vec<_> = (0..8)
        .map(|lane| register(&storage, Lane::User(UserId(lane)), new_user("ann")))
        .collect();
    let mut made = 0;
    for attempt in attempts {
        match attempt.await {
            Ok(_) => made += 1,
            Err(error) => assert_eq!(users::collision(&error), Some(Collision::Username), "{error}"),
        }
    }
    assert_eq!(made, 1);
}

async fn people_sign_in_by_name_or_address_and_the_name_wins(world: World) {
    let storage = world.open();
    let with_address = |name: &str, address: &str| NewUser {
        email: Some(address.to_uppercase()),
        email_key: Some(address.to_owned()),
        password_hash: format!("the hash of {name}"),
        ..new_user(name)
    };
    let ann = register(&storage, Lane::Accounts, with_address("ann", "ann@b.c"));
    let ann = ann.await.unwrap().id;
    let thief = register(&storage, Lane::Accounts, with_address("thief", "ann"));
    let thief = thief.await.unwrap().id;
    for (typed, expected) in [
        ("ann", Some((ann, "the hash of ann"))),
        ("ann@b.c", Some((ann, "the hash of ann"))),
        ("thief", Some((thief, "the hash of thief"))),
        ("nobody", None),
        ("", None),
    ] {
        let found = storage.read(move |db| users::find_for_sign_in(db, typed, typed));
        let found = found
            .await
            .unwrap()
            .map(|record| (record.id, record.password_hash));
        assert_eq!(found, expected.map(|(id, hash)| (id, hash.to_owned())), "{typed}");
    }
    let account = storage
        .read(move |db| users::get_account(db, ann))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.email.as_deref(), Some("ANN@B.C"), "as typed");
    assert!(!account.is_blocked);
    let changed = storage.write(Lane::User(ann), move |tx| {
        users::set_password_hash(tx.db(), ann, "another hash")
    });
    changed.await.unwrap();
    let hashes = storage.read(move |db| {
        let hashes = (users::password_hash(db, ann)?, users::password_hash(db, thief)?);
        Ok::<_, StorageError>(hashes)
    });
    let expected = ("another hash".to_owned(), "the hash of thief".to_owned());
    assert_eq!(hashes.await.unwrap(), (Some(expected.0), Some(expected.1)));
}

async fn people_come_in_pages_that_together_are_everybody(world: World) {
    let storage = world.open();
    let mut everybody = BTreeSet::new();
    for number in 0..23 {
        everybody.insert(person(&storage, &format!("person{number}")).await.id);
    }
    for size in [1, 2, 5, 22, 23, 24] {
        let mut seen = Vec::new();
        loop {
            let after = seen.last().copied().unwrap_or(UserId(0));
            let page = storage
                .read(move |db| users::page(db, after, size))
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.iter().map(|user| user.id));
        }
        assert_eq!(
            seen,
            everybody.iter().copied().collect::<Vec<_>>(),
            "pages of {size}"
        );
    }
    let asked: Vec<_> = everybody
        .iter()
        .copied()
        .rev()
        .step_by(5)
        .chain([UserId(999)])
        .collect();
    let mut expected = asked.clone();
    expected.retain(|id| everybody.contains(id));
    expected.sort_unstable();
    let some = storage.read(move |db| users::some(db, &asked)).await.unwrap();
    assert_eq!(some.iter().map(|user| user.id).collect::<Vec<_>>(), expected);
}

async fn a_profile_changes_only_where_it_is_told_to(world: World) {
    let storage = world.open();
    let owner = NewUser {
        role: Role::Owner,
        created_at: moment(123_456),
        ..new_user("Ann")
    };
    let ann = register(&storage, Lane::Accounts, owner).await.unwrap();
    let ben = person(&storage, "ben").await.id;
    let id = ann.id;
    let update = |name: Option<&'static str>, about: Option<&'static str>| {
        storage.write(Lane::User(id), move |tx| {
            users::update_profile(tx.db(), id, name, about)
        })
    };
    assert_eq!(
        update(None, None).await.unwrap(),
        Some(ann.clone()),
        "as it was made"
    );
    update(Some("Ann B. 🎈"), None).await.unwrap();
    let changed = update(None, Some("about\nme")).await.unwrap();
    let expected = User {
        display_name: "Ann B. 🎈".to_owned(),
        about: "about\nme".to_owned(),
        ..ann
    };
    assert_eq!(changed, Some(expected.clone()));
    assert_eq!(
        storage.read(move |db| users::get(db, id)).await.unwrap(),
        Some(expected)
    );
    let other = storage
        .read(move |db| users::get(db, ben))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((other.display_name.as_str(), other.about.as_str()), ("ben", ""));
}

async fn a_person_was_last_seen_when_it_was_noted(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await.id, person(&storage, "ben").await.id);
    let noted = storage.write(Lane::Accounts, move |tx| {
        users::set_last_seen(tx.db(), &[(ann, moment(5)), (UserId(999), moment(6))])
    });
    noted.await.unwrap();
    let seen = storage
        .read(move |db| users::some(db, &[ann, ben]))
        .await
        .unwrap();
    let seen: Vec<_> = seen.iter().map(|user| user.last_seen_at).collect();
    assert_eq!(seen, [Some(moment(5)), None]);
}
