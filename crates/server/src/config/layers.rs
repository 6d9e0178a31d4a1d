//! Laying the sources of settings over each other.

use std::fmt;
use std::path::Path;

use toml::{Table, Value};

use super::Config;

/// What is wrong with the settings, in a sentence that says what to write.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(pub(crate) String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ConfigError {}

/// What begins the names of the environment variables that are settings.
const PREFIX: &str = "CHATTERBOX__";

/// Settings from several sources, the later ones over the earlier.
#[derive(Debug, Default)]
pub struct Layers(Table);

impl Layers {
    /// Adds what a TOML file says.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML or has a key that is not known.
    pub fn file(self, path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigError(format!(
                "the settings file {} cannot be read: {error}",
                path.display()
            ))
        })?;
        self.text(&text)
            .map_err(|error| ConfigError(format!("{}: {error}", path.display())))
    }

    /// Adds what a TOML text says.
    pub(crate) fn text(mut self, text: &str) -> Result<Self, ConfigError> {
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| ConfigError(error.to_string().trim().to_owned()))?;
        understand(table.clone())?;
        lay_over(&mut self.0, table);
        Ok(self)
    }

    /// Adds environment variables named `CHATTERBOX__SECTION__KEY`; others are ignored.
    ///
    /// # Errors
    /// When a variable with this prefix is not known or its value is of the wrong kind.
    pub fn environment(
        mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        for (name, value) in variables {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let path = path.to_lowercase();
            let Some((section, key)) = path.split_once("__") else {
                return Err(ConfigError(format!(
                    "{name} is no setting: write {PREFIX}SECTION__KEY, such as {PREFIX}SERVER__LISTEN"
                )));
            };
            self = self
                .set(section, key, &value)
                .map_err(|error| ConfigError(format!("{name}: {error}")))?;
        }
        Ok(self)
    }

    /// Adds one setting, written as in TOML; text needs no quotes.
    ///
    /// # Errors
    /// When there is no such setting or the value is of the wrong kind.
    pub fn set(mut self, section: &str, key: &str, value: &str) -> Result<Self, ConfigError> {
        let typed = format!("value = {value}")
            .parse::<Table>()
            .ok()
            .and_then(|mut table| table.remove("value"));
        let as_text = Value::String(value.to_owned());
        let layer = |value: Value| {
            Table::from_iter([(
                section.to_owned(),
                Value::Table(Table::from_iter([(key.to_owned(), value)])),
            )])
        };
        // `8080` may be a number or a name: what the setting is decides, so the text itself is the second try.
        let chosen = match typed {
            Some(typed) if understand(layer(typed.clone())).is_ok() => typed,
            _ => as_text,
        };
        understand(layer(chosen.clone()))?;
        lay_over(&mut self.0, layer(chosen));
        Ok(self)
    }

    /// The settings, checked.
    ///
    /// # Errors
    /// When a value is impossible.
    pub fn config(self) -> Result<Config, ConfigError> {
        let config = understand(self.0)?;
        config.check()?;
        Ok(config)
    }
}

fn understand(table: Table) -> Result<Config, ConfigError> {
    Config::deserialize_from(table)
}

impl Config {
    fn deserialize_from(table: Table) -> Result<Self, ConfigError> {
        table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError(error.to_string().trim().to_owned()))
    }
}

fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SignUpConfig;

    fn variables(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
        let config = Layers::default()
            .text("[server]\nlisten = '127.0.0.1:1'\nname = 'From the file'\n[accounts]\nsign_up = 'closed'")
            .unwrap()
            .environment(variables(&[
                ("CHATTERBOX__SERVER__LISTEN", "127.0.0.1:2"),
                ("CHATTERBOX__SERVER__WORKERS", "3"),
            ]))
            .unwrap()
            .set("server", "listen", "127.0.0.1:3")
            .unwrap()
            .config()
            .unwrap();
        assert_eq!(config.server.listen.port(), 3);
        assert_eq!(config.server.workers, 3);
        assert_eq!(config.server.name, "From the file");
        assert_eq!(config.accounts.sign_up, SignUpConfig::Closed);
    }

    #[test]
    fn a_name_made_of_digits_is_still_a_name() {
        let config = Layers::default()
            .set("server", "name", "42")
            .unwrap()
            .config()
            .unwrap();
        assert_eq!(config.server.name, "42");
    }

    #[test]
    fn what_is_not_known_or_not_possible_is_refused_with_a_sentence() {
        let file = |text: &str| {
            Layers::default()
                .text(text)
                .and_then(Layers::config)
                .unwrap_err()
                .to_string()
        };
        let environment = |name, value| {
            Layers::default()
                .environment(variables(&[(name, value)]))
                .and_then(Layers::config)
                .unwrap_err()
                .to_string()
        };
        for (sentence, must_say) in [
            (file("[server]\nlisten = 'x'"), "listen"),
            (file("[server]\nlistn = '127.0.0.1:1'"), "listn"),
            (file("[sever]\nlisten = '127.0.0.1:1'"), "sever"),
            (file("[database]\nurl = 'mysql://x'"), "write sqlite://"),
            (file("[server]\nworkers = 0"), "server.workers: write"),
            (
                file("[server]\ncors_origins = ['example.org']"),
                "https://example.org",
            ),
            (file("nonsense"), "expected"),
            (
                environment("CHATTERBOX__SERVER__PORT", "1"),
                "CHATTERBOX__SERVER__PORT",
            ),
            (
                environment("CHATTERBOX__LISTEN", "1"),
                "CHATTERBOX__SERVER__LISTEN",
            ),
            (
                environment("CHATTERBOX__SERVER__WORKERS", "many"),
                "CHATTERBOX__SERVER__WORKERS",
            ),
        ] {
            assert!(sentence.contains(must_say), "{sentence}");
        }
    }

    #[test]
    fn a_password_in_the_database_url_is_not_printed() {
        let config = Layers::default()
            .set("database", "url", "postgres://a:s3cret@h/d")
            .unwrap()
            .config()
            .unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
