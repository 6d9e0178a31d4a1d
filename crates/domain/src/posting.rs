//! Posting, editing and deleting messages.

use crate::denial::Denial;
use crate::ids::UserId;
use crate::room::RoomKind;
use crate::session::CallerFacts;

/// What posting depends on.
#[derive(Clone, Copy, Debug)]
pub struct PostingFacts {
    /// Who wants to post.
    pub caller: CallerFacts,
    /// The room, if it exists and the caller is a member of it.
    pub membership: Option<RoomKind>,
}

/// Whether the message may be posted.
///
/// # Errors
/// [`Denial::NotFound`] for a room that does not exist as for one of which the caller is no member.
pub fn may_post(facts: PostingFacts) -> Result<(), Denial> {
    facts.caller.admit()?;
    match facts.membership {
        Some(RoomKind::Lobby | RoomKind::Direct) => Ok(()),
        None => Err(Denial::NotFound),
    }
}

/// What changing a message depends on.
#[derive(Clone, Copy, Debug)]
pub struct ChangeFacts {
    /// Who wants to change it.
    pub caller: CallerFacts,
    /// The message, if it exists and stands in a room of which the caller is a member.
    pub message: Option<Changeable>,
}

/// The parts of a message that decide whether it can be changed.
#[derive(Clone, Copy, Debug)]
pub struct Changeable {
    /// Who wrote it.
    pub author: UserId,
    /// Whether it was deleted before.
    pub is_deleted: bool,
}

/// Whether the message may be edited.
///
/// # Errors
/// [`Denial::NotFound`] for what the caller cannot see, [`Denial::Forbidden`] for somebody else's message,
/// [`Denial::MessageDeleted`] for a deleted one.
pub fn may_edit(facts: ChangeFacts) -> Result<(), Denial> {
    let message = own_message(facts)?;
    if message.is_deleted {
        Err(Denial::MessageDeleted)
    } else {
        Ok(())
    }
}

/// What deleting means for a message that may be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Take the text away and tell everybody.
    Delete,
    /// It was deleted before; repeating it changes nothing and is no error.
    AlreadyDone,
}

/// Whether and how the message is deleted.
///
/// # Errors
/// As [`may_edit`], except that a deleted message can be deleted again.
pub fn decide_deletion(facts: ChangeFacts) -> Result<Deletion, Denial> {
    let message = own_message(facts)?;
    Ok(if message.is_deleted {
        Deletion::AlreadyDone
    } else {
        Deletion::Delete
    })
}

fn own_message(facts: ChangeFacts) -> Result<Changeable, Denial> {
    let caller = facts.caller.admit()?;
    let message = facts.message.ok_or(Denial::NotFound)?;
    if message.author == caller.user_id {
        Ok(message)
    } else {
        Err(Denial::Forbidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SessionId;
    use crate::user::Role;

    const ANN: CallerFacts = CallerFacts {
        user_id: UserId(1),
        session_id: SessionId(1),
        role: Role::Owner,
        is_blocked: false,
        session_is_over: false,
    };
    const BLOCKED: CallerFacts = CallerFacts {
        is_blocked: true,
        ..ANN
    };
    const GONE: CallerFacts = CallerFacts {
        session_is_over: true,
        ..ANN
    };

    #[test]
    fn members_post_and_everybody_else_finds_nothing() {
        for (caller, membership, expected) in [
            (ANN, Some(RoomKind::Lobby), Ok(())),
            (ANN, Some(RoomKind::Direct), Ok(())),
            (ANN, None, Err(Denial::NotFound)),
            (BLOCKED, Some(RoomKind::Lobby), Err(Denial::AccountBlocked)),
            (GONE, Some(RoomKind::Lobby), Err(Denial::SessionEnded)),
        ] {
            assert_eq!(may_post(PostingFacts { caller, membership }), expected);
        }
    }

    #[test]
    fn only_authors_change_their_messages() {
        let own = Changeable {
            author: UserId(1),
            is_deleted: false,
        };
        let other = Changeable {
            author: UserId(2),
            is_deleted: false,
        };
        let deleted = Changeable {
            is_deleted: true,
            ..own
        };
        for (caller, message, edit, delete) in [
            (ANN, Some(own), Ok(()), Ok(Deletion::Delete)),
            (
                ANN,
                Some(deleted),
                Err(Denial::MessageDeleted),
                Ok(Deletion::AlreadyDone),
            ),
            (ANN, Some(other), Err(Denial::Forbidden), Err(Denial::Forbidden)),
            (ANN, None, Err(Denial::NotFound), Err(Denial::NotFound)),
            (
                BLOCKED,
                Some(own),
                Err(Denial::AccountBlocked),
                Err(Denial::AccountBlocked),
            ),
            (
                GONE,
                Some(own),
                Err(Denial::SessionEnded),
                Err(Denial::SessionEnded),
            ),
        ] {
            let facts = ChangeFacts { caller, message };
            assert_eq!(may_edit(facts), edit);
            assert_eq!(decide_deletion(facts), delete);
        }
    }
}
