//! Sessions: one signed-in device each, and what every request asks of its session.

use crate::denial::Denial;
use crate::ids::{SessionId, UserId};
use crate::user::Role;

/// Why a session ended, as told to its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The person signed out on this device.
    SignedOut,
    /// The person ended it from another device.
    EndedElsewhere,
    /// The password was changed on another device.
    PasswordChanged,
    /// A refresh secret was used a second time, so it may be in other hands.
    RefreshReused,
    /// The account was blocked.
    AccountBlocked,
    /// Its time had come.
    Expired,
}

impl EndReason {
    /// The name used in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::EndedElsewhere => "ended_elsewhere",
            Self::PasswordChanged => "password_changed",
            Self::RefreshReused => "refresh_reused",
            Self::AccountBlocked => "account_blocked",
            Self::Expired => "expired",
        }
    }
}

/// What is known of the caller of a use case, read in the same transaction as everything else it decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerFacts {
    /// The account.
    pub user_id: UserId,
    /// The session the call came through.
    pub session_id: SessionId,
    /// What the account may do.
    pub role: Role,
    /// Whether the account is blocked.
    pub is_blocked: bool,
    /// Whether the session was ended or has expired.
    pub session_is_over: bool,
}

impl CallerFacts {
    /// Lets the caller through who may do anything at all.
    ///
    /// # Errors
    /// [`Denial::AccountBlocked`], else [`Denial::SessionEnded`]: a blocked person should read the true reason.
    pub fn admit(self) -> Result<Self, Denial> {
        if self.is_blocked {
            Err(Denial::AccountBlocked)
        } else if self.session_is_over {
            Err(Denial::SessionEnded)
        } else {
            Ok(self)
        }
    }
}
