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
mod tests;
