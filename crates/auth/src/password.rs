//! Passwords: hashed with argon2id, a bounded number at a time.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::AuthError;
use crate::argon::Argon;

/// What one password hash costs to compute. The more it costs us, the more it costs somebody who stole the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB; at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes (argon2's parallelism), at least 1. They are computed one after the other here.
    pub lanes: u32,
}

impl Cost {
    /// The first choice of OWASP's Password Storage Cheat Sheet for argon2id: about 25 ms on a core of today.
    pub const DEFAULT: Self = Self {
        memory_kib: 19_456,
        passes: 2,
        lanes: 1,
    };

    /// The dearest hash that is ever computed. A stored hash names its own cost, so without a bound one damaged row
    /// could take all memory or a thread for good.
    pub const CEILING: Self = Self {
        memory_kib: 1 << 20,
        passes: 16,
        lanes: 16,
    };

    /// The cheapest hash there is: for tests that sign people up by the hundred, never for anybody's real password.
    #[must_use]
    pub const fn for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    /// Whether this reaches `other` in every respect.
    pub(crate) const fn covers(self, other: Self) -> bool {
        self.memory_kib >= other.memory_kib && self.passes >= other.passes && self.lanes >= other.lanes
    }
}

/// How many passwords are hashed at a time and how many may wait.
///
/// Memory in use is at most `running` × [`Cost::memory_kib`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Hashed at the same time. More than the machine has cores gains nothing.
    pub running: NonZeroUsize,
    /// Allowed to wait on top of those; whoever comes later is told [`AuthError::Busy`].
    pub waiting: usize,
}

/// How a password compares with the stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// It is the password.
    Right,
    /// It is the password, but its hash is weaker than what is made today: hash it again and store that.
    RightButOutdated,
    /// It is not, or there is no such person.
    Wrong,
}

/// Hashes and verifies passwords on blocking threads. Clones share the same capacity.
///
/// Must be used within a tokio runtime.
#[derive(Debug, Clone)]
pub struct Passwords {
    argon: Arc<Argon>,
    /// One permit for everybody who may be inside, running or waiting.
    places: Arc<Semaphore>,
    /// One permit for each hash that may be computed at the same time.
    running: Arc<Semaphore>,
}

impl Passwords {
    /// Makes hashes of `cost`, within `capacity`. Computes nothing yet.
    ///
    /// # Errors
    /// [`AuthError::ImpossibleCost`] and [`AuthError::NoRandomness`].
    pub fn new(cost: Cost, capacity: Capacity) -> Result<Self, AuthError> {
        let running = capacity.running.get().min(Semaphore::MAX_PERMITS);
        let places = running
            .saturating_add(capacity.waiting)
            .min(Semaphore::MAX_PERMITS);
        Ok(Self {
            argon: Arc::new(Argon::new(cost)?),
            places: Arc::new(Semaphore::new(places)),
            running: Arc::new(Semaphore::new(running)),
        })
    }

    /// The hash to store for a new password, as a PHC string of about 100 characters (`$argon2id$v=19$…`).
    ///
    /// Whether the password is acceptable is not judged here.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when the waiting line is full; any other one but `MalformedHash` and `ImpossibleCost`.
    pub async fn hash(&self, password: String) -> Result<String, AuthError> {
        self.in_turn(move |argon| argon.hash(&password)).await
    }

    /// Compares a password with the stored hash of the person, `None` if there is no such person.
    ///
    /// Without a person it is compared with a hash of today's cost that nothing matches: the same work, the same
    /// waiting line and the same answer as for a wrong password, so that nobody can find out who has an account.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when the waiting line is full; [`AuthError::MalformedHash`] when the stored hash cannot be
    /// used, which the caller logs (with whose it is) and answers as an internal error; any other one but
    /// `ImpossibleCost`.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<Verification, AuthError> {
        self.in_turn(move |argon| argon.verify(&password, hash.as_deref()))
            .await
    }

    /// Memory filled since the start, in KiB, each pass counted: grows by the same amount for every password of the
    /// same cost, whether it was right, wrong or nobody's. A metric, and what lets a test see equal work without a clock.
    #[must_use]
    pub fn work_done_kib(&self) -> u64 {
        self.argon.work_done_kib()
    }

    /// Does `work` on a blocking thread when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let turn = self.take_turn().await?;
        let argon = Arc::clone(&self.argon);
        tokio::task::spawn_blocking(move || {
            let answer = work(&argon);
            // The turn ends with the work and not with the caller: somebody who hangs up while we compute for them
            // must not make room for another computation before this one is over.
            drop(turn);
            answer
        })
        .await
        .map_err(|_| AuthError::Interrupted)?
    }

    async fn take_turn(&self) -> Result<Turn, AuthError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| AuthError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| AuthError::Interrupted)?;
        Ok(Turn {
            _running: running,
            _place: place,
        })
    }
}

/// The right to compute one hash; both permits return when it is dropped.
struct Turn {
    _running: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    fn passwords(running: usize, waiting: usize) -> Passwords {
        let running = NonZeroUsize::new(running).unwrap();
        Passwords::new(Cost::for_tests(), Capacity { running, waiting }).unwrap()
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
            passwords.verify(PASSWORD.to_owned(), None).await,
            Err(AuthError::Busy)
        ));
        assert!(matches!(
            passwords.hash(PASSWORD.to_owned()).await,
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
}
