//! Listing and ending sessions.

use chatterbox_auth::RefreshSecret;
use chatterbox_domain::{Denial, EndReason, Event, SessionId, Timestamp};
use chatterbox_storage::sessions::{self as stored, SessionRecord};
use chatterbox_storage::{Lane, Tx};
use chrono::TimeDelta;

use crate::error::ChatError;
use crate::{Caller, Chat};

/// How long the secrets of a session that is over are kept, so that a late reuse is still told apart in the log.
const SECRETS_KEPT: TimeDelta = TimeDelta::days(7);

impl Chat {
    /// The caller's sessions that are not over, newest first.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn sessions(&self, caller: Caller) -> Result<Vec<SessionRecord>, ChatError> {
        let now = self.clock.now();
        let list = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            Ok::<_, ChatError>(stored::live(db, facts.user_id, now)?)
        });
        list.await
    }

    /// Signs this device out. Signing out twice is no error.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, caller: Caller) -> Result<(), ChatError> {
        let clock = self.clock.clone();
        let ended = self.storage.write(Lane::User(caller.user_id), move |tx| {
            end(
                tx,
                caller,
                &[caller.session_id],
                EndReason::SignedOut,
                clock.now(),
            )
            .map(|_| ())
        });
        ended.await
    }

    /// Signs the device out that holds this refresh secret, for a page whose access token has expired.
    ///
    /// # Errors
    /// When the database fails; an unknown secret has nothing left to end.
    pub async fn sign_out_by_secret(&self, secret: &str) -> Result<(), ChatError> {
        let Ok(secret) = RefreshSecret::parse(secret) else {
            return Ok(());
        };
        let hash = secret.hash().to_string();
        let found = self
            .storage
            .read(move |db| stored::find_secret(db, &hash))
            .await?;
        match found {
            Some(record) => {
                self.sign_out(Caller {
                    user_id: record.user_id,
                    session_id: record.session_id,
                })
                .await
            }
            None => Ok(()),
        }
    }

    /// Signs out on all devices, this one included. Answers how many sessions ended.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn sign_out_everywhere(&self, caller: Caller) -> Result<usize, ChatError> {
        let clock = self.clock.clone();
        let ended = self.storage.write(Lane::User(caller.user_id), move |tx| {
            let now = clock.now();
            caller.admit(tx.db(), now)?;
            let all: Vec<SessionId> = stored::live(tx.db(), caller.user_id, now)?
                .iter()
                .map(|s| s.id)
                .collect();
            end(tx, caller, &all, EndReason::SignedOut, now)
        });
        ended.await
    }

    /// Ends one of the caller's sessions from another one.
    ///
    /// # Errors
    /// [`Denial::NotFound`] for a session that was ended, does not exist or is somebody else's;
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn end_session(&self, caller: Caller, session: SessionId) -> Result<(), ChatError> {
        let clock = self.clock.clone();
        let ended = self.storage.write(Lane::User(caller.user_id), move |tx| {
            let now = clock.now();
            caller.admit(tx.db(), now)?;
            match end(tx, caller, &[session], EndReason::EndedElsewhere, now)? {
                0 => Err(ChatError::from(Denial::NotFound)),
                _ => Ok(()),
            }
        });
        ended.await
    }

    /// Forgets what is kept of sessions that have long been over. Answers how many secrets were forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old_sessions(&self) -> Result<usize, ChatError> {
        let before = self.clock.now() - SECRETS_KEPT;
        let forgotten = self.storage.write(Lane::Accounts, move |tx| {
            Ok::<_, ChatError>(stored::forget_secrets_of_sessions_over_before(tx.db(), before)?)
        });
        forgotten.await
    }
}

/// Ends some of the caller's sessions and announces it. Answers how many were not over before.
pub(super) fn end(
    tx: &mut Tx<'_>,
    caller: Caller,
    sessions: &[SessionId],
    reason: EndReason,
    now: Timestamp,
) -> Result<usize, ChatError> {
    let ended = stored::end(tx.db(), caller.user_id, sessions, reason, now)?;
    let count = ended.len();
    if count > 0 {
        tx.announce(Event::SessionsEnded {
            user_id: caller.user_id,
            sessions: ended,
            reason,
        });
    }
    Ok(count)
}
