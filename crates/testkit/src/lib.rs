//! For tests only: a real server on port 0, real databases and a small world of people.
//!
//! A story is an async function that takes a [`Database`]; [`on_both!`] makes a test on SQLite and one on PostgreSQL of
//! it. It starts a [`Server`], asks it for people ([`Server::owner`], [`Server::person`]) and lets them talk over HTTP
//! ([`Person::get`] and its kin) and over WebSockets ([`Person::connect`]). [`Client`] keeps the state that a real
//! client would keep. Everything here panics with what it has seen when something is not as expected: that is how a
//! test fails.

mod client;
mod database;
mod dice;
mod entrance;
mod http;
mod person;
mod server;
mod socket;

use std::future::Future;
use std::time::Duration;

pub use client::Client;
pub use database::{Database, OwnDatabase};
pub use dice::Dice;
pub use entrance::Entrance;
pub use http::{Answer, Request};
pub use person::Person;
pub use server::Server;
pub use socket::{Message, Socket};

/// A password that the server accepts.
pub const PASSWORD: &str = "violet lantern 42";

/// How long something may take that is expected to happen. Generous, since it only matters when it does not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How long a whole story may take.
const STORY: Duration = Duration::from_secs(120);

/// Makes two tests of each story, `sqlite` and `postgres`, in a module of the story's name.
#[macro_export]
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[test]
            fn sqlite() {
                $crate::tell(super::$story($crate::Database::Sqlite));
            }

            #[test]
            fn postgres() {
                $crate::tell(super::$story($crate::Database::Postgres));
            }
        }
    )+};
}

/// Runs a story to its end and returns what came of it.
///
/// # Panics
/// When the story does, and when it does not end.
pub fn tell<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    let told = runtime.block_on(async { tokio::time::timeout(STORY, story).await });
    told.unwrap_or_else(|_| panic!("the story did not end within {} s", STORY.as_secs()))
}

/// A client key that nobody has used.
pub fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}
