//! Counting attempts per account, address or person.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use chatterbox_domain::rate::{Quota, Usage};
use chatterbox_domain::{Denial, Timestamp};

/// Keys that are remembered at most. When there are more, those whose quota is free again are forgotten; if that is
/// not enough, new keys have to wait: an attacker with many addresses cannot use up the memory.
const MAX_KEYS: usize = 100_000;

/// A quota for each key.
pub(crate) struct Attempts<K> {
    quota: Quota,
    used: Mutex<HashMap<K, Usage>>,
}

impl<K: Hash + Eq> Attempts<K> {
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            used: Mutex::new(HashMap::new()),
        }
    }

    /// Counts an attempt of `key`.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<(), Denial> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MAX_KEYS {
            used.retain(|_, usage| !usage.is_over(now));
            if used.len() >= MAX_KEYS && !used.contains_key(&key) {
                return Err(Denial::RateLimited {
                    retry_after_ms: 10_000,
                });
            }
        }
        let after = self.quota.take(used.get(&key).copied(), now)?;
        used.insert(key, after);
        Ok(())
    }

    /// Uncounts an attempt that turned out to be right.
    pub(crate) fn give_back(&self, key: &K) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(usage) = used.get_mut(key) {
            *usage = self.quota.give_back(*usage);
        }
    }
}
