//! Who calls.

use chatterbox_domain::{CallerFacts, Denial, RoomId, RoomKind, SessionId, Timestamp, UserId};
use chatterbox_storage::{Db, rooms, sessions};

use crate::error::ChatError;

/// Who an access token says is calling. What they may do is read from the database, in the use case's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// The account.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
}

impl Caller {
    /// Lets the caller through whose session is good and whose account is not blocked.
    pub(crate) fn admit(self, db: &mut Db, now: Timestamp) -> Result<CallerFacts, ChatError> {
        let facts = sessions::caller(db, self.session_id, now)?.ok_or(Denial::SessionEnded)?;
        Ok(facts.admit()?)
    }

    /// Lets the caller through who is also a member of `room`; a room that does not exist is not told from one that
    /// is not theirs.
    pub(crate) fn admit_to(self, db: &mut Db, room: RoomId, now: Timestamp) -> Result<RoomKind, ChatError> {
        let facts = self.admit(db, now)?;
        Ok(rooms::membership(db, room, facts.user_id)?.ok_or(Denial::NotFound)?)
    }
}
