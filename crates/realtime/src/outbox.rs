//! What waits for one socket: a bounded queue between the shard and the response body.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use chatterbox_protocol::server_frame::close;
use futures_util::Stream;

use crate::frame;
use crate::hub::OpenSocket;
use crate::limits::Limits;
use crate::session::Slot;

/// The reading end of a session's outbox: ready-made WebSocket frames for the socket. Also a [`Stream`].
///
/// It ends after the close frame, or after what was waiting when the session's actor stopped. Dropping it ends the
/// session.
#[derive(Debug)]
pub struct Outbox {
    slot: Rc<Slot>,
    socket: Option<OpenSocket>,
}

impl Outbox {
    pub(crate) fn of(slot: Rc<Slot>, socket: OpenSocket) -> Self {
        Self {
            slot,
            socket: Some(socket),
        }
    }

    /// The next piece for the socket; `None` when all was handed out and nothing will follow.
    ///
    /// Pieces are not joined here: the dispatcher behind the response body copies each one into its write buffer and
    /// writes when this is pending, so joining them would only copy everything twice. What one commit announces for
    /// a room has been joined already, once for all its readers.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let next = self.slot.outgoing.poll_next(cx);
        if let Poll::Ready(None) = next {
            self.socket = None;
        }
        next
    }
}

impl Stream for Outbox {
    type Item = Bytes;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.get_mut().poll_next(cx)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.slot.outgoing.abandon();
    }
}

/// The queue itself. Both ends live on the shard's thread.
#[derive(Debug)]
pub(crate) struct Outgoing {
    queue: RefCell<Queue>,
    max_bytes: usize,
    max_frames: usize,
}

#[derive(Debug, Default)]
struct Queue {
    /// A single waiting piece, the usual case, needs no allocation.
    first: Option<Bytes>,
    rest: VecDeque<Bytes>,
    bytes: usize,
    /// Nothing more is accepted: what is in the queue is the end.
    is_over: bool,
    reader: Option<Waker>,
    reader_waits: bool,
    actor: Option<Waker>,
}

impl Outgoing {
    pub(crate) fn bounded(limits: &Limits) -> Self {
        Self {
            queue: RefCell::default(),
            max_bytes: limits.outbox_bytes,
            max_frames: limits.outbox_frames,
        }
    }

    /// Adds a piece. If it does not fit, what was waiting is dropped and the session ends with 4008.
    pub(crate) fn push(&self, piece: Bytes) {
        let mut queue = self.queue.borrow_mut();
        if queue.is_over {
            return;
        }
        if queue.bytes + piece.len() > self.max_bytes || queue.len() >= self.max_frames {
            queue.clear();
            queue.push(frame::close(close::TOO_SLOW, "read too slowly, connect again"));
            queue.end();
        } else {
            queue.push(piece);
        }
        queue.wake_reader();
    }

    /// Ends the session with `last`, after what is waiting.
    pub(crate) fn finish_with(&self, last: impl IntoIterator<Item = Bytes>) {
        let mut queue = self.queue.borrow_mut();
        if !queue.is_over {
            last.into_iter().for_each(|piece| queue.push(piece));
            queue.end();
            queue.wake_reader();
        }
    }

    /// Ends the session with `last` at once: what is waiting is dropped.
    pub(crate) fn end_with(&self, last: impl IntoIterator<Item = Bytes>) {
        let mut queue = self.queue.borrow_mut();
        if !queue.is_over {
            queue.clear();
        }
        drop(queue);
        self.finish_with(last);
    }

    /// Waits until nothing more is accepted.
    pub(crate) fn poll_over(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.queue.borrow_mut();
        if queue.is_over {
            return Poll::Ready(());
        }
        if !queue
            .actor
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            queue.actor = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = self.queue.borrow_mut();
        if let Some(piece) = queue.pop() {
            return Poll::Ready(Some(piece));
        }
        if queue.is_over {
            return Poll::Ready(None);
        }
        // An idle connection owns no buffer.
        queue.rest = VecDeque::new();
        queue.reader_waits = true;
        if !queue
            .reader
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            queue.reader = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    fn abandon(&self) {
        let mut queue = self.queue.borrow_mut();
        queue.clear();
        queue.end();
        queue.reader_waits = false;
        // The waker leads back to the task that held the reader, so keeping it would keep both alive. It is dropped
        // outside the borrow, since it may be the last to hold that task.
        let reader = queue.reader.take();
        drop(queue);
        drop(reader);
    }
}

impl Queue {
    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    fn push(&mut self, piece: Bytes) {
        self.bytes += piece.len();
        if self.first.is_none() && self.rest.is_empty() {
            self.first = Some(piece);
        } else {
            self.rest.push_back(piece);
        }
    }

    fn pop(&mut self) -> Option<Bytes> {
        let piece = self.first.take().or_else(|| self.rest.pop_front())?;
        self.bytes -= piece.len();
        Some(piece)
    }

    fn clear(&mut self) {
        self.first = None;
        self.rest = VecDeque::new();
        self.bytes = 0;
    }

    fn end(&mut self) {
        self.is_over = true;
        if let Some(actor) = &self.actor {
            actor.wake_by_ref();
        }
    }

    fn wake_reader(&mut self) {
        if std::mem::take(&mut self.reader_waits)
            && let Some(reader) = &self.reader
        {
            reader.wake_by_ref();
        }
    }
}
