//! Exchanging a refresh secret for the next one.

use chatterbox_auth::RefreshSecret;
use chatterbox_domain::{Denial, EndReason, Event, FieldError, SessionId, Timestamp, User};
use chatterbox_storage::sessions::{self, SecretRecord};
use chatterbox_storage::{Lane, Tx, users};

use super::{Device, SignedIn};
use crate::Chat;
use crate::error::ChatError;

/// The longest name of an attempt, in bytes.
const MAX_ATTEMPT_BYTES: usize = 64;

impl Chat {
    /// Exchanges `secret` for its successor and a new access token.
    ///
    /// Each secret works once. Used again it may have been stolen, so the session ends, with one exception: a client
    /// that names its `attempt` and repeats it (the reply was lost, or the page was reloaded meanwhile) gets the same
    /// successor again, as long as that has not been used itself.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`] for an unknown or reused secret and for a session that is over,
    /// [`Denial::AccountBlocked`], [`Denial::Invalid`] for an attempt's name that is not 1 to 64 visible ASCII characters.
    pub async fn refresh(
        &self,
        secret: &str,
        attempt: Option<String>,
        device: Device,
    ) -> Result<SignedIn, ChatError> {
        if attempt
            .as_ref()
            .is_some_and(|name| name.is_empty() || name.len() > MAX_ATTEMPT_BYTES)
        {
            return Err(
                FieldError::new("attempt", "bad_length", "An attempt's name has 1 to 64 bytes.").into(),
            );
        }
        let secret = RefreshSecret::parse(secret).map_err(|_| Denial::SessionEnded)?;
        let fresh = RefreshSecret::generate()?;
        let clock = self.clock.clone();
        let lifetime = self.settings.session_lifetime;
        let exchanged = self.storage.write(Lane::Accounts, move |tx| {
            let now = clock.now();
            let next = attempt.as_deref().map_or(fresh, |name| secret.successor(name));
            let exchange = Exchange {
                secret,
                next,
                attempt,
                now,
                expires_at: now + lifetime,
            };
            exchange.run(tx, &device)
        });
        // A reused secret is refused, but what it causes must be committed: hence a result inside the result.
        let (user, session, next, expires_at) = exchanged.await??;
        Ok(self.signed_in(user, session, next, expires_at))
    }
}

struct Exchange {
    secret: RefreshSecret,
    next: RefreshSecret,
    attempt: Option<String>,
    now: Timestamp,
    expires_at: Timestamp,
}

type Exchanged = Result<(User, SessionId, RefreshSecret, Timestamp), Denial>;

impl Exchange {
    fn run(self, tx: &mut Tx<'_>, device: &Device) -> Result<Exchanged, ChatError> {
        let Self {
            secret,
            next,
            attempt,
            now,
            expires_at,
        } = self;
        let hash = secret.hash().to_string();
        let record = sessions::find_secret(tx.db(), &hash)?.ok_or(Denial::SessionEnded)?;
        sessions::caller(tx.db(), record.session_id, now)?
            .ok_or(Denial::SessionEnded)?
            .admit()?;
        let user = users::get(tx.db(), record.user_id)?.ok_or(Denial::SessionEnded)?;
        let session = record.session_id;
        if record.is_spent {
            if is_repetition(tx, &record, attempt.as_deref(), &next)? {
                sessions::prolong(tx.db(), session, &device.address, now, expires_at)?;
                return Ok(Ok((user, session, next, expires_at)));
            }
            let reason = EndReason::RefreshReused;
            let ended = sessions::end(tx.db(), record.user_id, &[session], reason, now)?;
            tx.announce(Event::SessionsEnded {
                user_id: record.user_id,
                sessions: ended,
                reason,
            });
            return Ok(Err(Denial::SessionEnded));
        }
        sessions::insert_secret(tx.db(), session, &next.hash().to_string(), now)?;
        sessions::spend_secret(tx.db(), &hash, attempt.as_deref(), now)?;
        sessions::prolong(tx.db(), session, &device.address, now, expires_at)?;
        Ok(Ok((user, session, next, expires_at)))
    }
}

fn is_repetition(
    tx: &mut Tx<'_>,
    spent: &SecretRecord,
    attempt: Option<&str>,
    next: &RefreshSecret,
) -> Result<bool, ChatError> {
    if attempt.is_none() || spent.attempt.as_deref() != attempt {
        return Ok(false);
    }
    let successor = sessions::find_secret(tx.db(), &next.hash().to_string())?;
    Ok(successor.is_some_and(|record| !record.is_spent))
}
