//! `/api/v1/me…`

pub(super) mod profile;
pub(super) mod sessions;
