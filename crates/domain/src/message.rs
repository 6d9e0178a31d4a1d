//! Messages as they are stored and announced.

use crate::clock::Timestamp;
use crate::ids::{ClientKey, MessageId, RoomId, UserId};

/// Who wrote a message, as shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The account.
    pub id: UserId,
    /// Its username at the moment of reading.
    pub username: String,
    /// Its display name at the moment of reading.
    pub display_name: String,
}

/// A message as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message, over all rooms.
    pub id: MessageId,
    /// Where it stands.
    pub room_id: RoomId,
    /// Its place in the room: the value of the room's counter when it was posted. Never changes.
    pub seq: i64,
    /// The value of the room's counter when it last changed; equals `seq` until then.
    pub version: i64,
    /// Who wrote it.
    pub author: Author,
    /// The text; empty once deleted.
    pub body: String,
    /// The sender's own name for it.
    pub client_key: ClientKey,
    /// When it was posted.
    pub created_at: Timestamp,
    /// When its text last changed.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}
