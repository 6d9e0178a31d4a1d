//! What people can do, one function per use case.
//!
//! Each gathers facts, asks `chatterbox-domain`, writes and announces, in exactly one transaction. [`Chat`] holds what
//! they need. A use case takes its [`Caller`] as proved by an access token and nothing more: whether the session is
//! still good and what the account may do is read in the same transaction as everything else.

pub mod accounts;
pub mod messages;
pub mod people;
pub mod resume;
pub mod rooms;

mod attempts;
mod caller;
mod error;
mod settings;

use std::sync::Arc;

use chatterbox_auth::{AccessTokens, Passwords};
use chatterbox_domain::Clock;
use chatterbox_storage::Storage;

use crate::accounts::AccountLimits;
use crate::attempts::Attempts;

pub use accounts::{Device, SignedIn};
pub use caller::Caller;
pub use error::ChatError;
pub use settings::{Quotas, Settings, SignUp};

/// The workspace, ready to be used.
pub struct Chat {
    storage: Storage,
    clock: Arc<dyn Clock>,
    passwords: Passwords,
    tokens: AccessTokens,
    settings: Settings,
    account_limits: AccountLimits,
    message_limit: Attempts<i64>,
}

impl Chat {
    /// Puts the parts together.
    pub fn new(
        storage: Storage,
        clock: Arc<dyn Clock>,
        passwords: Passwords,
        tokens: AccessTokens,
        settings: Settings,
    ) -> Self {
        let account_limits = AccountLimits::new(&settings.quotas);
        let message_limit = Attempts::new(settings.quotas.messages);
        Self {
            storage,
            clock,
            passwords,
            tokens,
            settings,
            account_limits,
            message_limit,
        }
    }

    /// How this workspace is set up.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The clock that the use cases read.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The storage, for closing it.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }
}
