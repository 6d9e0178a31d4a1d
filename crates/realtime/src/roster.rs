//! Which sessions a shard has, and who among them is subscribed to what.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use chatterbox_domain::{RoomId, UserId};
use tokio::time::Instant;

use crate::hub::Hub;
use crate::interest::Kind;
use crate::session::Slot;

/// The `after` of a subscriber who joins: whatever is announced is held back for it.
pub(crate) const HELD_BACK: i64 = i64::MAX;

/// A session that receives a room's messages.
///
/// These stand side by side in one vector for each room, with the floor beside the pointer: walking five thousand of
/// them looks nothing up.
#[derive(Debug)]
pub(crate) struct Subscriber {
    pub(crate) slot: Rc<Slot>,
    /// The version up to which the session has everything, or [`HELD_BACK`].
    pub(crate) after: i64,
}

/// A session and when its heartbeat is to be looked at.
#[derive(Debug)]
pub(crate) struct Enrolled {
    pub(crate) slot: Rc<Slot>,
    pub(crate) look_at: Instant,
}

/// The indexes of a shard.
#[derive(Debug)]
pub(crate) struct Roster {
    hub: Arc<Hub>,
    pub(crate) sessions: Vec<Enrolled>,
    people: HashMap<UserId, Vec<Rc<Slot>>>,
    rooms: HashMap<RoomId, Vec<Subscriber>>,
    watchers: HashMap<RoomId, Vec<Rc<Slot>>>,
    enrolled_ever: u32,
}

impl Roster {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            sessions: Vec::new(),
            people: HashMap::new(),
            rooms: HashMap::new(),
            watchers: HashMap::new(),
            enrolled_ever: 0,
        }
    }

    /// Adds a session. Its first heartbeat comes early by a part of the interval that differs from one session to
    /// the next, so that ten thousand who came at once are not pinged at once.
    pub(crate) fn enrol(&mut self, slot: &Rc<Slot>, now: Instant, heartbeat: Duration) {
        const PARTS: u32 = 32;
        self.enrolled_ever = self.enrolled_ever.wrapping_add(1);
        let part = self.enrolled_ever % PARTS + 1;
        slot.place.set(self.sessions.len());
        self.sessions.push(Enrolled {
            slot: Rc::clone(slot),
            look_at: now + heartbeat / PARTS * part,
        });
        self.people.entry(slot.user_id).or_default().push(Rc::clone(slot));
    }

    /// Removes a session everywhere.
    pub(crate) fn dismiss(&mut self, slot: &Rc<Slot>) {
        self.watch(slot, Vec::new());
        for room_id in slot.room_ids() {
            self.unsubscribe(slot, room_id);
        }
        let place = slot.place.get();
        self.sessions.swap_remove(place);
        if let Some(moved) = self.sessions.get(place) {
            moved.slot.place.set(place);
        }
        if let Some(slots) = self.people.get_mut(&slot.user_id) {
            slots.retain(|other| !Rc::ptr_eq(other, slot));
            if slots.is_empty() {
                self.people.remove(&slot.user_id);
            }
        }
    }

    /// The sessions of a person.
    pub(crate) fn sessions_of(&self, user_id: UserId) -> Vec<Rc<Slot>> {
        self.people.get(&user_id).cloned().unwrap_or_default()
    }

    /// The subscribers of a room.
    pub(crate) fn subscribers(&self, room_id: RoomId) -> &[Subscriber] {
        self.rooms.get(&room_id).map_or(&[], Vec::as_slice)
    }

    /// The sessions that watch a room, whether or not they are subscribed to it.
    pub(crate) fn watchers(&self, room_id: RoomId) -> &[Rc<Slot>] {
        self.watchers.get(&room_id).map_or(&[], Vec::as_slice)
    }

    /// The floor of a session in a room, if it is subscribed.
    pub(crate) fn after(&self, slot: &Slot, room_id: RoomId) -> Option<i64> {
        let place = slot.place_in(room_id)?;
        self.subscribers(room_id)
            .get(place)
            .map(|subscriber| subscriber.after)
    }

    /// Subscribes a session to a room, or sets its floor there if it is subscribed already.
    pub(crate) fn subscribe(&mut self, slot: &Rc<Slot>, room_id: RoomId, after: i64) {
        let subscribers = self.rooms.entry(room_id).or_default();
        if let Some(place) = slot.place_in(room_id) {
            if let Some(subscriber) = subscribers.get_mut(place) {
                subscriber.after = after;
            }
            return;
        }
        if subscribers.is_empty() {
            self.hub.interest.begins(room_id, Kind::Subscribers);
        }
        slot.enter(room_id, subscribers.len());
        subscribers.push(Subscriber {
            slot: Rc::clone(slot),
            after,
        });
    }

    /// Ends a subscription; false if there was none.
    pub(crate) fn unsubscribe(&mut self, slot: &Rc<Slot>, room_id: RoomId) -> bool {
        let Some(place) = slot.leave(room_id) else {
            return false;
        };
        let Some(subscribers) = self.rooms.get_mut(&room_id) else {
            return false;
        };
        subscribers.swap_remove(place);
        if let Some(moved) = subscribers.get(place) {
            moved.slot.move_in(room_id, place);
        }
        if subscribers.is_empty() {
            self.rooms.remove(&room_id);
            self.hub.interest.ends(room_id, Kind::Subscribers);
        }
        true
    }

    /// Replaces the rooms whose typing a session wants to see.
    pub(crate) fn watch(&mut self, slot: &Rc<Slot>, rooms: Vec<RoomId>) {
        for room_id in slot.watching.replace(Vec::new()) {
            if let Some(slots) = self.watchers.get_mut(&room_id) {
                slots.retain(|other| !Rc::ptr_eq(other, slot));
                if slots.is_empty() {
                    self.watchers.remove(&room_id);
                    self.hub.interest.ends(room_id, Kind::Watchers);
                }
            }
        }
        for room_id in &rooms {
            let slots = self.watchers.entry(*room_id).or_default();
            if slots.is_empty() {
                self.hub.interest.begins(*room_id, Kind::Watchers);
            }
            slots.push(Rc::clone(slot));
        }
        slot.watching.replace(rooms);
    }
}
