//! The server as a whole: putting it together, starting and stopping it.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App as Router, HttpServer, web};
use chatterbox_auth::{AccessTokens, Capacity, Cost, Passwords};
use chatterbox_chat::{Chat, Quotas, Settings, SignUp};
use chatterbox_domain::rate::Quota;
use chatterbox_domain::{Clock, EventSink};
use chatterbox_realtime::{Hub, Limits, Shard};
use chatterbox_storage::{DatabaseUrl, Options, Storage, StorageError};
use chrono::TimeDelta;

use crate::address::SocketCounts;
use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError, LimitsConfig, SignUpConfig};
use crate::{http, keys};

/// How long clients are asked to wait at most before they come back after a restart.
const COMEBACK_SPREAD: Duration = Duration::from_secs(3);
/// How long sockets get to take their goodbye.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(2);
/// How long requests under way get to finish, in seconds.
const REQUEST_PATIENCE_S: u64 = 5;
/// How often what is kept of old sessions is forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(3_600);
/// Password hashes that may wait for a free core; more are told to come back.
const WAITING_HASHES: usize = 256;

/// Why the server could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The settings cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Storage(#[from] StorageError),
    /// The data folder, the keys or the address cannot be used.
    #[error("{0}")]
    Machine(String),
}

/// Runs `future` to its end in the runtime that the server needs. Blocks the thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// A running server.
pub struct Application {
    address: SocketAddr,
    server: Server,
    handle: ServerHandle,
    chat: Arc<Chat>,
    hub: Arc<Hub>,
    /// Held while SQLite is used: a second server on the same file would keep its events to itself.
    lock: Option<File>,
}

impl Application {
    /// Opens the database, binds the address and starts to serve.
    ///
    /// # Errors
    /// [`ServeError`] with a sentence for the operator.
    pub async fn start(config: Config) -> Result<Self, ServeError> {
        config.check()?;
        let data_dir = &config.server.data_dir;
        std::fs::create_dir_all(data_dir).map_err(|error| {
            ServeError::Machine(format!(
                "the data folder {} cannot be made: {error}",
                data_dir.display()
            ))
        })?;
        let keyring = keys::load_or_create(&data_dir.join("keys.json")).map_err(ServeError::Machine)?;
        let url = config.database_url()?;
        let lock = match url {
            DatabaseUrl::Sqlite(_) => Some(lock(data_dir)?),
            DatabaseUrl::Postgres(_) => None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let last_seen = Arc::new(LastSeen::default());
        let hub = {
            let last_seen = last_seen.clone();
            let version = env!("CARGO_PKG_VERSION");
            Hub::new(
                hub_limits(&config.limits),
                version,
                clock.clone(),
                Arc::new(move |gone| last_seen.note(gone)),
            )
        };
        let sink: Arc<dyn EventSink> = hub.clone();
        let options = Options {
            readers: config.database.readers.unwrap_or(4),
            ..Options::default()
        };
        let storage = Storage::open(&url, options, &sink)?;
        let lifetime = Duration::from_secs(u64::from(config.accounts.access_token_minutes) * 60);
        let tokens = AccessTokens::new(&keyring, lifetime);
        let passwords = passwords(&config)?;
        let chat = Arc::new(Chat::new(storage, clock, passwords, tokens, settings(&config)));
        last_seen.go_to(&chat);
        let app = App {
            chat: chat.clone(),
            hub: hub.clone(),
            config,
            sockets: Arc::new(SocketCounts::default()),
        };
        let (server, address) = bind(web::Data::new(app))?;
        let handle = server.handle();
        let application = Self {
            address,
            server,
            handle,
            chat,
            hub,
            lock,
        };
        application.announce().await?;
        Ok(application)
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until Ctrl-C or SIGTERM, then stops cleanly.
    ///
    /// # Errors
    /// [`ServeError::Machine`] when the server stops by itself.
    pub async fn run_until_signal(self) -> Result<(), ServeError> {
        self.run_until(signal()).await
    }

    /// Serves until `stop`, then tells clients to come back, finishes what is under way and closes the database.
    ///
    /// # Errors
    /// [`ServeError::Machine`] when the server stops by itself.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self {
            server,
            handle,
            chat,
            hub,
            lock,
            ..
        } = self;
        let housekeeping = actix_web::rt::spawn(keep_house(chat.clone()));
        let serving = actix_web::rt::spawn(server);
        let stopped = futures_util::future::select(Box::pin(stop), serving).await;
        if let futures_util::future::Either::Right((ended, _)) = stopped {
            let reason = ended.map_or_else(
                |error| error.to_string(),
                |r| r.err().map_or_else(String::new, |e| e.to_string()),
            );
            return Err(ServeError::Machine(format!("the server stopped: {reason}")));
        }
        log::info!("stopping: clients are told to come back");
        housekeeping.abort();
        let left = hub.close(COMEBACK_SPREAD, GOODBYE_PATIENCE).await;
        if left > 0 {
            log::warn!("{left} sockets did not take their goodbye in time");
        }
        handle.stop(true).await;
        let closing = actix_web::rt::task::spawn_blocking(move || chat.storage().close());
        if closing.await.is_err() {
            log::error!("the storage was not closed cleanly");
        }
        drop(lock);
        log::info!("stopped; everything that was acknowledged is on disk");
        Ok(())
    }

