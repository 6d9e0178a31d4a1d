//! One connected client.

use bytes::Bytes;
use bytestring::ByteString;
use chatterbox_domain::{SessionId, UserId};
use futures_util::Stream;

use crate::commands::Commands;

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

/// Reads one client's frames and answers them.
#[derive(Debug)]
pub struct SessionActor<C> {
    commands: C,
}

impl<C: Commands> SessionActor<C> {
    /// Runs until the client leaves (the stream ends), the session is closed from this side, or the outbox is
    /// dropped. `inbound` is read only while there is room for another request, so a client that asks faster than
    /// it is served waits.
    pub async fn run(self, inbound: impl Stream<Item = Inbound>) {
        unimplemented!()
    }
}
