//! A database of a test's own.

use std::path::Path;

use chatterbox_storage::scratch;

/// The variable that names the PostgreSQL server for tests.
const POSTGRES: &str = "CHATTERBOX_TEST_POSTGRES";

/// Which database a story is told on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in a folder of its own.
    Sqlite,
    /// A fresh database on the server that `CHATTERBOX_TEST_POSTGRES` names.
    Postgres,
}

/// A database that is removed with this value.
#[derive(Debug)]
pub struct OwnDatabase {
    url: String,
    /// The server and the name of a PostgreSQL database; a file goes with its folder.
    on_server: Option<(String, String)>,
}

impl OwnDatabase {
    /// A new one; a file is made in `folder`, which goes with it.
    ///
    /// # Panics
    /// When there is no server for it, or it refuses.
    pub fn make(database: Database, folder: &Path) -> Self {
        match database {
            Database::Sqlite => Self {
                url: format!("sqlite://{}", folder.join("chatterbox.db").display()),
                on_server: None,
            },
            Database::Postgres => {
                let server = postgres_server();
                let name = format!("test_{}", uuid::Uuid::new_v4().simple());
                scratch::create_database(&server, &name).expect("a test database can be made");
                let (server_without_database, _) =
                    server.rsplit_once('/').expect("the URL ends with /postgres");
                Self {
                    url: format!("{server_without_database}/{name}"),
                    on_server: Some((server, name)),
                }
            }
        }
    }

    /// Its URL, as in the setting `database.url`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.on_server
            && let Err(error) = scratch::drop_database(server, name)
        {
            eprintln!("the test database {name} remains: {error}");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test run says where its PostgreSQL is"
)]
fn postgres_server() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES} is not set: run the tests with `cargo xtask test`, which starts a PostgreSQL of its own, or \
             set it to the URL of a superuser's database `postgres` on a server for tests"
        )
    })
}
