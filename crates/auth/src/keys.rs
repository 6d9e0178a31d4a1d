//! The keys that sign access tokens, and the text form in which they outlive a restart.

use std::collections::HashSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;

use crate::AuthError;
use crate::random::random_bytes;

/// Bytes in a key: as many as SHA-256 gives out, the least RFC 7518 (section 3.2) allows for HS256.
const KEY_BYTES: usize = 32;

/// Bytes in a key's id. It needs to be unique among a handful of keys, not secret.
const ID_BYTES: usize = 8;

/// The one version of the text form that exists so far.
const FORMAT_VERSION: u32 = 1;

/// The key that signs today, and older ones whose tokens still count.
///
/// An older key is kept for as long as a token it signed may live, then forgotten; forgetting it earlier ends the
/// tokens at once, which is what to do with a key that leaked.
#[derive(Clone)]
pub struct Keyring {
    current: Key,
    /// The newest first.
    older: Vec<Key>,
}

impl Keyring {
    /// A keyring with one new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`AuthError::NoRandomness`].
    pub fn generate() -> Result<Self, AuthError> {
        Ok(Self {
            current: Key::generate()?,
            older: Vec::new(),
        })
    }

    /// Signs with a new key from now on; the one that signed so far keeps verifying.
    ///
    /// # Errors
    /// [`AuthError::NoRandomness`]; the keyring is then as it was.
    pub fn rotate(&mut self) -> Result<(), AuthError> {
        let previous = std::mem::replace(&mut self.current, Key::generate()?);
        self.older.insert(0, previous);
        Ok(())
    }

    /// Forgets all older keys but the `keep` newest; tokens signed by the forgotten ones are refused.
    pub fn forget_older(&mut self, keep: usize) {
        self.older.truncate(keep);
    }

    /// The id (`kid`) of the key that signs.
    #[must_use]
    pub fn current_id(&self) -> &str {
        &self.current.id
    }

    /// The ids of the keys that only verify, the newest first.
    pub fn older_ids(&self) -> impl Iterator<Item = &str> {
        self.older.iter().map(|key| key.id.as_str())
    }

    /// The keyring as JSON, for a file that nobody but the server can read. **It contains the secrets.**
    ///
    /// ```json
    /// {"version": 1, "current": {"id": "…", "secret": "…"}, "older": [{"id": "…", "secret": "…"}]}
    /// ```
    /// Secrets are 32 bytes in base64url without padding; `older` has the newest first.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = |key: &Key| json!({"id": key.id, "secret": URL_SAFE_NO_PAD.encode(key.secret)});
        let older: Vec<_> = self.older.iter().map(written).collect();
        format!(
            "{:#}\n",
            json!({"version": FORMAT_VERSION, "current": written(&self.current), "older": older})
        )
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`KeyringError`], which says what is wrong without repeating any of the text.
    pub fn from_json(text: &str) -> Result<Self, KeyringError> {
        // The version alone first: a later version may have fields that this one must not judge.
        let Version { version } = serde_json::from_str(text).map_err(|error| KeyringError::at(&error))?;
        if version != FORMAT_VERSION {
            return Err(KeyringError::UnknownVersion(version));
        }
        let file: KeyringFile = serde_json::from_str(text).map_err(|error| KeyringError::at(&error))?;
        let current = Key::read(&file.current)?;
        let older = file.older.iter().map(Key::read).collect::<Result<Vec<_>, _>>()?;

        let mut ids = HashSet::from([current.id.as_str()]);
        if !older.iter().all(|key| ids.insert(&key.id)) {
            return Err(KeyringError::DuplicateId);
        }
        Ok(Self { current, older })
    }

    pub(crate) fn current(&self) -> &Key {
        &self.current
    }

    /// Every key that verifies, the current one first.
    pub(crate) fn verifying(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("current", &self.current.id)
            .field("older", &self.older_ids().collect::<Vec<_>>())
            .finish()
    }
}

/// Why a text is no keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// Not JSON, or not of this shape. The parser's own words are left out: they repeat what they stumble over,
    /// and that may be a key.
    #[error("the key file is not a keyring in JSON (line {line}, column {column})")]
    NotAKeyring {
        /// Line, from 1.
        line: usize,
        /// Column, from 1; 0 where the parser has none.
        column: usize,
    },
    /// Written by a version of the server that this one does not know.
    #[error("the key file has version {0}, but this server knows version {FORMAT_VERSION} only")]
    UnknownVersion(u32),
    /// A key's id is empty or longer than 64 bytes.
    #[error(
        "a key's id in the key file is empty or longer than {} bytes",
        Key::MAX_ID_BYTES
    )]
    BadId,
    /// A key's secret is not 32 bytes in base64url without padding.
    #[error("a key's secret in the key file is not {KEY_BYTES} bytes in base64url without padding")]
    BadSecret,
    /// Two keys share an id, so a token would not say which one signed it.
    #[error("two keys in the key file have the same id")]
    DuplicateId,
}

impl KeyringError {
    fn at(error: &serde_json::Error) -> Self {
        Self::NotAKeyring {
            line: error.line(),
            column: error.column(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: [u8; KEY_BYTES],
}

impl Key {
    /// An id is repeated in every token, so it may not be long.
    const MAX_ID_BYTES: usize = 64;

    fn generate() -> Result<Self, AuthError> {
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(random_bytes::<ID_BYTES>()?),
            secret: random_bytes()?,
        })
    }

    fn read(file: &KeyFile) -> Result<Self, KeyringError> {
        if !(1..=Self::MAX_ID_BYTES).contains(&file.id.len()) {
            return Err(KeyringError::BadId);
        }
        let secret = URL_SAFE_NO_PAD
            .decode(&file.secret)
            .map_err(|_| KeyringError::BadSecret)?;
        let secret = secret.try_into().map_err(|_| KeyringError::BadSecret)?;
        Ok(Self {
            id: file.id.clone(),
            secret,
        })
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyringFile {
    #[serde(rename = "version")]
    _version: u32,
    current: KeyFile,
    older: Vec<KeyFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    id: String,
    secret: String,
}

#[cfg(test)]
mod tests;
