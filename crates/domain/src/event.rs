//! What is announced when stored state has changed.

use std::sync::Arc;

use crate::ids::{RoomId, SessionId, UserId};
use crate::message::Message;
use crate::room::RoomSummary;
use crate::session::EndReason;
use crate::user::User;

/// A change that has been committed.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message was posted: for the room's members.
    MessagePosted(Arc<Message>),
    /// A message was edited or deleted: for the room's members.
    MessageChanged(Arc<Message>),
    /// `user_id` is a member of this room now, or what they see of it has changed: for that person's sessions.
    RoomChanged {
        /// The member.
        user_id: UserId,
        /// The room as that member sees it.
        room: RoomSummary,
    },
    /// `user_id` is no longer a member: for that person's sessions, which receive nothing from the room after this.
    RoomRemoved {
        /// The former member.
        user_id: UserId,
        /// The room.
        room_id: RoomId,
    },
    /// The person has read up to here on one of their devices: for all their sessions.
    ReadChanged {
        /// Who read.
        user_id: UserId,
        /// The room.
        room_id: RoomId,
        /// The `seq` up to which they have read.
        last_read_seq: i64,
        /// What remains unread, as in [`RoomSummary::unread`].
        unread: i64,
    },
    /// An account was made or its profile changed: for everybody.
    UserChanged(Arc<User>),
    /// These sessions of a person are over: their sockets are closed.
    SessionsEnded {
        /// Whose sessions.
        user_id: UserId,
        /// Which ones.
        sessions: Vec<SessionId>,
        /// Why.
        reason: EndReason,
    },
}

/// Where committed changes go.
///
/// Storage calls `deliver` after each commit, with the events of one room in the order of their commits. It must not
/// block: it runs on the thread that writes.
pub trait EventSink: Send + Sync {
    /// Takes over what a commit announced.
    fn deliver(&self, events: Vec<Event>);
}

/// Drops every event, for tools that only read and write the database.
#[derive(Debug)]
pub struct Silence;

impl EventSink for Silence {
    fn deliver(&self, _events: Vec<Event>) {}
}
