//! The sessions of one worker thread.

use std::rc::Rc;
use std::sync::Arc;

use crate::commands::Commands;
use crate::hub::Hub;
use crate::outbox::Outbox;
use crate::session::{SessionActor, SessionOptions};

/// The sessions of one worker thread, which receive what the hub hands out.
#[derive(Debug)]
pub struct Shard {}

impl Shard {
    /// Joins the hub and starts to work off what it hands out, on this thread's local task set
    /// (`tokio::task::spawn_local`), until the task set ends.
    pub fn start(hub: &Arc<Hub>) -> Rc<Self> {
        unimplemented!()
    }

    /// The hub that this shard belongs to.
    pub fn hub(&self) -> &Arc<Hub> {
        unimplemented!()
    }

    /// Opens a session: from here on it counts as connected. The server lets the socket's writer drain the outbox
    /// and spawns [`SessionActor::run`] on this thread. A session that is refused (too many of this person, server
    /// closing) gets an outbox that says so and ends, and an actor that stops at once.
    pub fn open_session<C: Commands>(
        self: &Rc<Self>,
        options: SessionOptions,
        commands: C,
    ) -> (Outbox, SessionActor<C>) {
        unimplemented!()
    }
}
