//! Moves what was committed from SQLite's write-ahead log into the database file.
//!
//! SQLite does this inside a commit by default, which makes one commit in a thousand wait for the whole log to be
//! copied and synced. Here a thread of its own does it on its own connection, so that commits only append.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::db::{DatabaseUrl, Db};

/// How many jobs are committed between two checkpoints: some megabytes of log.
const JOBS_BETWEEN: usize = 2_000;

/// Starts the thread; it ends when the sender is dropped, after a last checkpoint that empties the log.
pub(crate) fn start(url: DatabaseUrl) -> std::io::Result<(SyncSender<usize>, JoinHandle<()>)> {
    let (committed, jobs) = sync_channel(64);
    let thread = std::thread::Builder::new()
        .name("checkpoint".to_owned())
        .spawn(move || checkpoint(&url, &jobs))?;
    Ok((committed, thread))
}

fn checkpoint(url: &DatabaseUrl, jobs: &Receiver<usize>) {
    let mut waiting = 0;
    let mut connection = None;
    while let Ok(count) = jobs.recv() {
        waiting += count;
        if waiting >= JOBS_BETWEEN {
            waiting = 0;
            connection = run(url, connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
    }
    run(url, connection, "PRAGMA wal_checkpoint(TRUNCATE)");
}

fn run(url: &DatabaseUrl, connection: Option<Db>, sql: &str) -> Option<Db> {
    let result = connection
        .map_or_else(|| Db::open_writer(url), Ok)
        .and_then(|mut db| db.run(sql).map(|()| db));
    result
        .map_err(|error| log::warn!("the write-ahead log was not moved into the database: {error}"))
        .ok()
}
