//! What the hub hands to the shards: events that are encoded already, once for everybody.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chatterbox_domain::{EndReason, Event, Message, RoomId, SessionId, UserId};
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame as wire;
use chatterbox_protocol::view::{MessageView, UserView};

use crate::frame;
use crate::hub::Hub;
use crate::interest::Expected;

/// Runs are joined up to this many bytes: half of what the HTTP dispatcher gathers before it writes.
const RUN_BYTES: usize = 16 * 1024;

/// What an announcement weighs beside its frame.
const OVERHEAD: usize = 128;

/// Something to tell sessions.
#[derive(Debug)]
pub(crate) enum Announcement {
    /// Messages of one room, for its subscribers.
    Messages(Run),
    /// For the sessions of a person, who is a member of the room now.
    RoomChanged {
        user_id: UserId,
        room_id: RoomId,
        cursor: i64,
        frame: Bytes,
        /// Dropped with the batch, once every shard has subscribed its sessions.
        _expected: Expected,
    },
    /// For the sessions of a person, who is no longer a member.
    RoomRemoved {
        user_id: UserId,
        room_id: RoomId,
        frame: Bytes,
    },
    /// For the sessions of a person.
    ToPerson { user_id: UserId, frame: Bytes },
    /// For all sessions.
    ToAll { frame: Bytes },
    /// For the sessions of others that watch the room.
    Typing {
        user_id: UserId,
        room_id: RoomId,
        frame: Bytes,
    },
    /// For these sessions of a person, which end.
    SessionsEnded {
        user_id: UserId,
        sessions: Vec<SessionId>,
        frame: Bytes,
    },
    /// For all sessions, which end and come back at moments spread over this time.
    Closing { spread: Duration },
}

/// Consecutive changes of one room: ready-made frames, one after the other, so that a subscriber takes all of them at
/// the price of one.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) room_id: RoomId,
    /// The version of the first frame; that of each following one is higher.
    pub(crate) first: i64,
    pub(crate) joined: Bytes,
    /// For each frame its version and where it ends in `joined`.
    marks: Vec<(i64, usize)>,
}

impl Run {
    /// The version of the last frame.
    pub(crate) fn last(&self) -> i64 {
        self.marks.last().map_or(self.first, |mark| mark.0)
    }

    /// The frames above `version`, joined.
    pub(crate) fn above(&self, version: i64) -> Option<Bytes> {
        let seen = self.marks.partition_point(|mark| mark.0 <= version);
        let start = seen.checked_sub(1).map_or(0, |index| self.marks[index].1);
        (start < self.joined.len()).then(|| self.joined.slice(start..))
    }
}

/// What one commit announces, or one other occasion.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) announcements: Vec<Announcement>,
    /// How much memory it holds, in bytes, roughly.
    pub(crate) weight: usize,
}

impl Batch {
    /// A batch of one announcement, whose frame has `bytes` bytes.
    pub(crate) fn of(announcement: Announcement, bytes: usize) -> Self {
        Self {
            announcements: vec![announcement],
            weight: bytes + OVERHEAD,
        }
    }

    /// Encodes those of `events` that somebody connected to `hub` may want.
    pub(crate) fn encode(events: Vec<Event>, hub: &Hub) -> Self {
        let mut batch = Self::default();
        let mut run = None;
        for event in events {
            let (message, posted) = match &event {
                Event::MessagePosted(message) => (message, true),
                Event::MessageChanged(message) => (message, false),
                _ => {
                    batch.close(&mut run);
                    batch.add_other(event, hub);
                    continue;
                }
            };
            if hub.interest.in_room(message.room_id) {
                batch.add_message(&mut run, message, posted);
            }
        }
        batch.close(&mut run);
        batch
    }

    fn add_message(&mut self, open: &mut Option<OpenRun>, message: &Message, posted: bool) {
        if open.as_ref().is_some_and(|run| !run.can_take(message)) {
            self.close(open);
        }
        let run = open.get_or_insert_with(|| OpenRun {
            room_id: message.room_id,
            joined: BytesMut::new(),
            marks: Vec::new(),
        });
        frame::put_text(&mut run.joined, &message_frame(message, posted));
        run.marks.push((message.version, run.joined.len()));
    }

