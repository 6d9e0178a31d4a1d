//! The limit: how cheap fan-out over sockets can be when nothing else happens.
//!
//! It knows nothing of chat. Everybody who connects is a member; every byte that a member sends makes one message; a
//! message is one ready-made frame, written to every member. No parsing, no JSON, no authentication, no database, one
//! thread. What a chat server costs above it is the price of being a chat server.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use crate::readiness::Readiness;
use crate::websocket;

/// The most frames joined into one write: more than any measurement has outstanding.
const MOST_JOINED: usize = 64;

/// Beyond every member's number.
const LISTENER: u64 = u64::MAX;

/// How the messages that wait are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// One write per message and member.
    OneByOne,
    /// One write per member with all messages that wait.
    Joined,
}

/// A server that only fans out.
pub(crate) struct Limit {
    listener: TcpListener,
    readiness: Readiness,
    members: Vec<Option<TcpStream>>,
    /// [`MOST_JOINED`] copies of the frame, one after another.
    frames: Vec<u8>,
    frame_bytes: usize,
    writing: Writing,
}

impl Limit {
    /// Listens on `address`. Frames will be `frame_bytes` long, header included.
    pub(crate) fn bind(address: SocketAddr, frame_bytes: usize, writing: Writing) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let readiness = Readiness::new()?;
        readiness.watch(&listener, LISTENER)?;
        let frame = ready_made_frame(frame_bytes);
        Ok(Self {
            listener,
            readiness,
            members: Vec::new(),
            frame_bytes: frame.len(),
            frames: frame.repeat(MOST_JOINED),
            writing,
        })
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the process is ended.
    ///
    /// # Errors
    /// A socket failed, or a member read so slowly that its socket's buffer is full: then what is measured is no
    /// longer the sending.
    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut ready = Vec::new();
        loop {
            self.readiness.wait(None, &mut ready)?;
            let mut waiting = 0;
            for &number in &ready {
                if number == LISTENER {
                    self.welcome_newcomers()?;
                } else {
                    waiting += self.read_requests(number)?;
                }
            }
            self.fan_out(waiting)?;
        }
    }

    fn welcome_newcomers(&mut self) -> io::Result<()> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(true)?;
                    stream.set_nodelay(true)?;
                    self.readiness.watch(&stream, self.members.len() as u64)?;
                    self.members.push(Some(stream));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The number of messages that a member asks for.
    fn read_requests(&mut self, number: u64) -> io::Result<usize> {
        let member = usize::try_from(number)
            .ok()
            .and_then(|index| self.members.get_mut(index));
        let Some(place) = member else { return Ok(0) };
        let Some(stream) = place else { return Ok(0) };
        let mut requests = [0; MOST_JOINED];
        match stream.read(&mut requests) {
            Ok(0) => {
                *place = None;
                Ok(0)
            }
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn fan_out(&mut self, messages: usize) -> io::Result<()> {
        let at_once = match self.writing {
            Writing::OneByOne => 1,
            Writing::Joined => MOST_JOINED,
        };
        let mut left = messages;
        while left > 0 {
            let joined = left.min(at_once);
            let bytes = &self.frames[..joined * self.frame_bytes];
            for stream in self.members.iter_mut().flatten() {
                if stream.write(bytes)? != bytes.len() {
                    return Err(io::Error::other("a member reads too slowly for this measurement"));
                }
            }
            left -= joined;
        }
        Ok(())
    }
}

/// A text frame that a load generator counts as a posted message, padded to `bytes` with its header.
fn ready_made_frame(bytes: usize) -> Vec<u8> {
    const OPENING: &str = r#"{"type":"message_posted","body":""#;
    const CLOSING: &str = r#""}"#;
    let header = if bytes < 126 + 2 { 2 } else { 4 };
    let padding = bytes.saturating_sub(header + OPENING.len() + CLOSING.len());
    let payload = format!("{OPENING}{}{CLOSING}", "x".repeat(padding));
    let mut frame = Vec::with_capacity(bytes);
    websocket::push_server_frame(&mut frame, websocket::TEXT, payload.as_bytes());
    frame
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpStream};
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// A limit that lives as long as the test's process.
    pub(crate) fn in_a_thread(frame_bytes: usize, writing: Writing) -> SocketAddr {
        let (bound, address) = mpsc::channel();
        thread::spawn(move || {
            let limit = Limit::bind((Ipv4Addr::LOCALHOST, 0).into(), frame_bytes, writing).unwrap();
            bound.send(limit.address().unwrap()).unwrap();
            limit.run()
        });
        address.recv().unwrap()
    }

    #[test]
    fn the_ready_made_frame_has_the_size_asked_for() {
        for bytes in [100, 127, 130, 431, 2_000] {
            assert_eq!(ready_made_frame(bytes).len(), bytes);
        }
    }

    #[test]
    fn every_byte_of_a_member_becomes_a_frame_for_every_member() {
        for writing in [Writing::OneByOne, Writing::Joined] {
            let address = in_a_thread(300, writing);
            let mut first = TcpStream::connect(address).unwrap();
            let mut second = TcpStream::connect(address).unwrap();
            second.write_all(b"!!!").unwrap();

            for member in [&mut first, &mut second] {
                let mut received = vec![0; 3 * 300];
                member.read_exact(&mut received).unwrap();
                let mut rest = received.as_slice();
                for _ in 0..3 {
                    let frame = websocket::take_frame(&mut rest).unwrap().unwrap();
                    assert!(frame.payload.starts_with(br#"{"type":"message_posted""#));
                }
                assert!(rest.is_empty());
            }
        }
    }
}
