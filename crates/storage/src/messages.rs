//! Messages, in the order of their rooms.

use chatterbox_domain::posting::Changeable;
use chatterbox_domain::{
    Author, CallerFacts, ClientKey, Message, MessageId, Role, RoomId, RoomKind, SessionId, Timestamp, UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::{Db, each_backend};
use crate::error::StorageError;
use crate::moments;
use crate::schema::{memberships, messages, rooms, sessions, users};

/// A message to be stored.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Where.
    pub room_id: RoomId,
    /// Its place, from [`next_version`](crate::rooms::next_version).
    pub seq: i64,
    /// Who wrote it.
    pub author: Author,
    /// The sender's own name for it.
    pub client_key: ClientKey,
    /// The text.
    pub body: String,
    /// When.
    pub created_at: Timestamp,
}

/// Everything that posting to a room depends on.
#[derive(Clone, Debug)]
pub struct PostingRecord {
    /// Who wants to post.
    pub caller: CallerFacts,
    /// As they are shown.
    pub author: Author,
    /// The room, if it exists and the caller is a member of it.
    pub membership: Option<RoomKind>,
}

/// What is known of a posting to `room` through `session`, in one question, since it is asked for every message.
///
/// # Errors
/// When the database fails.
pub fn posting(
    db: &mut Db,
    session: SessionId,
    room: RoomId,
    now: Timestamp,
) -> Result<Option<PostingRecord>, StorageError> {
    type Row = (
        i64,
        String,
        String,
        String,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        NaiveDateTime,
        Option<String>,
    );
    let statement = sessions::table
        .inner_join(users::table)
        .left_join(
            memberships::table.on(memberships::user_id
                .eq(users::id)
                .and(memberships::room_id.eq(room.0))),
        )
        .left_join(rooms::table.on(rooms::id.nullable().eq(memberships::room_id.nullable())))
        .filter(sessions::id.eq(session.0))
        .select((
            users::id,
            users::username,
            users::display_name,
            users::role,
            users::blocked_at,
            sessions::ended_at,
            sessions::expires_at,
            rooms::kind.nullable(),
        ));
    let row: Option<Row> = each_backend!(db, c => statement.get_result(c).optional())?;
    Ok(row.map(
        |(id, username, display_name, role, blocked_at, ended_at, expires_at, kind)| PostingRecord {
            caller: CallerFacts {
                user_id: UserId(id),
                session_id: session,
                role: Role::named(&role).unwrap_or(Role::Member),
                is_blocked: blocked_at.is_some(),
                session_is_over: ended_at.is_some() || moments::read(expires_at) <= now,
            },
            author: Author {
                id: UserId(id),
                username,
                display_name,
            },
            membership: kind.as_deref().and_then(RoomKind::named),
        },
    ))
}

/// Stores a message; `None` if its author has used the client key before, in whatever room.
///
/// # Errors
/// When the database fails.
pub fn insert(db: &mut Db, new: NewMessage) -> Result<Option<Message>, StorageError> {
    let row = (
        messages::room_id.eq(new.room_id.0),
        messages::seq.eq(new.seq),
        messages::version.eq(new.seq),
        messages::author_id.eq(new.author.id.0),
        messages::client_key.eq(new.client_key.0.as_bytes().as_slice()),
        messages::body.eq(&new.body),
        messages::created_at.eq(moments::stored(new.created_at)),
    );
    let id: Option<i64> = each_backend!(db, c => {
        diesel::insert_into(messages::table)
            .values(row)
            .on_conflict((messages::author_id, messages::client_key))
            .do_nothing()
            .returning(messages::id)
            .get_result(c)
            .optional()
    })?;
    Ok(id.map(|id| Message {
        id: MessageId(id),
        room_id: new.room_id,
        seq: new.seq,
        version: new.seq,
        author: new.author,
        body: new.body,
        client_key: new.client_key,
        created_at: new.created_at,
        edited_at: None,
        deleted_at: None,
    }))
}

