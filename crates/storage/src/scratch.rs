//! Databases on a PostgreSQL server that live as long as a test. A SQLite file needs none of this.

use crate::db::{DatabaseUrl, Db};
use crate::error::StorageError;

/// Makes an empty database called `name` on the server of `server`, the URL of a superuser's database there. Blocks.
///
/// # Errors
/// [`StorageError::BadUrl`] for a URL that is not PostgreSQL's or a name that is not lower-case letters, digits and
/// `_`; [`StorageError::Database`] when the server refuses.
pub fn create_database(server: &str, name: &str) -> Result<(), StorageError> {
    connect(server, name)?.run(&format!("CREATE DATABASE {name}"))
}

/// Removes the database called `name`, whoever still uses it. Blocks.
///
/// # Errors
/// As [`create_database`].
pub fn drop_database(server: &str, name: &str) -> Result<(), StorageError> {
    connect(server, name)?.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
}

/// The name becomes part of a statement, which has no place for a value there: hence the check.
fn connect(server: &str, name: &str) -> Result<Db, StorageError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let url = DatabaseUrl::parse(server)?;
    if !matches!(url, DatabaseUrl::Postgres(_)) || name.is_empty() || !name.chars().all(is_plain) {
        return Err(StorageError::BadUrl(
            "a scratch database has a postgres:// server and a name of lower-case letters, digits and _"
                .to_owned(),
        ));
    }
    Db::open_writer(&url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_be_more_than_a_name_is_refused_before_anything_is_asked() {
        for (server, name) in [
            ("postgres://nowhere.invalid/x", "a; DROP DATABASE b"),
            ("postgres://nowhere.invalid/x", ""),
            ("sqlite:///tmp/x.db", "a"),
        ] {
            let refused = create_database(server, name);
            assert!(matches!(refused, Err(StorageError::BadUrl(_))), "{server} {name}");
        }
    }
}
