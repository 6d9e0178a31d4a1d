//! The computation behind [`Passwords`](crate::Passwords): argon2id hashes, made and compared on the calling thread.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};

use crate::random::random_bytes;
use crate::{AuthError, Cost, Verification};

/// Bytes of random salt in a hash.
const SALT_BYTES: usize = 16;

/// Bytes of a hash's output.
const OUTPUT_BYTES: usize = 32;

/// Makes hashes of one cost and judges passwords by hashes of any.
pub(crate) struct Argon {
    params: Params,
    /// Stands in for the hash of somebody who does not exist.
    nobody: PasswordHash,
    work_done_kib: AtomicU64,
}

impl Argon {
    pub(crate) fn new(cost: Cost) -> Result<Self, AuthError> {
        if !Cost::CEILING.covers(cost) {
            return Err(AuthError::ImpossibleCost(cost));
        }
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(OUTPUT_BYTES))
            .map_err(|_| AuthError::ImpossibleCost(cost))?;
        Ok(Self {
            nobody: hash_of_nobody(&params)?,
            params,
            work_done_kib: AtomicU64::new(0),
        })
    }

    pub(crate) fn hash(&self, password: &str) -> Result<String, AuthError> {
        let salt = random_bytes::<SALT_BYTES>()?;
        self.count(&self.params);
        let hash = argon2id(self.params.clone())
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(AuthError::Hashing)?;
        Ok(hash.to_string())
    }

    pub(crate) fn verify(&self, password: &str, stored: Option<&str>) -> Result<Verification, AuthError> {
        let hash = match stored {
            Some(text) => {
                PasswordHash::new(text).map_err(|_| AuthError::MalformedHash("not a PHC string"))?
            }
            None => self.nobody.clone(),
        };
        let params = judge(&hash)?;
        self.count(&params);
        // The verifier takes algorithm, version and parameters from the hash and compares in constant time.
        let verified = argon2id(params.clone()).verify_password(password.as_bytes(), &hash);
        match (verified, stored) {
            (Ok(()), Some(_)) if self.is_outdated(&hash, &params) => Ok(Verification::RightButOutdated),
            (Ok(()), Some(_)) => Ok(Verification::Right),
            (Ok(()), None) | (Err(HashError::PasswordInvalid), _) => Ok(Verification::Wrong),
            (Err(error), _) => Err(AuthError::Hashing(error)),
        }
    }

    pub(crate) fn work_done_kib(&self) -> u64 {
        self.work_done_kib.load(Ordering::Relaxed)
    }

    fn count(&self, params: &Params) {
        let kib = u64::from(params.m_cost()) * u64::from(params.t_cost());
        self.work_done_kib.fetch_add(kib, Ordering::Relaxed);
    }

    /// Whether today's hashes are stronger than `hash` in any respect. A stronger one than today's is kept.
    fn is_outdated(&self, hash: &PasswordHash, params: &Params) -> bool {
        hash.algorithm != ARGON2ID_IDENT
            || hash.version != Some(Version::V0x13.into())
            || !cost_of(params).covers(cost_of(&self.params))
            || params.output_len() < Some(OUTPUT_BYTES)
    }
}

impl fmt::Debug for Argon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon")
            .field("cost", &cost_of(&self.params))
            .finish_non_exhaustive()
    }
}

fn argon2id(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn cost_of(params: &Params) -> Cost {
    Cost {
        memory_kib: params.m_cost(),
        passes: params.t_cost(),
        lanes: params.p_cost(),
    }
}

/// A hash with random salt and output: as much work to verify as a real one, and no password is known for it.
/// Drawn and not computed, because a computation would be paid at every start of the server.
fn hash_of_nobody(params: &Params) -> Result<PasswordHash, AuthError> {
    let shape = |_| AuthError::Hashing(HashError::Internal);
    Ok(PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(AuthError::Hashing)?,
        salt: Some(Salt::new(&random_bytes::<SALT_BYTES>()?).map_err(shape)?),
        hash: Some(Output::new(&random_bytes::<OUTPUT_BYTES>()?).map_err(shape)?),
    })
}

/// The parameters of a hash that may be computed, or why it may not.
fn judge(hash: &PasswordHash) -> Result<Params, AuthError> {
    if Algorithm::new(hash.algorithm.as_str()).is_err() {
        return Err(AuthError::MalformedHash("not an argon2 hash"));
    }
    if hash
        .version
        .is_some_and(|version| Version::try_from(version).is_err())
    {
        return Err(AuthError::MalformedHash("unknown argon2 version"));
    }
    // Without these two the verifier answers "wrong password", and nobody would learn that the row is damaged.
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(AuthError::MalformedHash("salt or output is missing"));
    }
    let params = Params::try_from(hash).map_err(|_| AuthError::MalformedHash("impossible parameters"))?;
    if !Cost::CEILING.covers(cost_of(&params)) {
        return Err(AuthError::MalformedHash("its cost is above the ceiling"));
    }
    Ok(params)
}

#[cfg(test)]
mod tests;
