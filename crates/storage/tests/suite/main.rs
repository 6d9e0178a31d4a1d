//! What the storage promises, told once and shown on both databases.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[macro_use]
mod world;

mod accounts;
mod closing;
mod commits;
mod direct;
mod disk;
mod failures;
mod idempotency;
mod lanes;
mod migrations;
mod notebook;
mod order;
mod pages;
mod panics;
mod reading;
mod schema;
mod sessions;
mod text;
