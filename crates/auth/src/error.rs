//! What can go wrong while hashing and drawing secrets.
//!
//! When to use which: [`AuthError`] is never the person's fault. `Busy` asks them to come back, everything else is
//! logged by the caller and shown as an internal error. A wrong password is no error but a
//! [`Verification`](crate::Verification); a token that does not count is a [`TokenError`](crate::TokenError).

use crate::Cost;

/// Why a password could not be hashed or judged, or a secret not be made.
///
/// No message contains a password, a hash or a key, so each of them may be logged.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// All places in the waiting line are taken. Answer "try again soon".
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// The stored hash is no argon2 hash this crate can judge: damaged, of another scheme, or dearer than
    /// [`Cost::CEILING`].
    #[error("the stored password hash cannot be used: {0}")]
    MalformedHash(&'static str),
    /// The cost asked for is outside of what argon2 allows or above [`Cost::CEILING`].
    #[error("argon2 cannot work with {} KiB of memory, {} passes and {} lanes", .0.memory_kib, .0.passes, .0.lanes)]
    ImpossibleCost(Cost),
    /// argon2 gave up, in practice because the memory could not be had.
    #[error("the password could not be hashed: {0}")]
    Hashing(argon2::password_hash::Error),
    /// The blocking thread ended without an answer: the runtime is shutting down.
    #[error("password hashing was interrupted")]
    Interrupted,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(getrandom::Error),
}
