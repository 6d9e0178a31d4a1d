//! The small world in which every story happens: a workspace of its own, a clock, a few people, and what was announced.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatterbox_auth::{AccessTokens, Capacity, Cost, Keyring, Passwords};
use chatterbox_chat::accounts::Registration;
use chatterbox_chat::messages::Draft;
use chatterbox_chat::{Caller, Chat, ChatError, Device, Quotas, Settings, SignedIn};
use chatterbox_domain::rate::Quota;
use chatterbox_domain::{
    ClientKey, Clock, Denial, EndReason, Event, EventSink, FieldError, ManualClock, Message, RoomId,
    RoomSummary, SessionId, Timestamp, UserId,
};
use chatterbox_storage::{DatabaseUrl, Lane, Options, Storage, StorageError, users};
use chrono::{DateTime, TimeDelta};
use tempfile::TempDir;
use uuid::Uuid;

/// The password of everybody in this world.
pub(crate) const PASSWORD: &str = "a quiet harbour";

/// How long an access token is good for.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// A workspace that nobody else uses and that is gone with this value.
pub(crate) struct World {
    pub(crate) chat: Arc<Chat>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) events: Arc<Recorder>,
    /// The same workers as the chat's, for seeing how much they have done.
    pub(crate) passwords: Passwords,
    settings: Settings,
    addresses: AtomicU32,
    folder: TempDir,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) caller: Caller,
    /// Their refresh secret.
    pub(crate) secret: String,
}

impl World {
    /// A workspace with the settings of a new server.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    /// A workspace in which nobody is told to slow down.
    pub(crate) fn unhurried() -> Self {
        let plenty = quota(1_000_000, TimeDelta::microseconds(1));
        Self::with(Settings {
            quotas: Quotas {
                sign_in_per_account: plenty,
                sign_in_per_address: plenty,
                sign_up_per_address: plenty,
                messages: plenty,
            },
            ..Settings::default()
        })
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(
            DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
        ));
        Self::opened(folder, clock, settings, Cost::for_tests())
    }

    /// The same workspace after its server was started again with other settings for passwords.
    pub(crate) fn restarted_with(self, cost: Cost) -> Self {
        self.chat.storage().close();
        Self::opened(self.folder, self.clock, self.settings, cost)
    }

    fn opened(folder: TempDir, clock: Arc<ManualClock>, settings: Settings, cost: Cost) -> Self {
        let events = Arc::new(Recorder::default());
        let sink: Arc<dyn EventSink> = events.clone();
        let url = DatabaseUrl::Sqlite(folder.path().join("chatterbox.db"));
        let storage = Storage::open(&url, Options::default(), &sink).unwrap();
        let capacity = Capacity {
            running: NonZeroUsize::MIN,
            waiting: 1_000,
        };
        let passwords = Passwords::new(cost, capacity).unwrap();
        let tokens = AccessTokens::new(&Keyring::generate().unwrap(), TOKEN_LIFETIME);
        let chat = Chat::new(
            storage,
            clock.clone(),
            passwords.clone(),
            tokens,
            settings.clone(),
        );
        Self {
            chat: Arc::new(chat),
            clock,
            events,
            passwords,
            settings,
            addresses: AtomicU32::new(0),
            folder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A device that calls from where nobody called from before.
    pub(crate) fn new_device(&self) -> Device {
        let number = self.addresses.fetch_add(1, Ordering::Relaxed);
        device_at(&format!("192.0.2.{number}"))
    }

    /// Makes an account.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let signed_in = self.chat.register(form(name), self.new_device()).await.unwrap();
        self.signed_in(&signed_in)
    }

    /// Signs the person called `name` in on one more device.
    pub(crate) async fn device_of(&self, name: &str) -> Person {
        let password = PASSWORD.to_owned();
        let signed_in = self
            .chat
            .sign_in(name, password, self.new_device())
            .await
            .unwrap();
        self.signed_in(&signed_in)
    }

    /// The person whom an access token speaks for.
    pub(crate) fn signed_in(&self, signed_in: &SignedIn) -> Person {
        let caller = self.chat.caller(&signed_in.access_token.token).unwrap();
        assert_eq!(
            (caller.user_id, caller.session_id),
            (signed_in.user.id, signed_in.session_id)
        );
        Person {
            id: caller.user_id,
            caller,
            secret: signed_in.refresh_secret.expose(),
        }
    }

    pub(crate) async fn lobby(&self) -> RoomId {
        self.chat.lobby().await.unwrap()
    }

    pub(crate) async fn say(&self, who: &Person, room: RoomId, body: &str) -> Arc<Message> {
        self.chat
            .send_message(who.caller, draft(room, body))
            .await
            .unwrap()
    }

    /// The conversation of two people.
    pub(crate) async fn direct(&self, one: &Person, other: &Person) -> RoomId {
        self.chat.open_direct(one.caller, other.id).await.unwrap().id
    }

    /// `room` as `who` sees it.
    pub(crate) async fn room(&self, who: &Person, room: RoomId) -> RoomSummary {
        let rooms = self.chat.rooms(who.caller).await.unwrap();
        rooms.into_iter().find(|summary| summary.id == room).unwrap()
    }

    /// Keeps an account out, as another process on the same database would.
    pub(crate) async fn block(&self, who: UserId) {
        let now = self.now();
        let blocked = self.chat.storage().write(Lane::User(who), move |tx| {
            users::set_blocked_at(tx.db(), who, Some(now))
        });
        blocked.await.unwrap();
    }

    /// The hash that is stored for the person's password.
    pub(crate) async fn password_hash(&self, who: UserId) -> String {
        let hash = self.chat.storage().read(move |db| users::password_hash(db, who));
        Result::<_, StorageError>::unwrap(hash.await).unwrap()
    }
}

