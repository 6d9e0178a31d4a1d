//! Delivers what was announced to the sessions that may see it, in order.
//!
//! The [`Hub`] is shared by all threads: it takes the events of each commit, encodes each one once and hands them to
//! every [`Shard`]. A shard belongs to one worker thread: it knows which of its sessions are subscribed to what and
//! puts the shared frames into their outboxes. A session is a [`SessionActor`], which reads the client's frames and
//! answers them, and an [`Outbox`], which the socket's writer drains. What a session may ask for is the [`Commands`]
//! port.
//!
//! Every queue here is bounded, and losing something always shows: a session whose outbox overflows, or whose shard
//! lost an event, is closed with code 4008 and resumes from its cursors; a session that joins while too much happens
//! is told to `resync` the rooms concerned.

mod announcement;
mod commands;
mod frame;
mod hub;
mod interest;
mod limits;
mod mailbox;
mod outbox;
mod presence;
mod roster;
mod session;
mod shard;
mod typing;

pub use commands::{Answer, Commands, Missed, Refused, Snapshot};
pub use hub::{Hub, PresenceLog};
pub use limits::Limits;
pub use outbox::Outbox;
pub use session::{Inbound, SessionActor, SessionOptions};
pub use shard::Shard;
