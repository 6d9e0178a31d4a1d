//! The thread through which writes go.
//!
//! A lane takes the jobs that have piled up, runs each inside one transaction, commits, hands the events to the sink
//! in the order of the jobs and only then answers the callers. On SQLite one lane carries everything and a commit is
//! shared by all jobs that were waiting (group commit, without a timer). On PostgreSQL there are several; all jobs of
//! a room or a person take the same one, so their order is the order of their calls there too, and each job is a
//! transaction of its own, so that no lock is held for somebody else's work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chatterbox_domain::{Event, EventSink, RoomId, UserId};
use tokio::sync::{mpsc, oneshot};

use crate::db::{DatabaseUrl, Db};
use crate::error::{JobError, StorageError};

/// Which jobs must keep the order of their calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Jobs that change a room or what is in it; only they may take the room's next version.
    Room(RoomId),
    /// Jobs that change a person's account, sessions or list of rooms.
    User(UserId),
    /// Jobs that make accounts.
    Accounts,
}

impl Lane {
    pub(crate) fn number(self, lanes: usize) -> usize {
        let key = match self {
            Self::Room(room) => room.0.unsigned_abs(),
            Self::User(user) => user.0.unsigned_abs(),
            Self::Accounts => 0,
        };
        usize::try_from(key % lanes as u64).unwrap_or(0)
    }
}

/// A transaction under way.
pub struct Tx<'a> {
    pub(crate) db: &'a mut Db,
    pub(crate) lane: Lane,
    events: &'a mut Vec<Event>,
    undone: bool,
}

impl Tx<'_> {
    /// The connection, for the statements of this crate.
    pub fn db(&mut self) -> &mut Db {
        self.db
    }

    /// Announces a change: it is delivered after the commit, and never if there is none.
    pub fn announce(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Takes back everything that this job wrote and announced, although it succeeds: what was asked for had been
    /// done before.
    pub fn undo(&mut self) {
        self.undone = true;
    }
}

/// How a job ended, before anything is committed.
enum Outcome {
    Keep,
    Undo,
    // After either of these the connection is not to be trusted any more.
    Failed(StorageError),
    Panicked,
}

pub(crate) trait Job: Send {
    fn lane(&self) -> Lane;
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// The failure of the storage itself with which the job ended.
    fn storage_failure(&self) -> Option<&StorageError>;
    /// Answers the caller, after the commit or the failure to commit.
    fn settle(self: Box<Self>, commit: Result<(), StorageError>);
}

pub(crate) struct Call<F, T, E> {
    lane: Lane,
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Call<F, T, E> {
    pub(crate) fn new(lane: Lane, work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self {
            lane,
            work: Some(work),
            result: None,
            reply,
        }
    }
}

impl<F, T, E> Job for Call<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: JobError,
{
    fn lane(&self) -> Lane {
        self.lane
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let result = work(tx);
        let keep = result.is_ok() && !tx.undone;
        self.result = Some(result);
        keep
    }

    fn storage_failure(&self) -> Option<&StorageError> {
        self.result.as_ref()?.as_ref().err()?.storage_failure()
    }

    fn settle(self: Box<Self>, commit: Result<(), StorageError>) {
        let answer = match (self.result, commit) {
            // A denial stands whatever became of the others' work.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(failure)) => Err(E::from(failure)),
            (None, Ok(())) => Err(E::from(StorageError::unexpected())),
        };
        // The caller may have gone away; what was committed stays committed.
        let _ = self.reply.send(answer);
    }
}

pub(crate) struct Worker {
    pub(crate) url: DatabaseUrl,
    pub(crate) jobs: mpsc::Receiver<Box<dyn Job>>,
    pub(crate) sink: Arc<dyn EventSink>,
    /// How many jobs may share a commit.
    pub(crate) batch: usize,
    /// Told how many jobs were committed, for the thread that makes checkpoints.
    pub(crate) committed: Option<std::sync::mpsc::SyncSender<usize>>,
    /// How many pages SQLite's file may have, on whatever connection.
    pub(crate) page_limit: Arc<AtomicU32>,
}

impl Worker {
    /// Works until all senders are gone and the queue is empty.
    pub(crate) fn work(mut self, first_connection: Db) {
        let mut connection = Some(first_connection);
        let mut batch = Vec::with_capacity(self.batch);
        while let Some(job) = self.jobs.blocking_recv() {
            batch.push(job);
            while batch.len() < self.batch {
                let Ok(job) = self.jobs.try_recv() else { break };
                batch.push(job);
            }
            connection = self.commit_together(connection, &mut batch);
        }
    }

