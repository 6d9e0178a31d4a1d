//! The system's clock.

use std::time::SystemTime;

use chatterbox_domain::{Clock, Timestamp};
use chrono::SubsecRound;

/// Reads the system's clock as the server's own does: for use cases that are measured, reading it is part of the work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of this program that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from(SystemTime::now()).trunc_subsecs(6)
    }
}
