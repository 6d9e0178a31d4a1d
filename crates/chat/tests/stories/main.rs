//! What people can do, told as stories over a real database with a clock that is moved by hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

mod changing;
mod convergence;
mod denials;
mod direct;
mod joining;
mod leaving;
mod pages;
mod passwords;
mod posting;
mod profile;
mod reading;
mod refreshing;
mod resuming;
mod signing_in;