    fn close(&mut self, open: &mut Option<OpenRun>) {
        if let Some(OpenRun {
            room_id,
            joined,
            marks,
        }) = open.take()
        {
            self.weight += joined.len() + OVERHEAD;
            self.announcements.push(Announcement::Messages(Run {
                room_id,
                first: marks.first().map_or(0, |mark| mark.0),
                joined: joined.freeze(),
                marks,
            }));
        }
    }

    fn add_other(&mut self, event: Event, hub: &Hub) {
        let person = match &event {
            Event::RoomChanged { user_id, .. }
            | Event::RoomRemoved { user_id, .. }
            | Event::ReadChanged { user_id, .. }
            | Event::SessionsEnded { user_id, .. } => Some(*user_id),
            _ => None,
        };
        if person.is_some_and(|user_id| !hub.has_sessions(user_id)) {
            return;
        }
        let (frame, announcement) = encode_other(event, hub);
        self.weight += frame + OVERHEAD;
        self.announcements.extend(announcement);
    }
}

/// The frame about a message that was posted, or else changed.
pub(crate) fn message_frame(message: &Message, posted: bool) -> ServerFrame {
    let message = MessageView::from(message);
    if posted {
        ServerFrame::MessagePosted(wire::MessagePosted { message })
    } else {
        ServerFrame::MessageChanged(wire::MessageChanged { message })
    }
}

/// What a session is told before it is closed for `reason`.
pub(crate) fn session_ended_frame(reason: EndReason) -> Bytes {
    let reason = reason.as_str().to_owned();
    frame::text(&ServerFrame::SessionEnded(wire::SessionEnded { reason }))
}

struct OpenRun {
    room_id: RoomId,
    joined: BytesMut,
    marks: Vec<(i64, usize)>,
}

impl OpenRun {
    fn can_take(&self, message: &Message) -> bool {
        self.room_id == message.room_id
            && self.joined.len() < RUN_BYTES
            && self.marks.last().is_none_or(|mark| mark.0 < message.version)
    }
}

/// The announcement of an event that is not about a message, and the length of its frame.
fn encode_other(event: Event, hub: &Hub) -> (usize, Option<Announcement>) {
    match event {
        Event::MessagePosted(_) | Event::MessageChanged(_) => (0, None),
        Event::RoomChanged { user_id, room } => {
            let frame = frame::text(&ServerFrame::RoomChanged(wire::RoomChanged {
                room: (&room).into(),
            }));
            let (room_id, cursor, len) = (room.id, room.cursor, frame.len());
            (
                len,
                Some(Announcement::RoomChanged {
                    user_id,
                    room_id,
                    cursor,
                    frame,
                    _expected: hub.interest.expect_subscriber(room_id),
                }),
            )
        }
        Event::RoomRemoved { user_id, room_id } => {
            let frame = frame::text(&ServerFrame::RoomRemoved(wire::RoomRemoved {
                room_id: room_id.0,
            }));
            (
                frame.len(),
                Some(Announcement::RoomRemoved {
                    user_id,
                    room_id,
                    frame,
                }),
            )
        }
        Event::ReadChanged {
            user_id,
            room_id,
            last_read_seq,
            unread,
        } => {
            let changed = wire::ReadChanged {
                room_id: room_id.0,
                last_read_seq,
                unread,
            };
            let frame = frame::text(&ServerFrame::ReadChanged(changed));
            (frame.len(), Some(Announcement::ToPerson { user_id, frame }))
        }
        Event::UserChanged(user) => {
            let user = UserView::of(&user, hub.is_online(user.id));
            let frame = frame::text(&ServerFrame::UserChanged(wire::UserChanged { user }));
            (frame.len(), Some(Announcement::ToAll { frame }))
        }
        Event::SessionsEnded {
            user_id,
            sessions,
            reason,
        } => {
            let frame = session_ended_frame(reason);
            (
                frame.len(),
                Some(Announcement::SessionsEnded {
                    user_id,
                    sessions,
                    frame,
                }),
            )
        }
    }
}
