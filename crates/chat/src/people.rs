//! The people of the workspace.

use chatterbox_domain::{Denial, FieldError, Timestamp, User, UserId};
use chatterbox_storage::{Lane, users};

use crate::error::ChatError;
use crate::{Caller, Chat};

/// The most people on one page.
pub const MAX_PAGE: i64 = 200;

/// A page of people.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    /// In the order of their ids.
    pub users: Vec<User>,
    /// Where the next page begins, unless this is the last.
    pub next: Option<UserId>,
}

impl Chat {
    /// People with ids above `after`, at most `limit` (1 to [`MAX_PAGE`]; more is cut to it).
    ///
    /// # Errors
    /// [`Denial::Invalid`] for a limit below 1, [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn people(&self, caller: Caller, after: UserId, limit: i64) -> Result<PeoplePage, ChatError> {
        if limit < 1 {
            return Err(FieldError::new("limit", "out_of_range", "A page has 1 to 200 people.").into());
        }
        let limit = limit.min(MAX_PAGE);
        let now = self.clock.now();
        let page = self.storage.read(move |db| {
            caller.admit(db, now)?;
            let mut people = users::page(db, after, limit + 1)?;
            let has_more = people.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            if has_more {
                people.pop();
            }
            let next = people.last().filter(|_| has_more).map(|user| user.id);
            Ok::<_, ChatError>(PeoplePage { users: people, next })
        });
        page.await
    }

    /// Those of `ids` that exist, at most [`MAX_PAGE`].
    ///
    /// # Errors
    /// [`Denial::Invalid`] for too many, [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn some_people(&self, caller: Caller, ids: Vec<UserId>) -> Result<Vec<User>, ChatError> {
        if ids.len() > usize::try_from(MAX_PAGE).unwrap_or(0) {
            return Err(FieldError::new("ids", "too_many", "Ask for at most 200 people at once.").into());
        }
        let now = self.clock.now();
        let people = self.storage.read(move |db| {
            caller.admit(db, now)?;
            Ok::<_, ChatError>(users::some(db, &ids)?)
        });
        people.await
    }

    /// One person.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn person(&self, caller: Caller, id: UserId) -> Result<User, ChatError> {
        let now = self.clock.now();
        let person = self.storage.read(move |db| {
            caller.admit(db, now)?;
            users::get(db, id)?.ok_or(ChatError::from(Denial::NotFound))
        });
        person.await
    }

    /// Lets the caller through whose session is good.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn admit(&self, caller: Caller) -> Result<(), ChatError> {
        let now = self.clock.now();
        self.storage
            .read(move |db| caller.admit(db, now).map(|_| ()))
            .await
    }

    /// Notes when people were last online.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_last_seen(&self, seen: Vec<(UserId, Timestamp)>) -> Result<(), ChatError> {
        let noted = self.storage.write(Lane::Accounts, move |tx| {
            Ok::<_, ChatError>(users::set_last_seen(tx.db(), &seen)?)
        });
        noted.await
    }
}
