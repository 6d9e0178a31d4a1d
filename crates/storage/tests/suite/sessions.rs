//! Sessions and the secrets that keep them alive.

use chatterbox_domain::{CallerFacts, EndReason, Role, SessionId, Timestamp, UserId};
use chatterbox_storage::sessions::NewSession;
use chatterbox_storage::{Lane, Storage, StorageError, sessions, users};

use crate::world::{World, moment, person, run_sql};

stories! {
    both:
        the_facts_about_a_caller_are_those_of_now,
        ending_answers_only_those_that_ended,
        the_list_of_sessions_holds_those_that_live_newest_first,
        a_refresh_prolongs_the_session_and_notes_from_where,
        a_secret_is_found_with_its_attempt_also_after_its_session_ended,
        secrets_are_forgotten_when_their_session_has_been_over_for_long;
}

/// Sessions live so many microseconds here.
const LIFE: i64 = 1_000;

async fn open_session(storage: &Storage, user: UserId, born: i64) -> SessionId {
    let new = NewSession {
        user_id: user,
        user_agent: format!("Device {born}"),
        address: "192.0.2.1".to_owned(),
        created_at: moment(born),
        expires_at: moment(born + LIFE),
    };
    let opened = storage.write(Lane::User(user), move |tx| sessions::insert(tx.db(), &new));
    opened.await.unwrap()
}

async fn end(storage: &Storage, user: UserId, ids: &[SessionId], now: i64) -> Vec<SessionId> {
    let ids = ids.to_vec();
    let ended = storage.write(Lane::User(user), move |tx| {
        sessions::end(tx.db(), user, &ids, EndReason::SignedOut, moment(now))
    });
    ended.await.unwrap()
}

async fn caller(storage: &Storage, session: SessionId, now: i64) -> Option<CallerFacts> {
    let facts = storage.read(move |db| sessions::caller(db, session, moment(now)));
    facts.await.unwrap()
}

async fn block(storage: &Storage, user: UserId, since: Option<Timestamp>) {
    let blocked = storage.write(Lane::User(user), move |tx| {
        users::set_blocked_at(tx.db(), user, since)
    });
    blocked.await.unwrap();
}

async fn the_facts_about_a_caller_are_those_of_now(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    let session = open_session(&storage, ann, 0).await;
    let alive = CallerFacts {
        user_id: ann,
        session_id: session,
        role: Role::Member,
        is_blocked: false,
        session_is_over: false,
    };
    let over = CallerFacts {
        session_is_over: true,
        ..alive
    };
    assert_eq!(caller(&storage, session, LIFE - 1).await, Some(alive));
    assert_eq!(caller(&storage, session, LIFE).await, Some(over), "expired");
    assert_eq!(caller(&storage, SessionId(session.0 + 1), 0).await, None);
    run_sql(&mut world.stranger(), "UPDATE users SET role = 'admin'").unwrap();
    block(&storage, ann, Some(moment(0))).await;
    let blocked = CallerFacts {
        role: Role::Admin,
        is_blocked: true,
        ..alive
    };
    assert_eq!(caller(&storage, session, 0).await, Some(blocked));
    block(&storage, ann, None).await;
    assert!(
        !caller(&storage, session, 0).await.unwrap().is_blocked,
        "let in again"
    );
    end(&storage, ann, &[session], 1).await;
    let facts = caller(&storage, session, 0).await.unwrap();
    assert!(facts.session_is_over, "ended");
}

async fn ending_answers_only_those_that_ended(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await.id, person(&storage, "ben").await.id);
    let first = open_session(&storage, ann, 0).await;
    let second = open_session(&storage, ann, 1).await;
    let bens = open_session(&storage, ben, 2).await;
    assert_eq!(
        end(&storage, ann, &[first, bens, SessionId(999)], 5).await,
        [first]
    );
    let ended = end(&storage, ann, &[first, second], 6).await;
    assert_eq!(ended, [second], "the first was over already");
    assert_eq!(end(&storage, ann, &[first, second], 7).await, []);
    assert_eq!(end(&storage, ann, &[], 8).await, []);
    assert!(
        !caller(&storage, bens, 9).await.unwrap().session_is_over,
        "not Ann's to end"
    );
    assert_eq!(end(&storage, ben, &[bens], 10).await, [bens]);
}

