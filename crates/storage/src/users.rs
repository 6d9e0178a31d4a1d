//! Accounts.

use chatterbox_domain::{Role, Timestamp, User, UserId};
use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::{Db, each_backend};
use crate::error::StorageError;
use crate::moments;
use crate::schema::users;

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name as shown.
    pub username: String,
    /// Unique: the name without regard to case.
    pub username_key: String,
    /// Unique: what names that look the same have in common.
    pub username_look: String,
    /// The address as typed.
    pub email: Option<String>,
    /// Unique: the address without regard to case.
    pub email_key: Option<String>,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// What the account may do.
    pub role: Role,
    /// When it is made.
    pub created_at: Timestamp,
}

/// Which of an account's unique values exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collision {
    /// The username, or one that looks like it.
    Username,
    /// The e-mail address.
    Email,
}

/// What signing in needs to know.
#[derive(Clone, Debug)]
pub struct SignInRecord {
    /// The account.
    pub id: UserId,
    /// The password's hash in PHC form.
    pub password_hash: String,
}

/// An account with what only itself and administrators see.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    /// What everybody sees.
    pub user: User,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Whether it is blocked.
    pub is_blocked: bool,
}

type UserRow = (
    i64,
    String,
    String,
    String,
    String,
    Option<NaiveDateTime>,
    NaiveDateTime,
);
type UserColumns = (
    users::id,
    users::username,
    users::display_name,
    users::role,
    users::about,
    users::last_seen_at,
    users::created_at,
);
const USER: UserColumns = (
    users::id,
    users::username,
    users::display_name,
    users::role,
    users::about,
    users::last_seen_at,
    users::created_at,
);

fn user((id, username, display_name, role, about, last_seen_at, created_at): UserRow) -> User {
    User {
        id: UserId(id),
        username,
        display_name,
        // The table's CHECK admits no other word; the least role is the safe reading of a damaged one.
        role: Role::named(&role).unwrap_or(Role::Member),
        about,
        created_at: moments::read(created_at),
        last_seen_at: last_seen_at.map(moments::read),
    }
}

/// Makes an account.
///
/// # Errors
/// [`StorageError::Taken`] when a unique value exists already; see [`collision`].
pub fn insert(db: &mut Db, new: NewUser) -> Result<User, StorageError> {
    let row = (
        users::username.eq(&new.username),
        users::username_key.eq(&new.username_key),
        users::username_look.eq(&new.username_look),
        users::display_name.eq(&new.username),
        users::email.eq(&new.email),
        users::email_key.eq(&new.email_key),
        users::password_hash.eq(&new.password_hash),
        users::role.eq(new.role.as_str()),
        users::about.eq(""),
        users::created_at.eq(moments::stored(new.created_at)),
    );
    let id: i64 = each_backend!(db, c => diesel::insert_into(users::table).values(row).returning(users::id).get_result(c))?;
    Ok(User {
        id: UserId(id),
        display_name: new.username.clone(),
        username: new.username,
        role: new.role,
        about: String::new(),
        created_at: new.created_at,
        last_seen_at: None,
    })
}

/// What an [`insert`] collided with.
pub fn collision(error: &StorageError) -> Option<Collision> {
    match error {
        StorageError::Taken(name) if name.contains("username") => Some(Collision::Username),
        StorageError::Taken(name) if name.contains("email") => Some(Collision::Email),
        _ => None,
    }
}

/// The account that signs in by `username_key` or by `email_key`; a username wins over an address.
///
/// # Errors
/// When the database fails.
pub fn find_for_sign_in(
    db: &mut Db,
    username_key: &str,
    email_key: &str,
) -> Result<Option<SignInRecord>, StorageError> {
    let by_name = users::table
        .filter(users::username_key.eq(username_key))
        .select((users::id, users::password_hash));
    let found: Option<(i64, String)> = each_backend!(db, c => by_name.get_result(c).optional())?;
    let found = if found.is_none() {
        let by_email = users::table
            .filter(users::email_key.eq(email_key))
            .select((users::id, users::password_hash));
        each_backend!(db, c => by_email.get_result(c).optional())?
    } else {
        found
    };
    Ok(found.map(|(id, password_hash)| SignInRecord {
        id: UserId(id),
        password_hash,
    }))
}

