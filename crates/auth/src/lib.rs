//! Passwords, access tokens, refresh secrets and the keys that sign them.
//!
//! Somebody proves who they are with a password ([`Passwords`]). They get two things for it: an access token
//! ([`AccessTokens`]), which is short-lived, goes along with every request and is verified without a database, and a
//! refresh secret ([`RefreshSecret`]), which is stored hashed, goes along only to get the next access token and is
//! exchanged for its successor each time. Tokens are signed by the keys of a [`Keyring`].
//!
//! This crate computes. It reads no clock (time is an argument), no files and no environment; the operating system's
//! randomness is all it takes from outside. It stores nothing: sessions, the detection of reused secrets and the
//! limits on attempts are decided elsewhere. Nothing secret appears in `Debug` output or in an error's message.
//!
//! ```
//! use std::num::NonZeroUsize;
//! use std::time::Duration;
//!
//! use chatterbox_auth::{AccessTokens, Capacity, Cost, Keyring, Passwords, RefreshSecret, Verification};
//! use chatterbox_domain::{SessionId, Timestamp, UserId};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let capacity = Capacity { running: NonZeroUsize::MIN, waiting: 100 };
//! // A real server takes `Cost::DEFAULT`.
//! let passwords = Passwords::new(Cost::for_tests(), capacity)?;
//! let stored = passwords.hash("correct horse battery staple".to_owned()).await?;
//! let verification = passwords.verify("correct horse battery staple".to_owned(), Some(stored)).await?;
//! assert_eq!(verification, Verification::Right);
//!
//! let tokens = AccessTokens::new(&Keyring::generate()?, Duration::from_secs(15 * 60));
//! let now = Timestamp::UNIX_EPOCH;
//! let issued = tokens.issue(UserId(5), SessionId(9), now);
//! assert_eq!(tokens.verify(&issued.token, now)?.user, UserId(5));
//!
//! let secret = RefreshSecret::generate()?;
//! let to_store = secret.hash().to_string();
//! assert!(RefreshSecret::parse(&secret.expose())?.hash().matches(&to_store));
//! # Ok(())
//! # })
//! # }
//! ```

mod argon;
mod error;
mod keys;
mod password;
mod random;
mod secret;
mod token;

pub use error::AuthError;
pub use keys::{Keyring, KeyringError};
pub use password::{Capacity, Cost, Passwords, Verification};
pub use secret::{MalformedSecret, RefreshSecret, SecretHash};
pub use token::{AccessToken, AccessTokens, Claims, TokenError};
