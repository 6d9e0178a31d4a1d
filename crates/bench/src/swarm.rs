//! Many connected clients in one thread.
//!
//! It must be much cheaper than the server, so it reads no more of a frame than its kind and leaves JSON to those who
//! need it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::readiness::Readiness;
use crate::websocket::{self, CLOSE, PING, PONG, TEXT};

/// How long nothing may arrive while something is expected.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many connections may be between their request and their `welcome`: as a crowd arrives, but below any backlog.
const MOST_ARRIVING: usize = 64;

/// One read takes what a member of the largest measurement can have waiting.
const READ_BYTES: usize = 256 * 1_024;

const HELLO: &str = r#"{"type":"hello","ref":1,"protocol":1}"#;

/// What a frame of the server is about, judged by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Welcome,
    MessagePosted,
    Error,
    Other,
}

impl Kind {
    /// The server writes `type` first, so the beginning is enough.
    pub(crate) fn of(payload: &[u8]) -> Self {
        match payload.strip_prefix(br#"{"type":""#) {
            Some(rest) if rest.starts_with(b"message_posted\"") => Self::MessagePosted,
            Some(rest) if rest.starts_with(b"welcome\"") => Self::Welcome,
            Some(rest) if rest.starts_with(b"error\"") => Self::Error,
            _ => Self::Other,
        }
    }
}

struct Member {
    stream: TcpStream,
    /// Whether the answer to the opening request has come.
    open: bool,
    /// The beginning of a frame whose end has not come yet.
    begun: Vec<u8>,
}

/// Connected clients, numbered from 0 in the order of their coming.
pub(crate) struct Swarm {
    readiness: Readiness,
    ready: Vec<u64>,
    members: Vec<Member>,
    inbox: Vec<u8>,
    outgoing: Vec<u8>,
    frames_sent: u32,
}

