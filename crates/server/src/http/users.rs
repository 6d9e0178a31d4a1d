//! `/api/v1/users…`

pub(super) mod list;
pub(super) mod show;