/// One account.
///
/// # Errors
/// When the database fails.
pub fn get(db: &mut Db, id: UserId) -> Result<Option<User>, StorageError> {
    let statement = users::table.find(id.0).select(USER);
    Ok(each_backend!(db, c => statement.get_result::<UserRow>(c).optional())?.map(user))
}

/// One account with what only itself and administrators see.
///
/// # Errors
/// When the database fails.
pub fn get_account(db: &mut Db, id: UserId) -> Result<Option<AccountRecord>, StorageError> {
    let statement = users::table
        .find(id.0)
        .select((USER, users::email, users::blocked_at));
    let row = each_backend!(db, c => statement.get_result::<(UserRow, Option<String>, Option<NaiveDateTime>)>(c).optional())?;
    Ok(row.map(|(row, email, blocked_at)| AccountRecord {
        user: user(row),
        email,
        is_blocked: blocked_at.is_some(),
    }))
}

/// The password's hash of an account.
///
/// # Errors
/// When the database fails.
pub fn password_hash(db: &mut Db, id: UserId) -> Result<Option<String>, StorageError> {
    let statement = users::table.find(id.0).select(users::password_hash);
    Ok(each_backend!(db, c => statement.get_result(c).optional())?)
}

/// At most `limit` accounts with ids above `after`, in their order.
///
/// # Errors
/// When the database fails.
pub fn page(db: &mut Db, after: UserId, limit: i64) -> Result<Vec<User>, StorageError> {
    let statement = users::table
        .filter(users::id.gt(after.0))
        .order(users::id)
        .limit(limit)
        .select(USER);
    Ok(each_backend!(db, c => statement.load::<UserRow>(c))?
        .into_iter()
        .map(user)
        .collect())
}

/// Those of `ids` that exist, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub fn some(db: &mut Db, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let statement = users::table
        .filter(users::id.eq_any(ids))
        .order(users::id)
        .select(USER);
    Ok(each_backend!(db, c => statement.load::<UserRow>(c))?
        .into_iter()
        .map(user)
        .collect())
}

/// Changes what a person says of themselves; `None` leaves it as it is. Answers the account as it is now.
///
/// # Errors
/// When the database fails.
pub fn update_profile(
    db: &mut Db,
    id: UserId,
    display_name: Option<&str>,
    about: Option<&str>,
) -> Result<Option<User>, StorageError> {
    if let Some(name) = display_name {
        let account = users::table.find(id.0);
        each_backend!(db, c => diesel::update(account).set(users::display_name.eq(name)).execute(c))?;
    }
    if let Some(about) = about {
        let account = users::table.find(id.0);
        each_backend!(db, c => diesel::update(account).set(users::about.eq(about)).execute(c))?;
    }
    get(db, id)
}

/// Replaces a password's hash.
///
/// # Errors
/// When the database fails.
pub fn set_password_hash(db: &mut Db, id: UserId, hash: &str) -> Result<(), StorageError> {
    let account = users::table.find(id.0);
    each_backend!(db, c => diesel::update(account).set(users::password_hash.eq(hash)).execute(c))?;
    Ok(())
}

/// Blocks an account since a moment, or with `None` lets it in again. Ending its sessions is the caller's decision.
///
/// # Errors
/// When the database fails.
pub fn set_blocked_at(db: &mut Db, id: UserId, since: Option<Timestamp>) -> Result<(), StorageError> {
    let account = users::table.find(id.0);
    let since = since.map(moments::stored);
    each_backend!(db, c => diesel::update(account).set(users::blocked_at.eq(since)).execute(c))?;
    Ok(())
}

/// Notes when people were last online.
///
/// # Errors
/// When the database fails.
pub fn set_last_seen(db: &mut Db, seen: &[(UserId, Timestamp)]) -> Result<(), StorageError> {
    for (id, at) in seen {
        let account = users::table.find(id.0);
        let at = moments::stored(*at);
        each_backend!(db, c => diesel::update(account).set(users::last_seen_at.eq(at)).execute(c))?;
    }
    Ok(())
}
