//! How a session begins: subscribe first, read then, and send what came meanwhile after it, so that nothing is
//! missing and nothing comes twice.
//!
//! Two streams meet here. The announcements say, in the order of the commits, what changes; the snapshot says what
//! was true at one moment. An announcement can arrive before or after the snapshot is read, and an old one can still
//! arrive after it. What decides is never when it arrives but its version: in each room the session has everything up
//! to a floor, which is the room's counter in the snapshot, and takes what is above. Memberships have no version, so
//! there the announcements decide: whoever was seen to leave is out, whatever the snapshot said before.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use bytes::BytesMut;
use chatterbox_domain::{RoomId, RoomSummary};
use chatterbox_protocol::client_frame::Hello;
use chatterbox_protocol::server_frame::{Resync, Welcome};
use chatterbox_protocol::view::UserView;
use chatterbox_protocol::{PROTOCOL_VERSION, ServerFrame};

use crate::announcement::{Announcement, message_frame};
use crate::commands::{Commands, Missed, Refused, Snapshot};
use crate::frame;
use crate::roster::HELD_BACK;
use crate::session::{Held, Slot};
use crate::shard::Shard;

/// Makes a session live: welcomes it, sends what it missed and subscribes it.
///
/// # Errors
/// What the commands refuse; the session is not live then.
pub(super) async fn join<C: Commands>(
    shard: Rc<Shard>,
    slot: Rc<Slot>,
    commands: Rc<C>,
    hello: Option<Hello>,
) -> Result<(), Refused> {
    slot.begin_to_hold();
    for room_id in slot.room_ids() {
        shard.roster().subscribe(&slot, room_id, HELD_BACK);
    }
    for room_id in commands.rooms().await? {
        if !slot.has_just_left(room_id) {
            shard.roster().subscribe(&slot, room_id, HELD_BACK);
        }
    }
    let hello = hello.unwrap_or_default();
    let cursors: BTreeMap<RoomId, i64> = hello.cursors.iter().map(|(id, at)| (RoomId(*id), *at)).collect();
    let mut snapshot = commands.snapshot(cursors.clone()).await?;
    snapshot.rooms.retain(|room| !slot.has_just_left(room.id));

    let mut floors = snapshot.rooms.iter().map(|room| (room.id, room.cursor)).collect();
    let budget = shard.hub().limits.outbox_bytes / 2;
    slot.outgoing
        .push(frame::text(&welcome(&shard, &slot, hello.reference, &snapshot)));
    send_missed(&slot, &cursors, snapshot, budget);
    send_held(&slot, &slot.go_live(), &mut floors);
    settle(&shard, &slot, &floors);
    Ok(())
}

fn welcome(shard: &Shard, slot: &Slot, reference: Option<u64>, snapshot: &Snapshot) -> ServerFrame {
    let (mut online, online_count) = {
        let presence = shard.hub().presence();
        (presence.list(), presence.count())
    };
    // The list is in order, except that it never lacks the one who reads it.
    if !online.is_empty() && online.binary_search(&slot.user_id.0).is_err() {
        online.push(slot.user_id.0);
    }
    ServerFrame::Welcome(Welcome {
        reference,
        protocol: PROTOCOL_VERSION,
        server_version: shard.hub().server_version.clone(),
        session_id: slot.session_id.0,
        me: UserView::of(&snapshot.me, true),
        rooms: snapshot.rooms.iter().map(Into::into).collect(),
        online,
        online_count,
    })
}

/// Sends what was missed room by room, or `resync` where it is too much for what remains of `budget` bytes.
fn send_missed(slot: &Slot, cursors: &BTreeMap<RoomId, i64>, snapshot: Snapshot, mut budget: usize) {
    let mut missed: HashMap<RoomId, Missed> = snapshot.missed.into_iter().collect();
    for RoomSummary { id, cursor, .. } in &snapshot.rooms {
        let Some(seen) = cursors.get(id) else { continue };
        let frames = match missed.remove(id) {
            // A client that is ahead of us has seen a future that was undone, by a restored backup for example.
            _ if seen > cursor => None,
            None => Some(BytesMut::new()),
            Some(Missed::TooMuch) => None,
            Some(Missed::Messages(messages)) => {
                let mut frames = BytesMut::new();
                for message in &messages {
                    frame::put_text(&mut frames, &message_frame(message, message.seq > *seen));
                    if frames.len() > budget {
                        break;
                    }
                }
                (frames.len() <= budget).then_some(frames)
            }
        };
        match frames {
            None => send_resync(slot, *id, *cursor),
            Some(frames) if frames.is_empty() => {}
            Some(frames) => {
                budget -= frames.len();
                slot.outgoing.push(frames.freeze());
            }
        }
    }
}

/// Sends what was announced meanwhile and is not part of the snapshot; moves the floors as rooms come and go.
fn send_held(slot: &Slot, held: &Held, floors: &mut HashMap<RoomId, i64>) {
    for announcement in held.announcements() {
        match announcement {
            Announcement::Messages(run) => {
                let floor = floors.get(&run.room_id);
                if let Some(frames) = floor.and_then(|floor| run.above(*floor)) {
                    slot.outgoing.push(frames);
                }
            }
            Announcement::RoomChanged {
                room_id,
                cursor,
                frame,
                ..
            } => {
                if *floors.entry(*room_id).or_insert(*cursor) <= *cursor {
                    slot.outgoing.push(frame.clone());
                }
            }
            Announcement::RoomRemoved { room_id, frame, .. } => {
                floors.remove(room_id);
                slot.outgoing.push(frame.clone());
            }
            Announcement::ToPerson { frame, .. } | Announcement::ToAll { frame } => {
                slot.outgoing.push(frame.clone());
            }
            Announcement::Typing { .. }
            | Announcement::SessionsEnded { .. }
            | Announcement::Closing { .. } => {}
        }
    }
    for (room_id, version) in held.dropped.iter().flatten() {
        if let Some(floor) = floors.get_mut(room_id).filter(|floor| **floor < *version) {
            *floor = *version;
            send_resync(slot, *room_id, *version);
        }
    }
}

/// Makes the session's subscriptions those that it was told of.
fn settle(shard: &Shard, slot: &Rc<Slot>, floors: &HashMap<RoomId, i64>) {
    let mut roster = shard.roster();
    for room_id in slot.room_ids() {
        if !floors.contains_key(&room_id) {
            roster.unsubscribe(slot, room_id);
        }
    }
    for (room_id, floor) in floors {
        roster.subscribe(slot, *room_id, *floor);
    }
}

fn send_resync(slot: &Slot, room_id: RoomId, cursor: i64) {
    slot.outgoing.push(frame::text(&ServerFrame::Resync(Resync {
        room_id: room_id.0,
        cursor,
    })));
}
