//! Settings: defaults, then a TOML file, then `CHATTERBOX__SECTION__KEY`, then flags; the later one wins.
//!
//! Unknown keys and impossible values are refused with a sentence that says what to write.

mod layers;

use std::net::SocketAddr;
use std::path::PathBuf;

use chatterbox_storage::DatabaseUrl;
use serde::Deserialize;

pub use layers::{ConfigError, Layers};

/// Everything an operator can decide.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and how it serves.
    pub server: ServerConfig,
    /// Where it remembers.
    pub database: DatabaseConfig,
    /// Who may sign up and how they prove themselves.
    pub accounts: AccountsConfig,
    /// How much of what is allowed.
    pub limits: LimitsConfig,
    /// What it writes into its log.
    pub log: LogConfig,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder for the database and the keys; made if it is missing.
    pub data_dir: PathBuf,
    /// Threads that serve requests. One serves thousands of people; a second one costs a third more per message.
    pub workers: usize,
    /// A folder with the web client to be served instead of the one in the binary.
    pub web_dir: Option<PathBuf>,
    /// Origins of other sites that may use the API from a browser, such as `https://example.org`. None by default.
    pub cors_origins: Vec<String>,
    /// The workspace's name.
    pub name: String,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("./data"),
            workers: std::thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1)),
            web_dir: None,
            cors_origins: Vec::new(),
            name: "ChatterBox".to_owned(),
        }
    }
}

/// `[database]`
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://path` or `postgres://user:password@host/database`; SQLite in the data folder if left out.
    pub url: Option<String>,
    /// Connections that read; 4 if left out.
    pub readers: Option<u32>,
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The URL may hold a password.
        let url = self
            .url
            .as_ref()
            .map(|url| url.split_once("://").map_or("…", |(scheme, _)| scheme));
        f.debug_struct("DatabaseConfig")
            .field("url", &url)
            .field("readers", &self.readers)
            .finish()
    }
}

/// `[accounts]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct AccountsConfig {
    /// `open`: everybody may sign up. `closed`: nobody but the first person.
    pub sign_up: SignUpConfig,
    /// The fewest characters of a password.
    pub password_min_chars: usize,
    /// Memory for one password hash, in KiB.
    pub password_memory_kib: u32,
    /// Passes over that memory.
    pub password_passes: u32,
    /// Days that a device stays signed in without being used.
    pub session_days: u32,
    /// Minutes that an access token is good for.
    pub access_token_minutes: u32,
}

impl Default for AccountsConfig {
    fn default() -> Self {
        let cost = chatterbox_auth::Cost::DEFAULT;
        Self {
            sign_up: SignUpConfig::Open,
            password_min_chars: chatterbox_domain::password::DEFAULT_MIN_CHARS,
            password_memory_kib: cost.memory_kib,
            password_passes: cost.passes,
            session_days: 30,
            access_token_minutes: 15,
        }
    }
}

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub enum SignUpConfig {
    /// Everybody.
    Open,
    /// Nobody but the first person.
    Closed,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Messages and edits that one person may send at once.
    pub messages_burst: u32,
    /// Messages and edits a second after that.
    pub messages_per_second: f64,
    /// Failed sign-ins for one account before waiting begins.
    pub sign_in_failures_per_account: u32,
    /// Failed sign-ins from one address before waiting begins.
    pub sign_in_failures_per_address: u32,
    /// Accounts that may be made from one address before waiting begins.
    pub sign_ups_per_address: u32,
    /// Frames that one socket may send at once.
    pub frames_burst: u32,
    /// Frames a second after that.
    pub frames_per_second: f64,
    /// The largest frame, in KiB.
    pub frame_kib: usize,
    /// The largest JSON body, in KiB.
    pub body_kib: usize,
    /// Sockets that one person may have open.
    pub sessions_per_person: u32,
    /// Sockets that may be open from one address.
    pub sessions_per_address: u32,
    /// What may wait for a slow reader before it has to connect again, in KiB.
    pub outbox_kib: usize,
    /// People online above which clients are told their number only.
    pub presence_list: usize,
    /// Milliseconds after which somebody whose last socket closed counts as gone.
    pub presence_grace_ms: u64,
    /// Changes sent one by one to a client that comes back, for each room.
    pub resume_per_room: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            messages_burst: 500,
            messages_per_second: 20.0,
            sign_in_failures_per_account: 10,
            sign_in_failures_per_address: 100,
            sign_ups_per_address: 200,
            frames_burst: 1_000,
            frames_per_second: 50.0,
            frame_kib: 64,
            body_kib: 64,
            sessions_per_person: 100,
            sessions_per_address: 2_000,
            outbox_kib: 1_024,
            presence_list: 1_000,
            presence_grace_ms: 3_000,
            resume_per_room: 1_000,
        }
    }
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `error`, `warn`, `info`, `debug` or `trace`, or a list such as `info,chatterbox_storage=debug`.
    pub level: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
        }
    }
}

