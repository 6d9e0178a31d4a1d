//! What a session may ask for.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use chatterbox_domain::{Denial, Message, RoomId, RoomSummary, User};
use chatterbox_protocol::client_frame::{MessageDelete, MessageEdit, MessageSend, PlainMessage, Read};

/// The use cases behind one session's socket, already bound to who the caller is.
///
/// The futures need not be `Send`: they are awaited on the shard's thread. Each one owns what it needs, so that
/// several run at once. Every function checks that the session is still good, in the same transaction as what it
/// reads or writes, and refuses with `session_ended` or `account_blocked` if it is not: the shard subscribes first
/// and asks then, so a session that ended just before it connected is found here.
pub trait Commands: 'static {
    /// The rooms that the person is in now.
    fn rooms(&self) -> impl Future<Output = Result<Vec<RoomId>, Refused>> + 'static;

    /// Reads, at one moment, everything a client needs to begin: see [`Snapshot`]. `cursors` names, for some rooms,
    /// the version up to which the client is complete; rooms that the person is not in are passed over.
    fn snapshot(
        &self,
        cursors: BTreeMap<RoomId, i64>,
    ) -> impl Future<Output = Result<Snapshot, Refused>> + 'static;

    /// Posts a message. Called in the order of the client's frames; the call itself must take the place in the
    /// queue, so that messages of one session are stored in the order in which they were sent.
    fn send_message(&self, request: MessageSend) -> impl Future<Output = Result<Answer, Refused>> + 'static;

    /// Posts what one of the two plain sockets accepts; queued like [`Commands::send_message`].
    fn send_plain(&self, request: PlainMessage) -> impl Future<Output = Result<Answer, Refused>> + 'static;

    /// Replaces the text of a message; queued like [`Commands::send_message`].
    fn edit_message(&self, request: MessageEdit) -> impl Future<Output = Result<Answer, Refused>> + 'static;

    /// Deletes a message; queued like [`Commands::send_message`].
    fn delete_message(
        &self,
        request: MessageDelete,
    ) -> impl Future<Output = Result<Answer, Refused>> + 'static;

    /// Notes up to where the person has read.
    fn mark_read(&self, request: Read) -> impl Future<Output = Result<Answer, Refused>> + 'static;
}

/// What a client begins with, all read at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The signed-in person.
    pub me: User,
    /// The rooms they are in, with their counters at that moment.
    pub rooms: Vec<RoomSummary>,
    /// What happened after the cursors that were given, for each of those rooms where anything did.
    pub missed: Vec<(RoomId, Missed)>,
}

/// What a client missed in one room.
#[derive(Clone, Debug)]
pub enum Missed {
    /// Every message whose version is above the cursor, as it is now, in order of version.
    Messages(Vec<Message>),
    /// More than is worth sending one by one: the client is told to fetch the room again.
    TooMuch,
}

/// What came of a request that was done.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The message that was posted, edited or deleted, as it is now.
    pub message: Option<Arc<Message>>,
}

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A stable code.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
    /// When it can be tried again, in milliseconds, for `rate_limited` and `unavailable`.
    pub retry_after_ms: Option<u64>,
}

impl From<Denial> for Refused {
    fn from(denial: Denial) -> Self {
        let retry_after_ms = match denial {
            Denial::RateLimited { retry_after_ms } => Some(retry_after_ms),
            _ => None,
        };
        Self {
            code: denial.code(),
            detail: denial.to_string(),
            retry_after_ms,
        }
    }
}
