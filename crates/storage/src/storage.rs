//! The database, opened.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use chatterbox_domain::EventSink;
use tokio::sync::{mpsc, oneshot};

use crate::checkpoint;
use crate::db::{DatabaseUrl, Db};
use crate::error::{JobError, StorageError};
use crate::lane::{Call, Job, Lane, Tx, Worker};
use crate::migrate;
use crate::readers::Readers;

/// The most pages that a file of SQLite can have.
const ALL_PAGES: u32 = u32::MAX - 1;

/// How much of the machine the storage may use.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections that read.
    pub readers: u32,
    /// Lanes that write, on PostgreSQL; SQLite has one writer by its nature.
    pub postgres_lanes: usize,
    /// Jobs that may wait in each lane; one more is refused with [`StorageError::Busy`].
    pub waiting_writes: usize,
    /// Jobs that may share one commit of SQLite.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            postgres_lanes: 4,
            waiting_writes: 16_384,
            batch: 512,
        }
    }
}

/// A database with its writers and readers. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    lanes: Mutex<Vec<mpsc::Sender<Box<dyn Job>>>>,
    readers: Readers,
    threads: Mutex<Vec<JoinHandle<()>>>,
    page_limit: Arc<AtomicU32>,
}

impl Storage {
    /// Opens the database, brings its tables up to date and starts the threads that write. Committed events go to
    /// `sink`. Blocks.
    ///
    /// # Errors
    /// [`StorageError::Newer`] for a database of a newer version; [`StorageError::Database`] when it cannot be opened.
    pub fn open(
        url: &DatabaseUrl,
        options: Options,
        sink: &Arc<dyn EventSink>,
    ) -> Result<Self, StorageError> {
        let mut first = Db::open_writer(url)?;
        migrate::run(url, &mut first)?;
        let cannot_start =
            |error: std::io::Error| StorageError::Database(format!("a thread could not be started: {error}"));
        let mut threads = Vec::new();
        let (lane_count, batch, committed) = match url {
            DatabaseUrl::Sqlite(_) => {
                let (committed, thread) = checkpoint::start(url.clone()).map_err(cannot_start)?;
                threads.push(thread);
                (1, options.batch, Some(committed))
            }
            DatabaseUrl::Postgres(_) => (options.postgres_lanes.max(1), 1, None),
        };
        let mut connections = vec![first];
        for _ in 1..lane_count {
            connections.push(Db::open_writer(url)?);
        }
        let page_limit = Arc::new(AtomicU32::new(ALL_PAGES));
        let mut lanes = Vec::with_capacity(lane_count);
        for (number, connection) in connections.into_iter().enumerate() {
            let (sender, jobs) = mpsc::channel(options.waiting_writes.max(1));
            let worker = Worker {
                url: url.clone(),
                jobs,
                sink: sink.clone(),
                batch,
                committed: committed.clone(),
                page_limit: page_limit.clone(),
            };
            let thread = std::thread::Builder::new().name(format!("writer-{number}"));
            threads.push(
                thread
                    .spawn(move || worker.work(connection))
                    .map_err(cannot_start)?,
            );
            lanes.push(sender);
        }
        let readers = Readers::open(url, options.readers)?;
        // The checkpointer is waited for last: it ends when the last writer has.
        threads.reverse();
        Ok(Self(Arc::new(Inner {
            lanes: Mutex::new(lanes),
            readers,
            threads: Mutex::new(threads),
            page_limit,
        })))
    }

    /// Runs `work` in one transaction. The job takes its place in `lane` when this function is *called*, so calls made
    /// one after the other run in this order, however their futures are polled. The future answers after the commit
    /// (or the decision not to commit); dropping it does not take the job back.
    ///
    /// # Errors
    /// Those of `work`; [`StorageError::Busy`] when too many writes wait, [`StorageError::Full`] when the disk is
    /// full and [`StorageError::Database`] when the commit failed: nothing was written then.
    pub fn write<T, E, F>(
        &self,
        lane: Lane,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 'static + use<T, E, F>
    where
        T: Send + 'static,
        E: JobError,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued = self.enqueue(lane, Box::new(Call::new(lane, work, reply)));
        async move {
            queued?;
            answer.await.unwrap_or_else(|_| Err(StorageError::Closed.into()))
        }
    }

    fn enqueue(&self, lane: Lane, job: Box<dyn Job>) -> Result<(), StorageError> {
        let lanes = self
            .0
            .lanes
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if lanes.is_empty() {
            return Err(StorageError::Closed);
        }
        lanes[lane.number(lanes.len())]
            .try_send(job)
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StorageError::Busy,
                mpsc::error::TrySendError::Closed(_) => StorageError::Closed,
            })
    }

    /// Runs `work` on a connection that cannot write, in a transaction that sees one moment.
    ///
    /// # Errors
    /// Those of `work`, and [`StorageError::Database`] when no connection can be had.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        self.0.readers.read(work).await
    }

    /// Takes no more writes, finishes those that wait and moves SQLite's log into the database file. Blocks. Reading
    /// goes on working.
    pub fn close(&self) {
        self.0
            .lanes
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clear();
        let threads = std::mem::take(
            &mut *self
                .0
                .threads
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for thread in threads {
            if thread.join().is_err() {
                log::error!("a writer thread ended with a panic");
            }
        }
    }

    /// Lets SQLite's file grow to at most so many pages (of 4 KiB), as a full disk would; `None` takes the limit
    /// away. PostgreSQL ignores it.
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn limit_size(&self, pages: Option<u32>) -> Result<(), StorageError> {
        let pages = pages.unwrap_or(ALL_PAGES);
        self.0.page_limit.store(pages, Ordering::Relaxed);
        self.write(Lane::Accounts, move |tx| tx.db().limit_pages(pages))
            .await
    }
}
