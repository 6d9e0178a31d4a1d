//! Sessions and the refresh secrets that keep them alive.

use chatterbox_domain::{CallerFacts, EndReason, Role, SessionId, Timestamp, UserId};
use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::db::{Db, each_backend};
use crate::error::StorageError;
use crate::moments;
use crate::schema::{refresh_secrets, sessions, users};

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub user_id: UserId,
    /// What the device calls itself.
    pub user_agent: String,
    /// Where it signs in from.
    pub address: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself unless it is refreshed.
    pub expires_at: Timestamp,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// The session.
    pub id: SessionId,
    /// What the device calls itself.
    pub user_agent: String,
    /// Where it signed in from or refreshed from last.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it last refreshed.
    pub last_used_at: Timestamp,
}

/// A refresh secret that was handed out.
#[derive(Clone, Debug)]
pub struct SecretRecord {
    /// Its session.
    pub session_id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// Whether it has been exchanged for the next one.
    pub is_spent: bool,
    /// The name of the attempt in which it was exchanged.
    pub attempt: Option<String>,
}

/// Opens a session.
///
/// # Errors
/// When the database fails.
pub fn insert(db: &mut Db, new: &NewSession) -> Result<SessionId, StorageError> {
    let row = (
        sessions::user_id.eq(new.user_id.0),
        sessions::user_agent.eq(&new.user_agent),
        sessions::address.eq(&new.address),
        sessions::created_at.eq(moments::stored(new.created_at)),
        sessions::last_used_at.eq(moments::stored(new.created_at)),
        sessions::expires_at.eq(moments::stored(new.expires_at)),
    );
    let id = each_backend!(db, c => diesel::insert_into(sessions::table).values(row).returning(sessions::id).get_result(c))?;
    Ok(SessionId(id))
}

/// What every use case must know of its caller; `None` for a session that never existed.
///
/// # Errors
/// When the database fails.
pub fn caller(db: &mut Db, session: SessionId, now: Timestamp) -> Result<Option<CallerFacts>, StorageError> {
    type Row = (
        i64,
        String,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        NaiveDateTime,
    );
    let statement = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(session.0))
        .select((
            users::id,
            users::role,
            users::blocked_at,
            sessions::ended_at,
            sessions::expires_at,
        ));
    let row: Option<Row> = each_backend!(db, c => statement.get_result(c).optional())?;
    Ok(
        row.map(|(user, role, blocked_at, ended_at, expires_at)| CallerFacts {
            user_id: UserId(user),
            session_id: session,
            role: Role::named(&role).unwrap_or(Role::Member),
            is_blocked: blocked_at.is_some(),
            session_is_over: ended_at.is_some() || moments::read(expires_at) <= now,
        }),
    )
}

/// The sessions of a person that are not over, newest first.
///
/// # Errors
/// When the database fails.
pub fn live(db: &mut Db, user: UserId, now: Timestamp) -> Result<Vec<SessionRecord>, StorageError> {
    type Row = (i64, String, String, NaiveDateTime, NaiveDateTime);
    let statement = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(moments::stored(now)))
        .order(sessions::id.desc())
        .select((
            sessions::id,
            sessions::user_agent,
            sessions::address,
            sessions::created_at,
            sessions::last_used_at,
        ));
    let rows = each_backend!(db, c => statement.load::<Row>(c))?;
    let record = |(id, user_agent, address, created_at, last_used_at): Row| SessionRecord {
        id: SessionId(id),
        user_agent,
        address,
        created_at: moments::read(created_at),
        last_used_at: moments::read(last_used_at),
    };
    Ok(rows.into_iter().map(record).collect())
}

/// Ends those of `ids` that belong to `user` and are not over, and forgets their secrets. Answers which ones ended.
///
/// # Errors
/// When the database fails.
pub fn end(
    db: &mut Db,
    user: UserId,
    ids: &[SessionId],
    reason: EndReason,
    now: Timestamp,
) -> Result<Vec<SessionId>, StorageError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let theirs = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::id.eq_any(ids));
    let end = (
        sessions::ended_at.eq(moments::stored(now)),
        sessions::end_reason.eq(reason.as_str()),
    );
    let ended: Vec<i64> =
        each_backend!(db, c => diesel::update(theirs).set(end).returning(sessions::id).get_results(c))?;
    // The secrets stay: used once more, each must still be recognised as one of a session that is over.
    Ok(ended.into_iter().map(SessionId).collect())
}

/// Notes a refresh: when, from where, and until when the session lives now.
///
/// # Errors
/// When the database fails.
pub fn prolong(
    db: &mut Db,
    session: SessionId,
    address: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let session = sessions::table.find(session.0);
    let set = (
        sessions::address.eq(address),
        sessions::last_used_at.eq(moments::stored(now)),
        sessions::expires_at.eq(moments::stored(expires_at)),
    );
    each_backend!(db, c => diesel::update(session).set(set).execute(c))?;
    Ok(())
}

/// Remembers the hash of a secret that is handed out.
///
/// # Errors
/// When the database fails.
pub fn insert_secret(
    db: &mut Db,
    session: SessionId,
    hash: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let row = (
        refresh_secrets::hash.eq(hash),
        refresh_secrets::session_id.eq(session.0),
        refresh_secrets::issued_at.eq(moments::stored(now)),
    );
    each_backend!(db, c => diesel::insert_into(refresh_secrets::table).values(row).execute(c))?;
    Ok(())
}

/// The secret with this hash.
///
/// # Errors
/// When the database fails.
pub fn find_secret(db: &mut Db, hash: &str) -> Result<Option<SecretRecord>, StorageError> {
    type Row = (i64, i64, Option<NaiveDateTime>, Option<String>);
    let statement = refresh_secrets::table
        .inner_join(sessions::table)
        .filter(refresh_secrets::hash.eq(hash))
        .select((
            refresh_secrets::session_id,
            sessions::user_id,
            refresh_secrets::spent_at,
            refresh_secrets::attempt,
        ));
    let row: Option<Row> = each_backend!(db, c => statement.get_result(c).optional())?;
    Ok(row.map(|(session, user, spent_at, attempt)| SecretRecord {
        session_id: SessionId(session),
        user_id: UserId(user),
        is_spent: spent_at.is_some(),
        attempt,
    }))
}

/// Marks a secret as exchanged.
///
/// # Errors
/// When the database fails.
pub fn spend_secret(
    db: &mut Db,
    hash: &str,
    attempt: Option<&str>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let secret = refresh_secrets::table.find(hash);
    let set = (
        refresh_secrets::spent_at.eq(moments::stored(now)),
        refresh_secrets::attempt.eq(attempt),
    );
    each_backend!(db, c => diesel::update(secret).set(set).execute(c))?;
    Ok(())
}

/// Forgets the secrets of sessions that ended, or expired, before `moment`. Answers how many.
///
/// # Errors
/// When the database fails.
pub fn forget_secrets_of_sessions_over_before(db: &mut Db, moment: Timestamp) -> Result<usize, StorageError> {
    let over = sessions::table
        .filter(
            sessions::ended_at
                .lt(moments::stored(moment))
                .or(sessions::expires_at.lt(moments::stored(moment)).nullable()),
        )
        .select(sessions::id);
    let theirs = refresh_secrets::table.filter(refresh_secrets::session_id.eq_any(over));
    Ok(each_backend!(db, c => diesel::delete(theirs).execute(c))?)
}
