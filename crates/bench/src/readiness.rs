//! Waiting for many sockets at once, with epoll.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;

/// Events taken from the kernel in one call: enough to spread its cost, few enough to stay in the cache.
const EVENTS_PER_WAIT: usize = 1_024;

/// A set of sockets, each with a number, that tells which of them can be read.
pub(crate) struct Readiness {
    epoll: OwnedFd,
    events: Vec<Event>,
}

impl Readiness {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(EVENTS_PER_WAIT),
        })
    }

    /// Reports `number` whenever `socket` has something to read. It is level-triggered: what is left unread is
    /// reported again. Closing the socket takes it out.
    pub(crate) fn watch(&self, socket: &impl AsFd, number: u64) -> io::Result<()> {
        Ok(epoll::add(
            &self.epoll,
            socket,
            EventData::new_u64(number),
            EventFlags::IN,
        )?)
    }

    /// Waits until something can be read and puts the numbers into `ready`; none after `timeout`, which counts in
    /// whole milliseconds.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>, ready: &mut Vec<u64>) -> io::Result<()> {
        ready.clear();
        self.events.clear();
        let timeout = timeout.map(|timeout| Timespec {
            tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(timeout.subsec_millis()) * 1_000_000,
        });
        let spare = rustix::buffer::spare_capacity(&mut self.events);
        match epoll::wait(&self.epoll, spare, timeout.as_ref()) {
            // A signal that is handled elsewhere (a profiler's) is not an event.
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        ready.extend(self.events.iter().map(|event| { event.data }.u64()));
        Ok(())
    }
}
