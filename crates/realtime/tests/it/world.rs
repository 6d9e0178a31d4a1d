//! A small world: rooms, people and messages, what was committed and what of it was delivered.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatterbox_domain::{
    Author, ClientKey, Clock, Event, EventSink, Message, MessageId, Role, RoomId, RoomKind, RoomSummary,
    SessionId, Timestamp, User, UserId,
};
use chatterbox_protocol::client_frame::{MessageDelete, MessageEdit, MessageSend, PlainMessage, Read};
use chatterbox_realtime::{Answer, Commands, Hub, Limits, Missed, Refused, SessionOptions, Shard, Snapshot};
use chrono::TimeDelta;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::client::Client;

pub(crate) const ANN: UserId = UserId(1);
pub(crate) const BOB: UserId = UserId(2);
pub(crate) const EVE: UserId = UserId(3);
pub(crate) const LOBBY: RoomId = RoomId(1);

/// More than this many missed messages of a room are too much.
const MISSED_AT_MOST: usize = 5;

/// Runs `story` in a world with one shard, where ann and bob are in the Lobby and eve is not.
pub(crate) fn tell<F: Future<Output = ()>>(limits: Limits, story: impl FnOnce(Rc<World>) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        story(Rc::new(World::new(limits))).await;
    });
}

/// Lets everything run that can.
pub(crate) async fn settle() {
    for _ in 0..30 {
        tokio::task::yield_now().await;
    }
}

pub(crate) struct World {
    pub(crate) hub: Arc<Hub>,
    pub(crate) shard: Rc<Shard>,
    pub(crate) truth: Rc<Truth>,
    pub(crate) last_seen: Arc<Mutex<Vec<UserId>>>,
    undelivered: RefCell<VecDeque<Event>>,
    next_session: Cell<i64>,
}

impl World {
    fn new(limits: Limits) -> Self {
        let last_seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&last_seen);
        let note = move |people: Vec<(UserId, Timestamp)>| {
            log.lock().unwrap().extend(people.into_iter().map(|(id, _)| id));
        };
        let clock = Arc::new(TokioClock(Instant::now()));
        let hub = Hub::new(limits, "1.2.3", clock, Arc::new(note));
        let truth = Rc::new(Truth::default());
        truth
            .rooms
            .borrow_mut()
            .entry(LOBBY)
            .or_default()
            .members
            .extend([ANN, BOB]);
        Self {
            shard: Shard::start(&hub),
            hub,
            truth,
            last_seen,
            undelivered: RefCell::default(),
            next_session: Cell::new(1),
        }
    }

    /// Connects a person's new session, which has said nothing yet.
    pub(crate) fn connect(&self, user_id: UserId) -> Client {
        self.connect_as(user_id, SessionStyle::Native)
    }

    pub(crate) fn connect_as(&self, user_id: UserId, style: SessionStyle) -> Client {
        self.open(&self.shard, user_id, style)
    }

    /// Connects a person on another shard.
    pub(crate) fn connect_on(&self, shard: &Rc<Shard>, user_id: UserId) -> Client {
        self.open(shard, user_id, SessionStyle::Native)
    }

    fn open(&self, shard: &Rc<Shard>, user_id: UserId, style: SessionStyle) -> Client {
        let session_id = SessionId(self.next_session.get());
        self.next_session.set(session_id.0 + 1);
        let options = SessionOptions {
            user_id,
            session_id,
            plain: matches!(style, SessionStyle::Plain),
        };
        let caller = Caller {
            user_id,
            truth: Rc::clone(&self.truth),
        };
        let (outbox, actor) = shard.open_session(options, caller);
        Client::new(session_id, outbox, actor)
    }

    /// Connects a person and waits until their session is live.
    pub(crate) async fn join(&self, user_id: UserId) -> Client {
        let mut client = self.connect(user_id);
        client.say(r#"{"type":"hello","ref":1,"protocol":1}"#).await;
        client.welcome().await;
        client
    }

    /// Commits, and delivers at once.
    pub(crate) fn announce(&self, events: impl IntoIterator<Item = Event>) {
        self.hub.deliver(events.into_iter().collect());
    }

    /// Commits; [`World::deliver`] delivers it later.
    pub(crate) fn commit(&self, event: Option<Event>) {
        self.undelivered.borrow_mut().extend(event);
    }

    /// Delivers up to `count` of what was committed, in one batch.
    pub(crate) fn deliver(&self, count: usize) {
        let mut undelivered = self.undelivered.borrow_mut();
        let count = count.min(undelivered.len());
        let events = undelivered.drain(..count).collect();
        drop(undelivered);
        self.hub.deliver(events);
    }
}

#[derive(Clone, Copy)]
pub(crate) enum SessionStyle {
    Native,
    Plain,
}

/// What is stored.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) rooms: RefCell<BTreeMap<RoomId, Room>>,
    pub(crate) calls: RefCell<Vec<String>>,
    /// While they are there, a call waits for a permit.
    pub(crate) before_rooms: RefCell<Option<Rc<Semaphore>>>,
    pub(crate) before_snapshot: RefCell<Option<Rc<Semaphore>>>,
    pub(crate) before_sending: RefCell<Option<Rc<Semaphore>>>,
    pub(crate) refusal: RefCell<Option<Refused>>,
}

#[derive(Default)]
pub(crate) struct Room {
    pub(crate) members: BTreeSet<UserId>,
    pub(crate) cursor: i64,
    pub(crate) messages: BTreeMap<i64, Message>,
}

