//! The small world in which every story happens: a database of its own, a few people, and what the sink was told.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chatterbox_domain::{
    Author, ClientKey, Event, EventSink, Message, Role, RoomId, RoomSummary, Timestamp, UserId,
};
use chatterbox_storage::messages::NewMessage;
use chatterbox_storage::users::NewUser;
use chatterbox_storage::{
    DatabaseUrl, Db, JobError, Lane, Options, Storage, StorageError, Tx, messages, rooms, users,
};
use chrono::{DateTime, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::notebook::Notebook;

/// How long a story may take: one that waits for ever fails with a sentence instead.
const LONGEST_STORY: Duration = Duration::from_secs(120);

/// Makes a test of each story for each database it is about. Stories are `async fn story(world: World)`.
macro_rules! stories {
    (
        $(both: $($both:ident),+;)?
        $(sqlite: $($sqlite:ident),+;)?
        $(postgres: $($postgres:ident),+;)?
    ) => {
        mod sqlite {
            $($(#[test] fn $both() { $crate::world::tell($crate::world::World::on_sqlite(), super::$both); })+)?
            $($(#[test] fn $sqlite() { $crate::world::tell($crate::world::World::on_sqlite(), super::$sqlite); })+)?
        }
        mod postgres {
            $($(#[test] fn $both() { $crate::world::tell($crate::world::World::on_postgres(), super::$both); })+)?
            $($(
                #[test] fn $postgres() { $crate::world::tell($crate::world::World::on_postgres(), super::$postgres); }
            )+)?
        }
    };
}

pub(crate) fn tell<F: Future<Output = ()>>(world: World, story: impl FnOnce(World) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let told = runtime.block_on(async { tokio::time::timeout(LONGEST_STORY, story(world)).await });
    runtime.shutdown_background();
    assert!(told.is_ok(), "the story waits for something that never happens");
}

/// A database that nobody else uses and that is gone with this value.
pub(crate) struct World {
    pub(crate) url: DatabaseUrl,
    pub(crate) notebook: Arc<Notebook>,
    _home: Home,
}

enum Home {
    Folder { _folder: tempfile::TempDir },
    Server { url: String, database: String },
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Self::Server { url, database } = self {
            let dropped = PgConnection::establish(url).map(|mut server| {
                server.batch_execute(&format!("DROP DATABASE \"{database}\" WITH (FORCE)"))
            });
            if !matches!(dropped, Ok(Ok(()))) {
                eprintln!("the database {database} was not dropped: {dropped:?}");
            }
        }
    }
}

impl World {
    pub(crate) fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("chatterbox.db"));
        Self::at(url, Home::Folder { _folder: folder })
    }

    pub(crate) fn on_postgres() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one setting of a test: where PostgreSQL is"
        )]
        let url = std::env::var("CHATTERBOX_TEST_POSTGRES").expect(
            "there is no PostgreSQL to test with: run `cargo xtask test`, or set CHATTERBOX_TEST_POSTGRES to the \
             URL of a superuser on the database `postgres` of a server that may be filled",
        );
        let database = format!("storage_{}", Uuid::new_v4().simple());
        let mut server = PgConnection::establish(&url).unwrap();
        server
            .batch_execute(&format!("CREATE DATABASE \"{database}\" TEMPLATE template0"))
            .unwrap();
        let (host, _) = url
            .rsplit_once('/')
            .expect("the URL ends with the database's name");
        let own = DatabaseUrl::Postgres(format!("{host}/{database}"));
        Self::at(own, Home::Server { url, database })
    }

    fn at(url: DatabaseUrl, home: Home) -> Self {
        Self {
            url,
            notebook: Arc::default(),
            _home: home,
        }
    }

    /// The database, opened as the server opens it; events go into the notebook.
    pub(crate) fn open(&self) -> Storage {
        self.open_with(Options::default())
    }

    pub(crate) fn open_with(&self, options: Options) -> Storage {
        let sink: Arc<dyn EventSink> = self.notebook.clone();
        Storage::open(&self.url, options, &sink).unwrap()
    }

    /// A connection that has nothing to do with the storage: it sees what is committed and nothing else.
    pub(crate) fn stranger(&self) -> Db {
        stranger(&self.url)
    }
}

pub(crate) fn stranger(url: &DatabaseUrl) -> Db {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            // Whoever closes the file last holds it for a moment.
            connection.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
            Db::Sqlite(Box::new(connection))
        }
        DatabaseUrl::Postgres(url) => Db::Postgres(Box::new(PgConnection::establish(url).unwrap())),
    }
}

