//! Rooms: where messages are.

use crate::ids::{RoomId, UserId};

/// What kind of place a room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomKind {
    /// The one room that every account is in.
    Lobby,
    /// A conversation between two people.
    Direct,
}

impl RoomKind {
    /// The name used in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lobby => "lobby",
            Self::Direct => "direct",
        }
    }

    /// The kind called `name`, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Lobby, Self::Direct]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// A room as one of its members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSummary {
    /// The room.
    pub id: RoomId,
    /// What kind of place it is.
    pub kind: RoomKind,
    /// Its name; for a direct conversation the other person's display name.
    pub name: String,
    /// The other person of a direct conversation.
    pub peer_id: Option<UserId>,
    /// The room's counter: no message has a higher `seq` or `version`.
    pub cursor: i64,
    /// The `seq` up to which the member has read.
    pub last_read_seq: i64,
    /// Messages of others after `last_read_seq` that are not deleted, counted up to [`RoomSummary::UNREAD_CAP`].
    pub unread: i64,
}

impl RoomSummary {
    /// Unread messages are counted no further: "999+" says it all, and counting stays cheap after a long absence.
    pub const UNREAD_CAP: i64 = 1_000;
}

/// The two people of a direct conversation, in one order, so that each pair has one room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    low: UserId,
    high: UserId,
}

impl Pair {
    /// The pair of two different people; `None` for a person and themselves.
    pub fn of(one: UserId, other: UserId) -> Option<Self> {
        (one != other).then(|| Self {
            low: one.min(other),
            high: one.max(other),
        })
    }

    /// The database's unique key of the conversation.
    pub fn key(self) -> String {
        format!("{}:{}", self.low, self.high)
    }

    /// Both people.
    pub fn people(self) -> [UserId; 2] {
        [self.low, self.high]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_key_whoever_begins() {
        assert_eq!(Pair::of(UserId(7), UserId(3)), Pair::of(UserId(3), UserId(7)));
        assert_eq!(Pair::of(UserId(10), UserId(9)).unwrap().key(), "9:10");
        assert_eq!(Pair::of(UserId(3), UserId(3)), None);
    }
}
