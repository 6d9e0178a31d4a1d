//! Posting, changing and reading messages.

mod history;

use std::future::Future;
use std::sync::Arc;

use chatterbox_domain::posting::{self, ChangeFacts, Deletion, PostingFacts};
use chatterbox_domain::{Body, ClientKey, Denial, Event, Message, MessageId, RoomId};
use chatterbox_storage::messages::{self, NewMessage};
use chatterbox_storage::{Lane, Tx, rooms};

use crate::error::ChatError;
use crate::{Caller, Chat};

pub use history::{MessagePage, Position};

/// A message that somebody wants to post.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Where to.
    pub room_id: RoomId,
    /// The sender's own name for it; the same key is the same message, for ever.
    pub client_key: ClientKey,
    /// The text, as typed.
    pub body: String,
}

impl Chat {
    /// Posts a message. Its place in the room's order is taken when this function is called, not when the future is
    /// polled. A retry with the same client key answers with the message as it is now and changes nothing.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::Invalid`], [`Denial::ClientKeyReused`], [`Denial::RateLimited`],
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub fn send_message(
        &self,
        caller: Caller,
        draft: Draft,
    ) -> impl Future<Output = Result<Arc<Message>, ChatError>> + Send + 'static {
        let Draft {
            room_id,
            client_key,
            body,
        } = draft;
        let queued = self.accept_text(caller, body).map(|body| {
            let clock = self.clock.clone();
            self.storage.write(Lane::Room(room_id), move |tx| {
                let now = clock.now();
                let record = messages::posting(tx.db(), caller.session_id, room_id, now)?
                    .ok_or(Denial::SessionEnded)?;
                posting::may_post(PostingFacts {
                    caller: record.caller,
                    membership: record.membership,
                })?;
                let seq = rooms::next_version(tx, room_id)?;
                let author_id = record.author.id;
                let (body, author) = (body.into_string(), record.author);
                let new = NewMessage {
                    room_id,
                    seq,
                    author,
                    client_key,
                    body,
                    created_at: now,
                };
                match messages::insert(tx.db(), new)? {
                    Some(message) => {
                        let message = Arc::new(message);
                        tx.announce(Event::MessagePosted(message.clone()));
                        Ok(message)
                    }
                    None => {
                        // The counter goes back too, so the room's order has no gap.
                        tx.undo();
                        let sent = messages::find_by_client_key(tx.db(), author_id, client_key)?;
                        let sent = sent.filter(|message| message.room_id == room_id);
                        sent.map(Arc::new).ok_or(ChatError::from(Denial::ClientKeyReused))
                    }
                }
            })
        });
        async move { queued?.await }
    }

    /// Replaces the text of one's own message. Saving the same text changes nothing.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::Forbidden`], [`Denial::MessageDeleted`], [`Denial::Invalid`],
    /// [`Denial::RateLimited`], [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn edit_message(
        &self,
        caller: Caller,
        id: MessageId,
        body: String,
    ) -> Result<Arc<Message>, ChatError> {
        let body = self.accept_text(caller, body)?;
        let room = self.room_of(caller, id).await?;
        let clock = self.clock.clone();
        let edited = self.storage.write(Lane::Room(room), move |tx| {
            let now = clock.now();
            posting::may_edit(change_facts(tx, caller, id, now)?)?;
            let before = messages::get(tx.db(), id)?.ok_or(Denial::NotFound)?;
            if before.body == body.as_str() {
                return Ok(Arc::new(before));
            }
            let version = rooms::next_version(tx, room)?;
            messages::set_body(tx.db(), id, body.as_str(), version, now)?;
            announce_change(tx, id)
        });
        edited.await
    }

    /// Deletes one's own message: its text is gone, its place remains. Deleting twice is no error.
    ///
    /// # Errors
    /// [`Denial::NotFound`], [`Denial::Forbidden`], [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn delete_message(&self, caller: Caller, id: MessageId) -> Result<Arc<Message>, ChatError> {
        let room = self.room_of(caller, id).await?;
        let clock = self.clock.clone();
        let deleted = self.storage.write(Lane::Room(room), move |tx| {
            let now = clock.now();
            match posting::decide_deletion(change_facts(tx, caller, id, now)?)? {
                Deletion::AlreadyDone => Ok(Arc::new(messages::get(tx.db(), id)?.ok_or(Denial::NotFound)?)),
                Deletion::Delete => {
                    let version = rooms::next_version(tx, room)?;
                    messages::erase(tx.db(), id, version, now)?;
                    announce_change(tx, id)
                }
            }
        });
        deleted.await
    }

    /// What can be judged of a text before anything is read.
    fn accept_text(&self, caller: Caller, text: String) -> Result<Body, ChatError> {
        let body = Body::parse(text)?;
        self.message_limit.take(caller.user_id.0, self.clock.now())?;
        Ok(body)
    }

    /// The room whose lane a change of the message goes through. Whether the caller may know is decided there again.
    async fn room_of(&self, caller: Caller, id: MessageId) -> Result<RoomId, ChatError> {
        let now = self.clock.now();
        let room = self.storage.read(move |db| {
            caller.admit(db, now)?;
            messages::room_of(db, id)?.ok_or(ChatError::from(Denial::NotFound))
        });
        room.await
    }
}

fn change_facts(
    tx: &mut Tx<'_>,
    caller: Caller,
    id: MessageId,
    now: chatterbox_domain::Timestamp,
) -> Result<ChangeFacts, ChatError> {
    let caller = caller.admit(tx.db(), now)?;
    Ok(ChangeFacts {
        caller,
        message: messages::changeable(tx.db(), id, caller.user_id)?,
    })
}

fn announce_change(tx: &mut Tx<'_>, id: MessageId) -> Result<Arc<Message>, ChatError> {
    let message = Arc::new(messages::get(tx.db(), id)?.ok_or(Denial::NotFound)?);
    tx.announce(Event::MessageChanged(message.clone()));
    Ok(message)
}
