//! What the server sends over a WebSocket: text frames, one JSON object each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{MessageView, RoomView, UserView};

/// A frame of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Opens the conversation: answers `hello`, or comes by itself to a client that sends none.
    Welcome(Welcome),
    /// A request was done.
    Ok(Ok),
    /// A request was not done.
    Error(Refusal),
    /// A message was posted.
    MessagePosted(MessagePosted),
    /// A message was edited or deleted.
    MessageChanged(MessageChanged),
    /// A room was added, or what this person sees of it has changed.
    RoomChanged(RoomChanged),
    /// This person is no longer a member; nothing follows from this room.
    RoomRemoved(RoomRemoved),
    /// This person has read further on one of their devices.
    ReadChanged(ReadChanged),
    /// Somebody types, or has stopped, in a room that this session watches.
    Typing(TypingNow),
    /// Who came and who went since the last such frame.
    Presence(Presence),
    /// An account was made or its profile changed.
    UserChanged(UserChanged),
    /// Too much was missed to send one by one: fetch the room's newest page again.
    Resync(Resync),
    /// This session is over; the socket closes after it.
    SessionEnded(SessionEnded),
    /// The server stops; come back after the given time.
    ServerClosing(ServerClosing),
}

/// Opens the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Welcome {
    /// That of `hello`; null if there was none.
    #[serde(rename = "ref")]
    #[ts(type = "number | null")]
    pub reference: Option<u64>,
    /// The protocol version that the server speaks.
    pub protocol: u32,
    /// The server's own version.
    pub server_version: String,
    /// This session.
    #[ts(type = "number")]
    pub session_id: i64,
    /// The signed-in person.
    pub me: UserView,
    /// The rooms this person is in.
    pub rooms: Vec<RoomView>,
    /// Who is online; empty when more are online than the server lists (then ask with `presence_query`).
    #[ts(type = "number[]")]
    pub online: Vec<i64>,
    /// How many people are online.
    #[ts(type = "number")]
    pub online_count: u64,
}

/// A request was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Ok {
    /// That of the request.
    #[serde(rename = "ref")]
    #[ts(type = "number | null")]
    pub reference: Option<u64>,
    /// The message that was posted, edited or deleted, as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<MessageView>,
    /// The answer to `presence_query`: those of the people asked for who are online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number[]")]
    pub online: Option<Vec<i64>>,
}

/// A request was not done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Refusal {
    /// That of the request; null if none could be read.
    #[serde(rename = "ref")]
    #[ts(type = "number | null")]
    pub reference: Option<u64>,
    /// A stable code.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// When it can be tried again, for `rate_limited` and `unavailable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
}

/// A message was posted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessagePosted {
    /// The message.
    pub message: MessageView,
}

/// A message was edited or deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageChanged {
    /// The whole message as it is now.
    pub message: MessageView,
}

/// A room was added or has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RoomChanged {
    /// The room as this person sees it.
    pub room: RoomView,
}

/// This person is no longer a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RoomRemoved {
    /// The room.
    #[ts(type = "number")]
    pub room_id: i64,
}

/// This person has read further.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadChanged {
    /// The room.
    #[ts(type = "number")]
    pub room_id: i64,
    /// The `seq` up to which it is read.
    #[ts(type = "number")]
    pub last_read_seq: i64,
    /// What remains unread, counted up to 1,000.
    #[ts(type = "number")]
    pub unread: i64,
}

/// Somebody types, or has stopped. Shown for 5 seconds unless it is repeated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TypingNow {
    /// Where.
    #[ts(type = "number")]
    pub room_id: i64,
    /// Who.
    #[ts(type = "number")]
    pub user_id: i64,
    /// False when they have stopped.
    pub active: bool,
}

/// Who came and who went, sent at most once a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Presence {
    /// People who are online now; empty when the server gives only the count.
    #[ts(type = "number[]")]
    pub came: Vec<i64>,
    /// People who are offline now; empty when the server gives only the count.
    #[ts(type = "number[]")]
    pub went: Vec<i64>,
    /// How many people are online.
    #[ts(type = "number")]
    pub online_count: u64,
    /// False when more people are online than the server lists: keep no list, ask with `presence_query`.
    pub listed: bool,
}

/// An account was made or its profile changed. Its `online` is false for a new account; `presence` tells the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct UserChanged {
    /// The account as it is now.
    pub user: UserView,
}

/// Too much was missed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Resync {
    /// The room to fetch again.
    #[ts(type = "number")]
    pub room_id: i64,
    /// The room's counter: everything after it follows as frames.
    #[ts(type = "number")]
    pub cursor: i64,
}

/// This session is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SessionEnded {
    /// `signed_out`, `ended_elsewhere`, `password_changed`, `refresh_reused`, `account_blocked` or `expired`.
    pub reason: String,
}

/// The server stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ServerClosing {
    /// When to come back; different for each session, so that not all come at once.
    #[ts(type = "number")]
    pub retry_after_ms: u64,
}

impl ServerFrame {
    /// The names of all frames that the server can send.
    pub const TYPES: [&str; 14] = [
        "welcome",
        "ok",
        "error",
        "message_posted",
        "message_changed",
        "room_changed",
        "room_removed",
        "read_changed",
        "typing",
        "presence",
        "user_changed",
        "resync",
        "session_ended",
        "server_closing",
    ];

    /// The frame as JSON text.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always serialise; an empty frame would only be ignored by clients.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Codes with which the server closes a WebSocket, beside the standard ones (RFC 6455, section 7.4).
pub mod close {
    /// The session ended; sign in again.
    pub const SESSION_ENDED: u16 = 4001;
    /// The client speaks another protocol version.
    pub const UNSUPPORTED_PROTOCOL: u16 = 4002;
    /// The client read too slowly; connect again and resume.
    pub const TOO_SLOW: u16 = 4008;
    /// The client sent too many frames; connect again later.
    pub const TOO_FAST: u16 = 4009;
    /// Nothing came from the client for too long.
    pub const SILENT: u16 = 4010;
    /// The person has too many sessions connected.
    pub const TOO_MANY_SESSIONS: u16 = 4029;
}
