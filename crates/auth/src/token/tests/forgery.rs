//! Tokens with any header and payload, by somebody who may even know the real key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};

use super::noon;
use crate::Keyring;

pub(super) struct Forgery {
    pub(super) header: Value,
    pub(super) payload: Value,
}

impl Forgery {
    /// What the server itself would issue to Ann at noon.
    pub(super) fn of(keyring: &Keyring) -> Self {
        let (iat, exp) = (noon().timestamp(), noon().timestamp() + 900);
        Self {
            header: json!({"typ": "JWT", "alg": "HS256", "kid": keyring.current_id()}),
            payload: json!({"sub": "5", "sid": 9, "iat": iat, "exp": exp}),
        }
    }

    pub(super) fn header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    pub(super) fn claim(mut self, name: &str, value: Value) -> Self {
        self.payload[name] = value;
        self
    }

    pub(super) fn without_claim(mut self, name: &str) -> Self {
        self.payload.as_object_mut().unwrap().remove(name);
        self
    }

    pub(super) fn without_key_id(mut self) -> Self {
        self.header.as_object_mut().unwrap().remove("kid");
        self
    }

    fn unsigned(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.payload))
    }

    pub(super) fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.unsigned(), URL_SAFE_NO_PAD.encode(signature))
    }

    pub(super) fn signed(&self, key: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(self.unsigned().as_bytes());
        self.with_signature(&mac.finalize().into_bytes())
    }

    pub(super) fn signed_with_sha_512(&self, key: &[u8]) -> String {
        let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
        mac.update(self.unsigned().as_bytes());
        self.with_signature(&mac.finalize().into_bytes())
    }
}
