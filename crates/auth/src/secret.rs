//! Refresh secrets: what a device keeps in order to get new access tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::AuthError;
use crate::random::random_bytes;

/// Bytes in a refresh secret.
const SECRET_BYTES: usize = 32;

/// Characters of a refresh secret as text: 32 bytes in base64 without padding.
const SECRET_CHARS: usize = 43;

/// Says what the HMAC is for, so that no other use of the same secret can ever give the same bytes.
const SUCCESSOR_DOMAIN: &[u8] = b"chatterbox refresh successor 1\0";

/// A secret of 32 random bytes; as text 43 characters of base64url without padding.
///
/// Whoever has it can continue the session, so it prints nowhere: [`expose`](Self::expose) is the only way out.
#[derive(Clone)]
pub struct RefreshSecret([u8; SECRET_BYTES]);

impl RefreshSecret {
    /// A new secret from the operating system's randomness.
    ///
    /// # Errors
    /// [`AuthError::NoRandomness`].
    pub fn generate() -> Result<Self, AuthError> {
        random_bytes().map(Self)
    }

    /// Reads a secret as [`expose`](Self::expose) wrote it.
    ///
    /// # Errors
    /// [`MalformedSecret`] for everything but exactly 43 characters of canonical base64url.
    pub fn parse(text: &str) -> Result<Self, MalformedSecret> {
        // The length first: what a client sends can be long, and decoding it would cost memory.
        if text.len() != SECRET_CHARS {
            return Err(MalformedSecret);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| MalformedSecret)?;
        bytes.try_into().map(Self).map_err(|_| MalformedSecret)
    }

    /// The secret as text, for the cookie or the answer to its owner and for nothing else.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored in its place. A plain SHA-256 is enough: 256 random bits cannot be guessed, so there is
    /// nothing for a slow hash to slow down.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// The secret that follows this one when it is exchanged in the attempt called `attempt`.
    ///
    /// The same secret and the same attempt always give the same successor, so a client that lost the reply can ask
    /// again and gets what it missed instead of being taken for a thief. It is the HMAC-SHA-256 of the attempt under
    /// this secret; without both nothing can be said about it. Attempt ids are chosen by the client and must be
    /// unguessable (a random UUID); bound their length before calling.
    #[must_use]
    pub fn successor(&self, attempt: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(SUCCESSOR_DOMAIN);
        mac.update(attempt.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for RefreshSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshSecret(..)")
    }
}

/// The SHA-256 of a refresh secret. It displays as 64 lower-case hexadecimal digits, which is how it is stored.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Whether `stored` is this hash as text. Takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, stored: &str) -> bool {
        self.to_string().as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Display for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// The text is no refresh secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a refresh secret")]
pub struct MalformedSecret;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret_of(byte: u8) -> RefreshSecret {
        RefreshSecret([byte; SECRET_BYTES])
    }

    #[test]
    fn two_generated_secrets_differ() {
        let (one, other) = (
            RefreshSecret::generate().unwrap(),
            RefreshSecret::generate().unwrap(),
        );
        assert_ne!(one.expose(), other.expose());
        assert_ne!(one.hash(), other.hash());
    }

    #[test]
    fn a_secret_is_read_back_as_it_was_exposed() {
        let secret = RefreshSecret::generate().unwrap();
        let text = secret.expose();
        assert_eq!(text.len(), SECRET_CHARS);
        assert_eq!(RefreshSecret::parse(&text).unwrap().hash(), secret.hash());
    }

    #[test]
    fn anything_but_43_canonical_characters_is_refused() {
        let good = secret_of(0xff).expose();
        assert!(
            RefreshSecret::parse(&good).is_ok(),
            "{good} is the base of the table"
        );
        let table = [
            ("empty", String::new()),
            ("one character short", good[1..].to_owned()),
            ("one character long", format!("{good}A")),
            ("padded", format!("{good}=")),
            ("the standard alphabet", good.replace('_', "/")),
            ("white space around it", format!(" {}", &good[1..])),
            ("not ASCII, 43 bytes", format!("{}é", &good[2..])),
            (
                "bits beyond the last byte",
                format!("{}9", &good[..SECRET_CHARS - 1]),
            ),
        ];
        for (what, text) in table {
            assert_eq!(
                RefreshSecret::parse(&text).err(),
                Some(MalformedSecret),
                "{what}: {text:?}"
            );
        }
    }

    #[test]
    fn the_stored_hash_is_the_sha_256_in_hexadecimal() {
        // Reference value: `head -c 32 /dev/zero | sha256sum`.
        let expected = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert_eq!(secret_of(0).hash().to_string(), expected);
        assert!(secret_of(0).hash().matches(expected));
        for other in [
            "",
            &expected[1..],
            &expected.to_uppercase(),
            &secret_of(1).hash().to_string(),
        ] {
            assert!(!secret_of(0).hash().matches(other), "{other}");
        }
    }

    #[test]
    fn the_same_attempt_derives_the_same_successor_and_another_one_another() {
        let secret = secret_of(7);
        let next = secret.successor("attempt 1").expose();
        assert_eq!(next, secret.successor("attempt 1").expose());
        let others = [
            ("another attempt", secret.successor("attempt 2")),
            ("no attempt", secret.successor("")),
            ("another secret", secret_of(8).successor("attempt 1")),
            (
                "the successor's successor",
                secret.successor("attempt 1").successor("attempt 1"),
            ),
            ("the secret itself", secret),
        ];
        for (what, other) in others {
            assert_ne!(next, other.expose(), "{what}");
        }
    }

    #[test]
    fn a_successor_stays_what_it_is_across_versions() {
        // A server that is updated between an attempt and its repetition must derive the same secret.
        // Reference value: Python's hmac over b"chatterbox refresh successor 1\0" + b"attempt".
        assert_eq!(
            secret_of(7).successor("attempt").expose(),
            "7gIHrz78Kv1ZJK5_rEYjm8pYQVyM5GE2uFqTz4x0krI"
        );
    }

    #[test]
    fn secrets_and_their_hashes_do_not_print() {
        let secret = secret_of(7);
        assert_eq!(
            format!("{secret:?} {:?}", secret.hash()),
            "RefreshSecret(..) SecretHash(..)"
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_accepts_only_what_it_would_write(text in ".{0,50}|[A-Za-z0-9_-]{43}") {
            if let Ok(secret) = RefreshSecret::parse(&text) {
                prop_assert_eq!(secret.expose(), text);
            }
        }
    }
}