#[derive(Queryable)]
struct Row {
    id: i64,
    room_id: i64,
    seq: i64,
    version: i64,
    client_key: Vec<u8>,
    body: String,
    created_at: NaiveDateTime,
    edited_at: Option<NaiveDateTime>,
    deleted_at: Option<NaiveDateTime>,
    author_id: i64,
    username: String,
    display_name: String,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        Self {
            id: MessageId(row.id),
            room_id: RoomId(row.room_id),
            seq: row.seq,
            version: row.version,
            author: Author {
                id: UserId(row.author_id),
                username: row.username,
                display_name: row.display_name,
            },
            body: row.body,
            client_key: ClientKey(Uuid::from_slice(&row.client_key).unwrap_or_default()),
            created_at: moments::read(row.created_at),
            edited_at: row.edited_at.map(moments::read),
            deleted_at: row.deleted_at.map(moments::read),
        }
    }
}

/// Messages with their authors, as [`Row`] reads them.
macro_rules! with_authors {
    () => {
        messages::table.inner_join(users::table).select((
            messages::id,
            messages::room_id,
            messages::seq,
            messages::version,
            messages::client_key,
            messages::body,
            messages::created_at,
            messages::edited_at,
            messages::deleted_at,
            users::id,
            users::username,
            users::display_name,
        ))
    };
}

/// The message that `author` sent with `client_key`.
///
/// # Errors
/// When the database fails.
pub fn find_by_client_key(
    db: &mut Db,
    author: UserId,
    key: ClientKey,
) -> Result<Option<Message>, StorageError> {
    let statement = with_authors!()
        .filter(messages::author_id.eq(author.0))
        .filter(messages::client_key.eq(key.0.as_bytes().as_slice()));
    Ok(each_backend!(db, c => statement.get_result::<Row>(c).optional())?.map(Message::from))
}

/// One message, whoever asks.
///
/// # Errors
/// When the database fails.
pub fn get(db: &mut Db, id: MessageId) -> Result<Option<Message>, StorageError> {
    let statement = with_authors!().filter(messages::id.eq(id.0));
    Ok(each_backend!(db, c => statement.get_result::<Row>(c).optional())?.map(Message::from))
}

/// The room in which a message stands, whoever asks.
///
/// # Errors
/// When the database fails.
pub fn room_of(db: &mut Db, id: MessageId) -> Result<Option<RoomId>, StorageError> {
    let statement = messages::table.find(id.0).select(messages::room_id);
    Ok(each_backend!(db, c => statement.get_result(c).optional())?.map(RoomId))
}

/// What changing a message depends on; `None` if it does not exist or `reader` is no member of its room.
///
/// # Errors
/// When the database fails.
pub fn changeable(db: &mut Db, id: MessageId, reader: UserId) -> Result<Option<Changeable>, StorageError> {
    let statement = messages::table
        .inner_join(memberships::table.on(memberships::room_id.eq(messages::room_id)))
        .filter(messages::id.eq(id.0).and(memberships::user_id.eq(reader.0)))
        .select((messages::author_id, messages::deleted_at));
    let row: Option<(i64, Option<NaiveDateTime>)> =
        each_backend!(db, c => statement.get_result(c).optional())?;
    Ok(row.map(|(author, deleted_at)| Changeable {
        author: UserId(author),
        is_deleted: deleted_at.is_some(),
    }))
}

/// Replaces a message's text.
///
/// # Errors
/// When the database fails.
pub fn set_body(
    db: &mut Db,
    id: MessageId,
    body: &str,
    version: i64,
    now: Timestamp,
) -> Result<(), StorageError> {
    let this = messages::table.find(id.0);
    let set = (
        messages::body.eq(body),
        messages::version.eq(version),
        messages::edited_at.eq(moments::stored(now)),
    );
    each_backend!(db, c => diesel::update(this).set(set).execute(c))?;
    Ok(())
}

