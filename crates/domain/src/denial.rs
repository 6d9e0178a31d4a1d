//! Every answer "no" that a person can cause, each with a stable code and a sentence.
//!
//! Use [`Denial::Invalid`] when the input itself is wrong, [`Denial::NotFound`] for everything that does not exist
//! *or is not the caller's to see* (the two must look the same), and the others for a caller who is known and may
//! know why. What the caller cannot have caused (a full disk, a broken connection) is not a denial.

use thiserror::Error;

/// One thing that is wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as on the wire.
    pub field: &'static str,
    /// A stable code such as `too_long`.
    pub code: &'static str,
    /// A sentence for people: what is wrong and what to write instead.
    pub message: String,
}

impl FieldError {
    /// An error of `field`, in words that name the limit.
    pub fn new(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            code,
            message: message.into(),
        }
    }
}

impl From<FieldError> for Denial {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denial {
    /// The input is wrong; never empty.
    #[error("{}", .0.first().map_or("The input is not valid.", |e| e.message.as_str()))]
    Invalid(Vec<FieldError>),
    /// It does not exist, or the caller may not know that it does.
    #[error("There is nothing here, or it is not yours to see.")]
    NotFound,
    /// The caller sees the thing but may not do this to it.
    #[error("You may not do this.")]
    Forbidden,
    /// No account has this name, or the password is wrong: one answer for both.
    #[error("The name or the password is wrong.")]
    InvalidCredentials,
    /// The present password was asked for and is wrong.
    #[error("The current password is wrong.")]
    WrongPassword,
    /// The session has been ended, or its refresh secret was used before.
    #[error("This session has ended. Sign in again.")]
    SessionEnded,
    /// The account is blocked.
    #[error("This account is blocked.")]
    AccountBlocked,
    /// Somebody has this name, or one that looks the same.
    #[error("This username is taken, or looks like one that is.")]
    UsernameTaken,
    /// An account with this e-mail address exists.
    #[error("An account with this e-mail address exists already.")]
    EmailTaken,
    /// The workspace takes no new accounts.
    #[error("Sign-up is closed on this server.")]
    SignUpClosed,
    /// Too much in too short a time.
    #[error("Too many attempts. Try again in {} s.", retry_after_ms.div_ceil(1000))]
    RateLimited {
        /// How long until the next attempt can succeed.
        retry_after_ms: u64,
    },
    /// The message has been deleted, so it cannot be changed.
    #[error("This message has been deleted.")]
    MessageDeleted,
    /// The client key belongs to a message that the same person sent to another room.
    #[error("This client_key was used for a message in another room. Make a new one for each message.")]
    ClientKeyReused,
}

impl Denial {
    /// The stable code that clients rely on; it never changes its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::InvalidCredentials => "invalid_credentials",
            Self::WrongPassword => "wrong_password",
            Self::SessionEnded => "session_ended",
            Self::AccountBlocked => "account_blocked",
            Self::UsernameTaken => "username_taken",
            Self::EmailTaken => "email_taken",
            Self::SignUpClosed => "sign_up_closed",
            Self::RateLimited { .. } => "rate_limited",
            Self::MessageDeleted => "message_deleted",
            Self::ClientKeyReused => "client_key_reused",
        }
    }
}
