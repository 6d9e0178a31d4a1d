//! `/api/v1/auth/…`

pub(super) mod login;
pub(super) mod logout;
pub(super) mod password;
pub(super) mod refresh;
pub(super) mod register;
