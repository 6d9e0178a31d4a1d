//! The state that a real client keeps, by the rules of the protocol.

use std::collections::BTreeMap;

use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::page::MessagesResponse;
use chatterbox_protocol::view::MessageView;
use serde_json::Value;

use crate::person::Person;
use crate::socket::Socket;

/// A client: what it knows of its rooms, and a socket while it is connected. It applies frames as docs/PROTOCOL.md says
/// and panics when the server breaks the promise that a room's frames come in order and without a gap.
#[derive(Debug)]
pub struct Client {
    /// Who uses it.
    pub person: Person,
    /// The connection, unless it is cut.
    pub socket: Option<Socket>,
    /// The rooms it knows.
    pub rooms: BTreeMap<i64, Room>,
}

/// What a client knows of a room.
#[derive(Clone, Debug, Default)]
pub struct Room {
    /// The highest version that came without a gap.
    pub cursor: i64,
    /// The room's counter when this connection was welcomed: from there on versions come one by one.
    live_after: i64,
    /// The messages by their place.
    pub messages: BTreeMap<i64, MessageView>,
}

impl Room {
    /// Takes a message unless a newer form of it is known.
    fn apply(&mut self, message: MessageView) {
        let known = self.messages.get(&message.seq);
        if known.is_none_or(|known| known.version < message.version) {
            self.messages.insert(message.seq, message);
        }
    }
}

impl Client {
    /// A client that knows nothing and is not connected.
    pub fn of(person: Person) -> Self {
        Self {
            person,
            socket: None,
            rooms: BTreeMap::new(),
        }
    }

    /// Connects with the cursors it has.
    pub async fn connect(&mut self) {
        let cursors = self.rooms.iter().map(|(id, room)| (*id, room.cursor)).collect();
        let socket = self.person.resume(&cursors).await;
        let welcomed = socket.welcome["rooms"].as_array().expect("rooms").clone();
        self.socket = Some(socket);
        for view in welcomed {
            let (id, cursor) = (number(&view["id"]), number(&view["cursor"]));
            if let Some(known) = self.rooms.get_mut(&id) {
                known.live_after = cursor;
            } else {
                self.load(id, cursor).await;
            }
        }
    }

    /// Loses the connection.
    pub fn cut(&mut self) {
        self.socket = None;
    }

    /// Reads and applies frames until every room is at these cursors; rooms that it is not in do not count.
    pub async fn catch_up(&mut self, counters: &BTreeMap<i64, i64>) {
        loop {
            let behind = counters
                .iter()
                .any(|(id, counter)| self.rooms.get(id).is_none_or(|room| room.cursor < *counter));
            if !behind {
                return;
            }
            self.take_frame().await;
        }
    }

    /// Reads one frame and applies it.
    ///
    /// # Panics
    /// When none comes or it breaks the order.
    pub async fn take_frame(&mut self) {
        let frame = self
            .socket
            .as_mut()
            .expect("the client is connected")
            .next_frame()
            .await;
        let frame: ServerFrame = serde_json::from_value(frame).expect("a frame of the protocol");
        match frame {
            ServerFrame::MessagePosted(posted) => self.apply(posted.message),
            ServerFrame::MessageChanged(changed) => self.apply(changed.message),
            ServerFrame::Resync(resync) => self.load(resync.room_id, resync.cursor).await,
            ServerFrame::RoomChanged(changed) if !self.rooms.contains_key(&changed.room.id) => {
                self.load(changed.room.id, changed.room.cursor).await;
            }
            ServerFrame::RoomRemoved(removed) => {
                self.rooms.remove(&removed.room_id);
            }
            _ => {}
        }
    }

    /// What the server says now, fetched anew.
    pub async fn fresh_fetch(&self) -> BTreeMap<i64, Vec<MessageView>> {
        let rooms = self.person.get("/api/v1/rooms").await.expect(200);
        let mut fetched = BTreeMap::new();
        for room in rooms["rooms"].as_array().expect("rooms") {
            let id = number(&room["id"]);
            fetched.insert(id, self.fetch(id).await);
        }
        fetched
    }

    /// What this client believes.
    pub fn belief(&self) -> BTreeMap<i64, Vec<MessageView>> {
        let messages = |room: &Room| room.messages.values().cloned().collect();
        self.rooms
            .iter()
            .map(|(id, room)| (*id, messages(room)))
            .collect()
    }

    fn apply(&mut self, message: MessageView) {
        let id = message.room_id;
        let username = &self.person.username;
        let room = self
            .rooms
            .get_mut(&id)
            .unwrap_or_else(|| panic!("{username} is in no room {id}"));
        if message.version <= room.cursor {
            // Something that the fetched page had already.
            return;
        }
        if room.cursor >= room.live_after {
            assert_eq!(
                message.version,
                room.cursor + 1,
                "{username} sees a gap in room {id}"
            );
        }
        room.cursor = message.version;
        room.apply(message);
    }

    /// Fetches a room anew; what is announced after `cursor` comes as frames.
    async fn load(&mut self, id: i64, cursor: i64) {
        let mut room = Room {
            cursor,
            live_after: cursor,
            messages: BTreeMap::new(),
        };
        for message in self.fetch(id).await {
            room.apply(message);
        }
        self.rooms.insert(id, room);
    }

    async fn fetch(&self, room: i64) -> Vec<MessageView> {
        let mut all: Vec<MessageView> = Vec::new();
        loop {
            let after = all.last().map_or(0, |message| message.seq);
            let path = format!("/api/v1/rooms/{room}/messages?after={after}&limit=200");
            let page = self.person.get(&path).await.expect(200);
            let page: MessagesResponse = serde_json::from_value(page).expect("a page");
            all.extend(page.messages);
            if !page.has_more {
                return all;
            }
        }
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}
