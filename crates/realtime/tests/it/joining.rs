//! Whatever happens while a session joins, its client ends with the truth: nothing twice, nothing missing.

use std::collections::BTreeMap;
use std::rc::Rc;

use chatterbox_domain::{Message, RoomId, UserId};
use chatterbox_protocol::ServerFrame;
use chatterbox_protocol::server_frame::close;
use chatterbox_protocol::view::MessageView;
use chatterbox_realtime::Limits;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use tokio::sync::Semaphore;

use crate::client::{Client, Received};
use crate::world::{ANN, LOBBY, Truth, World, settle, tell};

/// Something that happens.
#[derive(Clone, Debug)]
enum Moment {
    Post(i64),
    Edit(i64),
    Add(i64),
    Remove(i64),
    Deliver(usize),
    RoomsAreRead,
    SnapshotIsRead,
    Resume,
}

fn moments() -> impl Strategy<Value = Vec<Moment>> {
    let moment = prop_oneof![
        4 => (1..4_i64).prop_map(Moment::Post),
        2 => (1..4_i64).prop_map(Moment::Edit),
        1 => (2..4_i64).prop_map(Moment::Add),
        1 => (2..4_i64).prop_map(Moment::Remove),
        4 => (1..5_usize).prop_map(Moment::Deliver),
        2 => Just(Moment::RoomsAreRead),
        2 => Just(Moment::SnapshotIsRead),
        1 => Just(Moment::Resume),
    ];
    proptest::collection::vec(moment, 0..40)
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_client_ends_with_the_truth(before in 0..12_usize, cut in 0..12_usize, holds_little in any::<bool>(), story in moments()) {
        let held_announcements = if holds_little { 4 } else { 1_000 };
        let limits = Limits { held_announcements, ..Limits::default() };
        tell(limits, |world| async move {
            world.truth.add(ANN, RoomId(2));
            let mut state = State::default();
            for number in 0..before {
                world.truth.post(RoomId(1 + number as i64 % 2), "before");
                if number == cut {
                    state = State::fetched(&world.truth, ANN);
                }
            }
            follow(&world, state, story, holds_little).await;
        });
    }
}

async fn follow(world: &Rc<World>, mut state: State, story: Vec<Moment>, may_overflow: bool) {
    let rooms_gate = Rc::new(Semaphore::new(0));
    let snapshot_gate = Rc::new(Semaphore::new(0));
    world.truth.before_rooms.replace(Some(Rc::clone(&rooms_gate)));
    world
        .truth
        .before_snapshot
        .replace(Some(Rc::clone(&snapshot_gate)));
    let mut client = world.connect(ANN);
    client.say(&state.hello()).await;
    settle().await;
    for (number, moment) in story.into_iter().enumerate() {
        let truth = &world.truth;
        match moment {
            Moment::Post(room) => world.commit(Some(truth.post(RoomId(room), &format!("post {number}")))),
            Moment::Edit(room) => world.commit(truth.edit(RoomId(room), &format!("edit {number}"))),
            Moment::Add(room) => world.commit(truth.add(ANN, RoomId(room))),
            Moment::Remove(room) => world.commit(truth.remove(ANN, RoomId(room))),
            Moment::Deliver(count) => world.deliver(count),
            Moment::RoomsAreRead => rooms_gate.add_permits(1),
            Moment::SnapshotIsRead => snapshot_gate.add_permits(1),
            // A client that waits for its welcome does not know yet what it will have.
            Moment::Resume if state.is_welcomed => {
                state.is_welcomed = false;
                client.say(&state.hello()).await;
            }
            Moment::Resume => {}
        }
        settle().await;
        if state.read(&mut client, &world.truth).await.is_closed() {
            assert!(may_overflow);
            return;
        }
    }
    rooms_gate.add_permits(100);
    snapshot_gate.add_permits(100);
    settle().await;
    world.deliver(usize::MAX);
    settle().await;
    if state.read(&mut client, &world.truth).await.is_closed() {
        assert!(may_overflow);
        return;
    }
    let truth = State::fetched(&world.truth, ANN);
    assert_eq!(state.rooms, truth.rooms);
}

/// What a client knows.
#[derive(Debug, Default)]
struct State {
    is_welcomed: bool,
    rooms: BTreeMap<i64, KnownRoom>,
    /// The counters in the last welcome: what is missed comes below, without every number; what is live comes above.
    welcomed_at: BTreeMap<i64, i64>,
}

#[derive(Debug, Default, PartialEq)]
struct KnownRoom {
    cursor: i64,
    /// By `seq`: version and text.
    messages: BTreeMap<i64, (i64, String)>,
}

enum Reading {
    Open,
    Closed,
}

impl Reading {
    fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
    }
}

impl State {
    fn fetched(truth: &Truth, user_id: UserId) -> Self {
        let rooms = truth.rooms.borrow();
        let own = rooms.iter().filter(|(_, room)| room.members.contains(&user_id));
        Self {
            rooms: own
                .map(|(id, _)| (id.0, KnownRoom::fetched(truth, id.0)))
                .collect(),
            ..Self::default()
        }
    }

    fn hello(&self) -> String {
        let cursors: Vec<_> = self
            .rooms
            .iter()
            .map(|(id, room)| format!("\"{id}\":{}", room.cursor))
            .collect();
        format!(
            r#"{{"type":"hello","protocol":1,"cursors":{{{}}}}}"#,
            cursors.join(",")
        )
    }

