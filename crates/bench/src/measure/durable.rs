//! Messages on the disk, through use cases and storage alone.

use std::io;
use std::num::NonZeroUsize;
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatterbox_auth::{AccessTokens, Capacity, Cost, Keyring, Passwords};
use chatterbox_chat::messages::Draft;
use chatterbox_chat::{Caller, Chat, Device, Quotas, Settings};
use chatterbox_domain::event::Silence;
use chatterbox_domain::rate::Quota;
use chatterbox_domain::{ClientKey, EventSink, RoomId};
use chatterbox_storage::{DatabaseUrl, Options, Storage};
use chrono::TimeDelta;
use tokio::runtime;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Bench, Spread};
use crate::clock::SystemClock;
use crate::people::BODY;
use crate::report::{Row, grouped};
use crate::usage;

const SENDERS: [usize; 3] = [1, 64, 512];
const ROUND: Duration = Duration::from_secs(3);
const QUICK_ROUND: Duration = Duration::from_millis(300);

/// How many messages a second are committed when each sender posts its next one as soon as the last is on the disk.
pub(super) fn messages_per_second(bench: &Bench) -> io::Result<Vec<Row>> {
    let folder = bench.new_folder()?;
    let url = DatabaseUrl::Sqlite(folder.path().join("chatterbox.db"));
    let chat = open_chat(&url).map_err(io::Error::other)?;
    let runtime = runtime::Builder::new_current_thread().build()?;
    let callers = runtime.block_on(register(&chat, SENDERS[SENDERS.len() - 1]))?;
    let lobby = runtime.block_on(chat.lobby()).map_err(io::Error::other)?;
    let length = if bench.is_quick() { QUICK_ROUND } else { ROUND };

    let mut rounds = [const { Vec::new() }; SENDERS.len()];
    for _ in 0..bench.rounds {
        for (posted, senders) in rounds.iter_mut().zip(SENDERS) {
            posted.push(runtime.block_on(post_for(length, &chat, &callers[..senders], lobby))?);
        }
    }
    chat.storage().close();

    let mut rows = Vec::new();
    for (senders, posted) in SENDERS.iter().zip(&rounds) {
        let spread = Spread::over(posted, |posted| posted.per_second);
        let plural = if *senders == 1 { "sender" } else { "senders" };
        let row = Row::new(
            format!("durable messages a second, {senders} {plural}"),
            spread.shown("", grouped),
        );
        if *senders == 512 {
            rows.push(row.aiming("≥ 50,000", spread.median >= 50_000.0));
            let per_cpu_second = Spread::over(posted, |posted| posted.per_cpu_second);
            rows.push(Row::new(
                "the same per CPU second",
                per_cpu_second.shown("", grouped),
            ));
        } else {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// How many messages were confirmed.
#[derive(Clone, Copy, Debug)]
struct Posted {
    /// By the clock.
    per_second: f64,
    /// By the processor time of this process, senders included: it tells the work from the waiting for the disk.
    per_cpu_second: f64,
}

fn open_chat(url: &DatabaseUrl) -> Result<Arc<Chat>, Box<dyn std::error::Error + Send + Sync>> {
    let sink: Arc<dyn EventSink> = Arc::new(Silence);
    let storage = Storage::open(url, Options::default(), &sink)?;
    let capacity = Capacity {
        running: NonZeroUsize::MIN,
        waiting: 1,
    };
    let passwords = Passwords::new(Cost::for_tests(), capacity)?;
    let tokens = AccessTokens::new(&Keyring::generate()?, Duration::from_secs(900));
    let unlimited = Quota {
        burst: i32::MAX as u32,
        interval: TimeDelta::microseconds(1),
    };
    let settings = Settings {
        quotas: Quotas {
            sign_up_per_address: unlimited,
            messages: unlimited,
            ..Quotas::default()
        },
        ..Settings::default()
    };
    Ok(Arc::new(Chat::new(
        storage,
        Arc::new(SystemClock),
        passwords,
        tokens,
        settings,
    )))
}

async fn register(chat: &Chat, count: usize) -> io::Result<Vec<Caller>> {
    let mut callers = Vec::with_capacity(count);
    for number in 0..count {
        let registration = chatterbox_chat::accounts::Registration {
            username: format!("colleague-{number}"),
            password: "correct horse battery".to_owned(),
            email: None,
        };
        let device = Device::new("bench", "127.0.0.1".to_owned());
        let signed_in = chat
            .register(registration, device)
            .await
            .map_err(io::Error::other)?;
        callers.push(Caller {
            user_id: signed_in.user.id,
            session_id: signed_in.session_id,
        });
    }
    Ok(callers)
}

/// Lets `senders` post for so `long`, each one message at a time.
async fn post_for(
    long: Duration,
    chat: &Arc<Chat>,
    senders: &[Caller],
    room_id: RoomId,
) -> io::Result<Posted> {
    let before = usage::cpu_seconds(process::id())?;
    let started = Instant::now();
    let mut sending = JoinSet::new();
    for &caller in senders {
        let chat = chat.clone();
        sending.spawn(async move {
            let mut confirmed = 0_u32;
            while started.elapsed() < long {
                let draft = Draft {
                    room_id,
                    client_key: ClientKey(Uuid::new_v4()),
                    body: BODY.to_owned(),
                };
                chat.send_message(caller, draft).await?;
                confirmed += 1;
            }
            Ok::<_, chatterbox_chat::ChatError>(confirmed)
        });
    }
    let mut confirmed = 0.0;
    while let Some(sent) = sending.join_next().await {
        confirmed += f64::from(sent.map_err(io::Error::other)?.map_err(io::Error::other)?);
    }
    Ok(Posted {
        per_second: confirmed / started.elapsed().as_secs_f64(),
        per_cpu_second: confirmed / (usage::cpu_seconds(process::id())? - before),
    })
}
