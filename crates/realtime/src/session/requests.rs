//! What a client asks for, one frame each.

use std::future::Future;

use bytes::Bytes;
use chatterbox_domain::{RoomId, UserId};
use chatterbox_protocol::client_frame::{ClientFrame, PlainMessage, PresenceQuery, Typing, Watch};
use chatterbox_protocol::server_frame as wire;
use chatterbox_protocol::{FrameError, ServerFrame};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::commands::{Answer, Commands, Refused};
use crate::frame;
use crate::session::Registration;

/// What becomes of a request. Answers are ready-made frames.
pub(super) enum Started {
    /// It has its answer.
    Answered(Bytes),
    /// It is under way; the future is the answer.
    UnderWay(LocalBoxFuture<'static, Bytes>),
    /// It has none.
    Silent,
}

/// Starts what a frame asks for. Called in the order of the frames, so that the commands queue in that order.
pub(super) fn start<C: Commands>(frame: ClientFrame, commands: &C, session: &Registration) -> Started {
    match frame {
        // The actor takes `hello` itself, since it is about the session and not about the chat.
        ClientFrame::Hello(_) => Started::Silent,
        ClientFrame::MessageSend(request) => under_way(request.reference, commands.send_message(request)),
        ClientFrame::MessageEdit(request) => under_way(request.reference, commands.edit_message(request)),
        ClientFrame::MessageDelete(request) => under_way(request.reference, commands.delete_message(request)),
        ClientFrame::Read(request) => under_way(request.reference, commands.mark_read(request)),
        ClientFrame::Typing(request) => type_in(&request, session),
        ClientFrame::Watch(request) => Started::Answered(watch(request, session)),
        ClientFrame::PresenceQuery(request) => Started::Answered(who_is_online(&request, session)),
    }
}

/// Starts what a frame of a plain socket asks for.
pub(super) fn start_plain<C: Commands>(message: PlainMessage, commands: &C) -> Started {
    under_way(None, commands.send_plain(message))
}

/// The answer to a frame that could not be read.
pub(super) fn answer_unreadable(error: FrameError) -> Bytes {
    refuse(error.reference, error.code, error.detail, None)
}

/// The answer to a request that was not done.
pub(super) fn refuse(
    reference: Option<u64>,
    code: &str,
    detail: impl Into<String>,
    retry_after_ms: Option<u64>,
) -> Bytes {
    frame::text(&ServerFrame::Error(wire::Refusal {
        reference,
        code: code.to_owned(),
        detail: detail.into(),
        retry_after_ms,
    }))
}

/// The `ref` of a frame.
pub(super) fn reference(frame: &ClientFrame) -> Option<u64> {
    match frame {
        ClientFrame::Hello(request) => request.reference,
        ClientFrame::MessageSend(request) => request.reference,
        ClientFrame::MessageEdit(request) => request.reference,
        ClientFrame::MessageDelete(request) => request.reference,
        ClientFrame::Typing(request) => request.reference,
        ClientFrame::Read(request) => request.reference,
        ClientFrame::Watch(request) => request.reference,
        ClientFrame::PresenceQuery(request) => request.reference,
    }
}

fn under_way(
    reference: Option<u64>,
    work: impl Future<Output = Result<Answer, Refused>> + 'static,
) -> Started {
    let answer = work.map(move |result| match result {
        Ok(Answer { message }) => frame::text(&ServerFrame::Ok(wire::Ok {
            reference,
            message: message.as_ref().map(Into::into),
            online: None,
        })),
        Err(refused) => refuse(reference, refused.code, refused.detail, refused.retry_after_ms),
    });
    Started::UnderWay(answer.boxed_local())
}

fn type_in(request: &Typing, session: &Registration) -> Started {
    let room_id = RoomId(request.room_id);
    if session.slot.place_in(room_id).is_none() {
        let detail = "There is nothing here, or it is not yours to see.";
        return Started::Answered(refuse(request.reference, "not_found", detail, None));
    }
    session
        .shard
        .hub()
        .typing(session.slot.user_id, room_id, request.active);
    Started::Silent
}

/// Rooms that the person is not in are watched too, and nothing comes from them: a client may open a conversation
/// that was made a moment ago over HTTP, before this shard hears of it.
fn watch(request: Watch, session: &Registration) -> Bytes {
    if request.room_ids.len() > Watch::MAX_ROOMS {
        let detail = format!("At most {} rooms can be watched.", Watch::MAX_ROOMS);
        return refuse(request.reference, "validation_failed", detail, None);
    }
    let mut rooms: Vec<RoomId> = request.room_ids.into_iter().map(RoomId).collect();
    rooms.sort_unstable();
    rooms.dedup();
    session.shard.roster().watch(&session.slot, rooms);
    done(request.reference, None)
}

fn who_is_online(request: &PresenceQuery, session: &Registration) -> Bytes {
    if request.user_ids.len() > PresenceQuery::MAX_USERS {
        let detail = format!("At most {} people can be asked for.", PresenceQuery::MAX_USERS);
        return refuse(request.reference, "validation_failed", detail, None);
    }
    let people: Vec<UserId> = request.user_ids.iter().copied().map(UserId).collect();
    let online = session.shard.hub().online_among(&people);
    done(request.reference, Some(online.iter().map(|id| id.0).collect()))
}

fn done(reference: Option<u64>, online: Option<Vec<i64>>) -> Bytes {
    frame::text(&ServerFrame::Ok(wire::Ok {
        reference,
        message: None,
        online,
    }))
}
