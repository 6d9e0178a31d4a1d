//! Moments as the databases keep them: UTC without a zone.

use chatterbox_domain::Timestamp;
use chrono::NaiveDateTime;

pub(crate) fn stored(at: Timestamp) -> NaiveDateTime {
    at.naive_utc()
}

pub(crate) fn read(stored: NaiveDateTime) -> Timestamp {
    stored.and_utc()
}