impl Swarm {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            readiness: Readiness::new()?,
            ready: Vec::new(),
            members: Vec::new(),
            inbox: vec![0; READ_BYTES],
            outgoing: Vec::new(),
            frames_sent: 0,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Connects one more client per token to the chat server at `address` and waits until each has its `welcome`.
    pub(crate) fn join_chat<'a>(
        &mut self,
        address: SocketAddr,
        tokens: impl IntoIterator<Item = &'a str>,
    ) -> io::Result<()> {
        let mut welcomed = self.members.len();
        for token in tokens {
            let number = self.connect(address, false)?;
            let request = format!(
                "GET /api/v1/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                 Authorization: Bearer {token}\r\n\r\n"
            );
            self.write(number, request.as_bytes())?;
            while self.members.len() - welcomed >= MOST_ARRIVING {
                welcomed += self.count_welcomes()?;
            }
        }
        while welcomed < self.members.len() {
            welcomed += self.count_welcomes()?;
        }
        Ok(())
    }

    /// Connects `count` more clients to the limit, which knows no handshake.
    pub(crate) fn join_limit(&mut self, address: SocketAddr, count: usize) -> io::Result<()> {
        for _ in 0..count {
            self.connect(address, true)?;
        }
        Ok(())
    }

    fn count_welcomes(&mut self) -> io::Result<usize> {
        let mut welcomes = 0;
        self.expect_frames(|_, payload| {
            welcomes += usize::from(Kind::of(payload) == Kind::Welcome);
            Ok(())
        })?;
        Ok(welcomes)
    }

    fn connect(&mut self, address: SocketAddr, open: bool) -> io::Result<usize> {
        let stream = TcpStream::connect(address)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let number = self.members.len();
        self.readiness.watch(&stream, number as u64)?;
        let begun = Vec::new();
        self.members.push(Member { stream, open, begun });
        Ok(number)
    }

    /// Writes raw bytes.
    ///
    /// # Errors
    /// Also if the socket is full: no measurement has so much under way that this could be its fault.
    pub(crate) fn write(&mut self, member: usize, bytes: &[u8]) -> io::Result<()> {
        write_whole(&mut self.members[member].stream, bytes)
    }

    /// Writes one text frame.
    pub(crate) fn send_text(&mut self, member: usize, payload: &str) -> io::Result<()> {
        self.send(member, TEXT, payload.as_bytes())
    }

    fn send(&mut self, member: usize, opcode: u8, payload: &[u8]) -> io::Result<()> {
        // Unpredictable keys protect browsers from hostile pages; here they must only not be all zero.
        self.frames_sent = self.frames_sent.wrapping_add(0x9e37_79b9);
        self.outgoing.clear();
        let key = (self.frames_sent | 1).to_ne_bytes();
        websocket::push_client_frame(&mut self.outgoing, opcode, payload, key);
        write_whole(&mut self.members[member].stream, &self.outgoing)
    }

    /// Waits until text arrives and hands every text frame to `on_text` with the number of its member.
    ///
    /// # Errors
    /// No text arrived for half a minute, a connection ended, or `on_text` failed.
    pub(crate) fn expect_frames(
        &mut self,
        mut on_text: impl FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let started = Instant::now();
        let mut arrived = false;
        while !arrived {
            let Some(left) = PATIENCE.checked_sub(started.elapsed()) else {
                let patience = PATIENCE.as_secs();
                return Err(io::Error::other(format!(
                    "the server sent nothing for {patience} s"
                )));
            };
            self.take_frames(left, |member, text| {
                arrived = true;
                on_text(member, text)
            })?;
        }
        Ok(())
    }

    /// Hands over what is there, or comes until `timeout` if nothing is: once, and not only text ends the waiting.
    ///
    /// It asks again and again and never sleeps. The kernel charges the waking of a sleeping reader to whoever writes to
    /// it, and on loopback that is the server: its figures would tell how often this process had nothing to do.
    pub(crate) fn take_frames(
        &mut self,
        timeout: Duration,
        mut on_text: impl FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut ready = std::mem::take(&mut self.ready);
        let deadline = Instant::now() + timeout;
        loop {
            self.readiness.wait(Some(Duration::ZERO), &mut ready)?;
            if !ready.is_empty() || Instant::now() >= deadline {
                break;
            }
            thread::yield_now();
        }
        for &number in &ready {
            if let Ok(member) = usize::try_from(number) {
                self.read(member, &mut on_text)?;
            }
        }
        self.ready = ready;
        Ok(())
    }

    /// Waits until no text has arrived for `quiet`, so that arrivals are not measured as fan-out. Pings of many members
    /// never cease.
    pub(crate) fn settle(&mut self, quiet: Duration) -> io::Result<()> {
        let started = Instant::now();
        let mut last_text = started;
        while let Some(left) = quiet.checked_sub(last_text.elapsed()) {
            self.take_frames(left, |_, _| {
                last_text = Instant::now();
                Ok(())
            })?;
            if started.elapsed() > PATIENCE {
                return Err(io::Error::other("the server does not come to rest"));
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        number: usize,
        on_text: &mut impl FnMut(usize, &[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Self { members, inbox, .. } = self;
        let member = &mut members[number];
        let begun = member.begun.len();
        inbox[..begun].copy_from_slice(&member.begun);
        let count = match member.stream.read(&mut inbox[begun..]) {
            Ok(0) => return Err(io::Error::other(format!("the server closed connection {number}"))),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut rest = &inbox[..begun + count];
        let mut answers = Vec::new();
        if !member.open {
            member.open = take_handshake(&mut rest)?;
            if member.open {
                answers.push((TEXT, HELLO.as_bytes().to_vec()));
            }
        }
        if member.open {
            while let Some(frame) = websocket::take_frame(&mut rest)? {
                match frame.opcode {
                    TEXT => on_text(number, frame.payload)?,
                    PING => answers.push((PONG, frame.payload.to_vec())),
                    CLOSE => return Err(closed(number, frame.payload)),
                    _ => {}
                }
            }
        }
        member.begun.clear();
        member.begun.extend_from_slice(rest);
        if member.begun.len() >= READ_BYTES {
            return Err(io::Error::other("a frame is larger than any that is measured"));
        }
        for (opcode, payload) in answers {
            self.send(number, opcode, &payload)?;
        }
        Ok(())
    }
}

/// Takes the answer to the opening request off `bytes`; false while it is not complete.
fn take_handshake(bytes: &mut &[u8]) -> io::Result<bool> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = String::from_utf8_lossy(&bytes[..end]);
    if !head.starts_with("HTTP/1.1 101 ") {
        let answer = String::from_utf8_lossy(bytes);
        return Err(io::Error::other(format!(
            "the server refused a WebSocket: {answer}"
        )));
    }
    *bytes = &bytes[end + 4..];
    Ok(true)
}

fn closed(number: usize, payload: &[u8]) -> io::Error {
    let (code, reason) = match payload {
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason)),
        _ => (1005, "".into()),
    };
    io::Error::other(format!(
        "the server closed connection {number} with code {code} {reason}"
    ))
}

fn write_whole(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    if stream.write(bytes)? == bytes.len() {
        Ok(())
    } else {
        Err(io::Error::other("the server does not read what it is sent"))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use super::*;

    #[test]
    fn the_kind_of_a_frame_is_told_by_its_beginning() {
        assert_eq!(
            Kind::of(br#"{"type":"message_posted","message":{}}"#),
            Kind::MessagePosted
        );
        assert_eq!(Kind::of(br#"{"type":"welcome","ref":1}"#), Kind::Welcome);
        assert_eq!(Kind::of(br#"{"type":"error","ref":1}"#), Kind::Error);
        assert_eq!(Kind::of(br#"{"type":"presence"}"#), Kind::Other);
        assert_eq!(Kind::of(b"{}"), Kind::Other);
    }

    #[test]
    fn a_handshake_may_come_in_pieces_and_a_refusal_is_shown() {
        let whole = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nrest";
        assert!(!take_handshake(&mut &whole[..40]).unwrap());
        let mut bytes = whole.as_slice();
        assert!(take_handshake(&mut bytes).unwrap());
        assert_eq!(bytes, b"rest");
        let refusal = b"HTTP/1.1 401 Unauthorized\r\n\r\n{\"code\":\"unauthorized\"}";
        let error = take_handshake(&mut refusal.as_slice()).unwrap_err().to_string();
        assert!(error.contains("401") && error.contains("unauthorized"));
    }

    #[test]
    fn frames_that_arrive_in_pieces_are_joined_and_pings_are_answered() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut swarm = Swarm::new().unwrap();
        swarm.join_limit(listener.local_addr().unwrap(), 1).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        let mut stream = Vec::new();
        websocket::push_server_frame(&mut stream, PING, b"42");
        websocket::push_server_frame(&mut stream, TEXT, &[b'x'; 500]);
        let (head, tail) = stream.split_at(100);
        let (head, tail) = (head.to_vec(), tail.to_vec());

        server.write_all(&head).unwrap();
        let mut lengths = Vec::new();
        swarm
            .take_frames(PATIENCE, |_, text| {
                lengths.push(text.len());
                Ok(())
            })
            .unwrap();
        assert_eq!(lengths, [0; 0]);
        // The pong: final and 0xa, masked and two bytes, the key, the payload.
        let mut pong = [0; 8];
        let reader = thread::spawn(move || {
            server.read_exact(&mut pong).unwrap();
            server.write_all(&tail).unwrap();
            (pong, server)
        });
        swarm
            .expect_frames(|_, text| {
                lengths.push(text.len());
                Ok(())
            })
            .unwrap();
        assert_eq!(lengths, [500]);
        let (pong, _server) = reader.join().unwrap();
        assert_eq!(pong[..2], [0x8a, 0x82]);
        assert_eq!([pong[6] ^ pong[2], pong[7] ^ pong[3]], *b"42");
    }
}
