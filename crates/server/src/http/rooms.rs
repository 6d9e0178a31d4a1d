//! `/api/v1/rooms…` and `/api/v1/direct`

pub(super) mod direct;
pub(super) mod list;
pub(super) mod read;
pub(super) mod typing;
