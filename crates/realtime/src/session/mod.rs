//! One connected client.

mod actor;
mod joining;
mod pace;
mod requests;
mod slot;

use std::rc::Rc;

use bytes::Bytes;
use bytestring::ByteString;
use chatterbox_domain::{SessionId, UserId};

use crate::shard::Shard;

pub use actor::SessionActor;
pub(crate) use slot::{Held, Phase, Slot};

/// Whose session it is and how it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// The signed-in person.
    pub user_id: UserId,
    /// Their signed-in device; several sockets (tabs) may share it.
    pub session_id: SessionId,
    /// Whether this is one of the two plain sockets, which also accept
    /// [`PlainMessage`](chatterbox_protocol::client_frame::PlainMessage) and are welcomed at once.
    pub plain: bool,
}

/// What came from the client's socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A whole text message.
    Text(ByteString),
    /// A binary message, whose content is of no interest.
    Binary,
    /// A ping with its payload.
    Ping(Bytes),
    /// A pong.
    Pong,
    /// A close frame; it is answered.
    Close,
    /// A frame or message above the server's size limit: closed with 1009.
    TooLarge,
    /// Bytes that are no WebSocket frame, or text that is not UTF-8: closed with 1002.
    Malformed,
}

/// A session's place in its shard, given up when this is dropped.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) shard: Rc<Shard>,
    pub(crate) slot: Rc<Slot>,
}

impl Registration {
    pub(crate) fn new(shard: Rc<Shard>, slot: Rc<Slot>) -> Self {
        Self { shard, slot }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.shard.roster().dismiss(&self.slot);
        self.shard.hub().depart(self.slot.user_id);
        self.slot.outgoing.finish_with([]);
    }
}
