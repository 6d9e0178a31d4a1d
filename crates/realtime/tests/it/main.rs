//! The hub, its shards and its sessions as the server uses them, over a small world kept in memory and with a clock
//! that moves only when everybody waits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::large_enum_variant,
    reason = "a handful of frames in a test may take their room"
)]

mod client;
mod delivery;
mod joining;
mod limits;
mod presence;
mod requests;
mod world;
