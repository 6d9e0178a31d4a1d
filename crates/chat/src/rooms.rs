//! Rooms and direct conversations.

use chatterbox_domain::room::Pair;
use chatterbox_domain::{Denial, Event, FieldError, RoomId, RoomSummary, UserId};
use chatterbox_storage::{Lane, rooms, users};

use crate::error::ChatError;
use crate::{Caller, Chat};

impl Chat {
    /// The rooms that the caller is in, as they see them, the Lobby first.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn rooms(&self, caller: Caller) -> Result<Vec<RoomSummary>, ChatError> {
        let now = self.clock.now();
        let rooms = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            Ok::<_, ChatError>(rooms::summaries(db, facts.user_id)?)
        });
        rooms.await
    }

    /// The ids of the rooms that the caller is in.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn room_ids(&self, caller: Caller) -> Result<Vec<RoomId>, ChatError> {
        let now = self.clock.now();
        let ids = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            Ok::<_, ChatError>(rooms::ids_of(db, facts.user_id)?)
        });
        ids.await
    }

    /// The Lobby's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lobby(&self) -> Result<RoomId, ChatError> {
        Ok(self.storage.read(rooms::lobby).await?)
    }

    /// The caller's conversation with `other`, opened if it was not.
    ///
    /// # Errors
    /// [`Denial::NotFound`] for nobody, [`Denial::Invalid`] for oneself, [`Denial::SessionEnded`],
    /// [`Denial::AccountBlocked`].
    pub async fn open_direct(&self, caller: Caller, other: UserId) -> Result<RoomSummary, ChatError> {
        let pair = pair_of(caller.user_id, other)?;
        let clock = self.clock.clone();
        // One lane for both people, whoever begins.
        let lane = Lane::User(pair.people()[0]);
        let opened = self.storage.write(lane, move |tx| {
            let now = clock.now();
            let facts = caller.admit(tx.db(), now)?;
            users::get(tx.db(), other)?.ok_or(Denial::NotFound)?;
            if let Some(room) = rooms::insert_direct(tx.db(), pair, now)? {
                for user_id in pair.people() {
                    if let Some(room) = rooms::summary(tx.db(), room, user_id)? {
                        tx.announce(Event::RoomChanged { user_id, room });
                    }
                }
            }
            let room = rooms::find_direct(tx.db(), pair)?.ok_or(Denial::NotFound)?;
            rooms::summary(tx.db(), room, facts.user_id)?.ok_or(ChatError::from(Denial::NotFound))
        });
        opened.await
    }

    /// The caller's conversation with `other`, if one was opened.
    ///
    /// # Errors
    /// [`Denial::NotFound`] for nobody, [`Denial::Invalid`] for oneself, [`Denial::SessionEnded`],
    /// [`Denial::AccountBlocked`].
    pub async fn find_direct(&self, caller: Caller, other: UserId) -> Result<Option<RoomId>, ChatError> {
        let pair = pair_of(caller.user_id, other)?;
        let now = self.clock.now();
        let found = self.storage.read(move |db| {
            caller.admit(db, now)?;
            users::get(db, other)?.ok_or(Denial::NotFound)?;
            Ok::<_, ChatError>(rooms::find_direct(db, pair)?)
        });
        found.await
    }

    /// Moves the caller's read cursor of a room forward to `seq`; never back. Their other devices are told.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn mark_read(&self, caller: Caller, room: RoomId, seq: i64) -> Result<(), ChatError> {
        let clock = self.clock.clone();
        let moved = self.storage.write(Lane::Room(room), move |tx| {
            caller.admit_to(tx.db(), room, clock.now())?;
            let user_id = caller.user_id;
            if let Some(last_read_seq) = rooms::read_up_to(tx.db(), room, user_id, seq)? {
                let unread = rooms::unread_after(tx.db(), room, user_id, last_read_seq)?;
                tx.announce(Event::ReadChanged {
                    user_id,
                    room_id: room,
                    last_read_seq,
                    unread,
                });
            }
            Ok::<_, ChatError>(())
        });
        moved.await
    }

    /// Lets the caller through who is a member of `room`.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn enter(&self, caller: Caller, room: RoomId) -> Result<(), ChatError> {
        let now = self.clock.now();
        self.storage
            .read(move |db| caller.admit_to(db, room, now).map(|_| ()))
            .await
    }
}

fn pair_of(caller: UserId, other: UserId) -> Result<Pair, Denial> {
    Pair::of(caller, other).ok_or_else(|| {
        FieldError::new(
            "user_id",
            "yourself",
            "A direct conversation is with somebody else.",
        )
        .into()
    })
}
