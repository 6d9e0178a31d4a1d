//! The measurements.

mod durable;
mod fan_out;
mod idle;
mod latency;
mod small_rooms;
mod start;

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::child::Server;
use crate::closed_loop::{ClosedLoop, Source, Tally};
use crate::command_line::{Arguments, Measurement};
use crate::limit::Writing;
use crate::machine::Machine;
use crate::report::Row;
use crate::usage;

/// What arrivals set off (presence comes at most once a second) is over when nothing has come for so long.
const QUIET: Duration = Duration::from_millis(1_500);

/// Settings under which one machine may play thousands of people. The password hash is the cheapest there is: nobody's
/// password is at stake, and signing people up is not what is measured.
const SETTINGS: [(&str, &str); 10] = [
    ("ACCOUNTS__ACCESS_TOKEN_MINUTES", "1440"),
    ("ACCOUNTS__PASSWORD_MEMORY_KIB", "8"),
    ("ACCOUNTS__PASSWORD_PASSES", "1"),
    ("LIMITS__FRAMES_BURST", "100000000"),
    ("LIMITS__FRAMES_PER_SECOND", "1000000"),
    ("LIMITS__MESSAGES_BURST", "100000000"),
    ("LIMITS__MESSAGES_PER_SECOND", "1000000"),
    ("LIMITS__SESSIONS_PER_ADDRESS", "100000"),
    ("LIMITS__SIGN_UPS_PER_ADDRESS", "1000000"),
    ("SERVER__WORKERS", "1"),
];

impl Measurement {
    /// Takes the figures.
    pub(crate) fn run(self, bench: &Bench) -> io::Result<Vec<Row>> {
        match self {
            Self::OneAtATime => fan_out::one_at_a_time(bench),
            Self::FanOut => fan_out::many_under_way(bench),
            Self::SmallRooms => small_rooms::stored_messages(bench),
            Self::Latency => latency::send_to_seen(bench),
            Self::Memory => idle::memory_per_connection(bench),
            Self::Durable => durable::messages_per_second(bench),
            Self::Start => start::time_and_memory(bench),
        }
    }
}

/// Where and how thoroughly it is measured.
pub(crate) struct Bench {
    server: PathBuf,
    scratch: PathBuf,
    /// How often a figure is taken; its median is reported.
    rounds: usize,
    /// How much processor time of the server one round takes: its clock ticks only every 10 ms.
    cpu_per_round: f64,
    /// Divides the numbers of members.
    scale: usize,
}

impl Bench {
    pub(crate) fn prepare(arguments: &Arguments) -> io::Result<Self> {
        let server = arguments.server.clone().unwrap_or_default();
        let server = server.canonicalize().map_err(|error| {
            io::Error::other(format!(
                "the server {} cannot be found: {error}",
                server.display()
            ))
        })?;
        let beside = server.parent().map(PathBuf::from).unwrap_or_default();
        let (rounds, cpu_per_round, scale) = if arguments.quick {
            (1, 0.3, 10)
        } else {
            (3, 2.5, 1)
        };
        Ok(Self {
            scratch: arguments.scratch.clone().unwrap_or(beside),
            server,
            rounds,
            cpu_per_round,
            scale,
        })
    }

    pub(crate) fn machine(&self) -> Machine {
        Machine::describe(&self.scratch)
    }

    fn members(&self, whole: usize) -> usize {
        whole / self.scale
    }

    fn is_quick(&self) -> bool {
        self.scale > 1
    }

    fn new_folder(&self) -> io::Result<TempDir> {
        tempfile::Builder::new()
            .prefix("chatterbox-bench-")
            .tempdir_in(&self.scratch)
    }

    /// Starts the chat server on the database in `folder`.
    fn start_chat(&self, folder: &TempDir) -> io::Result<Server> {
        let mut command = Command::new(&self.server);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.path());
        command.envs(SETTINGS.map(|(name, value)| (format!("CHATTERBOX__{name}"), value)));
        Server::start(command)
    }

    fn start_limit(&self, frame_bytes: usize, writing: Writing) -> io::Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["limit", "--frame-bytes", &frame_bytes.to_string()]);
        if writing == Writing::Joined {
            command.arg("--joined");
        }
        Server::start(command)
    }

    /// One round of a closed loop: until the server has used enough of its processor.
    fn round<S: Source>(&self, server: &Server, closed_loop: &mut ClosedLoop<'_, S>) -> io::Result<Round> {
        let started = Instant::now();
        let before = usage::cpu_seconds(server.pid())?;
        let longest = Duration::from_secs_f64(self.cpu_per_round * 8.0);
        let tally = closed_loop.run(|| {
            let used = usage::cpu_seconds(server.pid())? - before;
            Ok(used >= self.cpu_per_round || started.elapsed() >= longest)
        })?;
        let cpu = usage::cpu_seconds(server.pid())? - before;
        Ok(Round {
            tally,
            cpu,
            wall: started.elapsed(),
        })
    }
}

/// What was seen in one round and what it cost the server.
#[derive(Clone, Copy, Debug)]
struct Round {
    tally: Tally,
    /// Processor time, in seconds.
    cpu: f64,
    wall: Duration,
}

impl Round {
    fn deliveries_per_cpu_second(&self) -> f64 {
        self.tally.deliveries as f64 / self.cpu
    }

    fn messages_per_cpu_second(&self) -> f64 {
        self.tally.messages as f64 / self.cpu
    }

    fn microseconds_per_delivery(&self) -> f64 {
        1e6 / self.deliveries_per_cpu_second()
    }

    fn messages_per_second(&self) -> f64 {
        self.tally.messages as f64 / self.wall.as_secs_f64()
    }
}

/// The median of some rounds and how far they lie apart.
#[derive(Clone, Debug)]
struct Spread {
    median: f64,
    lowest: f64,
    highest: f64,
}

impl Spread {
    fn of(values: &[f64]) -> Self {
        Self {
            median: crate::statistics::median(values),
            lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
            highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn over<T>(rounds: &[T], figure: impl Fn(&T) -> f64) -> Self {
        Self::of(&rounds.iter().map(figure).collect::<Vec<_>>())
    }

    /// `median unit (lowest–highest)`; the unit brings the space before it.
    fn shown(&self, unit: &str, format: impl Fn(f64) -> String) -> String {
        let Self {
            median,
            lowest,
            highest,
        } = *self;
        format!(
            "{}{unit} ({}–{})",
            format(median),
            format(lowest),
            format(highest)
        )
    }
}

fn two_digits(value: f64) -> String {
    format!("{value:.2}")
}

fn one_digit(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_counted_against_processor_time() {
        let tally = Tally {
            messages: 1_000,
            deliveries: 100_000,
        };
        let round = Round {
            tally,
            cpu: 0.5,
            wall: Duration::from_secs(2),
        };
        assert!((round.deliveries_per_cpu_second() - 200_000.0).abs() < 1e-6);
        assert!((round.messages_per_cpu_second() - 2_000.0).abs() < 1e-6);
        assert!((round.microseconds_per_delivery() - 5.0).abs() < 1e-6);
        assert!((round.messages_per_second() - 500.0).abs() < 1e-6);
    }

    #[test]
    fn a_spread_shows_the_median_between_its_ends() {
        assert_eq!(
            Spread::of(&[3.0, 1.0, 2.5]).shown(" µs", two_digits),
            "2.50 µs (1.00–3.00)"
        );
    }
}
