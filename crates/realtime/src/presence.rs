//! Who is online: people, counted by their sessions over all shards.

use std::collections::{BTreeMap, VecDeque};

use chatterbox_domain::{Timestamp, UserId};
use chatterbox_protocol::server_frame::Presence as PresenceFrame;
use tokio::time::Instant;

use crate::limits::Limits;

/// The people who are online.
///
/// Changes are gathered and told as one difference, so that thousands who arrive cost in proportion to their number:
/// each one a place in a frame that is encoded once for all, and above the list limit not even that.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    people: BTreeMap<UserId, Person>,
    /// Who has no session any more, and when their grace ends: in that order, since the grace is one constant. An
    /// entry whose person has come back meanwhile, or has left again later, says nothing.
    leaving: VecDeque<(Instant, UserId)>,
    /// Who has come (true) or gone since the last frame, as it is now. It names also who came and went in between,
    /// since a `welcome` may have named them.
    changed: BTreeMap<UserId, bool>,
    /// More people are online than are listed, or were until recently.
    crowded: bool,
    told_at: Option<Instant>,
}

#[derive(Debug)]
struct Person {
    sessions: u32,
    /// When the last session closed, if none is open: for the grace and for "last seen".
    gone: Option<(Instant, Timestamp)>,
}

/// The person has as many sessions as allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManySessions;

/// What a look at the time brought.
#[derive(Debug, Default)]
pub(crate) struct Elapsed {
    /// To be told to everybody.
    pub(crate) frame: Option<PresenceFrame>,
    /// People who have gone offline, and when their last session closed.
    pub(crate) gone: Vec<(UserId, Timestamp)>,
}

impl Presence {
    /// A session of the person opens.
    pub(crate) fn arrive(&mut self, user_id: UserId, limits: &Limits) -> Result<(), TooManySessions> {
        let person = self.people.entry(user_id).or_insert_with(|| {
            self.changed.insert(user_id, true);
            Person {
                sessions: 0,
                gone: None,
            }
        });
        if person.sessions >= limits.sessions_per_person.max(1) {
            return Err(TooManySessions);
        }
        person.sessions += 1;
        person.gone = None;
        self.crowded |= self.people.len() > limits.presence_list_limit;
        Ok(())
    }

    /// A session of the person has closed.
    pub(crate) fn depart(&mut self, user_id: UserId, now: Instant, at: Timestamp, limits: &Limits) {
        if let Some(person) = self.people.get_mut(&user_id) {
            person.sessions = person.sessions.saturating_sub(1);
            if person.sessions == 0 {
                let until = now + limits.presence_grace;
                person.gone = Some((until, at));
                self.leaving.push_back((until, user_id));
            }
        }
    }

    /// Lets go whose grace has ended, and makes the next frame if it is time and there is something to tell.
    pub(crate) fn look_at_time(&mut self, now: Instant, limits: &Limits) -> Elapsed {
        let gone = self.let_go(now);
        let is_due = self
            .told_at
            .is_none_or(|told_at| now >= told_at + limits.presence_interval);
        let frame = (is_due && !self.changed.is_empty()).then(|| {
            self.told_at = Some(now);
            self.difference(limits)
        });
        Elapsed { frame, gone }
    }

    /// Everybody who has not been noted as gone yet, for a server that stops at `now`.
    pub(crate) fn everybody_leaves(&self, now: Timestamp) -> Vec<(UserId, Timestamp)> {
        let seen = |person: &Person| person.gone.map_or(now, |(_, at)| at);
        self.people
            .iter()
            .map(|(id, person)| (*id, seen(person)))
            .collect()
    }

    /// Whether the person counts as online.
    pub(crate) fn is_online(&self, user_id: UserId) -> bool {
        self.people.contains_key(&user_id)
    }

    /// Whether a session of the person is open.
    pub(crate) fn has_sessions(&self, user_id: UserId) -> bool {
        self.people
            .get(&user_id)
            .is_some_and(|person| person.sessions > 0)
    }

    /// How many people are online.
    pub(crate) fn count(&self) -> u64 {
        self.people.len() as u64
    }

    /// The list for a `welcome`: empty when there are too many.
    pub(crate) fn list(&self) -> Vec<i64> {
        if self.crowded {
            return Vec::new();
        }
        self.people.keys().map(|id| id.0).collect()
    }

    fn let_go(&mut self, now: Instant) -> Vec<(UserId, Timestamp)> {
        let mut gone = Vec::new();
        while let Some((until, user_id)) = self.leaving.front().copied().filter(|(until, _)| *until <= now) {
            self.leaving.pop_front();
            let left = self.people.get(&user_id).and_then(|person| person.gone);
            if let Some((_, at)) = left.filter(|(their_end, _)| *their_end == until) {
                self.people.remove(&user_id);
                self.changed.insert(user_id, false);
                gone.push((user_id, at));
            }
        }
        gone
    }

    fn difference(&mut self, limits: &Limits) -> PresenceFrame {
        let changed = std::mem::take(&mut self.changed);
        let online_count = self.count();
        // Listing begins again a little below the limit, so that a number around it does not send the whole list
        // each second.
        let few = limits.presence_list_limit - limits.presence_list_limit.div_ceil(10);
        let begins_again = self.crowded && self.people.len() <= few;
        if self.crowded && !begins_again {
            return PresenceFrame {
                came: Vec::new(),
                went: Vec::new(),
                online_count,
                listed: false,
            };
        }
        self.crowded = false;
        let ids = |came: bool| {
            changed
                .iter()
                .filter(move |(_, now)| **now == came)
                .map(|(id, _)| id.0)
        };
        PresenceFrame {
            came: if begins_again {
                self.list()
            } else {
                ids(true).collect()
            },
            went: ids(false).collect(),
            online_count,
            listed: true,
        }
    }
}
