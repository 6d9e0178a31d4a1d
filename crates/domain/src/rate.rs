//! How much of something is allowed in how much time.
//!
//! This is the generic cell rate algorithm (ITU-T I.371, in its virtual-scheduling form): one moment per key says
//! everything, so that a limit costs eight bytes for each person or address.

use chrono::TimeDelta;

use crate::clock::Timestamp;
use crate::denial::Denial;

/// At most `burst` at once, and one more after each `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many may come at once; at least 1.
    pub burst: u32,
    /// How long until one more may come.
    pub interval: TimeDelta,
}

/// How much of a quota is used: the moment at which all of it will be free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage(Timestamp);

impl Usage {
    /// Whether nothing of the quota is in use any more, so that this value need not be kept.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.0 <= now
    }
}

impl Quota {
    /// Takes one from the quota of which `used` is in use.
    ///
    /// # Errors
    /// [`Denial::RateLimited`] with the time until one is free; nothing is taken then.
    pub fn take(self, used: Option<Usage>, now: Timestamp) -> Result<Usage, Denial> {
        let free_at = used.map_or(now, |usage| usage.0.max(now));
        let burst = i32::try_from(self.burst.max(1) - 1).unwrap_or(i32::MAX);
        let wait = free_at - now - self.interval * burst;
        if wait > TimeDelta::zero() {
            let ms = u64::try_from(wait.num_milliseconds()).unwrap_or(0) + 1;
            return Err(Denial::RateLimited { retry_after_ms: ms });
        }
        Ok(Usage(free_at + self.interval))
    }

    /// Gives one back, for an attempt that turned out not to count.
    pub fn give_back(self, used: Usage) -> Usage {
        Usage(used.0 - self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota {
        burst: 3,
        interval: TimeDelta::seconds(10),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_burst_passes_and_then_one_for_each_interval() {
        let mut used = None;
        for _ in 0..3 {
            used = Some(QUOTA.take(used, at(0)).unwrap());
        }
        let Err(Denial::RateLimited { retry_after_ms }) = QUOTA.take(used, at(4)) else {
            panic!("a fourth passed")
        };
        assert!((6_000..=6_001).contains(&retry_after_ms), "{retry_after_ms}");
        used = Some(QUOTA.take(used, at(10)).unwrap());
        assert!(QUOTA.take(used, at(10)).is_err());
    }

    #[test]
    fn a_refused_attempt_does_not_lengthen_the_wait() {
        let mut used = None;
        for _ in 0..3 {
            used = Some(QUOTA.take(used, at(0)).unwrap());
        }
        for second in 0..9 {
            assert!(QUOTA.take(used, at(second)).is_err());
        }
        assert!(QUOTA.take(used, at(11)).is_ok());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let mut used = None;
        for _ in 0..50 {
            used = Some(QUOTA.give_back(QUOTA.take(used, at(0)).unwrap()));
        }
        assert!(used.unwrap().is_over(at(0)));
    }
}
