use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

const PASSWORD: &str = "correct horse battery staple";

fn passwords(running: usize, waiting: usize) -> Passwords {
    let running = NonZeroUsize::new(running).unwrap();
    Passwords::new(Cost::for_tests(), Capacity { running, waiting }).unwrap()
}

/// What `future` answers without waiting for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits"),
    }
}

#[tokio::test]
async fn the_password_that_was_hashed_is_right_and_no_other_is() {
    let passwords = passwords(1, 0);
    let hash = passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let table = [
        (PASSWORD, Some(&hash), Verification::Right),
        ("correct horse battery stapl", Some(&hash), Verification::Wrong),
        ("Correct horse battery staple", Some(&hash), Verification::Wrong),
        ("", Some(&hash), Verification::Wrong),
        (PASSWORD, None, Verification::Wrong),
        ("", None, Verification::Wrong),
    ];
    for (password, hash, answer) in table {
        let given = passwords
            .verify(password.to_owned(), hash.cloned())
            .await
            .unwrap();
        assert_eq!(given, answer, "{password:?} against {hash:?}");
    }
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let passwords = passwords(1, 0);
    let hash = || passwords.hash(PASSWORD.to_owned());
    assert_ne!(hash().await.unwrap(), hash().await.unwrap());
}

#[tokio::test]
async fn nobodys_password_is_as_much_work_as_somebodys() {
    let passwords = passwords(1, 0);
    let hash = passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let mut work = Vec::new();
    for (password, hash) in [(PASSWORD, Some(&hash)), ("wrong", Some(&hash)), (PASSWORD, None)] {
        let before = passwords.work_done_kib();
        passwords
            .verify(password.to_owned(), hash.cloned())
            .await
            .unwrap();
        work.push(passwords.work_done_kib() - before);
    }
    let one_hash = u64::from(Cost::for_tests().memory_kib * Cost::for_tests().passes);
    assert_eq!(work, [one_hash; 3], "right, wrong, nobody's");
}

#[tokio::test]
async fn who_comes_when_the_line_is_full_is_told_so_at_once() {
    let passwords = passwords(1, 1);
    let running = passwords.take_turn().await.unwrap();
    let waiting = tokio::spawn({
        let passwords = passwords.clone();
        async move { passwords.verify(PASSWORD.to_owned(), None).await }
    });
    // On the test's single thread this lets the other task run until it waits for its turn.
    tokio::task::yield_now().await;

    assert!(matches!(
        at_once(passwords.verify(PASSWORD.to_owned(), None)),
        Err(AuthError::Busy)
    ));
    assert!(matches!(
        at_once(passwords.hash(PASSWORD.to_owned())),
        Err(AuthError::Busy)
    ));
    assert!(!waiting.is_finished(), "who was in the line still waits");

    drop(running);
    assert_eq!(waiting.await.unwrap().unwrap(), Verification::Wrong);
    assert!(
        passwords.hash(PASSWORD.to_owned()).await.is_ok(),
        "the line is free again"
    );
}

#[tokio::test]
async fn who_leaves_the_line_leaves_their_place() {
    let passwords = passwords(1, 1);
    let running = passwords.take_turn().await.unwrap();
    let waiting = tokio::spawn({
        let passwords = passwords.clone();
        async move { passwords.hash(PASSWORD.to_owned()).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(passwords.places.available_permits(), 0);

    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(passwords.places.available_permits(), 1);
    drop(running);
    assert_eq!(passwords.places.available_permits(), 2);
}

#[tokio::test]
async fn who_hangs_up_makes_no_room_before_their_computation_is_over() {
    let passwords = passwords(1, 0);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let (finish, may_finish) = std::sync::mpsc::channel::<()>();
    let caller = tokio::spawn({
        let passwords = passwords.clone();
        async move {
            let computation = move |_: &Argon| {
                started.send(()).unwrap();
                may_finish.recv().unwrap();
                Ok(())
            };
            passwords.in_turn(computation).await
        }
    });
    has_started.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert!(matches!(
        at_once(passwords.hash(PASSWORD.to_owned())),
        Err(AuthError::Busy)
    ));

    finish.send(()).unwrap();
    let _next = passwords.places.acquire().await.unwrap();
}

#[tokio::test]
async fn many_at_once_all_get_their_turn() {
    let passwords = passwords(2, 30);
    let tasks: Vec<_> = (0..32)
        .map(|n| {
            let passwords = passwords.clone();
            tokio::spawn(async move {
                let hash = passwords.hash(format!("password {n}")).await?;
                passwords.verify(format!("password {n}"), Some(hash)).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), Verification::Right);
    }
}

#[test]
fn a_capacity_beyond_all_bounds_is_taken_as_the_largest_one() {
    let passwords = passwords(usize::MAX, usize::MAX);
    assert_eq!(passwords.running.available_permits(), Semaphore::MAX_PERMITS);
}

#[test]
fn the_default_cost_is_what_owasp_recommends_and_lies_below_the_ceiling() {
    assert_eq!(
        Cost::DEFAULT,
        Cost {
            memory_kib: 19_456,
            passes: 2,
            lanes: 1
        }
    );
    assert!(Cost::CEILING.covers(Cost::DEFAULT));
}