impl Config {
    /// Where the database is.
    ///
    /// # Errors
    /// A sentence that says what to write.
    pub fn database_url(&self) -> Result<DatabaseUrl, ConfigError> {
        match &self.database.url {
            Some(url) => {
                DatabaseUrl::parse(url).map_err(|error| ConfigError(format!("database.url: {error}")))
            }
            None => Ok(DatabaseUrl::Sqlite(self.server.data_dir.join("chatterbox.db"))),
        }
    }

    /// Refuses what cannot work.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |condition: bool, sentence: &str| {
            if condition {
                Err(ConfigError(sentence.to_owned()))
            } else {
                Ok(())
            }
        };
        let (accounts, limits) = (&self.accounts, &self.limits);
        self.database_url()?;
        refuse(
            self.server.workers == 0 || self.server.workers > 64,
            "server.workers: write a number from 1 to 64",
        )?;
        refuse(
            self.database.readers.is_some_and(|n| n == 0 || n > 256),
            "database.readers: write a number from 1 to 256",
        )?;
        refuse(
            !(1..=128).contains(&accounts.password_min_chars),
            "accounts.password_min_chars: write a number from 1 to 128; 8 is the default",
        )?;
        refuse(
            !(8..=1_048_576).contains(&accounts.password_memory_kib),
            "accounts.password_memory_kib: write a number from 8 to 1048576; 19456 is the default",
        )?;
        refuse(
            !(1..=16).contains(&accounts.password_passes),
            "accounts.password_passes: write a number from 1 to 16",
        )?;
        refuse(
            !(1..=3_650).contains(&accounts.session_days),
            "accounts.session_days: write a number from 1 to 3650",
        )?;
        refuse(
            !(1..=1_440).contains(&accounts.access_token_minutes),
            "accounts.access_token_minutes: write a number from 1 to 1440",
        )?;
        let positive = |rate: f64| rate.is_finite() && rate > 0.0;
        refuse(
            !positive(limits.messages_per_second),
            "limits.messages_per_second: write a number above 0",
        )?;
        refuse(
            !positive(limits.frames_per_second),
            "limits.frames_per_second: write a number above 0",
        )?;
        refuse(
            limits.frame_kib < 32 || limits.frame_kib > 16_384,
            "limits.frame_kib: write a number from 32 (a message of 4,000 characters must fit) to 16384",
        )?;
        refuse(
            limits.body_kib < 32 || limits.body_kib > 16_384,
            "limits.body_kib: write a number from 32 to 16384",
        )?;
        refuse(
            limits.outbox_kib < 64,
            "limits.outbox_kib: write a number of at least 64",
        )?;
        for (name, value) in [
            ("messages_burst", limits.messages_burst),
            (
                "sign_in_failures_per_account",
                limits.sign_in_failures_per_account,
            ),
            (
                "sign_in_failures_per_address",
                limits.sign_in_failures_per_address,
            ),
            ("sign_ups_per_address", limits.sign_ups_per_address),
            ("frames_burst", limits.frames_burst),
            ("sessions_per_person", limits.sessions_per_person),
            ("sessions_per_address", limits.sessions_per_address),
        ] {
            refuse(value == 0, &format!("limits.{name}: write a number above 0"))?;
        }
        for origin in &self.server.cors_origins {
            let is_origin = origin.split_once("://").is_some_and(|(scheme, host)| {
                matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains('/')
            });
            refuse(
                !is_origin,
                &format!("server.cors_origins: “{origin}” is no origin; write https://example.org"),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Settings that have no default cannot be found in the defaults.
    const WITHOUT_DEFAULT: [&str; 3] = ["server.web_dir", "database.url", "database.readers"];

    #[test]
    fn every_setting_is_documented_and_nothing_else() {
        let defaults = toml::Table::try_from(Config::default()).unwrap();
        let mut known: Vec<String> = WITHOUT_DEFAULT.map(str::to_owned).into();
        for (section, settings) in &defaults {
            known.extend(
                settings
                    .as_table()
                    .unwrap()
                    .keys()
                    .map(|key| format!("{section}.{key}")),
            );
        }
        known.sort();
        let document = include_str!("../../../docs/settings.md");
        let rows = document
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let mut documented: Vec<String> = rows
            .filter(|name| name.contains('.'))
            .map(str::to_owned)
            .collect();
        documented.sort();
        assert_eq!(
            known, documented,
            "crates/server/src/config.rs and docs/settings.md differ"
        );
    }

    #[test]
    fn the_defaults_work() {
        Config::default().check().unwrap();
    }
}
