//! Bodies of the endpoints about accounts, sessions and people.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::view::{RoomView, UserView};

/// `POST /api/v1/auth/register`.
#[derive(Clone, Deserialize, Serialize, TS, ToSchema)]
pub struct RegisterRequest {
    /// 3 to 32 characters: letters of one script, digits, `_ . -`.
    pub username: String,
    /// At least 8 characters (a setting) and at most 1,024 bytes.
    pub password: String,
    /// An address that no other account has; may be left out.
    #[serde(default)]
    #[ts(optional)]
    pub email: Option<String>,
}

/// `POST /api/v1/auth/login`: a username or an e-mail address, and the password.
#[derive(Clone, Deserialize, Serialize, TS, ToSchema)]
pub struct LoginRequest {
    /// The username, or the e-mail address.
    #[serde(default)]
    #[ts(optional)]
    pub username: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    #[ts(optional)]
    pub email: Option<String>,
    /// The password.
    pub password: String,
}

/// Signed in. The refresh secret comes in an `HttpOnly` cookie beside this body.
#[derive(Clone, Serialize, Deserialize, TS, ToSchema)]
pub struct SignedIn {
    /// The account.
    pub user: UserView,
    /// The session.
    #[ts(type = "number")]
    pub session_id: i64,
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    #[ts(type = "number")]
    pub expires_in: i64,
}

/// `POST /api/v1/auth/refresh`. The secret is in the cookie; the body may be left out.
#[derive(Clone, Default, Deserialize, Serialize, TS, ToSchema)]
pub struct RefreshRequest {
    /// A name of the client's own for this attempt, 1 to 64 characters. A repetition with the same name (the reply
    /// was lost, the page was reloaded) gets the same answer; without one, using a secret again ends the session.
    #[serde(default)]
    #[ts(optional)]
    pub attempt: Option<String>,
}

/// `POST /api/v1/auth/password`.
#[derive(Clone, Deserialize, Serialize, TS, ToSchema)]
pub struct ChangePasswordRequest {
    /// The password until now.
    pub current_password: String,
    /// The password from now on. All other sessions end.
    pub new_password: String,
}

/// `PATCH /api/v1/me`: what is left out stays as it is.
#[derive(Clone, Default, Deserialize, Serialize, TS, ToSchema)]
pub struct UpdateProfileRequest {
    /// 1 to 64 characters.
    #[serde(default)]
    #[ts(optional)]
    pub display_name: Option<String>,
    /// At most 500 characters.
    #[serde(default)]
    #[ts(optional)]
    pub about: Option<String>,
}

/// `GET /api/v1/me`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct MeView {
    /// The account.
    pub user: UserView,
    /// Its e-mail address, which only its owner and administrators see.
    pub email: Option<String>,
}

/// One signed-in device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SessionView {
    /// The session.
    #[ts(type = "number")]
    pub id: i64,
    /// What the device called itself when it signed in.
    pub user_agent: String,
    /// The address it signed in from or refreshed from last.
    pub address: String,
    /// When it signed in.
    pub created_at: String,
    /// When it last refreshed its access token.
    pub last_used_at: String,
    /// Whether this request came through it.
    pub current: bool,
}

/// `GET /api/v1/me/sessions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SessionsResponse {
    /// All sessions that are not over, newest first.
    pub sessions: Vec<SessionView>,
}

/// `POST /api/v1/auth/logout-all`: how many sessions ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SessionsEnded {
    /// How many.
    #[ts(type = "number")]
    pub ended: u64,
}

/// `GET /api/v1/users`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct UsersResponse {
    /// A page of people, in the order of their ids.
    pub users: Vec<UserView>,
    /// Give it as `after` to get the next page; null on the last one.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// `GET /api/v1/users/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct UserResponse {
    /// The account.
    pub user: UserView,
}

/// `GET /api/v1/rooms`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomsResponse {
    /// The rooms that the caller is in.
    pub rooms: Vec<RoomView>,
}

/// `POST /api/v1/direct`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct OpenDirectRequest {
    /// The other person.
    #[ts(type = "number")]
    pub user_id: i64,
}

/// The answer to `POST /api/v1/direct`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomResponse {
    /// The room.
    pub room: RoomView,
}

/// `GET /api/v1/server`: what a client must know before anybody has signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct ServerInfo {
    /// The workspace's name.
    pub name: String,
    /// The server's version.
    pub version: String,
    /// The WebSocket protocol it speaks.
    pub protocol: u32,
    /// `open` or `closed`.
    pub sign_up: String,
    /// Whether an account exists; while none does, the first to sign up becomes the owner.
    pub has_accounts: bool,
    /// The fewest characters of a password.
    #[ts(type = "number")]
    pub password_min_chars: u64,
    /// The most characters of a message.
    #[ts(type = "number")]
    pub message_max_chars: u64,
}

impl RefreshRequest {
    /// Reads a body that may be empty.
    ///
    /// # Errors
    /// When there is a body and it is not of this shape.
    pub fn parse(body: &[u8]) -> serde_json::Result<Self> {
        if body.is_empty() {
            Ok(Self::default())
        } else {
            serde_json::from_slice(body)
        }
    }
}

/// The query of `GET /api/v1/users`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// People with higher ids; the `next` of the page before.
    pub after: Option<i64>,
    /// 1 to 200; 50 if left out.
    pub limit: Option<i64>,
    /// Only these people: at most 200 numbers with commas between them. The other parameters do not count then.
    pub ids: Option<String>,
}