/// Writes down what is announced.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl EventSink for Recorder {
    fn deliver(&self, events: Vec<Event>) {
        self.0.lock().unwrap().extend(events);
    }
}

impl Recorder {
    /// What was announced since this was last asked.
    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// The one thing that was announced since this was last asked.
    pub(crate) fn take_one(&self) -> Event {
        let mut events = self.take();
        assert_eq!(events.len(), 1, "one event, not {events:?}");
        events.remove(0)
    }

    /// The sessions of `who` of which it was announced, once and alone, that they are over, and why.
    pub(crate) fn take_ended_sessions(&self, who: UserId) -> (Vec<SessionId>, EndReason) {
        match self.take_one() {
            Event::SessionsEnded {
                user_id,
                mut sessions,
                reason,
            } if user_id == who => {
                sessions.sort_unstable();
                (sessions, reason)
            }
            other => panic!("sessions of {who} end, not {other:?}"),
        }
    }
}

pub(crate) fn quota(burst: u32, interval: TimeDelta) -> Quota {
    Quota { burst, interval }
}

/// A device that calls from `address`.
pub(crate) fn device_at(address: &str) -> Device {
    Device::new("a browser", address.to_owned())
}

/// The form of somebody who gives a name and no address.
pub(crate) fn form(name: &str) -> Registration {
    Registration {
        username: name.to_owned(),
        password: PASSWORD.to_owned(),
        email: None,
    }
}

/// A message that was never sent before.
pub(crate) fn draft(room_id: RoomId, body: &str) -> Draft {
    Draft {
        room_id,
        client_key: fresh_key(),
        body: body.to_owned(),
    }
}

pub(crate) fn fresh_key() -> ClientKey {
    ClientKey(Uuid::new_v4())
}

/// The answer "no" that somebody got.
pub(crate) fn denial<T>(answer: Result<T, ChatError>) -> Denial {
    match answer {
        Err(ChatError::Denied(denial)) => denial,
        Err(failure) => panic!("a denial, not the failure {failure}"),
        Ok(_) => panic!("a denial, but it was done"),
    }
}

/// What is wrong with an input, as pairs of a field and a code.
pub(crate) fn complaints<T>(answer: Result<T, ChatError>) -> Vec<(&'static str, &'static str)> {
    match denial(answer) {
        Denial::Invalid(errors) => errors
            .iter()
            .map(|FieldError { field, code, .. }| (*field, *code))
            .collect(),
        other => panic!("the input is wrong, not: {other}"),
    }
}

/// How long somebody is told to wait.
pub(crate) fn wait_told<T>(answer: Result<T, ChatError>) -> TimeDelta {
    match denial(answer) {
        Denial::RateLimited { retry_after_ms } => TimeDelta::milliseconds(retry_after_ms.try_into().unwrap()),
        other => panic!("they have to wait, not: {other}"),
    }
}

/// The texts of messages.
pub(crate) fn bodies<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<&'a str> {
    messages
        .into_iter()
        .map(|message| message.body.as_str())
        .collect()
}
