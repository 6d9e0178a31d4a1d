//! First the commit, then the announcement, then the answer.

use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use chatterbox_domain::{Event, EventSink};
use chatterbox_storage::{DatabaseUrl, Lane, Options, Storage, StorageError, messages};

use crate::world::{World, fresh_key, lobby, person, post, say, stranger};

stories! {
    both:
        what_is_announced_can_be_seen_by_everybody_at_that_moment,
        nobody_is_answered_before_the_sink_has_the_events,
        events_are_announced_in_the_order_of_the_jobs;
}

/// Looks into the database, over a connection of its own, whenever something is announced.
struct Witness {
    url: DatabaseUrl,
    saw: Mutex<Vec<bool>>,
}

impl EventSink for Witness {
    fn deliver(&self, events: Vec<Event>) {
        let mut db = stranger(&self.url);
        for event in events {
            let Event::MessagePosted(message) = event else {
                panic!("only posted messages are announced here")
            };
            let stored = messages::get(&mut db, message.id).unwrap();
            self.saw.lock().unwrap().push(stored.as_ref() == Some(&*message));
        }
    }
}

async fn what_is_announced_can_be_seen_by_everybody_at_that_moment(world: World) {
    let witness = Arc::new(Witness {
        url: world.url.clone(),
        saw: Mutex::default(),
    });
    let sink: Arc<dyn EventSink> = witness.clone();
    let storage = Storage::open(&world.url, Options::default(), &sink).unwrap();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let answers: Vec<_> = (0..20).map(|_| say(&storage, room, &ann, "seen")).collect();
    for answer in answers {
        answer.await.unwrap();
    }
    assert_eq!(*witness.saw.lock().unwrap(), [true; 20]);
}

/// Says that it was called, and returns when it is told to.
struct Slow {
    called: Sender<()>,
    go: Mutex<Receiver<()>>,
}

impl EventSink for Slow {
    fn deliver(&self, _events: Vec<Event>) {
        self.called.send(()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
    }
}

async fn nobody_is_answered_before_the_sink_has_the_events(world: World) {
    let (called, was_called) = channel();
    let (go_on, go) = channel();
    let sink: Arc<dyn EventSink> = Arc::new(Slow {
        called,
        go: Mutex::new(go),
    });
    let storage = Storage::open(&world.url, Options::default(), &sink).unwrap();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let mut answer = pin!(say(&storage, room, &ann, "hello"));
    was_called.recv().unwrap();
    let mut nobody = Context::from_waker(Waker::noop());
    assert!(
        answer.as_mut().poll(&mut nobody).is_pending(),
        "the sink is not done yet"
    );
    go_on.send(()).unwrap();
    assert_eq!(answer.await.unwrap().body, "hello");
}

async fn events_are_announced_in_the_order_of_the_jobs(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let answers: Vec<_> = (0..100)
        .map(|number| {
            let ann = ann.clone();
            storage.write(Lane::Room(room), move |tx| {
                post(tx, room, &ann, fresh_key(), &format!("{number} a"))?;
                post(tx, room, &ann, fresh_key(), &format!("{number} b"))?;
                Ok::<_, StorageError>(())
            })
        })
        .collect();
    for answer in answers {
        answer.await.unwrap();
    }
    let expected: Vec<_> = (0..100)
        .flat_map(|number| [format!("{number} a"), format!("{number} b")])
        .collect();
    assert_eq!(world.notebook.bodies(), expected);
}
