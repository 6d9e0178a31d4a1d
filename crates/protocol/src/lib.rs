//! What goes over the wire: frames, HTTP bodies, views and errors.
//!
//! This is the only home of the serialisation derives. Domain types have a view here and never serialise themselves.
//! Field names are snake case, moments are RFC 3339 in UTC with microseconds, identifiers are JSON numbers below
//! 2^53. Unknown fields in requests are ignored, so that a newer client can talk to an older server.

pub mod account;
pub mod client_frame;
pub mod documented;
pub mod page;
pub mod problem;
pub mod server_frame;
pub mod typescript;
pub mod view;

pub use client_frame::{ClientFrame, FrameError};
pub use problem::Problem;
pub use server_frame::ServerFrame;

/// The version of the protocol that this crate speaks; a client names it in `hello`.
pub const PROTOCOL_VERSION: u32 = 1;

/// The WebSocket subprotocol that stands for [`PROTOCOL_VERSION`], for clients that negotiate.
pub const SUBPROTOCOL: &str = "chatterbox.v1";
