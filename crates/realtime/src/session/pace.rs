//! How fast a client may speak, and how badly.

use chatterbox_domain::rate::Usage;
use chatterbox_domain::{Denial, Timestamp};

use crate::limits::Limits;

/// What one session's frames have used up.
#[derive(Debug, Default)]
pub(super) struct Pace {
    used: Option<Usage>,
    excess: u32,
    broken_in_a_row: u32,
}

/// What becomes of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is taken.
    Taken,
    /// It came too fast and is refused; another can come after this many milliseconds.
    TooFast { retry_after_ms: u64 },
    /// Far too many came too fast: the session ends.
    FarTooFast,
}

impl Pace {
    /// Counts a frame.
    pub(super) fn judge(&mut self, now: Timestamp, limits: &Limits) -> Verdict {
        match limits.frames.take(self.used, now) {
            Ok(used) => {
                self.used = Some(used);
                self.excess = self.excess.saturating_sub(1);
                Verdict::Taken
            }
            Err(denial) => {
                self.excess += 1;
                if self.excess > limits.excess_frames {
                    return Verdict::FarTooFast;
                }
                let retry_after_ms = match denial {
                    Denial::RateLimited { retry_after_ms } => retry_after_ms,
                    _ => 1_000,
                };
                Verdict::TooFast { retry_after_ms }
            }
        }
    }

    /// Counts a frame that could be read.
    pub(super) fn was_readable(&mut self) {
        self.broken_in_a_row = 0;
    }

    /// Counts a frame that could not be read; true if there were too many in a row.
    pub(super) fn was_broken(&mut self, limits: &Limits) -> bool {
        self.broken_in_a_row += 1;
        self.broken_in_a_row > limits.broken_frames
    }
}
