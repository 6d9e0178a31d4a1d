//! Accounts and the sessions that prove them.

mod password;
mod profile;
mod refresh;
mod register;
mod sessions;
mod sign_in;

use chatterbox_auth::{AccessToken, Claims, RefreshSecret, TokenError};
use chatterbox_domain::rate::Quota;
use chatterbox_domain::{SessionId, Timestamp, User, UserId};
use chatterbox_storage::{Tx, sessions as stored};

use crate::attempts::Attempts;
use crate::error::ChatError;
use crate::settings::Quotas;
use crate::{Caller, Chat};

pub use register::Registration;

/// What a device says of itself.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its `User-Agent`, cut to [`Device::MAX_AGENT_CHARS`].
    pub user_agent: String,
    /// The address it calls from.
    pub address: String,
}

impl Device {
    /// The longest name of a device that is kept, in characters.
    pub const MAX_AGENT_CHARS: usize = 200;

    /// A device as it says itself.
    pub fn new(user_agent: &str, address: String) -> Self {
        let user_agent = user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(Self::MAX_AGENT_CHARS)
            .collect();
        Self { user_agent, address }
    }
}

/// A session that has just been opened or refreshed.
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The session.
    pub session_id: SessionId,
    /// Goes with every request.
    pub access_token: AccessToken,
    /// Goes with the next refresh.
    pub refresh_secret: RefreshSecret,
    /// When the refresh secret stops working unless it is used.
    pub expires_at: Timestamp,
}

/// Limits on what is done before anybody has signed in.
pub(crate) struct AccountLimits {
    sign_in_per_account: Attempts<String>,
    sign_in_per_address: Attempts<String>,
    sign_up_per_address: Attempts<String>,
}

impl AccountLimits {
    pub(crate) fn new(quotas: &Quotas) -> Self {
        let per_text = |quota: Quota| Attempts::new(quota);
        Self {
            sign_in_per_account: per_text(quotas.sign_in_per_account),
            sign_in_per_address: per_text(quotas.sign_in_per_address),
            sign_up_per_address: per_text(quotas.sign_up_per_address),
        }
    }
}

impl Chat {
    /// Who calls, by their access token.
    ///
    /// # Errors
    /// [`TokenError`] for a token that is malformed, forged or expired. Whether its session is over is found by the use
    /// case.
    pub fn caller(&self, token: &str) -> Result<Caller, TokenError> {
        let Claims { user, session, .. } = self.tokens.verify(token, self.clock.now())?;
        Ok(Caller {
            user_id: user,
            session_id: session,
        })
    }

    /// Opens a session within a transaction. Answers the session and the hash's secret.
    fn open_session(
        tx: &mut Tx<'_>,
        user_id: UserId,
        device: Device,
        secret: &RefreshSecret,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Result<SessionId, ChatError> {
        let Device { user_agent, address } = device;
        let new = stored::NewSession {
            user_id,
            user_agent,
            address,
            created_at: now,
            expires_at,
        };
        let session = stored::insert(tx.db(), &new)?;
        stored::insert_secret(tx.db(), session, &secret.hash().to_string(), now)?;
        Ok(session)
    }

    fn signed_in(
        &self,
        user: User,
        session_id: SessionId,
        secret: RefreshSecret,
        expires_at: Timestamp,
    ) -> SignedIn {
        let access_token = self.tokens.issue(user.id, session_id, self.clock.now());
        SignedIn {
            user,
            session_id,
            access_token,
            refresh_secret: secret,
            expires_at,
        }
    }
}
