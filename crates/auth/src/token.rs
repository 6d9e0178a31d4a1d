//! Access tokens: short-lived JWTs that say who somebody is and in which session.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use chatterbox_domain::{SessionId, Timestamp, UserId};
use chrono::DateTime;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::Keyring;

/// The longest text that is looked at, in bytes. Ours have about 250.
const MAX_TOKEN_BYTES: usize = 4 * 1024;

/// The one algorithm. What a token's header says is only ever compared with it.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Issues access tokens and verifies them.
///
/// Time is an argument. A token counts until, and not including, the second in which it expires; there is no leeway,
/// because issuer and judge share a clock. A token says nothing about roles or blocks: those are facts that change
/// faster than tokens expire. Cheap to make: after a change of the keyring make another one.
pub struct AccessTokens {
    header: Header,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
    lifetime_s: u64,
}

impl AccessTokens {
    /// Signs with the current key of `keyring` and verifies with all of them. Tokens live for `lifetime`, cut down to
    /// whole seconds.
    #[must_use]
    pub fn new(keyring: &Keyring, lifetime: Duration) -> Self {
        // jsonwebtoken finds its cryptography by cargo features and panics at first use when a crate far away turns on
        // the other one as well. Naming it makes that impossible; when somebody was faster, theirs is as good.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();

        let mut validation = Validation::new(ALGORITHM);
        // Time is judged here, against the argument; the other claims by the shape of `Payload`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims = HashSet::new();

        let current = keyring.current();
        Self {
            header: Header {
                kid: Some(current.id.clone()),
                ..Header::new(ALGORITHM)
            },
            signing: EncodingKey::from_secret(&current.secret),
            verifying: keyring
                .verifying()
                .map(|key| (key.id.clone(), DecodingKey::from_secret(&key.secret)))
                .collect(),
            validation,
            lifetime_s: lifetime.as_secs(),
        }
    }

    /// A token for `user` in `session` that counts from `now` for the lifetime.
    #[must_use]
    pub fn issue(&self, user: UserId, session: SessionId, now: Timestamp) -> AccessToken {
        let iat = now.timestamp();
        let payload = Payload {
            sub: user.to_string(),
            sid: session.0,
            iat,
            exp: iat.saturating_add_unsigned(self.lifetime_s),
        };
        let token = jsonwebtoken::encode(&self.header, &payload, &self.signing)
            .expect("HMAC signs with any key, and a string and three numbers are always JSON");
        AccessToken {
            token,
            expires_in_s: self.lifetime_s,
        }
    }

    /// Whom the token speaks for, if it counts at `now`. Whether the session still exists is for the caller to ask.
    ///
    /// # Errors
    /// [`TokenError`]. The signature is judged before anything that is signed, so only the holder of a real token
    /// learns that it is `Expired`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        let id = header.kid.ok_or(TokenError::Malformed)?;
        let key = self.verifying.get(&id).ok_or(TokenError::UnknownKey)?;
        let payload = jsonwebtoken::decode::<Payload>(token, key, &self.validation)
            .map_err(|error| TokenError::because(&error))?;
        let claims = Claims::read(&payload.claims).ok_or(TokenError::Malformed)?;
        if now >= claims.expires_at {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("signs_with", &self.header.kid)
            .field("lifetime_s", &self.lifetime_s)
            .finish_non_exhaustive()
    }
}

/// A token that was just issued.
#[derive(Clone)]
pub struct AccessToken {
    /// The JWT. Whoever has it acts as its owner until it expires.
    pub token: String,
    /// Seconds until it expires, counted from the whole second of its issue.
    pub expires_in_s: u64,
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_in_s", &self.expires_in_s)
            .finish_non_exhaustive()
    }
}

/// What a token that counts says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Who it speaks for.
    pub user: UserId,
    /// The session it was issued in.
    pub session: SessionId,
    /// When it was issued, to the second.
    pub issued_at: Timestamp,
    /// The first second in which it does not count any more.
    pub expires_at: Timestamp,
}

impl Claims {
    fn read(payload: &Payload) -> Option<Self> {
        Some(Self {
            user: UserId(payload.sub.parse().ok()?),
            session: SessionId(payload.sid),
            issued_at: DateTime::from_timestamp(payload.iat, 0)?,
            expires_at: DateTime::from_timestamp(payload.exp, 0)?,
        })
    }
}

/// Why a token does not count. To a client all of them are "sign in or refresh"; the difference is for logs and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Longer than 4 KiB; not looked at.
    #[error("the access token is too long")]
    TooLong,
    /// Not a JWT with a known algorithm and a key id (`alg` "none" is not known), or one of ours without our claims.
    #[error("the access token is malformed")]
    Malformed,
    /// Signed with a key that is not in the keyring, or not any more.
    #[error("the access token is signed with an unknown key")]
    UnknownKey,
    /// The signature is not ours, or it claims another algorithm.
    #[error("the access token is forged")]
    Forged,
    /// It was real, but its time is over.
    #[error("the access token has expired")]
    Expired,
}

impl TokenError {
    fn because(error: &jsonwebtoken::errors::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Self::Forged,
            _ => Self::Malformed,
        }
    }
}

/// The claims as they stand in the token; all of them are required.
#[derive(Serialize, Deserialize)]
struct Payload {
    /// The user's id; a string, because RFC 7519 (section 4.1.2) says so.
    sub: String,
    sid: i64,
    /// Seconds since 1970.
    iat: i64,
    /// Seconds since 1970.
    exp: i64,
}

#[cfg(test)]
mod tests;
