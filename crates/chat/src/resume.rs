//! Coming back after a cut.

use std::collections::BTreeMap;

use chatterbox_domain::{Denial, Message, RoomId, RoomSummary, User};
use chatterbox_storage::{messages, rooms, users};

use crate::error::ChatError;
use crate::{Caller, Chat};

/// Everything a client begins with, read at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The signed-in person.
    pub me: User,
    /// The rooms they are in.
    pub rooms: Vec<RoomSummary>,
    /// What happened after the client's cursors, for each room where anything did.
    pub missed: Vec<(RoomId, Missed)>,
}

/// What a client missed in one room.
#[derive(Clone, Debug)]
pub enum Missed {
    /// Every message whose version is above the cursor, as it is now, in the order of the versions.
    Messages(Vec<Message>),
    /// More than is sent one by one, or a cursor that this room never had: load the room again.
    TooMuch,
}

impl Chat {
    /// Where everything stands, and what happened after `cursors`. Rooms that the caller is not in are passed over.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn snapshot(
        &self,
        caller: Caller,
        cursors: BTreeMap<RoomId, i64>,
    ) -> Result<Snapshot, ChatError> {
        let now = self.clock.now();
        let (per_room, in_total) = (self.settings.resume_per_room, self.settings.resume_in_total);
        let snapshot = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            let me = users::get(db, facts.user_id)?.ok_or(Denial::SessionEnded)?;
            let rooms = rooms::summaries(db, facts.user_id)?;
            let mut left = in_total;
            let mut missed = Vec::new();
            for room in &rooms {
                let Some(&cursor) = cursors.get(&room.id) else {
                    continue;
                };
                if cursor == room.cursor {
                    continue;
                }
                let limit = per_room.min(left);
                // A cursor from the future belongs to a database that was restored from an older copy.
                let changes = if (0..room.cursor).contains(&cursor) {
                    messages::changed_after(db, room.id, cursor, limit + 1)?
                } else {
                    Vec::new()
                };
                let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
                if changes.is_empty() || count > limit {
                    missed.push((room.id, Missed::TooMuch));
                } else {
                    left -= count;
                    missed.push((room.id, Missed::Messages(changes)));
                }
            }
            Ok::<_, ChatError>(Snapshot { me, rooms, missed })
        });
        snapshot.await
    }
}