impl Truth {
    pub(crate) fn post(&self, room_id: RoomId, body: &str) -> Event {
        let mut rooms = self.rooms.borrow_mut();
        let room = rooms.entry(room_id).or_default();
        room.cursor += 1;
        let message = Message {
            id: MessageId(room_id.0 * 1_000_000 + room.cursor),
            room_id,
            seq: room.cursor,
            version: room.cursor,
            author: Author {
                id: BOB,
                username: "bob".into(),
                display_name: "Bob".into(),
            },
            body: body.into(),
            client_key: ClientKey(uuid::Uuid::from_u128(room.cursor as u128)),
            created_at: Timestamp::UNIX_EPOCH,
            edited_at: None,
            deleted_at: None,
        };
        room.messages.insert(message.seq, message.clone());
        Event::MessagePosted(Arc::new(message))
    }

    /// Edits the oldest message of a room.
    pub(crate) fn edit(&self, room_id: RoomId, body: &str) -> Option<Event> {
        let mut rooms = self.rooms.borrow_mut();
        let room = rooms.get_mut(&room_id)?;
        let message = room.messages.values_mut().next()?;
        room.cursor += 1;
        message.version = room.cursor;
        message.body = body.into();
        Some(Event::MessageChanged(Arc::new(message.clone())))
    }

    pub(crate) fn add(&self, user_id: UserId, room_id: RoomId) -> Option<Event> {
        let mut rooms = self.rooms.borrow_mut();
        let room = rooms.entry(room_id).or_default();
        let is_new = room.members.insert(user_id);
        let room = room.seen(room_id);
        is_new.then_some(Event::RoomChanged { user_id, room })
    }

    pub(crate) fn remove(&self, user_id: UserId, room_id: RoomId) -> Option<Event> {
        let was_member = self
            .rooms
            .borrow_mut()
            .get_mut(&room_id)?
            .members
            .remove(&user_id);
        was_member.then_some(Event::RoomRemoved { user_id, room_id })
    }

    fn note(&self, call: String) {
        self.calls.borrow_mut().push(call);
    }
}

impl Room {
    fn seen(&self, id: RoomId) -> RoomSummary {
        RoomSummary {
            id,
            kind: RoomKind::Lobby,
            name: format!("room {id}"),
            peer_id: None,
            cursor: self.cursor,
            last_read_seq: 0,
            unread: 0,
        }
    }
}

/// A person's use cases.
pub(crate) struct Caller {
    user_id: UserId,
    truth: Rc<Truth>,
}

async fn pass(gate: &RefCell<Option<Rc<Semaphore>>>) {
    let gate = gate.borrow().clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
}

impl Caller {
    fn send(&self, room_id: RoomId, body: String) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        // The place in the queue is taken by the call itself.
        self.truth.note(format!("send {body}"));
        let truth = Rc::clone(&self.truth);
        async move {
            pass(&truth.before_sending).await;
            let Event::MessagePosted(message) = truth.post(room_id, &body) else {
                unreachable!()
            };
            Ok(Answer {
                message: Some(message),
            })
        }
    }

    fn note(&self, call: String) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.truth.note(call);
        std::future::ready(Ok(Answer::default()))
    }
}

impl Commands for Caller {
    fn rooms(&self) -> impl Future<Output = Result<Vec<RoomId>, Refused>> + 'static {
        let (truth, user_id) = (Rc::clone(&self.truth), self.user_id);
        async move {
            pass(&truth.before_rooms).await;
            if let Some(refused) = truth.refusal.borrow().clone() {
                return Err(refused);
            }
            let rooms = truth.rooms.borrow();
            let own = rooms.iter().filter(|(_, room)| room.members.contains(&user_id));
            Ok(own.map(|(id, _)| *id).collect())
        }
    }

    fn snapshot(
        &self,
        cursors: BTreeMap<RoomId, i64>,
    ) -> impl Future<Output = Result<Snapshot, Refused>> + 'static {
        let (truth, user_id) = (Rc::clone(&self.truth), self.user_id);
        async move {
            pass(&truth.before_snapshot).await;
            let rooms = truth.rooms.borrow();
            let own = || rooms.iter().filter(|(_, room)| room.members.contains(&user_id));
            let missed = own().filter_map(|(id, room)| {
                let seen = cursors.get(id)?;
                let mut messages: Vec<Message> = room
                    .messages
                    .values()
                    .filter(|message| message.version > *seen)
                    .cloned()
                    .collect();
                messages.sort_by_key(|message| message.version);
                let missed = if messages.len() > MISSED_AT_MOST {
                    Missed::TooMuch
                } else {
                    Missed::Messages(messages)
                };
                Some((*id, missed))
            });
            Ok(Snapshot {
                me: person(user_id),
                rooms: own().map(|(id, room)| room.seen(*id)).collect(),
                missed: missed.collect(),
            })
        }
    }

    fn send_message(&self, request: MessageSend) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.send(RoomId(request.room_id), request.body)
    }

    fn send_plain(&self, request: PlainMessage) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.send(LOBBY, request.content)
    }

    fn edit_message(&self, request: MessageEdit) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.note(format!("edit {}", request.message_id))
    }

    fn delete_message(
        &self,
        request: MessageDelete,
    ) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.note(format!("delete {}", request.message_id))
    }

    fn mark_read(&self, request: Read) -> impl Future<Output = Result<Answer, Refused>> + 'static {
        self.note(format!("read {}", request.seq))
    }
}

pub(crate) fn person(id: UserId) -> User {
    User {
        id,
        username: format!("user{id}"),
        display_name: format!("User {id}"),
        role: Role::Member,
        about: String::new(),
        created_at: Timestamp::UNIX_EPOCH,
        last_seen_at: None,
    }
}

/// The time of tokio's paused clock.
struct TokioClock(Instant);

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let elapsed: Duration = self.0.elapsed();
        Timestamp::UNIX_EPOCH + TimeDelta::from_std(elapsed).unwrap()
    }
}
