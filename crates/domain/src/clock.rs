//! Time as an argument.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

/// A moment in UTC. Stored and sent with microseconds, which is what both databases keep.
pub type Timestamp = DateTime<Utc>;

/// Where the use cases take the time from: the system's clock in the server, a [`ManualClock`] in tests.
pub trait Clock: Send + Sync {
    /// The present moment, cut to whole microseconds so that it equals itself after a trip through a database.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock forward (or back, with a negative `by`).
    pub fn advance(&self, by: TimeDelta) {
        *self.shown() += by;
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.shown()
    }
}
