//! How often "is typing" may be said.

use std::collections::HashMap;

use chatterbox_domain::{RoomId, UserId};
use tokio::time::Instant;

use crate::limits::Limits;

/// Who said lately that they type. It is never stored anywhere else.
#[derive(Debug, Default)]
pub(crate) struct TypingPace {
    lately: HashMap<(UserId, RoomId), Said>,
}

#[derive(Debug)]
struct Said {
    at: Instant,
    active: bool,
}

impl TypingPace {
    /// Whether to pass it on: one "is typing" for each interval, and one "has stopped" after each of them.
    pub(crate) fn admits(
        &mut self,
        user_id: UserId,
        room_id: RoomId,
        active: bool,
        now: Instant,
        limits: &Limits,
    ) -> bool {
        let said = self.lately.get_mut(&(user_id, room_id));
        match (active, said) {
            (true, Some(said)) if now < said.at + limits.typing_interval => false,
            (true, _) => {
                self.lately.insert((user_id, room_id), Said { at: now, active });
                true
            }
            (false, Some(said)) => std::mem::replace(&mut said.active, false),
            (false, None) => false,
        }
    }

    /// Forgets what no longer matters. A "has stopped" that comes later than this is not missed: clients hide the
    /// line by themselves.
    pub(crate) fn forget_before(&mut self, now: Instant, limits: &Limits) {
        let kept = limits.typing_interval * 4;
        self.lately.retain(|_, said| now < said.at + kept);
    }
}
