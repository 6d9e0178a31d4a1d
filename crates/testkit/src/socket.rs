//! One WebSocket, with everything that came over it.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
pub use tokio_tungstenite::tungstenite::protocol::Message;

use crate::PATIENCE;

/// An open WebSocket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The welcome, once it was taken.
    pub welcome: Value,
    /// Everything that came, in order.
    pub received: Vec<Value>,
    /// What came while something else was waited for.
    unread: VecDeque<Value>,
    last_ref: u64,
    closed: Option<(u16, String)>,
}

impl Socket {
    /// Opens a WebSocket with these headers and says nothing.
    ///
    /// # Panics
    /// When the handshake is refused.
    pub async fn open(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        Self::open_buffering(address, path, headers, None).await
    }

    /// Opens a WebSocket for which the operating system keeps at most so many bytes that were not read yet.
    ///
    /// # Panics
    /// When the handshake is refused.
    pub async fn open_buffering(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
        read_buffer: Option<u32>,
    ) -> Self {
        let mut request = format!("ws://{address}{path}")
            .into_client_request()
            .expect("a URL");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).expect("a header's value"));
        }
        let tcp = TcpSocket::new_v4().expect("a socket can be made");
        if let Some(bytes) = read_buffer {
            tcp.set_recv_buffer_size(bytes)
                .expect("a small buffer is possible");
        }
        let tcp = tcp.connect(address).await.expect("the server listens");
        let opened = tokio::time::timeout(PATIENCE, tokio_tungstenite::client_async(request, tcp)).await;
        let (stream, _) = opened
            .expect("the handshake ends")
            .expect("the handshake succeeds");
        Self {
            stream,
            welcome: Value::Null,
            received: Vec::new(),
            unread: VecDeque::new(),
            last_ref: 0,
            closed: None,
        }
    }

    /// Says hello with these cursors and takes the welcome.
    pub async fn say_hello(&mut self, cursors: &BTreeMap<i64, i64>) {
        let hello = json!({ "type": "hello", "protocol": 1, "cursors": cursors });
        self.welcome = self.ask(hello).await;
        assert_eq!(self.welcome["type"], "welcome", "{}", self.welcome);
    }

    /// Sends a frame as it is.
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a text frame.
    pub async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends any kind of message. What cannot be sent any more is lost: reading says how the socket ended.
    pub async fn send_message(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// Adds a `ref` to a frame, sends it and returns the ref.
    pub async fn send_with_ref(&mut self, mut frame: Value) -> u64 {
        self.last_ref += 1;
        frame["ref"] = self.last_ref.into();
        self.send(&frame).await;
        self.last_ref
    }

    /// Sends a frame with a `ref` and returns its answer. What comes before the answer can be read later.
    pub async fn ask(&mut self, frame: Value) -> Value {
        let reference = self.send_with_ref(frame).await;
        self.answer_to(reference).await
    }

    /// The answer to the frame with this `ref`.
    pub async fn answer_to(&mut self, reference: u64) -> Value {
        self.expect(&format!("an answer to ref {reference}"), |frame| {
            matches!(frame["type"].as_str(), Some("ok" | "error" | "welcome")) && frame["ref"] == reference
        })
        .await
    }

    /// Posts a message and returns it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn say(&mut self, room: i64, body: &str) -> Value {
        self.say_as(room, &crate::fresh_key(), body).await
    }

    /// Posts a message under this client key and returns it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn say_as(&mut self, room: i64, client_key: &str, body: &str) -> Value {
        let answer = self.ask(message_send(room, client_key, body)).await;
        assert_eq!(answer["type"], "ok", "{answer}");
        answer["message"].clone()
    }

    /// The next frame.
    ///
    /// # Panics
    /// When none comes.
    pub async fn next_frame(&mut self) -> Value {
        match self.unread.pop_front() {
            Some(frame) => frame,
            None => self.receive("a frame").await,
        }
    }

    /// The next frame of this type. What comes before it can be read later.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        self.expect(kind, |frame| frame["type"] == kind).await
    }

    /// The next frame that is as `wanted`, which `what` says in words. What comes before it can be read later.
    ///
    /// # Panics
    /// When none comes; the message has everything that came.
    pub async fn expect(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).expect("it is there");
        }
        loop {
            let frame = self.receive(what).await;
            if wanted(&frame) {
                return frame;
            }
            self.unread.push_back(frame);
        }
    }

    /// Waits until the server has closed the socket; returns the close code and its reason, or 1006 if the connection
    /// just ended.
    ///
    /// # Panics
    /// When it does not.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Some(closed) = &self.closed {
                return closed.clone();
            }
            match tokio::time::timeout(PATIENCE, self.read()).await {
                Ok(Some(frame)) => self.unread.push_back(frame),
                Ok(None) => {}
                Err(_) => panic!("the socket stays open; it received {}", self.everything()),
            }
        }
    }

    /// The next frame, or none once the server has closed the socket.
    ///
    /// # Panics
    /// When neither happens.
    pub async fn next_frame_or_close(&mut self) -> Option<Value> {
        if let Some(frame) = self.unread.pop_front() {
            return Some(frame);
        }
        match tokio::time::timeout(PATIENCE, self.read()).await {
            Ok(frame) => frame,
            Err(_) => panic!(
                "nothing comes and the socket stays open; it received {}",
                self.everything()
            ),
        }
    }

    /// Forgets what came, for stories that are too long to keep.
    pub fn forget_received(&mut self) {
        self.received.clear();
        self.unread.clear();
    }

    /// Whether a frame of this type has come so far.
    pub fn has_received(&self, kind: &str) -> bool {
        self.received.iter().any(|frame| frame["type"] == kind)
    }

    /// Ends the connection without a word, as a cut cable would.
    pub fn cut(self) {
        drop(self);
    }

    /// Says goodbye and waits for the server's.
    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
        self.closed().await;
    }

    /// The connection below, for bytes that are no frames.
    pub fn tcp(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    async fn receive(&mut self, what: &str) -> Value {
        match tokio::time::timeout(PATIENCE, self.read()).await {
            Ok(Some(frame)) => frame,
            Ok(None) => panic!(
                "waiting for {what}, the socket closed with {:?}; it received {}",
                self.closed,
                self.everything()
            ),
            Err(_) => panic!(
                "waiting in vain for {what}; the socket received {}",
                self.everything()
            ),
        }
    }

    /// The next frame from the connection; none once it is closed.
    async fn read(&mut self) -> Option<Value> {
        while self.closed.is_none() {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("the server sends JSON");
                    self.received.push(frame.clone());
                    return Some(frame);
                }
                Some(Ok(Message::Close(close))) => {
                    let told = close.map(|close| (close.code.into(), close.reason.to_string()));
                    self.closed = Some(told.unwrap_or((1005, String::new())));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => self.closed = Some((1006, error.to_string())),
                None => self.closed = Some((1006, "the connection ended".to_owned())),
            }
        }
        None
    }

    fn everything(&self) -> String {
        let last = self.received.len().saturating_sub(50);
        let frames: Vec<String> = self.received[last..].iter().map(Value::to_string).collect();
        format!(
            "{} frames, the last ones:\n{}",
            self.received.len(),
            frames.join("\n")
        )
    }
}

/// The frame that posts a message.
pub(crate) fn message_send(room: i64, client_key: &str, body: &str) -> Value {
    json!({ "type": "message_send", "room_id": room, "client_key": client_key, "body": body })
}
