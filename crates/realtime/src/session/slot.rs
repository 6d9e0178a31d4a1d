//! A session as its shard knows it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use chatterbox_domain::{RoomId, SessionId, UserId};
use chatterbox_protocol::server_frame::close;
use tokio::time::Instant;

use crate::announcement::{Announcement, Batch};
use crate::frame;
use crate::limits::Limits;
use crate::outbox::Outgoing;
use crate::session::SessionOptions;

/// What the shard, the actor and the outbox share of one session.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) outgoing: Outgoing,
    /// The rooms it is subscribed to, each with its place among that room's subscribers.
    rooms: RefCell<Vec<(RoomId, usize)>>,
    pub(crate) watching: RefCell<Vec<RoomId>>,
    phase: Cell<Phase>,
    held: RefCell<Option<Box<Held>>>,
    /// When something came from the client, to the second.
    pub(crate) heard: Cell<Instant>,
    /// Its place among the shard's sessions.
    pub(crate) place: Cell<usize>,
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The client has not introduced itself; nothing is announced to it.
    Waiting,
    /// What is announced is held back until the client was welcomed.
    Joining,
    /// What is announced is sent.
    Live,
}

/// What was announced while a session joins, in order.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// The batch and the place in it.
    kept: Vec<(Arc<Batch>, usize)>,
    /// Once there was too much: for each room with messages the highest version. The messages are dropped.
    pub(crate) dropped: Option<BTreeMap<RoomId, i64>>,
}

impl Slot {
    pub(crate) fn new(options: &SessionOptions, limits: &Limits, now: Instant) -> Rc<Self> {
        Rc::new(Self {
            user_id: options.user_id,
            session_id: options.session_id,
            outgoing: Outgoing::bounded(limits),
            rooms: RefCell::default(),
            watching: RefCell::default(),
            phase: Cell::new(Phase::Waiting),
            held: RefCell::default(),
            heard: Cell::new(now),
            place: Cell::new(0),
        })
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// From now on announcements are held back.
    pub(crate) fn begin_to_hold(&self) {
        self.phase.set(Phase::Joining);
        self.held.replace(Some(Box::default()));
    }

    /// From now on announcements are sent; returns what was held back.
    pub(crate) fn go_live(&self) -> Box<Held> {
        self.phase.set(Phase::Live);
        self.held.take().unwrap_or_default()
    }

    /// Holds an announcement back.
    pub(crate) fn hold(&self, batch: &Arc<Batch>, index: usize, limits: &Limits) {
        let mut held = self.held.borrow_mut();
        if let Some(held) = held.as_deref_mut()
            && !held.keep(batch, index, limits.held_announcements)
        {
            let last = frame::close(close::TOO_SLOW, "too much happened while joining, connect again");
            self.outgoing.end_with([last]);
        }
    }

    /// Whether the last that was announced of this room, while the session joins, is that the person left it.
    pub(crate) fn has_just_left(&self, room_id: RoomId) -> bool {
        let held = self.held.borrow();
        let last = held
            .iter()
            .flat_map(|held| held.announcements().rev())
            .find_map(|announcement| match announcement {
                Announcement::RoomChanged { room_id: room, .. } if *room == room_id => Some(false),
                Announcement::RoomRemoved { room_id: room, .. } if *room == room_id => Some(true),
                _ => None,
            });
        last.unwrap_or(false)
    }

    pub(crate) fn room_ids(&self) -> Vec<RoomId> {
        self.rooms.borrow().iter().map(|(room_id, _)| *room_id).collect()
    }

    pub(crate) fn place_in(&self, room_id: RoomId) -> Option<usize> {
        let rooms = self.rooms.borrow();
        rooms
            .iter()
            .find(|(room, _)| *room == room_id)
            .map(|(_, place)| *place)
    }

    pub(crate) fn enter(&self, room_id: RoomId, place: usize) {
        self.rooms.borrow_mut().push((room_id, place));
    }

    pub(crate) fn leave(&self, room_id: RoomId) -> Option<usize> {
        let mut rooms = self.rooms.borrow_mut();
        let index = rooms.iter().position(|(room, _)| *room == room_id)?;
        Some(rooms.swap_remove(index).1)
    }

    pub(crate) fn move_in(&self, room_id: RoomId, place: usize) {
        if let Some(entry) = self
            .rooms
            .borrow_mut()
            .iter_mut()
            .find(|(room, _)| *room == room_id)
        {
            entry.1 = place;
        }
    }
}

impl Held {
    /// What was kept, in order.
    pub(crate) fn announcements(&self) -> impl DoubleEndedIterator<Item = &Announcement> {
        self.kept
            .iter()
            .map(|(batch, index)| &batch.announcements[*index])
    }

    /// Keeps an announcement. When there are too many, the messages among them give way; false if that was not
    /// enough.
    fn keep(&mut self, batch: &Arc<Batch>, index: usize, most: usize) -> bool {
        if self.kept.len() >= most && self.dropped.is_none() {
            let mut dropped = BTreeMap::new();
            self.kept
                .retain(|(batch, index)| !note_if_messages(&batch.announcements[*index], &mut dropped));
            self.dropped = Some(dropped);
        }
        if let Some(dropped) = &mut self.dropped
            && note_if_messages(&batch.announcements[index], dropped)
        {
            return true;
        }
        let fits = self.kept.len() < most;
        if fits {
            self.kept.push((Arc::clone(batch), index));
        }
        fits
    }
}

/// Notes the highest version of a run of messages; false if the announcement is something else.
fn note_if_messages(announcement: &Announcement, highest: &mut BTreeMap<RoomId, i64>) -> bool {
    let Announcement::Messages(run) = announcement else {
        return false;
    };
    let version = highest.entry(run.room_id).or_insert(0);
    *version = run.last().max(*version);
    true
}
