//! What was announced, in its order.

use std::sync::Mutex;

use chatterbox_domain::{Event, EventSink, Message, RoomId};

/// Writes down what the sink is told, one entry for each delivery.
#[derive(Default)]
pub(crate) struct Notebook(Mutex<Vec<Vec<Event>>>);

impl EventSink for Notebook {
    fn deliver(&self, events: Vec<Event>) {
        self.0.lock().unwrap().push(events);
    }
}

impl Notebook {
    /// The texts of the posted messages, one list for each delivery.
    pub(crate) fn deliveries(&self) -> Vec<Vec<String>> {
        let bodies = |events: &Vec<Event>| events.iter().map(|event| posted(event).body.clone()).collect();
        self.0.lock().unwrap().iter().map(bodies).collect()
    }

    /// The texts of the posted messages, in the order of their announcement.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.deliveries().concat()
    }

    /// The versions of the posted messages of `room`, in the order of their announcement.
    pub(crate) fn versions_in(&self, room: RoomId) -> Vec<i64> {
        let told = self.0.lock().unwrap();
        let in_room = |event: &Event| {
            Some(posted(event))
                .filter(|m| m.room_id == room)
                .map(|m| m.version)
        };
        told.iter().flatten().filter_map(in_room).collect()
    }
}

fn posted(event: &Event) -> &Message {
    match event {
        Event::MessagePosted(message) => message,
        other => panic!("only posted messages are announced here, not {other:?}"),
    }
}
