//! Bodies of the documented paths outside `/api/v1`, which scripts written for ChatterBox's founding descriptions use.

use serde::{Deserialize, Serialize};

/// `{"message": …}` and who it is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Done {
    /// What was done, in words.
    pub message: &'static str,
    /// The account, where one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// Its username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

impl Done {
    /// Only words.
    pub fn saying(message: &'static str) -> Self {
        Self {
            message,
            user_id: None,
            username: None,
        }
    }
}

/// The answer to `POST /login`. `token` repeats `access_token`: both names are documented.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoggedIn {
    /// For `Authorization: Bearer …` and `?token=…`.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: &'static str,
    /// The same as `access_token`.
    pub token: String,
    /// The account.
    pub user_id: i64,
    /// Its username.
    pub username: String,
}

/// `POST /change-password`.
#[derive(Clone, Deserialize)]
pub struct ChangePassword {
    /// The password until now.
    #[serde(alias = "old_password")]
    pub current_password: String,
    /// The password from now on.
    pub new_password: String,
}

/// `POST /update-about`.
#[derive(Clone, Debug, Deserialize)]
pub struct UpdateAbout {
    /// At most 500 characters.
    pub about: String,
}

/// The query of the history paths.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct HistoryLimit {
    /// Messages with a lower id.
    pub before: Option<i64>,
    /// 1 to 200; 50 if left out.
    pub limit: Option<i64>,
}

/// A message as the documented paths show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlainHistoryMessage {
    /// The message.
    pub id: i64,
    /// Who wrote it.
    pub sender_id: i64,
    /// Their username.
    pub sender_username: String,
    /// To whom, in a direct conversation; null in the Lobby.
    pub receiver_id: Option<i64>,
    /// The text; empty once deleted.
    pub content: String,
    /// When it was posted.
    pub timestamp: String,
}

/// What `GET /` answers to everything that is not a browser, and the health addresses to everybody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// Always `ok`.
    pub status: &'static str,
    /// Always `ChatterBox`.
    pub name: &'static str,
    /// The server's version.
    pub version: &'static str,
}

impl Status {
    /// What a server that answers at all says of itself.
    pub const OK: Self = Self {
        status: "ok",
        name: "ChatterBox",
        version: env!("CARGO_PKG_VERSION"),
    };
}