    /// Begins a transaction, on a new connection if the old one is gone: nothing has been run yet, so a database that
    /// was restarted costs nobody an error.
    fn begin(&self, connection: Option<Db>) -> Result<Db, StorageError> {
        if let Some(mut db) = connection
            && db.begin_writing().is_ok()
        {
            return Ok(db);
        }
        let mut db = self.connect()?;
        db.begin_writing()?;
        Ok(db)
    }

    /// A connection in place of one that could not be trusted any more.
    fn connect(&self) -> Result<Db, StorageError> {
        let mut db = Db::open_writer(&self.url)?;
        db.limit_pages(self.page_limit.load(Ordering::Relaxed))?;
        Ok(db)
    }

    /// Runs a batch and answers its callers. Gives the connection back unless it cannot be trusted any more.
    fn commit_together(&self, connection: Option<Db>, batch: &mut Vec<Box<dyn Job>>) -> Option<Db> {
        let size = batch.len();
        let mut events = Vec::new();
        let (connection, committed) = match self.begin(connection) {
            Ok(mut db) => {
                let committed = run_batch(&mut db, batch, &mut events);
                // A suspect connection is closed, which rolls back what is open on it.
                let sound = matches!(committed, Ok(Soundness::Sound));
                (sound.then_some(db), committed.map(|_| ()))
            }
            Err(error) => (None, Err(error)),
        };
        match committed {
            Ok(()) => {
                self.deliver(events);
                for job in batch.drain(..) {
                    job.settle(Ok(()));
                }
                if let Some(committed) = &self.committed {
                    // A full channel means that the checkpointer has work enough already.
                    let _ = committed.try_send(size);
                }
            }
            Err(error) => {
                log::error!("a batch of {size} writes was not committed: {error}");
                for job in batch.drain(..) {
                    job.settle(Err(error.again()));
                }
            }
        }
        connection
    }

    fn deliver(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        // What was committed and not delivered would be missing from clients that stay connected. After a restart they
        // resume from their cursors, and nothing is.
        if catch_unwind(AssertUnwindSafe(|| self.sink.deliver(events))).is_err() {
            log::error!(
                "delivering what was committed failed unexpectedly; the process ends, so that clients resume"
            );
            std::process::abort();
        }
    }
}

/// Whether the connection can be used again after a commit.
enum Soundness {
    Sound,
    Suspect,
}

fn run_batch(
    db: &mut Db,
    batch: &mut [Box<dyn Job>],
    events: &mut Vec<Event>,
) -> Result<Soundness, StorageError> {
    let mut soundness = Soundness::Sound;
    let alone = batch.len() == 1;
    for job in batch.iter_mut() {
        let announced = events.len();
        if !alone {
            db.run_often("SAVEPOINT job")?;
        }
        match run_guarded(db, job.as_mut(), events) {
            Outcome::Keep if alone => {}
            Outcome::Keep => db.run_often("RELEASE job")?,
            Outcome::Undo => {
                events.truncate(announced);
                if alone {
                    return db.run("ROLLBACK").map(|()| soundness);
                }
                db.run("ROLLBACK TO job; RELEASE job")?;
            }
            Outcome::Panicked if alone => return Err(StorageError::unexpected()),
            Outcome::Panicked => {
                // Caught inside the transaction, so nothing of its bookkeeping was missed: the others' work stands.
                events.truncate(announced);
                soundness = Soundness::Suspect;
                db.run("ROLLBACK TO job; RELEASE job")?;
            }
            Outcome::Failed(failure) if alone => return Err(failure),
            Outcome::Failed(failure) => {
                events.truncate(announced);
                soundness = Soundness::Suspect;
                // SQLite rolls the whole transaction back by itself when the disk is full, for example. The savepoint is
                // gone then, and nobody in this batch may be told that their work is done.
                if db.run("ROLLBACK TO job; RELEASE job").is_err() {
                    return Err(failure);
                }
            }
        }
    }
    db.commit()?;
    Ok(soundness)
}

fn run_guarded(db: &mut Db, job: &mut dyn Job, events: &mut Vec<Event>) -> Outcome {
    let lane = job.lane();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let mut tx = Tx {
            db,
            lane,
            events,
            undone: false,
        };
        job.run(&mut tx)
    }));
    match caught {
        Ok(true) => Outcome::Keep,
        Ok(false) => job
            .storage_failure()
            .map_or(Outcome::Undo, |failure| Outcome::Failed(failure.again())),
        Err(_) => Outcome::Panicked,
    }
}
