//! The hub, its shards and its sessions as the server uses them, over a small world kept in memory and with a clock
//! that moves only when everybody waits.

mod client;
mod delivery;
mod joining;
mod limits;
mod presence;
mod requests;
mod world;
