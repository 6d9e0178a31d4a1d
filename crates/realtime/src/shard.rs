//! The sessions of one worker thread.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chatterbox_domain::{RoomId, UserId};
use chatterbox_protocol::server_frame::close;
use tokio::time::{Instant, MissedTickBehavior};

use crate::announcement::{Announcement, Batch, Run};
use crate::commands::Commands;
use crate::frame;
use crate::hub::{Hub, closing_frame};
use crate::mailbox::{Mail, Mailbox};
use crate::outbox::Outbox;
use crate::roster::{HELD_BACK, Roster};
use crate::session::{Phase, Registration, SessionActor, SessionOptions, Slot};

/// "Service restart" in the registry of close codes that RFC 6455, section 7.4, began.
const SERVICE_RESTART: u16 = 1012;

/// A round in which messages went to so many sessions took milliseconds of system calls.
const LARGE_ROUND: usize = 500;

/// How long the shard waits after a large round for the next messages, so that they go out together: what a write costs
/// hardly depends on how much is in it. Without the pause a busy room falls into small groups that never meet again. A
/// message that comes alone is later by this at most, in a room where writing to everybody takes longer.
const GATHERING: Duration = Duration::from_millis(1);

/// The sessions of one worker thread, which receive what the hub hands out.
#[derive(Debug)]
pub struct Shard {
    hub: Arc<Hub>,
    mailbox: Arc<Mailbox>,
    roster: RefCell<Roster>,
    /// The time of the last look at it: exact enough for silence, and free.
    now: Cell<Instant>,
}

impl Shard {
    /// Joins the hub and starts to work off what it hands out, on this thread's local task set
    /// (`tokio::task::spawn_local`), until the task set ends.
    pub fn start(hub: &Arc<Hub>) -> Rc<Self> {
        let shard = Rc::new(Self {
            hub: Arc::clone(hub),
            mailbox: hub.add_shard(),
            roster: RefCell::new(Roster::new(Arc::clone(hub))),
            now: Cell::new(Instant::now()),
        });
        tokio::task::spawn_local(Rc::clone(&shard).read_mail());
        tokio::task::spawn_local(Rc::clone(&shard).look_at_time_each_second());
        shard
    }

    /// The hub that this shard belongs to.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Opens a session: from here on it counts as connected. The server lets the socket's writer drain the outbox
    /// and spawns [`SessionActor::run`] on this thread. A session that is refused (too many of this person, server
    /// closing) gets an outbox that says so and ends, and an actor that stops at once.
    pub fn open_session<C: Commands>(
        self: &Rc<Self>,
        options: SessionOptions,
        commands: C,
    ) -> (Outbox, SessionActor<C>) {
        let slot = Slot::new(&options, &self.hub.limits, self.now.get());
        let outbox = Outbox::of(Rc::clone(&slot), self.hub.count_socket());
        if let Some(closing) = self.hub.turned_away() {
            let last = frame::close(SERVICE_RESTART, "the server restarts");
            slot.outgoing.finish_with([frame::text(&closing), last]);
        } else if self.hub.arrive(options.user_id).is_err() {
            let last = frame::close(close::TOO_MANY_SESSIONS, "too many sessions of this person");
            slot.outgoing.finish_with([last]);
        } else {
            self.roster()
                .enrol(&slot, Instant::now(), self.hub.limits.heartbeat_interval);
            let registration = Registration::new(Rc::clone(self), slot);
            return (outbox, SessionActor::registered(registration, options, commands));
        }
        (outbox, SessionActor::refused(options, commands))
    }

