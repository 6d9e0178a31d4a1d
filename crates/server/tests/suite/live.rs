//! WebSockets: getting in, being told, coming back.

mod delivery_options;
mod ending;
mod entry;
mod frames;
mod presence;
mod resume;
mod slow_reader;
mod typing;
mod welcome;
