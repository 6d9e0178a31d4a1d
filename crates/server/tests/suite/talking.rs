//! Messages: posting, changing, reading.

mod bodies;
mod changing;
mod history;
mod posting;
mod retries;
mod rooms;
