//! What can be asked of the program.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::limit::Writing;

/// Where the report of a whole run goes, seen from the root of the repository.
const REPORT: &str = "docs/performance.md";

/// Measures a ChatterBox server in work per second of its processor time, beside the limit of what is possible.
#[derive(Debug, Parser)]
#[command(
    name = "chatterbox-bench",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The release build of the server.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) server: Option<PathBuf>,

    /// Only these measurements, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<Measurement>,

    /// Shorter and with fewer members: shows that everything works, the figures mean little.
    #[arg(long)]
    pub(crate) quick: bool,

    /// Writes the report there. A whole run that is not quick writes docs/performance.md.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Where the temporary databases are made. It should be on a disk like the one that is used in earnest.
    /// Default: the folder of the server.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) scratch: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves the limit: whoever connects is a member, and each byte of a member is one frame for all of them.
    Limit(LimitArguments),
}

#[derive(Debug, Args)]
pub(crate) struct LimitArguments {
    /// Address and port; port 0 is any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Length of a frame with its header.
    #[arg(long, default_value_t = 400)]
    pub(crate) frame_bytes: usize,

    /// Writes all messages that wait at once, instead of one write for each.
    #[arg(long)]
    joined: bool,
}

impl LimitArguments {
    pub(crate) fn writing(&self) -> Writing {
        if self.joined {
            Writing::Joined
        } else {
            Writing::OneByOne
        }
    }
}

/// What can be measured, by the names of `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measurement {
    /// One message at a time to 100 members.
    OneAtATime,
    /// 16 messages under way to 1,000 members and 8 to 5,000.
    FanOut,
    /// 100 rooms of 10.
    SmallRooms,
    /// From sending to seeing, with 100 members and 50 messages a second.
    Latency,
    /// Memory per idle connection, at 1,000 and at 9,900.
    Memory,
    /// Durable messages a second with 1, 64 and 512 senders.
    Durable,
    /// Start time and memory of an idle server.
    Start,
}

impl fmt::Display for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl Arguments {
    /// What is to be measured, in the order of the report.
    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        let chosen = |measurement: &Measurement| self.only.is_empty() || self.only.contains(measurement);
        Measurement::value_variants()
            .iter()
            .copied()
            .filter(chosen)
            .collect()
    }

    /// Where the report goes, if it is written.
    ///
    /// # Errors
    /// Its folder does not exist: better said now than after minutes of measuring.
    pub(crate) fn report_file(&self) -> io::Result<Option<PathBuf>> {
        let whole = self.only.is_empty() && !self.quick;
        let file = self.report.clone().or_else(|| whole.then(|| REPORT.into()));
        let folder = file
            .as_deref()
            .and_then(|file| file.parent())
            .filter(|folder| *folder != "");
        match folder {
            Some(folder) if !folder.is_dir() => Err(io::Error::other(format!(
                "the folder {} for the report does not exist; start in the root of the repository or give --report",
                folder.display()
            ))),
            _ => Ok(file),
        }
    }

    /// The command that repeats this run in a clone of the repository.
    pub(crate) fn repeated_by(&self) -> String {
        let mut command = "cargo xtask bench".to_owned();
        if !self.only.is_empty() {
            let names: Vec<String> = self.only.iter().map(Measurement::to_string).collect();
            command.push_str(" --only ");
            command.push_str(&names.join(","));
        }
        if self.quick {
            command.push_str(" --quick");
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_server_is_needed_only_for_measuring() {
        assert!(Arguments::try_parse_from(["chatterbox-bench"]).is_err());
        let limit = Arguments::try_parse_from(["chatterbox-bench", "limit", "--joined"]).unwrap();
        assert!(matches!(limit.command, Some(Command::Limit(limit)) if limit.writing() == Writing::Joined));
    }

    #[test]
    fn the_chosen_measurements_run_in_the_order_of_the_report() {
        let all = Arguments::parse_from(["chatterbox-bench", "--server", "x"]);
        assert_eq!(all.measurements().len(), Measurement::value_variants().len());
        assert_eq!(all.repeated_by(), "cargo xtask bench");
        let some = Arguments::parse_from([
            "chatterbox-bench",
            "--server",
            "x",
            "--quick",
            "--only",
            "start,latency",
        ]);
        assert_eq!(some.measurements(), [Measurement::Latency, Measurement::Start]);
        assert_eq!(
            some.repeated_by(),
            "cargo xtask bench --only start,latency --quick"
        );
        assert_eq!(some.report_file().unwrap(), None);
    }

    #[test]
    fn a_report_without_a_folder_is_refused_before_anything_runs() {
        let arguments = Arguments::parse_from([
            "chatterbox-bench",
            "--server",
            "x",
            "--report",
            "no-such-folder/report.md",
        ]);
        assert!(arguments.report_file().is_err());
    }
}
