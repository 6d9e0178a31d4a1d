//! What waits for one socket: a bounded queue between the shard and the response body.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;

/// The reading end of a session's outbox: ready-made WebSocket frames for the socket. Also a [`Stream`].
///
/// It ends after the close frame, or after what was waiting when the session's actor stopped. Dropping it ends the
/// session.
#[derive(Debug)]
pub struct Outbox {}

impl Outbox {
    /// The next piece for the socket; `None` when all was handed out and nothing will follow.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        unimplemented!()
    }
}

impl Stream for Outbox {
    type Item = Bytes;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.get_mut().poll_next(cx)
    }
}
