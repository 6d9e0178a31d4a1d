//! Rooms, memberships and the counter that orders each room.

use chatterbox_domain::room::Pair;
use chatterbox_domain::{RoomId, RoomKind, RoomSummary, Timestamp, UserId};
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};

use crate::db::{Db, each_backend};
use crate::error::StorageError;
use crate::lane::{Lane, Tx};
use crate::moments;
use crate::schema::{memberships, rooms, users};

/// The room that every account is in.
///
/// # Errors
/// When the database fails.
pub fn lobby(db: &mut Db) -> Result<RoomId, StorageError> {
    let statement = rooms::table
        .filter(rooms::kind.eq(RoomKind::Lobby.as_str()))
        .select(rooms::id);
    Ok(RoomId(each_backend!(db, c => statement.get_result(c))?))
}

/// Takes the room's next version: the place of a new message, or of a change to one. Only a job of the room's own lane
/// may, since delivery keeps the order of a lane.
///
/// # Errors
/// When the database fails, or the room does not exist.
///
/// # Panics
/// In a job of another lane: its events could overtake those of the room's own.
pub fn next_version(tx: &mut Tx<'_>, room: RoomId) -> Result<i64, StorageError> {
    assert_eq!(
        tx.lane,
        Lane::Room(room),
        "versions are taken in the room's own lane"
    );
    let statement = TakeNextVersion { room: room.0 };
    Ok(each_backend!(tx.db, c => statement.get_result(c))?)
}

/// The statement of [`next_version`]. Diesel prepares every `update` anew, which costs more than running this one.
#[derive(Clone, Copy, QueryId)]
struct TakeNextVersion {
    room: i64,
}

impl<DB> QueryFragment<DB> for TakeNextVersion
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE rooms SET counter = counter + 1 WHERE id = ");
        out.push_bind_param::<BigInt, _>(&self.room)?;
        out.push_sql(" RETURNING counter");
        Ok(())
    }
}

