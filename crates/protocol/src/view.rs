//! People, rooms and messages as clients see them.

use std::sync::Arc;

use chatterbox_domain as domain;
use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A moment as RFC 3339 in UTC with microseconds: `2026-01-01T12:00:00.000000Z`.
pub fn moment(at: domain::Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// An account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct UserView {
    /// The account.
    #[ts(type = "number")]
    pub id: i64,
    /// Its unique name.
    pub username: String,
    /// The name shown beside messages.
    pub display_name: String,
    /// `owner`, `admin`, `moderator` or `member`.
    pub role: String,
    /// Where the profile picture is; null while there is none.
    pub avatar_url: Option<String>,
    /// A few words about the person.
    pub about: String,
    /// Whether at least one of the person's sessions is connected.
    pub online: bool,
    /// When the last session went offline; null before the first time.
    pub last_seen_at: Option<String>,
    /// When the account was made.
    pub created_at: String,
}

impl UserView {
    /// The view of `user`, who is online or not.
    pub fn of(user: &domain::User, online: bool) -> Self {
        Self {
            id: user.id.0,
            username: user.username.clone(),
            display_name: user.display_name.clone(),
            role: user.role.as_str().to_owned(),
            avatar_url: None,
            about: user.about.clone(),
            online,
            last_seen_at: user.last_seen_at.map(moment),
            created_at: moment(user.created_at),
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct AuthorView {
    /// The account.
    #[ts(type = "number")]
    pub id: i64,
    /// Its unique name.
    pub username: String,
    /// The name shown beside messages.
    pub display_name: String,
}

/// A room as the receiving person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct RoomView {
    /// The room.
    #[ts(type = "number")]
    pub id: i64,
    /// `lobby` or `direct`.
    pub kind: String,
    /// Its name; for a direct conversation the other person's display name.
    pub name: String,
    /// The other person of a direct conversation, else null.
    #[ts(type = "number | null")]
    pub peer_id: Option<i64>,
    /// The room's counter: no message has a higher `seq` or `version`.
    #[ts(type = "number")]
    pub cursor: i64,
    /// The `seq` up to which this person has read.
    #[ts(type = "number")]
    pub last_read_seq: i64,
    /// Messages of others after it that are not deleted, counted up to 1,000.
    #[ts(type = "number")]
    pub unread: i64,
}

impl From<&domain::RoomSummary> for RoomView {
    fn from(room: &domain::RoomSummary) -> Self {
        Self {
            id: room.id.0,
            kind: room.kind.as_str().to_owned(),
            name: room.name.clone(),
            peer_id: room.peer_id.map(|id| id.0),
            cursor: room.cursor,
            last_read_seq: room.last_read_seq,
            unread: room.unread,
        }
    }
}

/// A message as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct MessageView {
    /// The message, over all rooms.
    #[ts(type = "number")]
    pub id: i64,
    /// Where it stands.
    #[ts(type = "number")]
    pub room_id: i64,
    /// Its place in the room; never changes.
    #[ts(type = "number")]
    pub seq: i64,
    /// The room's counter at its last change; equals `seq` until then.
    #[ts(type = "number")]
    pub version: i64,
    /// Who wrote it.
    pub author: AuthorView,
    /// The text exactly as typed; empty once deleted.
    pub body: String,
    /// The sender's own name for it: a UUID.
    pub client_key: String,
    /// When it was posted.
    pub created_at: String,
    /// When its text last changed, or null.
    pub edited_at: Option<String>,
    /// When it was deleted, or null.
    pub deleted_at: Option<String>,
    /// The message it answers; always null in this version.
    #[ts(type = "number | null")]
    pub reply_to: Option<i64>,
    /// Its files; always empty in this version.
    #[ts(type = "number[]")]
    pub attachments: Vec<i64>,
    /// What people reacted with; always empty in this version.
    pub reactions: Vec<String>,
}

impl From<&domain::Message> for MessageView {
    fn from(message: &domain::Message) -> Self {
        Self {
            id: message.id.0,
            room_id: message.room_id.0,
            seq: message.seq,
            version: message.version,
            author: AuthorView {
                id: message.author.id.0,
                username: message.author.username.clone(),
                display_name: message.author.display_name.clone(),
            },
            body: message.body.clone(),
            client_key: message.client_key.to_string(),
            created_at: moment(message.created_at),
            edited_at: message.edited_at.map(moment),
            deleted_at: message.deleted_at.map(moment),
            reply_to: None,
            attachments: Vec::new(),
            reactions: Vec::new(),
        }
    }
}

impl From<&Arc<domain::Message>> for MessageView {
    fn from(message: &Arc<domain::Message>) -> Self {
        Self::from(message.as_ref())
    }
}
