//! The part of realtime that all threads share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use chatterbox_domain::{Clock, Event, EventSink, RoomId, Timestamp, UserId};
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::{ServerClosing, TypingNow};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::announcement::{Announcement, Batch};
use crate::frame;
use crate::interest::Interest;
use crate::limits::Limits;
use crate::mailbox::Mailbox;
use crate::presence::{Presence, TooManySessions};
use crate::typing::TypingPace;

/// Where it is noted when people were last seen. Called on a shard's thread, or on the one that closes the hub, with
/// everybody who went offline since the last call; it must not block.
pub type PresenceLog = dyn Fn(Vec<(UserId, Timestamp)>) + Send + Sync;

/// Takes the events of all commits and hands them to the shards; knows who is online.
pub struct Hub {
    pub(crate) limits: Limits,
    pub(crate) server_version: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) interest: Arc<Interest>,
    presence_log: Arc<PresenceLog>,
    shards: RwLock<Vec<Arc<Mailbox>>>,
    presence: Mutex<Presence>,
    typing: Mutex<TypingPace>,
    closing: OnceLock<Duration>,
    /// Sessions that came after the closing began.
    latecomers: AtomicUsize,
    open_sockets: AtomicUsize,
    all_sockets_left: Notify,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Hub {
    /// A hub without shards. `server_version` is what `welcome` shows.
    pub fn new(
        limits: Limits,
        server_version: impl Into<String>,
        clock: Arc<dyn Clock>,
        presence_log: Arc<PresenceLog>,
    ) -> Arc<Self> {
        Arc::new(Self {
            limits,
            server_version: server_version.into(),
            clock,
            interest: Arc::default(),
            presence_log,
            shards: RwLock::default(),
            presence: Mutex::default(),
            typing: Mutex::default(),
            closing: OnceLock::new(),
            latecomers: AtomicUsize::new(0),
            open_sockets: AtomicUsize::new(0),
            all_sockets_left: Notify::new(),
        })
    }

    /// Whether the person has a session connected, or had one until a moment ago.
    pub fn is_online(&self, user_id: UserId) -> bool {
        self.presence().is_online(user_id)
    }

    /// Those of `people` who are online, in the given order.
    pub fn online_among(&self, people: &[UserId]) -> Vec<UserId> {
        let presence = self.presence();
        people
            .iter()
            .copied()
            .filter(|id| presence.is_online(*id))
            .collect()
    }

    /// How many people are online.
    pub fn online_count(&self) -> u64 {
        self.presence().count()
    }

    /// How many sockets are open.
    pub fn session_count(&self) -> usize {
        self.open_sockets.load(Ordering::Acquire)
    }

    /// Says that somebody types in a room, or has stopped. The caller has made sure that they are a member. What
    /// comes faster than [`Limits::typing_interval`] is dropped.
    pub fn typing(&self, user_id: UserId, room_id: RoomId, active: bool) {
        let admitted = lock(&self.typing).admits(user_id, room_id, active, Instant::now(), &self.limits);
        if !admitted || !self.interest.in_typing(room_id) {
            return;
        }
        let frame = frame::text(&ServerFrame::Typing(TypingNow {
            room_id: room_id.0,
            user_id: user_id.0,
            active,
        }));
        let bytes = frame.len();
        self.hand_out(Batch::of(
            Announcement::Typing {
                user_id,
                room_id,
                frame,
            },
            bytes,
        ));
    }

    /// Tells every session to come back at a moment of its own within `spread`, and closes it with 1012; sessions
    /// opened from now on are told the same. Waits until all of it was handed to the sockets, at most `patience`,
    /// and notes when everybody was last seen. Returns how many sockets were still open then.
    pub async fn close(&self, spread: Duration, patience: Duration) -> usize {
        if self.closing.set(spread).is_ok() {
            self.hand_out(Batch::of(Announcement::Closing { spread }, 0));
        }
        let deadline = Instant::now() + patience;
        loop {
            let all_left = self.all_sockets_left.notified();
            let open = self.session_count();
            if open == 0 || tokio::time::timeout_at(deadline, all_left).await.is_err() {
                let people = self.presence().everybody_leaves(self.clock.now());
                self.note_last_seen(people);
                return open;
            }
        }
    }

    pub(crate) fn presence(&self) -> MutexGuard<'_, Presence> {
        lock(&self.presence)
    }

    pub(crate) fn has_sessions(&self, user_id: UserId) -> bool {
        self.presence().has_sessions(user_id)
    }

    /// A shard begins to listen.
    pub(crate) fn add_shard(&self) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox::holding(self.limits.shard_queue_bytes));
        let mut shards = self.shards.write().unwrap_or_else(PoisonError::into_inner);
        shards.push(Arc::clone(&mailbox));
        mailbox
    }

    /// A shard listens no more.
    pub(crate) fn remove_shard(&self, mailbox: &Arc<Mailbox>) {
        let mut shards = self.shards.write().unwrap_or_else(PoisonError::into_inner);
        shards.retain(|other| !Arc::ptr_eq(other, mailbox));
    }

    /// Counts a socket until the returned value is dropped.
    pub(crate) fn count_socket(self: &Arc<Self>) -> OpenSocket {
        self.open_sockets.fetch_add(1, Ordering::AcqRel);
        OpenSocket(Arc::clone(self))
    }

    /// A session of the person opens.
    pub(crate) fn arrive(&self, user_id: UserId) -> Result<(), TooManySessions> {
        self.presence().arrive(user_id, &self.limits)
    }

    /// A session of the person has closed.
    pub(crate) fn depart(&self, user_id: UserId) {
        let at = self.clock.now();
        self.presence().depart(user_id, Instant::now(), at, &self.limits);
    }

    /// When a session that comes after the closing began is to come back; `None` while the hub is open.
    pub(crate) fn turned_away(&self) -> Option<ServerFrame> {
        let spread = self.closing.get()?;
        let turn = self.latecomers.fetch_add(1, Ordering::Relaxed) % 16;
        Some(closing_frame(*spread, turn, 16))
    }

    /// What happens by itself as time passes. Every shard calls this each second; whichever comes first after the
    /// interval sends the frame, so no shard is special.
    pub(crate) fn look_at_time(&self, now: Instant) {
        let elapsed = self.presence().look_at_time(now, &self.limits);
        if let Some(presence) = elapsed.frame {
            let frame = frame::text(&ServerFrame::Presence(presence));
            let bytes = frame.len();
            self.hand_out(Batch::of(Announcement::ToAll { frame }, bytes));
        }
        self.note_last_seen(elapsed.gone);
        lock(&self.typing).forget_before(now, &self.limits);
    }

    fn note_last_seen(&self, people: Vec<(UserId, Timestamp)>) {
        if !people.is_empty() {
            (self.presence_log)(people);
        }
    }

    fn hand_out(&self, batch: Batch) {
        if batch.announcements.is_empty() {
            return;
        }
        let batch = Arc::new(batch);
        let shards = self.shards.read().unwrap_or_else(PoisonError::into_inner);
        for mailbox in shards.iter() {
            mailbox.put(Arc::clone(&batch));
        }
    }
}

impl EventSink for Hub {
    fn deliver(&self, events: Vec<Event>) {
        if self.session_count() > 0 {
            self.hand_out(Batch::encode(events, self));
        }
    }
}

/// The frame that sends the session whose turn is `turn` of `turns` away.
pub(crate) fn closing_frame(spread: Duration, turn: usize, turns: usize) -> ServerFrame {
    let spread = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX);
    let retry_after_ms = spread.saturating_mul(turn as u64) / (turns.max(1) as u64);
    ServerFrame::ServerClosing(ServerClosing { retry_after_ms })
}

/// One open socket, as long as this lives.
#[derive(Debug)]
pub(crate) struct OpenSocket(Arc<Hub>);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        if self.0.open_sockets.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.all_sockets_left.notify_waiters();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
