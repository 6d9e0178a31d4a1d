//! Bringing a database to the form that this binary knows.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::db::{DatabaseUrl, Db};
use crate::error::StorageError;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any number that no other program on the same PostgreSQL is likely to lock.
const MIGRATION_LOCK: i64 = 0x4368_6174_7442;

/// Runs what is missing; refuses a database that knows more than this binary.
pub(crate) fn run(url: &DatabaseUrl, db: &mut Db) -> Result<(), StorageError> {
    match db {
        Db::Sqlite(_) => run_alone(url, db),
        Db::Postgres(_) => {
            // Several nodes may start at once, and already asking what was applied makes a table.
            db.run(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            let done = run_alone(url, db);
            db.run(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            done
        }
    }
}

fn run_alone(url: &DatabaseUrl, db: &mut Db) -> Result<(), StorageError> {
    if let Some(unknown) = applied(db)?
        .into_iter()
        .find(|version| !versions(url).contains(version))
    {
        return Err(StorageError::Newer(unknown));
    }
    let migrated = match db {
        Db::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|_| ()),
        Db::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|_| ()),
    };
    migrated.map_err(|error| StorageError::Database(error.to_string()))
}

fn applied(db: &mut Db) -> Result<Vec<String>, StorageError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StorageError::Database(error.to_string());
    let versions = match db {
        Db::Sqlite(c) => c.applied_migrations(),
        Db::Postgres(c) => c.applied_migrations(),
    };
    Ok(versions
        .map_err(failed)?
        .into_iter()
        .map(|version| version.to_string())
        .collect())
}

/// The versions of all migrations that this binary knows for the database behind `url`.
pub fn versions(url: &DatabaseUrl) -> Vec<String> {
    use diesel::migration::{Migration, MigrationSource};
    fn names<B: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Vec<String> {
        let migrations: Vec<Box<dyn Migration<B>>> =
            MigrationSource::<B>::migrations(source).unwrap_or_default();
        migrations
            .iter()
            .map(|migration| migration.name().version().to_string())
            .collect()
    }
    match url {
        DatabaseUrl::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE),
        DatabaseUrl::Postgres(_) => names::<diesel::pg::Pg>(&POSTGRES),
    }
}
