//! Why a use case did not do what it was asked.
//!
//! [`ChatError::Denied`] is for people: it has a stable code and a sentence. The others are the server's own trouble:
//! nothing was written, and the same call may succeed later. Their details go to the log, never to the caller.

use chatterbox_auth::AuthError;
use chatterbox_domain::{Denial, FieldError};
use chatterbox_storage::{JobError, StorageError};

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The caller may not, or asked for something impossible.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// The database did not do its part.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Hashing or signing did not do its part.
    #[error(transparent)]
    Auth(#[from] AuthError),
}

impl From<FieldError> for ChatError {
    fn from(error: FieldError) -> Self {
        Self::Denied(error.into())
    }
}

impl JobError for ChatError {
    fn storage_failure(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => error.storage_failure(),
            Self::Denied(_) | Self::Auth(_) => None,
        }
    }
}
