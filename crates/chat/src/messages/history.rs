//! Reading messages.

use chatterbox_domain::{Denial, FieldError, Message, MessageId, RoomId};
use chatterbox_storage::messages::{self, Addressed};
use chatterbox_storage::rooms;

use crate::error::ChatError;
use crate::{Caller, Chat};

/// The most messages on one page.
const MAX_PAGE: i64 = 200;

/// Which part of a room's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The newest messages.
    Newest,
    /// Those with a lower `seq`.
    Before(i64),
    /// Those with a higher `seq`.
    After(i64),
    /// Those with a higher `version`, in the order of their versions.
    ChangedAfter(i64),
}

/// A page of messages.
#[derive(Clone, Debug)]
pub struct MessagePage {
    /// Oldest first, or in the order of their versions.
    pub messages: Vec<Message>,
    /// Whether there are more in the direction that was asked for.
    pub has_more: bool,
}

impl Chat {
    /// A page of a room's messages, at most `limit` (1 to 200; more is cut to it).
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::Invalid`] for a limit below 1, [`Denial::SessionEnded`],
    /// [`Denial::AccountBlocked`].
    pub async fn history(
        &self,
        caller: Caller,
        room: RoomId,
        position: Position,
        limit: i64,
    ) -> Result<MessagePage, ChatError> {
        if limit < 1 {
            return Err(FieldError::new("limit", "out_of_range", "A page has 1 to 200 messages.").into());
        }
        let limit = limit.min(MAX_PAGE);
        let now = self.clock.now();
        let page = self.storage.read(move |db| {
            caller.admit_to(db, room, now)?;
            // One more than asked for tells whether there are more.
            let mut messages = match position {
                Position::Newest => messages::before(db, room, i64::MAX, limit + 1)?,
                Position::Before(seq) => messages::before(db, room, seq, limit + 1)?,
                Position::After(seq) => messages::after(db, room, seq, limit + 1)?,
                Position::ChangedAfter(version) => messages::changed_after(db, room, version, limit + 1)?,
            };
            let size = usize::try_from(limit).unwrap_or(usize::MAX);
            let has_more = messages.len() > size;
            messages.truncate(size);
            if matches!(position, Position::Newest | Position::Before(_)) {
                messages.reverse();
            }
            Ok::<_, ChatError>(MessagePage { messages, has_more })
        });
        page.await
    }

    /// One message.
    ///
    /// # Errors
    /// [`Denial::NotFound`] for what does not exist as for what is not the caller's to read,
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn message(&self, caller: Caller, id: MessageId) -> Result<Message, ChatError> {
        let now = self.clock.now();
        let message = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            let message = messages::get(db, id)?.ok_or(Denial::NotFound)?;
            rooms::membership(db, message.room_id, facts.user_id)?.ok_or(Denial::NotFound)?;
            Ok::<_, ChatError>(message)
        });
        message.await
    }

    /// The newest messages of all the caller's rooms with ids below `before`, oldest first, each with the person it was
    /// for in a direct conversation.
    ///
    /// # Errors
    /// [`Denial::Invalid`] for a limit below 1, [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn recent(&self, caller: Caller, before: i64, limit: i64) -> Result<Vec<Addressed>, ChatError> {
        if limit < 1 {
            return Err(FieldError::new("limit", "out_of_range", "A page has 1 to 200 messages.").into());
        }
        let now = self.clock.now();
        let recent = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            let mut newest = messages::recent(db, facts.user_id, before, limit.min(MAX_PAGE))?;
            newest.reverse();
            Ok::<_, ChatError>(newest)
        });
        recent.await
    }
}
