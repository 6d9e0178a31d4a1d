//! `chatterbox serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::application::{self, Application};
use crate::config::{Config, Layers};

const AFTER_HELP: &str = "\
Settings come from the defaults, then the file of --config, then CHATTERBOX__SECTION__KEY in the environment,
then flags; the later one wins.

Examples:
  chatterbox serve
  chatterbox serve --listen 0.0.0.0:8080 --data-dir /var/lib/chatterbox --set accounts.sign_up=closed
  CHATTERBOX__DATABASE__URL=postgres://chat@db/chat chatterbox serve";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Serve {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Folder for the database and the keys, made if it is missing [default: ./data]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE [default: SQLite in the data folder]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Serve the web client from this folder instead of the copy in the binary
    #[arg(long, value_name = "FOLDER")]
    web_dir: Option<PathBuf>,
    /// Settings file in TOML; docs/settings.md lists what it can say
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Any other setting, such as --set accounts.sign_up=closed; can be repeated
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE")]
    settings: Vec<String>,
}

impl Serve {
    fn config(&self) -> Result<Config, String> {
        let mut layers = Layers::default();
        if let Some(path) = &self.config {
            layers = layers.file(path).map_err(|error| error.to_string())?;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "this is where the configuration reads the environment"
        )]
        let variables = std::env::vars();
        layers = layers.environment(variables).map_err(|error| error.to_string())?;
        for setting in &self.settings {
            let parts = setting
                .split_once('=')
                .and_then(|(name, value)| Some((name.split_once('.')?, value)));
            let ((section, key), value) =
                parts.ok_or_else(|| format!("--set {setting}: write --set SECTION.KEY=VALUE"))?;
            layers = layers
                .set(section, key, value)
                .map_err(|error| format!("--set {setting}: {error}"))?;
        }
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let flags = [
            ("server", "listen", self.listen.map(|address| address.to_string())),
            ("server", "data_dir", self.data_dir.as_ref().map(path)),
            ("database", "url", self.database_url.clone()),
            ("server", "web_dir", self.web_dir.as_ref().map(path)),
        ];
        for (section, key, value) in flags {
            if let Some(value) = value {
                layers = layers
                    .set(section, key, &value)
                    .map_err(|error| error.to_string())?;
            }
        }
        layers.config().map_err(|error| error.to_string())
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "write an address and a port, such as 127.0.0.1:8080 or [::1]:8080".to_owned())
}

pub(super) fn run(arguments: &Serve) -> Result<(), String> {
    let config = arguments.config()?;
    env_logger::Builder::new()
        .parse_filters(&config.log.level)
        // One line of actix for each worker is of no use to an operator.
        .filter_module("actix_server", log::LevelFilter::Warn)
        .init();
    application::block_on(async {
        let application = Application::start(config)
            .await
            .map_err(|error| error.to_string())?;
        application
            .run_until_signal()
            .await
            .map_err(|error| error.to_string())
    })
}
