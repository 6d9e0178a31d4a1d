//! The system's clock.

use chatterbox_domain::{Clock, Timestamp};
use chrono::SubsecRound;

/// Reads the system's clock: the only place that does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        chrono::Utc::now().trunc_subsecs(6)
    }
}