    async fn announce(&self) -> Result<(), ServeError> {
        let has_accounts = self
            .chat
            .has_accounts()
            .await
            .map_err(|error| ServeError::Machine(error.to_string()))?;
        let first = if has_accounts {
            ""
        } else {
            " — there is no account yet: the first person to sign up becomes the owner"
        };
        log::info!(
            "ChatterBox {} is listening on http://{}{first}",
            env!("CARGO_PKG_VERSION"),
            self.address
        );
        Ok(())
    }
}

fn lock(data_dir: &Path) -> Result<File, ServeError> {
    let path = data_dir.join("chatterbox.lock");
    let failed = |error: &dyn std::fmt::Display| {
        ServeError::Machine(format!("{} cannot be used: {error}", path.display()))
    };
    let file = File::create(&path).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServeError::Machine(format!(
            "another chatterbox is running on the data folder {}; stop it, or choose another --data-dir",
            data_dir.display()
        ))),
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

fn bind(app: web::Data<App>) -> Result<(Server, SocketAddr), ServeError> {
    let listen = app.config.server.listen;
    let workers = app.config.server.workers;
    let server = HttpServer::new(move || {
        let shard = Shard::start(&app.hub);
        Router::new()
            .app_data(app.clone())
            .app_data(shard)
            .configure(|routes| http::routes(routes, &app))
    })
    .workers(workers)
    .backlog(4_096)
    .max_connections(60_000)
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(REQUEST_PATIENCE_S)
    .bind(listen)
    .map_err(|error| {
        ServeError::Machine(format!(
            "{listen} cannot be listened on: {error}; choose another --listen"
        ))
    })?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), address))
}

fn passwords(config: &Config) -> Result<Passwords, ServeError> {
    let cost = Cost {
        memory_kib: config.accounts.password_memory_kib,
        passes: config.accounts.password_passes,
        ..Cost::DEFAULT
    };
    let running = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Passwords::new(
        cost,
        Capacity {
            running,
            waiting: WAITING_HASHES,
        },
    )
    .map_err(|error| ServeError::Machine(format!("accounts.password_*: {error}")))
}

fn settings(config: &Config) -> Settings {
    let (accounts, limits) = (&config.accounts, &config.limits);
    let quota = |burst, interval| Quota { burst, interval };
    Settings {
        sign_up: match accounts.sign_up {
            SignUpConfig::Open => SignUp::Open,
            SignUpConfig::Closed => SignUp::Closed,
        },
        password_min_chars: accounts.password_min_chars,
        session_lifetime: TimeDelta::days(i64::from(accounts.session_days)),
        quotas: Quotas {
            sign_in_per_account: quota(limits.sign_in_failures_per_account, TimeDelta::seconds(60)),
            sign_in_per_address: quota(limits.sign_in_failures_per_address, TimeDelta::seconds(6)),
            sign_up_per_address: quota(limits.sign_ups_per_address, TimeDelta::seconds(6)),
            messages: quota(limits.messages_burst, per_second(limits.messages_per_second)),
        },
        resume_per_room: i64::from(limits.resume_per_room),
        resume_in_total: i64::from(limits.resume_per_room) * 5,
    }
}

fn hub_limits(limits: &LimitsConfig) -> Limits {
    Limits {
        outbox_bytes: limits.outbox_kib * 1024,
        sessions_per_person: limits.sessions_per_person,
        frames: Quota {
            burst: limits.frames_burst,
            interval: per_second(limits.frames_per_second),
        },
        presence_list_limit: limits.presence_list,
        presence_grace: Duration::from_millis(limits.presence_grace_ms),
        ..Limits::default()
    }
}

fn per_second(rate: f64) -> TimeDelta {
    TimeDelta::from_std(Duration::from_secs_f64(1.0 / rate)).unwrap_or(TimeDelta::MAX)
}

async fn keep_house(chat: Arc<Chat>) {
    loop {
        if let Err(error) = chat.forget_old_sessions().await {
            log::warn!("old sessions were not forgotten: {error}");
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

async fn signal() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        let interrupt = Box::pin(tokio::signal::ctrl_c());
        futures_util::future::select(Box::pin(terminate.recv()), interrupt).await;
        return;
    }
    // Without signals the server runs until it is killed, and what was acknowledged is on disk all the same.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Brings what the hub notices about presence to the use case that stores it. The hub is made first and does not own
/// the use cases, hence the weak reference that is filled in later.
#[derive(Default)]
struct LastSeen(Mutex<Weak<Chat>>);

impl LastSeen {
    fn go_to(&self, chat: &Arc<Chat>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(chat);
    }

    fn note(&self, gone: Vec<(chatterbox_domain::UserId, chatterbox_domain::Timestamp)>) {
        let chat = self.0.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        let Some(chat) = chat else { return };
        let noted = async move {
            if let Err(error) = chat.note_last_seen(gone).await {
                log::warn!("it was not noted when people were last seen: {error}");
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(noted);
        }
    }
}