/// Takes a message's text away for good and leaves its place.
///
/// # Errors
/// When the database fails.
pub fn erase(db: &mut Db, id: MessageId, version: i64, now: Timestamp) -> Result<(), StorageError> {
    let this = messages::table.find(id.0);
    let set = (
        messages::body.eq(""),
        messages::version.eq(version),
        messages::deleted_at.eq(moments::stored(now)),
    );
    each_backend!(db, c => diesel::update(this).set(set).execute(c))?;
    Ok(())
}

/// At most `limit` messages of `room` below `before`, newest first.
///
/// # Errors
/// When the database fails.
pub fn before(db: &mut Db, room: RoomId, before: i64, limit: i64) -> Result<Vec<Message>, StorageError> {
    let statement = with_authors!()
        .filter(messages::room_id.eq(room.0).and(messages::seq.lt(before)))
        .order(messages::seq.desc())
        .limit(limit);
    Ok(each_backend!(db, c => statement.load::<Row>(c))?
        .into_iter()
        .map(Message::from)
        .collect())
}

/// At most `limit` messages of `room` above `after`, oldest first.
///
/// # Errors
/// When the database fails.
pub fn after(db: &mut Db, room: RoomId, after: i64, limit: i64) -> Result<Vec<Message>, StorageError> {
    let statement = with_authors!()
        .filter(messages::room_id.eq(room.0).and(messages::seq.gt(after)))
        .order(messages::seq)
        .limit(limit);
    Ok(each_backend!(db, c => statement.load::<Row>(c))?
        .into_iter()
        .map(Message::from)
        .collect())
}

/// At most `limit` messages of `room` that were posted or changed after `version`, in the order of their versions,
/// each as it is now.
///
/// # Errors
/// When the database fails.
pub fn changed_after(
    db: &mut Db,
    room: RoomId,
    version: i64,
    limit: i64,
) -> Result<Vec<Message>, StorageError> {
    let statement = with_authors!()
        .filter(messages::room_id.eq(room.0).and(messages::version.gt(version)))
        .order(messages::version)
        .limit(limit);
    Ok(each_backend!(db, c => statement.load::<Row>(c))?
        .into_iter()
        .map(Message::from)
        .collect())
}

/// A message and, in a direct conversation, the person it was for.
pub type Addressed = (Message, Option<UserId>);

/// At most `limit` messages with ids below `before`, from all rooms of which `reader` is a member, newest first.
///
/// # Errors
/// When the database fails.
pub fn recent(db: &mut Db, reader: UserId, before: i64, limit: i64) -> Result<Vec<Addressed>, StorageError> {
    let statement = messages::table
        .inner_join(users::table)
        .inner_join(rooms::table)
        .inner_join(memberships::table.on(memberships::room_id.eq(messages::room_id)))
        .filter(memberships::user_id.eq(reader.0).and(messages::id.lt(before)))
        .order(messages::id.desc())
        .limit(limit)
        .select((
            (
                messages::id,
                messages::room_id,
                messages::seq,
                messages::version,
                messages::client_key,
                messages::body,
                messages::created_at,
                messages::edited_at,
                messages::deleted_at,
                users::id,
                users::username,
                users::display_name,
            ),
            rooms::direct_key,
        ));
    let rows: Vec<(Row, Option<String>)> = each_backend!(db, c => statement.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(row, direct_key)| addressed(row, direct_key.as_deref()))
        .collect())
}

fn addressed(row: Row, direct_key: Option<&str>) -> Addressed {
    let author = row.author_id;
    let people = direct_key.and_then(|key| key.split_once(':'));
    let receiver = people.and_then(|(low, high)| {
        [low, high]
            .into_iter()
            .filter_map(|id| id.parse().ok())
            .find(|id| *id != author)
            .map(UserId)
    });
    (row.into(), receiver)
}