    async fn read(&mut self, client: &mut Client, truth: &Truth) -> Reading {
        for received in client.everything_now().await {
            match received {
                Received::Frame(frame) => self.apply(frame, truth),
                Received::Close(code) => {
                    assert_eq!(code, close::TOO_SLOW);
                    return Reading::Closed;
                }
                Received::Ping | Received::Pong(_) | Received::End => {}
            }
        }
        Reading::Open
    }

    fn apply(&mut self, frame: ServerFrame, truth: &Truth) {
        match frame {
            ServerFrame::Welcome(welcome) => {
                self.is_welcomed = true;
                self.welcomed_at = welcome.rooms.iter().map(|room| (room.id, room.cursor)).collect();
                self.rooms.retain(|id, _| self.welcomed_at.contains_key(id));
                for room in &welcome.rooms {
                    self.rooms
                        .entry(room.id)
                        .or_insert_with(|| KnownRoom::from(truth, room.id, room.cursor));
                }
            }
            ServerFrame::MessagePosted(posted) => self.take(&posted.message),
            ServerFrame::MessageChanged(changed) => self.take(&changed.message),
            ServerFrame::RoomChanged(changed) => {
                let room = changed.room;
                self.rooms.entry(room.id).or_insert_with(|| {
                    self.welcomed_at.remove(&room.id);
                    KnownRoom::from(truth, room.id, room.cursor)
                });
            }
            ServerFrame::RoomRemoved(removed) => {
                self.rooms.remove(&removed.room_id);
            }
            ServerFrame::Resync(resync) => {
                let room = KnownRoom::from(truth, resync.room_id, resync.cursor);
                assert!(self.rooms.insert(resync.room_id, room).is_some());
                self.welcomed_at.remove(&resync.room_id);
            }
            _ => {}
        }
    }

    fn take(&mut self, message: &MessageView) {
        let room = self
            .rooms
            .get_mut(&message.room_id)
            .expect("the client knows the room");
        let before = room.cursor;
        assert!(message.version > before, "{message:?} came twice");
        let welcomed_at = self.welcomed_at.get(&message.room_id).copied().unwrap_or(0);
        if message.version > welcomed_at {
            assert_eq!(
                message.version,
                before.max(welcomed_at) + 1,
                "something is missing before {message:?}"
            );
        }
        room.cursor = message.version;
        let known = room.messages.entry(message.seq).or_default();
        if known.0 < message.version {
            *known = (message.version, message.body.clone());
        }
    }
}

impl KnownRoom {
    /// A room whose newest page was fetched, now, after a frame said that everything above `cursor` follows.
    fn from(truth: &Truth, id: i64, cursor: i64) -> Self {
        Self {
            cursor,
            ..Self::fetched(truth, id)
        }
    }

    fn fetched(truth: &Truth, id: i64) -> Self {
        let rooms = truth.rooms.borrow();
        let room = &rooms[&RoomId(id)];
        let known = |message: &Message| (message.seq, (message.version, message.body.clone()));
        Self {
            cursor: room.cursor,
            messages: room.messages.values().map(known).collect(),
        }
    }
}

#[test]
fn what_was_missed_comes_as_posts_and_changes_in_order_of_version() {
    tell(Limits::default(), |world| async move {
        world.truth.post(LOBBY, "one");
        world.truth.post(LOBBY, "two");
        world.truth.edit(LOBBY, "one, corrected");
        let mut ann = world.connect(ANN);
        ann.say(r#"{"type":"hello","ref":9,"protocol":1,"cursors":{"1":1,"77":5}}"#)
            .await;
        let welcome = ann.welcome().await;
        assert_eq!((welcome.reference, welcome.rooms[0].cursor), (Some(9), 3));
        assert!(matches!(ann.frame().await, ServerFrame::MessagePosted(m) if m.message.body == "two"));
        assert!(matches!(ann.frame().await, ServerFrame::MessageChanged(m) if m.message.seq == 1));
    });
}

#[test]
fn a_client_that_says_nothing_is_welcomed_after_half_a_second() {
    tell(Limits::default(), |world| async move {
        world.truth.post(LOBBY, "one");
        let start = tokio::time::Instant::now();
        let mut ann = world.connect(ANN);
        let welcome = ann.welcome().await;
        assert_eq!(start.elapsed().as_millis(), 500);
        assert_eq!(
            (welcome.reference, welcome.me.id, welcome.online),
            (None, 1, vec![1])
        );
    });
}

#[test]
fn more_than_fits_or_a_cursor_from_the_future_is_a_resync() {
    let limits = Limits {
        outbox_bytes: 8_000,
        ..Limits::default()
    };
    tell(limits, |world| async move {
        for _ in 0..4 {
            world.truth.post(LOBBY, &"long ".repeat(300));
        }
        for cursor in [0, 99] {
            let mut ann = world.connect(ANN);
            ann.say(&format!(
                r#"{{"type":"hello","protocol":1,"cursors":{{"1":{cursor}}}}}"#
            ))
            .await;
            ann.welcome().await;
            assert!(matches!(ann.frame().await, ServerFrame::Resync(r) if (r.room_id, r.cursor) == (1, 4)));
        }
    });
}
