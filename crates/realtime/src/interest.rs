//! Which rooms anybody connected reads, so that nothing is encoded for nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chatterbox_domain::RoomId;

/// For each room, how many shards have subscribers and how many have watchers.
///
/// A shard counts before it reads the room's state for a new subscriber, so a commit that this reading does not see
/// is announced after the counting and finds it done.
#[derive(Debug, Default)]
pub(crate) struct Interest(Mutex<HashMap<RoomId, Shards>>);

#[derive(Debug, Default)]
struct Shards {
    subscribed: u32,
    watching: u32,
}

/// What a shard has, or no longer has, in a room.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Subscribers,
    Watchers,
}

impl Interest {
    /// Whether anybody is subscribed to the room.
    pub(crate) fn in_room(&self, room_id: RoomId) -> bool {
        self.rooms()
            .get(&room_id)
            .is_some_and(|shards| shards.subscribed > 0)
    }

    /// Whether anybody watches who types in the room.
    pub(crate) fn in_typing(&self, room_id: RoomId) -> bool {
        self.rooms()
            .get(&room_id)
            .is_some_and(|shards| shards.watching > 0)
    }

    /// A shard has its first of this kind in the room.
    pub(crate) fn begins(&self, room_id: RoomId, kind: Kind) {
        *self.rooms().entry(room_id).or_default().of(kind) += 1;
    }

    /// A shard has lost its last of this kind in the room.
    pub(crate) fn ends(&self, room_id: RoomId, kind: Kind) {
        let mut rooms = self.rooms();
        if let Some(shards) = rooms.get_mut(&room_id) {
            let count = shards.of(kind);
            *count = count.saturating_sub(1);
            if shards.subscribed == 0 && shards.watching == 0 {
                rooms.remove(&room_id);
            }
        }
    }

    /// Counts a subscriber that a shard is about to have, as long as the returned value lives: what follows in the
    /// room right after a person was added must be encoded, though no shard has heard of them yet.
    pub(crate) fn expect_subscriber(self: &Arc<Self>, room_id: RoomId) -> Expected {
        self.begins(room_id, Kind::Subscribers);
        Expected {
            interest: Arc::clone(self),
            room_id,
        }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Shards>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscriber to come.
#[derive(Debug)]
pub(crate) struct Expected {
    interest: Arc<Interest>,
    room_id: RoomId,
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.interest.ends(self.room_id, Kind::Subscribers);
    }
}

impl Shards {
    fn of(&mut self, kind: Kind) -> &mut u32 {
        match kind {
            Kind::Subscribers => &mut self.subscribed,
            Kind::Watchers => &mut self.watching,
        }
    }
}
