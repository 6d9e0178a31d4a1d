//! The convergence law: what a client had and what it was told since are together what a fresh look shows.

use std::collections::BTreeMap;

use chatterbox_chat::Settings;
use chatterbox_chat::messages::Position;
use chatterbox_chat::resume::Missed;
use chatterbox_domain::{Denial, Event, Message, MessageId, RoomId};
use proptest::prelude::*;

use crate::world::{Person, World, denial};

/// Few enough that some of the cuts are too long to be told one by one.
const RESUMED: i64 = 6;

/// The most actions of a story; all messages of a room stay on one page of its history.
const LONGEST_STORY: usize = 60;

/// What somebody does. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Action {
    Post {
        who: usize,
        room: usize,
    },
    Edit {
        message: usize,
        text: usize,
    },
    Delete {
        message: usize,
    },
    /// The client that was cut off comes back, and is cut off again.
    Return,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..2_usize, 0..2_usize).prop_map(|(who, room)| Action::Post { who, room }),
        // Few texts, so that some edits save what was there before.
        4 => (any::<usize>(), 0..3_usize).prop_map(|(message, text)| Action::Edit { message, text }),
        2 => any::<usize>().prop_map(|message| Action::Delete { message }),
        2 => Just(Action::Return),
    ]
}

/// What a client shows: the messages of each room by their places.
#[derive(Default)]
struct Client {
    rooms: BTreeMap<RoomId, BTreeMap<i64, Message>>,
    cursors: BTreeMap<RoomId, i64>,
}

impl Client {
    fn apply(&mut self, message: Message) {
        let room = self.rooms.entry(message.room_id).or_default();
        room.insert(message.seq, message);
    }

    fn shows(&self, room: RoomId) -> Vec<&Message> {
        self.rooms
            .get(&room)
            .into_iter()
            .flat_map(BTreeMap::values)
            .collect()
    }

    async fn come_back(&mut self, world: &World, who: &Person) {
        let snapshot = world
            .chat
            .snapshot(who.caller, self.cursors.clone())
            .await
            .unwrap();
        let now: BTreeMap<RoomId, i64> = snapshot.rooms.iter().map(|room| (room.id, room.cursor)).collect();
        for (room, missed) in snapshot.missed {
            match missed {
                Missed::Messages(messages) => {
                    let versions: Vec<i64> = messages.iter().map(|message| message.version).collect();
                    assert!(
                        versions.is_sorted() && self.cursors[&room] < versions[0],
                        "{versions:?}"
                    );
                    assert_eq!(versions.last(), Some(&now[&room]));
                    messages.into_iter().for_each(|message| self.apply(message));
                }
                Missed::TooMuch => {
                    self.rooms.remove(&room);
                    fresh(world, who, room)
                        .await
                        .into_iter()
                        .for_each(|message| self.apply(message));
                }
            }
        }
        self.cursors = now;
    }
}

/// The whole room, as somebody reads it who has just arrived.
async fn fresh(world: &World, who: &Person, room: RoomId) -> Vec<Message> {
    let page = world
        .chat
        .history(who.caller, room, Position::After(0), 200)
        .await
        .unwrap();
    assert!(!page.has_more);
    page.messages
}

async fn act(
    world: &World,
    people: &[Person; 2],
    rooms: &[RoomId; 2],
    sent: &mut Vec<(usize, MessageId)>,
    action: &Action,
) {
    match action {
        Action::Post { who, room } => {
            let message = world.say(&people[*who], rooms[*room], "text 0").await;
            sent.push((*who, message.id));
        }
        Action::Edit { message, text } if !sent.is_empty() => {
            let (author, id) = sent[message % sent.len()];
            let edited = world
                .chat
                .edit_message(people[author].caller, id, format!("text {text}"))
                .await;
            if edited.is_err() {
                assert_eq!(denial(edited), Denial::MessageDeleted);
            }
        }
        Action::Delete { message } if !sent.is_empty() => {
            let (author, id) = sent[message % sent.len()];
            world
                .chat
                .delete_message(people[author].caller, id)
                .await
                .unwrap();
        }
        Action::Edit { .. } | Action::Delete { .. } | Action::Return => {}
    }
}

/// Two people talk in two rooms. One client hears everything, another one comes and goes.
async fn tell(actions: Vec<Action>) {
    let world = World::with(Settings {
        resume_per_room: RESUMED,
        ..Settings::default()
    });
    let people = [world.person("ann").await, world.person("bob").await];
    let rooms = [world.lobby().await, world.direct(&people[0], &people[1]).await];
    let reader = &people[1];
    let (mut always_there, mut comes_and_goes) = (Client::default(), Client::default());
    comes_and_goes.come_back(&world, reader).await;
    world.events.take();
    let mut sent = Vec::new();
    for action in actions.iter().chain([&Action::Return]) {
        act(&world, &people, &rooms, &mut sent, action).await;
        // Nobody is hurried: the burst of messages is free again before each action.
        world.clock.advance(chrono::TimeDelta::minutes(1));
        if !matches!(action, Action::Return) {
            continue;
        }
        for event in world.events.take() {
            match event {
                Event::MessagePosted(message) | Event::MessageChanged(message) => {
                    always_there.apply((*message).clone());
                }
                other => panic!("only messages are sent and changed here, not {other:?}"),
            }
        }
        comes_and_goes.come_back(&world, reader).await;
        for room in rooms {
            let fresh = fresh(&world, reader, room).await;
            let fresh: Vec<&Message> = fresh.iter().collect();
            assert_eq!(always_there.shows(room), fresh, "told live");
            assert_eq!(comes_and_goes.shows(room), fresh, "told on coming back");
        }
    }
}

#[test]
fn what_was_there_and_what_was_missed_are_together_what_is_there_now() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    proptest!(config, |(actions in prop::collection::vec(action(), 0..LONGEST_STORY))| {
        runtime.block_on(tell(actions));
    });
}
