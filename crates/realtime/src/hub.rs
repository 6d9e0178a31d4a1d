//! The part of realtime that all threads share.

use std::sync::Arc;
use std::time::Duration;

use chatterbox_domain::{Clock, Event, EventSink, RoomId, Timestamp, UserId};

use crate::limits::Limits;

/// Where it is noted when people were last seen. Called on a shard's thread, or on the one that closes the hub, with
/// everybody who went offline since the last call; it must not block.
pub type PresenceLog = dyn Fn(Vec<(UserId, Timestamp)>) + Send + Sync;

/// Takes the events of all commits and hands them to the shards; knows who is online.
pub struct Hub {
    limits: Limits,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
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
        unimplemented!()
    }

    /// Whether the person has a session connected, or had one until a moment ago.
    pub fn is_online(&self, user_id: UserId) -> bool {
        unimplemented!()
    }

    /// Those of `people` who are online, in the given order.
    pub fn online_among(&self, people: &[UserId]) -> Vec<UserId> {
        unimplemented!()
    }

    /// How many people are online.
    pub fn online_count(&self) -> u64 {
        unimplemented!()
    }

    /// How many sockets are open.
    pub fn session_count(&self) -> usize {
        unimplemented!()
    }

    /// Says that somebody types in a room, or has stopped. The caller has made sure that they are a member. What
    /// comes faster than [`Limits::typing_interval`] is dropped.
    pub fn typing(&self, user_id: UserId, room_id: RoomId, active: bool) {
        unimplemented!()
    }

    /// Tells every session to come back at a moment of its own within `spread`, and closes it with 1012; sessions
    /// opened from now on are told the same. Waits until all of it was handed to the sockets, at most `patience`.
    /// Returns how many sockets were still open then.
    pub async fn close(&self, spread: Duration, patience: Duration) -> usize {
        unimplemented!()
    }
}

impl EventSink for Hub {
    fn deliver(&self, events: Vec<Event>) {
        unimplemented!()
    }
}