/// Runs statements without values.
pub(crate) fn run_sql(db: &mut Db, sql: &str) -> diesel::QueryResult<()> {
    match db {
        Db::Sqlite(c) => c.batch_execute(sql),
        Db::Postgres(c) => c.batch_execute(sql),
    }
}

/// How a use case ends that is not done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It decided so.
    Denied,
    /// The storage failed it.
    Storage(StorageError),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl JobError for Refusal {
    fn storage_failure(&self) -> Option<&StorageError> {
        match self {
            Self::Denied => None,
            Self::Storage(error) => error.storage_failure(),
        }
    }
}

/// A moment, so many microseconds after the world began.
pub(crate) fn moment(microseconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::microseconds(microseconds)
}

pub(crate) fn new_user(name: &str) -> NewUser {
    NewUser {
        username: name.to_owned(),
        username_key: name.to_lowercase(),
        username_look: name.to_lowercase(),
        email: None,
        email_key: None,
        password_hash: "a hash".to_owned(),
        role: Role::Member,
        created_at: moment(0),
    }
}

/// Makes an account that is in the Lobby.
pub(crate) async fn person(storage: &Storage, name: &str) -> Author {
    let new = new_user(name);
    let made = storage.write(Lane::Accounts, move |tx| {
        let user = users::insert(tx.db(), new)?;
        let lobby = rooms::lobby(tx.db())?;
        rooms::join(tx.db(), lobby, user.id, moment(0))?;
        Ok::<_, StorageError>(user)
    });
    let user = made.await.unwrap();
    Author {
        id: user.id,
        username: user.username,
        display_name: user.display_name,
    }
}

pub(crate) async fn lobby(storage: &Storage) -> RoomId {
    storage.read(rooms::lobby).await.unwrap()
}

pub(crate) fn fresh_key() -> ClientKey {
    ClientKey(Uuid::new_v4())
}

/// Posts as the use case does: takes the next version, stores, announces; a key used before takes everything back.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    room: RoomId,
    author: &Author,
    key: ClientKey,
    body: &str,
) -> Result<Message, StorageError> {
    let new = NewMessage {
        room_id: room,
        seq: rooms::next_version(tx, room)?,
        author: author.clone(),
        client_key: key,
        body: body.to_owned(),
        created_at: moment(0),
    };
    if let Some(message) = messages::insert(tx.db(), new)? {
        tx.announce(Event::MessagePosted(Arc::new(message.clone())));
        return Ok(message);
    }
    tx.undo();
    Ok(messages::find_by_client_key(tx.db(), author.id, key)?.unwrap())
}

/// Posts `body` to `room`; the place is taken by the call.
pub(crate) fn say(
    storage: &Storage,
    room: RoomId,
    author: &Author,
    body: &str,
) -> impl Future<Output = Result<Message, StorageError>> + Send + 'static + use<> {
    let (author, body) = (author.clone(), body.to_owned());
    storage.write(Lane::Room(room), move |tx| {
        post(tx, room, &author, fresh_key(), &body)
    })
}

/// The texts in `room` that anybody can see, oldest first.
pub(crate) fn bodies_in(db: &mut Db, room: RoomId) -> Vec<String> {
    let all = messages::after(db, room, 0, i64::MAX).unwrap();
    all.into_iter().map(|message| message.body).collect()
}

/// `room` as `user` sees it.
pub(crate) async fn summary(storage: &Storage, room: RoomId, user: UserId) -> RoomSummary {
    let summary = storage.read(move |db| rooms::summary(db, room, user));
    summary.await.unwrap().unwrap()
}

/// A job that holds its lane until it is let go.
pub(crate) struct Blockade {
    go: std::sync::mpsc::Sender<()>,
    over: tokio::task::JoinHandle<Result<(), StorageError>>,
}

impl Blockade {
    /// Answers when the lane is held.
    pub(crate) async fn of(storage: &Storage, lane: Lane) -> Self {
        let (go, wait) = std::sync::mpsc::channel();
        let (held, holds) = tokio::sync::oneshot::channel();
        let job = storage.write(lane, move |_| {
            // Either end may be gone when a story fails.
            let _ = held.send(());
            let _ = wait.recv();
            Ok(())
        });
        let over = tokio::spawn(job);
        holds.await.unwrap();
        Self { go, over }
    }

    pub(crate) async fn lift(self) {
        self.go.send(()).unwrap();
        self.over.await.unwrap().unwrap();
    }
}
