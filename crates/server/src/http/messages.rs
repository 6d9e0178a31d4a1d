//! `/api/v1/rooms/{id}/messages` and `/api/v1/messages/{id}`

pub(super) mod delete;
pub(super) mod edit;
pub(super) mod history;
pub(crate) mod post;
pub(super) mod show;
