//! What exists once.

use diesel::prelude::*;

use crate::db::{Db, each_backend};
use crate::error::StorageError;
use crate::schema::{users, workspace};

/// Makes the caller's transaction the one that brings the owner, if no other has: true exactly once in the life of a
/// database, also when two ask at the same instant.
///
/// # Errors
/// When the database fails.
pub fn claim_ownership(db: &mut Db) -> Result<bool, StorageError> {
    let free = workspace::table.filter(workspace::owner_claimed.eq(false));
    let claimed =
        each_backend!(db, c => diesel::update(free).set(workspace::owner_claimed.eq(true)).execute(c))?;
    Ok(claimed == 1)
}

/// Whether any account exists.
///
/// # Errors
/// When the database fails.
pub fn has_accounts(db: &mut Db) -> Result<bool, StorageError> {
    let any = users::table.select(users::id).limit(1);
    Ok(each_backend!(db, c => any.first::<i64>(c).optional())?.is_some())
}