    pub(crate) fn roster(&self) -> RefMut<'_, Roster> {
        self.roster.borrow_mut()
    }

    /// The time, to the second.
    pub(crate) fn about_now(&self) -> Instant {
        self.now.get()
    }

    async fn read_mail(self: Rc<Self>) {
        loop {
            match self.mailbox.take().await {
                Mail::Batches(batches) => {
                    let deliveries: usize = batches.iter().map(|batch| self.announce(batch)).sum();
                    // The sessions that woke write now, before their outboxes receive more.
                    tokio::task::yield_now().await;
                    if deliveries >= LARGE_ROUND {
                        tokio::time::sleep(GATHERING).await;
                    }
                }
                Mail::Lost => self.give_up_on_everybody(),
            }
        }
    }

    /// Puts a batch into the outboxes. Answers to how many sessions messages went, a run of them counted once.
    fn announce(&self, batch: &Arc<Batch>) -> usize {
        let mut deliveries = 0;
        for (index, announcement) in batch.announcements.iter().enumerate() {
            match announcement {
                Announcement::Messages(run) => deliveries += self.announce_messages(run, batch, index),
                Announcement::RoomChanged {
                    user_id,
                    room_id,
                    cursor,
                    frame,
                    ..
                } => {
                    for slot in self.sessions_of(*user_id) {
                        self.add_room(&slot, *room_id, *cursor, frame);
                        self.hold_if_joining(&slot, batch, index);
                    }
                }
                Announcement::RoomRemoved {
                    user_id,
                    room_id,
                    frame,
                } => {
                    for slot in self.sessions_of(*user_id) {
                        let was_subscribed = self.roster().unsubscribe(&slot, *room_id);
                        if was_subscribed && slot.phase() == Phase::Live {
                            slot.outgoing.push(frame.clone());
                        }
                        self.hold_if_joining(&slot, batch, index);
                    }
                }
                Announcement::ToPerson { user_id, frame } => {
                    for slot in self.sessions_of(*user_id) {
                        self.tell(&slot, frame, batch, index);
                    }
                }
                Announcement::ToAll { frame } => {
                    for enrolled in &self.roster.borrow().sessions {
                        self.tell(&enrolled.slot, frame, batch, index);
                    }
                }
                Announcement::Typing {
                    user_id,
                    room_id,
                    frame,
                } => {
                    for slot in self.roster.borrow().watchers(*room_id) {
                        let concerns = slot.user_id != *user_id && slot.place_in(*room_id).is_some();
                        if concerns && slot.phase() == Phase::Live {
                            slot.outgoing.push(frame.clone());
                        }
                    }
                }
                Announcement::SessionsEnded {
                    user_id,
                    sessions,
                    frame,
                } => {
                    for slot in self.sessions_of(*user_id) {
                        if sessions.contains(&slot.session_id) {
                            let last = frame::close(close::SESSION_ENDED, "the session ended");
                            slot.outgoing.end_with([frame.clone(), last]);
                        }
                    }
                }
                Announcement::Closing { spread } => self.send_everybody_away(*spread),
            }
        }
        deliveries
    }

    fn announce_messages(&self, run: &Run, batch: &Arc<Batch>, index: usize) -> usize {
        let roster = self.roster.borrow();
        let subscribers = roster.subscribers(run.room_id);
        for subscriber in subscribers {
            if run.first > subscriber.after {
                subscriber.slot.outgoing.push(run.joined.clone());
            } else if subscriber.after == HELD_BACK {
                subscriber.slot.hold(batch, index, &self.hub.limits);
            } else if let Some(rest) = run.above(subscriber.after) {
                subscriber.slot.outgoing.push(rest);
            }
        }
        subscribers.len()
    }

    fn add_room(&self, slot: &Rc<Slot>, room_id: RoomId, cursor: i64, frame: &Bytes) {
        let mut roster = self.roster();
        let after = roster.after(slot, room_id);
        match slot.phase() {
            Phase::Waiting => {}
            Phase::Joining => roster.subscribe(slot, room_id, HELD_BACK),
            Phase::Live => {
                if after.is_none() {
                    roster.subscribe(slot, room_id, cursor);
                }
                // A session that was welcomed with a later state of the room has seen this one's consequences.
                if after.is_none_or(|after| after <= cursor) {
                    slot.outgoing.push(frame.clone());
                }
            }
        }
    }

    fn tell(&self, slot: &Slot, frame: &Bytes, batch: &Arc<Batch>, index: usize) {
        match slot.phase() {
            Phase::Waiting => {}
            Phase::Joining => slot.hold(batch, index, &self.hub.limits),
            Phase::Live => slot.outgoing.push(frame.clone()),
        }
    }

    fn hold_if_joining(&self, slot: &Slot, batch: &Arc<Batch>, index: usize) {
        if slot.phase() == Phase::Joining {
            slot.hold(batch, index, &self.hub.limits);
        }
    }

    fn sessions_of(&self, user_id: UserId) -> Vec<Rc<Slot>> {
        self.roster.borrow().sessions_of(user_id)
    }

    fn send_everybody_away(&self, spread: Duration) {
        let roster = self.roster.borrow();
        let last = frame::close(SERVICE_RESTART, "the server restarts");
        for (turn, enrolled) in roster.sessions.iter().enumerate() {
            let closing = frame::text(&closing_frame(spread, turn, roster.sessions.len()));
            enrolled.slot.outgoing.finish_with([closing, last.clone()]);
        }
    }

    /// Nobody here can be sure to have received everything: all come back and resume.
    fn give_up_on_everybody(&self) {
        let roster = self.roster.borrow();
        log::warn!(
            "a shard lost events because it fell behind; {} sessions resume",
            roster.sessions.len()
        );
        let last = frame::close(close::TOO_SLOW, "the server fell behind, connect again");
        for enrolled in &roster.sessions {
            enrolled.slot.outgoing.end_with([last.clone()]);
        }
    }

    async fn look_at_time_each_second(self: Rc<Self>) {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let now = second.tick().await;
            self.now.set(now);
            self.hub.look_at_time(now);
            self.take_pulses(now);
        }
    }

    /// One timer for all sessions: the vector is walked, and only whose time has come is touched.
    fn take_pulses(&self, now: Instant) {
        let limits = &self.hub.limits;
        for enrolled in &mut self.roster().sessions {
            if enrolled.look_at > now {
                continue;
            }
            let silent_at = enrolled.slot.heard.get() + limits.silence;
            if now >= silent_at {
                let last = frame::close(close::SILENT, "nothing was heard from the client");
                enrolled.slot.outgoing.end_with([last]);
            } else {
                enrolled.slot.outgoing.push(frame::ping());
            }
            enrolled.look_at =
                (now + limits.heartbeat_interval).min(silent_at.max(now + Duration::from_secs(1)));
        }
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.hub.remove_shard(&self.mailbox);
    }
}
