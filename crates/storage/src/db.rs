//! Two databases behind one connection type.

use std::path::PathBuf;

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl, SqliteConnection};

use crate::error::StorageError;

/// A connection to one of the two databases.
pub enum Db {
    /// SQLite, bundled with the binary.
    Sqlite(Box<SqliteConnection>),
    /// PostgreSQL.
    Postgres(Box<PgConnection>),
}

/// Executes one statement text on whichever database `$db` is: a statement has no backend until it is executed, so
/// repeating only the execution gives one text that the compiler checks against both.
macro_rules! each_backend {
    ($db:expr, $connection:ident => $statement:expr) => {
        match $db {
            $crate::db::Db::Sqlite(connection) => {
                let $connection = connection.as_mut();
                $statement
            }
            $crate::db::Db::Postgres(connection) => {
                let $connection = connection.as_mut();
                $statement
            }
        }
    };
}
pub(crate) use each_backend;

/// Where the database is; the URL's scheme decides which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://path/to/file` or `sqlite:///absolute/path`.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`StorageError::BadUrl`] with a sentence that says what to write, which never repeats the URL: it may hold a
    /// password.
    pub fn parse(url: &str) -> Result<Self, StorageError> {
        let bad = |sentence: &str| Err(StorageError::BadUrl(sentence.to_owned()));
        match url.split_once("://") {
            Some(("sqlite", "")) => {
                bad("the database URL names no file: write sqlite://path/to/chatterbox.db")
            }
            Some(("sqlite", ":memory:")) => bad(
                "readers and the writer need one file, so there is no database in memory: write sqlite://path",
            ),
            Some(("sqlite", path)) => Ok(Self::Sqlite(PathBuf::from(path))),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some((scheme, _)) => Err(StorageError::BadUrl(format!(
                "the database scheme “{scheme}” is not known: write sqlite://path or postgres://user@host/database"
            ))),
            None => bad(
                "the database URL has no scheme: write sqlite://path/to/chatterbox.db or postgres://user@host/database",
            ),
        }
    }
}

impl Db {
    /// Opens a connection that may write.
    pub(crate) fn open_writer(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let mut db = Self::connect(url)?;
        match &mut db {
            // busy_timeout comes first: the other pragmas may have to wait for a lock themselves. Checkpoints are
            // made by a thread of their own, so that no commit waits for one.
            Self::Sqlite(c) => c.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; \
                 PRAGMA wal_autocheckpoint = 0;",
            )?,
            Self::Postgres(c) => c.batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '10s';")?,
        }
        Ok(db)
    }

    /// Opens a connection that cannot write.
    pub(crate) fn open_reader(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let mut db = Self::connect(url)?;
        match &mut db {
            Self::Sqlite(c) => c.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; \
                 PRAGMA cache_size = -2000;",
            )?,
            Self::Postgres(c) => {
                c.batch_execute("SET TIME ZONE 'UTC'; SET default_transaction_read_only = on;")?;
            }
        }
        Ok(db)
    }

    fn connect(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let refused = |error: diesel::ConnectionError| StorageError::Database(error.to_string());
        match url {
            DatabaseUrl::Sqlite(path) => {
                let connection = SqliteConnection::establish(&path.to_string_lossy()).map_err(refused)?;
                Ok(Self::Sqlite(Box::new(connection)))
            }
            DatabaseUrl::Postgres(url) => PgConnection::establish(url)
                .map(|c| Self::Postgres(Box::new(c)))
                .map_err(refused),
        }
    }

    /// Runs statements that take no values and answer nothing.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), StorageError> {
        each_backend!(self, c => c.batch_execute(sql)).map_err(StorageError::from)
    }

    /// Lets SQLite's file grow to at most so many pages; the limit is the connection's, not the file's.
    pub(crate) fn limit_pages(&mut self, pages: u32) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(_) => self.run(&format!("PRAGMA max_page_count = {pages}")),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Runs one statement without values that is run again and again: SQLite prepares it once.
    pub(crate) fn run_often(&mut self, sql: &'static str) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(c) => Fixed(sql)
                .execute(c.as_mut())
                .map(|_| ())
                .map_err(StorageError::from),
            Self::Postgres(_) => self.run(sql),
        }
    }

    /// Begins a transaction that writes. SQLite takes the write lock at once: upgrading a transaction that has read
    /// fails immediately when somebody else wrote, whatever the busy timeout is.
    pub(crate) fn begin_writing(&mut self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(_) => self.run_often("BEGIN IMMEDIATE"),
            Self::Postgres(_) => self.run("BEGIN"),
        }
    }

    /// Commits, or fails. PostgreSQL answers COMMIT with success when a statement has failed before, and rolls back: a
    /// job that went on after a failure would be told that it is stored. Any other statement is refused there.
    pub(crate) fn commit(&mut self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(_) => self.run_often("COMMIT"),
            Self::Postgres(_) => self.run("SELECT 1; COMMIT"),
        }
    }

    /// Begins a transaction in which every read sees the same moment.
    pub(crate) fn begin_reading(&mut self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(_) => self.run_often("BEGIN"),
            Self::Postgres(_) => self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }
}

/// A statement whose text is all there is to it.
struct Fixed(&'static str);

impl QueryId for Fixed {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Fixed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database_and_nothing_is_guessed() {
        assert_eq!(
            DatabaseUrl::parse("sqlite://data/x.db").unwrap(),
            DatabaseUrl::Sqlite("data/x.db".into())
        );
        assert_eq!(
            DatabaseUrl::parse("sqlite:///var/x.db").unwrap(),
            DatabaseUrl::Sqlite("/var/x.db".into())
        );
        assert!(matches!(
            DatabaseUrl::parse("postgres://h/d").unwrap(),
            DatabaseUrl::Postgres(_)
        ));
        for bad in [
            "",
            "x.db",
            "sqlite://",
            "sqlite://:memory:",
            "sqlite:x.db",
            "mysql://h/d",
            "/var/x.db",
        ] {
            let sentence = DatabaseUrl::parse(bad).unwrap_err().to_string();
            assert!(sentence.contains("write sqlite://"), "{bad}: {sentence}");
        }
    }
}
