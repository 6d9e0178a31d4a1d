//! What can go wrong while remembering.
//!
//! [`StorageError::Taken`] is the only one that a person causes; use cases turn it into a denial by the constraint's
//! name. All others mean that nothing was written and that the same call may succeed later.

use diesel::result::{DatabaseErrorKind, Error};

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A unique constraint refused the row; the text contains the constraint's or the column's name.
    #[error("a unique constraint refused the row: {0}")]
    Taken(String),
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// More writes are waiting than the queue holds.
    #[error("too many writes are waiting")]
    Busy,
    /// The storage is being closed.
    #[error("the storage is closed")]
    Closed,
    /// The database holds migrations that this binary does not know.
    #[error(
        "this database was written by a newer ChatterBox (it has migration {0}, which this one does not know). \
         Start the newer version, or restore a backup made before the upgrade"
    )]
    Newer(String),
    /// The database's address cannot be understood.
    #[error("{0}")]
    BadUrl(String),
    /// Whatever else the database or the way to it answered.
    #[error("the database answered: {0}")]
    Database(String),
}

impl StorageError {
    /// A defect of the program, of which the caller learns nothing more.
    pub(crate) fn unexpected() -> Self {
        Self::Database("an unexpected error while writing".to_owned())
    }

    /// The same failure, for another caller whose work shared its transaction.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Busy => Self::Busy,
            Self::Closed => Self::Closed,
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Taken(info.constraint_name().unwrap_or(info.message()).to_owned())
            }
            Error::DatabaseError(_, info) if says_disk_full(info.message()) => Self::Full,
            _ => Self::Database(error.to_string()),
        }
    }
}

/// SQLite's SQLITE_FULL and PostgreSQL's report of ENOSPC, neither of which has an error kind in diesel.
fn says_disk_full(message: &str) -> bool {
    message.contains("disk is full") || message.contains("No space left on device")
}

/// The error of a use case that runs in a transaction of this crate.
pub trait JobError: From<StorageError> + Send + 'static {
    /// The storage's own failure, if that is what this error is. Anything else is a decision of the use case and
    /// only undoes its own changes.
    fn storage_failure(&self) -> Option<&StorageError>;
}

impl JobError for StorageError {
    fn storage_failure(&self) -> Option<&StorageError> {
        (!matches!(self, Self::Taken(_))).then_some(self)
    }
}
