//! What ChatterBox remembers: every SQL statement, for SQLite and PostgreSQL.
//!
//! [`Storage`] is the way in. [`Storage::write`] runs a job in one transaction of its [`Lane`] and answers after the
//! commit; [`Storage::read`] runs one on a connection that cannot write. The statements are functions over
//! [`Db`], one module per family of tables; they decide nothing.

pub mod messages;
pub mod rooms;
pub mod scratch;
pub mod sessions;
pub mod users;
pub mod workspace;

mod checkpoint;
mod db;
mod error;
mod lane;
mod migrate;
mod moments;
mod readers;
mod schema;
mod storage;

pub use db::{DatabaseUrl, Db};
pub use error::{JobError, StorageError};
pub use lane::{Lane, Tx};
pub use migrate::versions as migration_versions;
pub use storage::{Options, Storage};
