//! Bodies of the endpoints about messages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::view::MessageView;

/// The query of `GET /api/v1/rooms/{id}/messages`. Without `before` and `after` the newest page comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Messages with a lower `seq`.
    pub before: Option<i64>,
    /// Messages with a higher `seq`. Not together with `before`.
    pub after: Option<i64>,
    /// 1 to 200; 50 if left out.
    pub limit: Option<i64>,
}

/// The query of `GET /api/v1/rooms/{id}/changes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// Messages with a higher `version`.
    pub after: i64,
    /// 1 to 200; 50 if left out.
    pub limit: Option<i64>,
}

/// A page of messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct MessagesResponse {
    /// Oldest first; for changes, in the order of `version`.
    pub messages: Vec<MessageView>,
    /// Whether more follow in the direction of the request.
    pub has_more: bool,
}

/// `POST /api/v1/rooms/{id}/messages`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct PostMessageRequest {
    /// A UUID made by the client; sending it again is the same message.
    pub client_key: String,
    /// 1 to 4,000 characters.
    pub body: String,
    /// The message it answers; must be null in this version.
    #[serde(default)]
    #[ts(type = "number | null", optional)]
    pub reply_to: Option<i64>,
    /// Files; must be empty in this version.
    #[serde(default)]
    #[ts(type = "number[]", optional)]
    pub attachments: Vec<i64>,
}

/// `PATCH /api/v1/messages/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct EditMessageRequest {
    /// The new text, 1 to 4,000 characters.
    pub body: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct MessageResponse {
    /// The message as it is now.
    pub message: MessageView,
}

/// `POST /api/v1/rooms/{id}/typing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TypingRequest {
    /// False when they have stopped.
    pub active: bool,
}

/// `PUT /api/v1/rooms/{id}/read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ReadRequest {
    /// The `seq` of the last message that was read.
    #[ts(type = "number")]
    pub seq: i64,
}

/// The query of the WebSocket addresses.
#[derive(Clone, Default, Deserialize)]
pub struct SocketQuery {
    /// The access token, for clients that cannot set an `Authorization` header.
    pub token: Option<String>,
}