async fn the_list_of_sessions_holds_those_that_live_newest_first(world: World) {
    let storage = world.open();
    let (ann, ben) = (person(&storage, "ann").await.id, person(&storage, "ben").await.id);
    let mut anns = Vec::new();
    for born in 0..5 {
        anns.push(open_session(&storage, ann, born).await);
        open_session(&storage, ben, born).await;
    }
    end(&storage, ann, &[anns[3]], 10).await;
    let live = |now| storage.read(move |db| sessions::live(db, ann, moment(now)));
    let ids = |now| {
        let live = live(now);
        async move {
            live.await
                .unwrap()
                .into_iter()
                .map(|session| session.id)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(ids(20).await, [anns[4], anns[2], anns[1], anns[0]]);
    assert_eq!(
        ids(LIFE + 1).await,
        [anns[4], anns[2]],
        "the two oldest have expired"
    );
    assert_eq!(ids(LIFE + 4).await, []);
    let oldest = live(20).await.unwrap().pop().unwrap();
    assert_eq!(
        (oldest.user_agent.as_str(), oldest.address.as_str()),
        ("Device 0", "192.0.2.1")
    );
    assert_eq!((oldest.created_at, oldest.last_used_at), (moment(0), moment(0)));
}

async fn a_refresh_prolongs_the_session_and_notes_from_where(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    let (session, other) = (
        open_session(&storage, ann, 0).await,
        open_session(&storage, ann, 0).await,
    );
    let prolonged = storage.write(Lane::User(ann), move |tx| {
        sessions::prolong(tx.db(), session, "2001:db8::1", moment(500), moment(5_000))
    });
    prolonged.await.unwrap();
    assert!(!caller(&storage, session, 4_999).await.unwrap().session_is_over);
    assert!(caller(&storage, session, 5_000).await.unwrap().session_is_over);
    assert!(caller(&storage, other, 4_999).await.unwrap().session_is_over);
    let live = storage
        .read(move |db| sessions::live(db, ann, moment(LIFE)))
        .await
        .unwrap();
    assert_eq!(live.len(), 1);
    assert_eq!(live[0].address, "2001:db8::1");
    assert_eq!(
        (live[0].created_at, live[0].last_used_at),
        (moment(0), moment(500))
    );
}

/// What is known of a secret: its session, its owner, whether it is spent and in which attempt.
type Known = (SessionId, UserId, bool, Option<String>);

async fn secret(storage: &Storage, hash: &'static str) -> Option<Known> {
    let found = storage
        .read(move |db| sessions::find_secret(db, hash))
        .await
        .unwrap();
    found.map(|secret| (secret.session_id, secret.user_id, secret.is_spent, secret.attempt))
}

async fn hand_out(storage: &Storage, session: SessionId, hash: &'static str) {
    let handed_out = storage.write(Lane::Accounts, move |tx| {
        sessions::insert_secret(tx.db(), session, hash, moment(0))
    });
    handed_out.await.unwrap();
}

async fn a_secret_is_found_with_its_attempt_also_after_its_session_ended(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    let session = open_session(&storage, ann, 0).await;
    for hash in ["first", "second", "third"] {
        hand_out(&storage, session, hash).await;
    }
    let spent = storage.write(Lane::Accounts, |tx| {
        sessions::spend_secret(tx.db(), "first", Some("attempt 1"), moment(1))?;
        sessions::spend_secret(tx.db(), "second", None, moment(2))
    });
    spent.await.unwrap();
    end(&storage, ann, &[session], 3).await;
    let attempt = Some("attempt 1".to_owned());
    assert_eq!(
        secret(&storage, "first").await,
        Some((session, ann, true, attempt))
    );
    assert_eq!(secret(&storage, "second").await, Some((session, ann, true, None)));
    assert_eq!(secret(&storage, "third").await, Some((session, ann, false, None)));
    assert_eq!(secret(&storage, "never handed out").await, None);
    let again = storage.write(Lane::Accounts, move |tx| {
        sessions::insert_secret(tx.db(), session, "third", moment(4))
    });
    assert!(
        matches!(again.await, Err(StorageError::Taken(_))),
        "one hash, one secret"
    );
}

async fn secrets_are_forgotten_when_their_session_has_been_over_for_long(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await.id;
    let live = open_session(&storage, ann, 10_000).await;
    let ended_early = open_session(&storage, ann, 10_000).await;
    let ended_late = open_session(&storage, ann, 10_000).await;
    let expired = open_session(&storage, ann, 0).await;
    end(&storage, ann, &[ended_early], 4_999).await;
    end(&storage, ann, &[ended_late], 5_000).await;
    for (session, hash) in [
        (live, "live"),
        (ended_early, "early"),
        (ended_late, "late"),
        (expired, "expired"),
    ] {
        hand_out(&storage, session, hash).await;
    }
    let forget = |before| {
        storage.write(Lane::Accounts, move |tx| {
            sessions::forget_secrets_of_sessions_over_before(tx.db(), moment(before))
        })
    };
    assert_eq!(forget(LIFE).await.unwrap(), 0);
    assert_eq!(forget(5_000).await.unwrap(), 2);
    for (hash, kept) in [
        ("live", true),
        ("early", false),
        ("late", true),
        ("expired", false),
    ] {
        assert_eq!(secret(&storage, hash).await.is_some(), kept, "{hash}");
    }
    assert_eq!(forget(5_000).await.unwrap(), 0);
    assert!(
        caller(&storage, expired, 0).await.is_some(),
        "the session itself is remembered"
    );
}
