//! A server in this process.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use chatterbox_auth::{AccessTokens, Keyring};
use chatterbox_domain::event::Silence;
use chatterbox_domain::{EventSink, SessionId, Timestamp, UserId};
use chatterbox_server::application::{self, Application, ServeError};
use chatterbox_server::config::Config;
use chatterbox_storage::{DatabaseUrl, Lane, Options, Storage, StorageError, users};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::database::{Database, OwnDatabase};
use crate::entrance::Entrance;
use crate::person::Person;

/// A real server in this process, on a free port, with a database and a data folder of its own. Both are removed with
/// this value.
pub struct Server {
    // In the order in which they are given up: the server before what it stands on.
    running: Option<Running>,
    entrance: Entrance,
    config: Config,
    database: OwnDatabase,
    folder: TempDir,
}

struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    /// A server as it comes, except that hashing a password costs next to nothing.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// A server with other settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(database: Database, configure: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let database = OwnDatabase::make(database, folder.path());
        let mut config = Config::default();
        config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        config.server.data_dir = folder.path().to_owned();
        // Two, so that people meet across threads.
        config.server.workers = 2;
        config.database.url = Some(database.url().to_owned());
        // Each one is a process of PostgreSQL's; stories read little at once.
        config.database.readers = Some(2);
        config.accounts.password_memory_kib = 8;
        config.accounts.password_passes = 1;
        config.limits.sign_ups_per_address = 10_000;
        configure(&mut config);
        let (running, address) = run(config.clone()).await;
        Self {
            running: Some(running),
            entrance: Entrance::at(address),
            config,
            database,
            folder,
        }
    }

    /// Stops the server as a signal would, and waits until it has.
    ///
    /// # Panics
    /// When it is stopped already, or does not stop cleanly.
    pub async fn stop(&mut self) {
        let Running { stop, thread } = self.running.take().expect("the server runs");
        // A server that stopped by itself says why when it is joined.
        let _ = stop.send(());
        let stopped = tokio::task::spawn_blocking(move || thread.join()).await;
        let result = stopped
            .expect("the thread can be waited for")
            .expect("the server did not panic");
        result.expect("the server stops cleanly");
    }

    /// Starts the stopped server again on the same data; whoever came in follows to its new port.
    pub async fn start_again(&mut self) {
        assert!(self.running.is_none(), "the server still runs");
        let (running, address) = run(self.config.clone()).await;
        self.running = Some(running);
        self.entrance.move_to(address);
    }

    /// Stops the server and starts it again.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    /// Signs up the first person, who is the owner.
    pub async fn owner(&self) -> Person {
        self.sign_up("olivia").await
    }

    /// Signs somebody up.
    pub async fn person(&self, username: &str) -> Person {
        self.sign_up(username).await
    }

    /// The folder with the server's data.
    pub fn data_dir(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// An access token of this server's for the person's session, good for 15 minutes from `at`.
    ///
    /// # Panics
    /// When the server's keys cannot be read.
    pub fn token_issued_at(&self, person: &Person, at: Timestamp) -> String {
        let keys = std::fs::read_to_string(self.data_dir().join("keys.json")).expect("the server has keys");
        token(
            &Keyring::from_json(&keys).expect("the keys are whole"),
            person,
            at,
        )
    }

    /// An access token for the person's session that somebody else has signed, good for 15 minutes from `at`.
    ///
    /// # Panics
    /// When there is no randomness.
    pub fn forged_token(person: &Person, at: Timestamp) -> String {
        token(&Keyring::generate().expect("keys can be made"), person, at)
    }

    /// Blocks an account from outside, as another process on the same database would.
    ///
    /// # Panics
    /// When the database does not let it.
    pub async fn block(&self, person: &Person, at: Timestamp) {
        let user = UserId(person.id);
        let blocked = self.write(move |db| users::set_blocked_at(db, user, Some(at)));
        blocked.await;
    }

    async fn write<F>(&self, work: F)
    where
        F: FnOnce(&mut chatterbox_storage::Db) -> Result<(), StorageError> + Send + 'static,
    {
        let url = DatabaseUrl::parse(self.database.url()).expect("the URL is good");
        let open = move || {
            let sink: Arc<dyn EventSink> = Arc::new(Silence);
            let options = Options {
                readers: 1,
                postgres_lanes: 1,
                ..Options::default()
            };
            Storage::open(&url, options, &sink)
        };
        let storage = tokio::task::spawn_blocking(open)
            .await
            .expect("no panic")
            .expect("the database opens");
        let written = storage.write(Lane::Accounts, move |tx| work(tx.db()));
        written.await.expect("the database is written");
        tokio::task::spawn_blocking(move || storage.close())
            .await
            .expect("no panic");
    }
}

impl Deref for Server {
    type Target = Entrance;

    fn deref(&self) -> &Entrance {
        &self.entrance
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            let _ = stop.send(());
            // The test is over: what the server has to say now is said by the tests about stopping.
            let _ = thread.join();
        }
    }
}

async fn run(config: Config) -> (Running, SocketAddr) {
    let (stop, stopped) = oneshot::channel::<()>();
    let (started, address) = oneshot::channel();
    let serve = move || {
        application::block_on(async move {
            let application = Application::start(config).await?;
            // Whoever waits for the address has gone only if the test has.
            let _ = started.send(application.address());
            application
                .run_until(async { stopped.await.unwrap_or_default() })
                .await
        })
    };
    let thread = std::thread::Builder::new().name("server".to_owned());
    let thread = thread.spawn(serve).expect("a thread can be started");
    match address.await {
        Ok(address) => (Running { stop, thread }, address),
        Err(_) => {
            let ended = tokio::task::spawn_blocking(move || thread.join()).await;
            panic!("the server did not start: {ended:?}")
        }
    }
}

fn token(keyring: &Keyring, person: &Person, at: Timestamp) -> String {
    let tokens = AccessTokens::new(keyring, Duration::from_secs(15 * 60));
    tokens
        .issue(UserId(person.id), SessionId(person.session_id), at)
        .token
}