impl Query for TakeNextVersion {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for TakeNextVersion {}

/// The kind of `room`, if it exists and `user` is a member of it.
///
/// # Errors
/// When the database fails.
pub fn membership(db: &mut Db, room: RoomId, user: UserId) -> Result<Option<RoomKind>, StorageError> {
    let statement = memberships::table
        .inner_join(rooms::table)
        .filter(
            memberships::room_id
                .eq(room.0)
                .and(memberships::user_id.eq(user.0)),
        )
        .select(rooms::kind);
    let kind: Option<String> = each_backend!(db, c => statement.get_result(c).optional())?;
    Ok(kind.as_deref().and_then(RoomKind::named))
}

/// Makes `user` a member of `room`, who has read everything that was said before.
///
/// # Errors
/// When the database fails, or the room does not exist.
pub fn join(db: &mut Db, room: RoomId, user: UserId, now: Timestamp) -> Result<(), StorageError> {
    let counter: i64 =
        each_backend!(db, c => rooms::table.find(room.0).select(rooms::counter).get_result(c))?;
    let row = (
        memberships::room_id.eq(room.0),
        memberships::user_id.eq(user.0),
        memberships::last_read_seq.eq(counter),
        memberships::joined_at.eq(moments::stored(now)),
    );
    each_backend!(db, c => diesel::insert_into(memberships::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The conversation of two people.
///
/// # Errors
/// When the database fails.
pub fn find_direct(db: &mut Db, pair: Pair) -> Result<Option<RoomId>, StorageError> {
    let statement = rooms::table
        .filter(rooms::direct_key.eq(pair.key()))
        .select(rooms::id);
    Ok(each_backend!(db, c => statement.get_result(c).optional())?.map(RoomId))
}

/// Opens the conversation of two people; `None` if it is open already.
///
/// # Errors
/// When the database fails.
pub fn insert_direct(db: &mut Db, pair: Pair, now: Timestamp) -> Result<Option<RoomId>, StorageError> {
    let row = (
        rooms::kind.eq(RoomKind::Direct.as_str()),
        rooms::name.eq(""),
        rooms::counter.eq(0_i64),
        rooms::direct_key.eq(pair.key()),
        rooms::created_at.eq(moments::stored(now)),
    );
    let id: Option<i64> = each_backend!(db, c => {
        diesel::insert_into(rooms::table)
            .values(row)
            .on_conflict(rooms::direct_key)
            .do_nothing()
            .returning(rooms::id)
            .get_result(c)
            .optional()
    })?;
    let Some(room) = id.map(RoomId) else {
        return Ok(None);
    };
    for person in pair.people() {
        join(db, room, person, now)?;
    }
    Ok(Some(room))
}

/// The rooms of which `user` is a member.
///
/// # Errors
/// When the database fails.
pub fn ids_of(db: &mut Db, user: UserId) -> Result<Vec<RoomId>, StorageError> {
    let statement = memberships::table
        .filter(memberships::user_id.eq(user.0))
        .select(memberships::room_id);
    Ok(each_backend!(db, c => statement.load::<i64>(c))?
        .into_iter()
        .map(RoomId)
        .collect())
}

/// The rooms of which `user` is a member, as they see them, the Lobby first.
///
/// # Errors
/// When the database fails.
pub fn summaries(db: &mut Db, user: UserId) -> Result<Vec<RoomSummary>, StorageError> {
    load_summaries(db, user, None)
}

/// One room as `user` sees it; `None` if they are no member.
///
/// # Errors
/// When the database fails.
pub fn summary(db: &mut Db, room: RoomId, user: UserId) -> Result<Option<RoomSummary>, StorageError> {
    Ok(load_summaries(db, user, Some(room))?.pop())
}

fn load_summaries(db: &mut Db, user: UserId, only: Option<RoomId>) -> Result<Vec<RoomSummary>, StorageError> {
    type Row = (i64, String, String, i64, i64, Option<i64>, Option<String>);
    let peers = diesel::alias!(memberships as peers);
    // A person's own row is left out of the join, so a room has a peer only where it is direct.
    let (peer_room, peer_user) = (
        peers.field(memberships::room_id),
        peers.field(memberships::user_id),
    );
    let statement = memberships::table
        .inner_join(rooms::table)
        .left_join(
            peers.on(peer_room
                .eq(rooms::id)
                .and(peer_user.ne(user.0))
                .and(rooms::kind.eq(RoomKind::Direct.as_str()))),
        )
        .left_join(users::table.on(users::id.nullable().eq(peer_user.nullable())))
        .filter(memberships::user_id.eq(user.0))
        .order(rooms::id)
        .select((
            rooms::id,
            rooms::kind,
            rooms::name,
            rooms::counter,
            memberships::last_read_seq,
            users::id.nullable(),
            users::display_name.nullable(),
        ));
    let rows: Vec<Row> = match only {
        Some(room) => each_backend!(db, c => statement.filter(rooms::id.eq(room.0)).load(c))?,
        None => each_backend!(db, c => statement.load(c))?,
    };
    let mut summaries = Vec::with_capacity(rows.len());
    for (id, kind, name, cursor, last_read_seq, peer_id, peer_name) in rows {
        let id = RoomId(id);
        let unread = if cursor > last_read_seq {
            unread_after(db, id, user, last_read_seq)?
        } else {
            0
        };
        summaries.push(RoomSummary {
            id,
            kind: RoomKind::named(&kind).unwrap_or(RoomKind::Direct),
            name: peer_name.unwrap_or(name),
            peer_id: peer_id.map(UserId),
            cursor,
            last_read_seq,
            unread,
        });
    }
    Ok(summaries)
}

/// Messages of others in `room` after `seq` that are not deleted, counted up to [`RoomSummary::UNREAD_CAP`].
///
/// # Errors
/// When the database fails.
pub fn unread_after(db: &mut Db, room: RoomId, reader: UserId, seq: i64) -> Result<i64, StorageError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        unread: i64,
    }
    let statement = diesel::sql_query(
        "SELECT COUNT(*) AS unread FROM (SELECT 1 FROM messages WHERE room_id = $1 AND seq > $2 AND author_id <> $3 \
         AND deleted_at IS NULL LIMIT $4) AS counted",
    )
    .bind::<BigInt, _>(room.0)
    .bind::<BigInt, _>(seq)
    .bind::<BigInt, _>(reader.0)
    .bind::<BigInt, _>(RoomSummary::UNREAD_CAP);
    let count: Count = each_backend!(db, c => statement.get_result(c))?;
    Ok(count.unread)
}

/// Moves a member's read cursor forward, never back and never past the room's end. Answers where it is now, or `None`
/// if it did not move.
///
/// # Errors
/// When the database fails.
pub fn read_up_to(db: &mut Db, room: RoomId, user: UserId, seq: i64) -> Result<Option<i64>, StorageError> {
    let counter: i64 =
        each_backend!(db, c => rooms::table.find(room.0).select(rooms::counter).get_result(c))?;
    let seq = seq.min(counter);
    let theirs = memberships::table
        .filter(
            memberships::room_id
                .eq(room.0)
                .and(memberships::user_id.eq(user.0)),
        )
        .filter(memberships::last_read_seq.lt(seq));
    let moved =
        each_backend!(db, c => diesel::update(theirs).set(memberships::last_read_seq.eq(seq)).execute(c))?;
    Ok((moved == 1).then_some(seq))
}
