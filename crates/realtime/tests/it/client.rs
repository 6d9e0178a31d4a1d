//! A client's end: what it says and what it reads.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::Poll;

use bytes::{Buf, Bytes};
use chatterbox_domain::SessionId;
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::Welcome;
use chatterbox_realtime::{Commands, Inbound, Outbox, SessionActor};
use tokio::sync::mpsc;

/// What a client reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Received {
    Frame(ServerFrame),
    Ping,
    Pong(Bytes),
    Close(u16),
    End,
}

pub(crate) struct Client {
    pub(crate) session_id: SessionId,
    pub(crate) bytes_read: usize,
    says: mpsc::Sender<Inbound>,
    outbox: Outbox,
    read: VecDeque<Received>,
}

impl Client {
    pub(crate) fn new<C: Commands>(session_id: SessionId, outbox: Outbox, actor: SessionActor<C>) -> Self {
        let (says, mut hears) = mpsc::channel(1_000);
        let inbound = futures_util::stream::poll_fn(move |cx| hears.poll_recv(cx));
        tokio::task::spawn_local(actor.run(inbound));
        Self {
            session_id,
            bytes_read: 0,
            says,
            outbox,
            read: VecDeque::new(),
        }
    }

    pub(crate) async fn say(&self, text: &str) {
        self.send(Inbound::Text(text.into())).await;
    }

    pub(crate) async fn send(&self, inbound: Inbound) {
        // A session that is over hears nothing more.
        let _ = self.says.send(inbound).await;
    }

    /// Waits for the next frame.
    pub(crate) async fn next(&mut self) -> Received {
        loop {
            if let Some(received) = self.read.pop_front() {
                return received;
            }
            match poll_fn(|cx| self.outbox.poll_next(cx)).await {
                Some(piece) => self.decode(piece),
                None => return Received::End,
            }
        }
    }

    /// The next undecoded piece that has this text in it.
    pub(crate) async fn piece_with(&mut self, text: &str) -> Bytes {
        loop {
            let piece = poll_fn(|cx| self.outbox.poll_next(cx)).await.unwrap();
            if piece.windows(text.len()).any(|window| window == text.as_bytes()) {
                return piece;
            }
        }
    }

    /// The next frame, if there is one already.
    pub(crate) async fn next_now(&mut self) -> Option<Received> {
        if self.read.is_empty() {
            let piece = poll_fn(|cx| match self.outbox.poll_next(cx) {
                Poll::Ready(piece) => Poll::Ready(piece),
                Poll::Pending => Poll::Ready(None),
            });
            if let Some(piece) = piece.await {
                self.decode(piece);
            }
        }
        self.read.pop_front()
    }

    pub(crate) async fn everything_now(&mut self) -> Vec<Received> {
        let mut all = Vec::new();
        while let Some(received) = self.next_now().await {
            all.push(received);
        }
        all
    }

    /// The next frame that is neither presence nor a ping.
    pub(crate) async fn frame(&mut self) -> ServerFrame {
        loop {
            match self.next().await {
                Received::Frame(ServerFrame::Presence(_)) | Received::Ping => {}
                Received::Frame(frame) => return frame,
                other => panic!("{other:?} instead of a frame"),
            }
        }
    }

    pub(crate) async fn welcome(&mut self) -> Welcome {
        match self.frame().await {
            ServerFrame::Welcome(welcome) => welcome,
            other => panic!("{other:?} instead of welcome"),
        }
    }

    /// Reads on to the close frame; the stream must end after it.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            match self.next().await {
                Received::Close(code) => {
                    assert_eq!(self.next().await, Received::End);
                    return code;
                }
                Received::End => panic!("the stream ended without a close frame"),
                _ => {}
            }
        }
    }

    fn decode(&mut self, mut piece: Bytes) {
        self.bytes_read += piece.len();
        while piece.has_remaining() {
            let opcode = piece.get_u8() & 0xF;
            let len = match piece.get_u8() {
                126 => usize::from(piece.get_u16()),
                127 => usize::try_from(piece.get_u64()).unwrap(),
                len => usize::from(len),
            };
            let mut payload = piece.split_to(len);
            self.read.push_back(match opcode {
                1 => Received::Frame(serde_json::from_slice(&payload).unwrap()),
                8 => Received::Close(payload.get_u16()),
                9 => Received::Ping,
                10 => Received::Pong(payload),
                other => panic!("opcode {other}"),
            });
        }
    }
}
