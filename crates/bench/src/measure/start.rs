//! A server that nobody uses.

use std::io;
use std::time::Duration;

use tempfile::TempDir;

use super::{Bench, Spread, one_digit};
use crate::child::Server;
use crate::http;
use crate::report::Row;
use crate::usage;

/// After so long whatever a start sets off is over.
const REST: Duration = Duration::from_secs(2);

pub(super) fn time_and_memory(bench: &Bench) -> io::Result<Vec<Row>> {
    let (mut first_starts, mut starts, mut resident) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        let folder = bench.new_folder()?;
        let (chat, took) = start_until_answered(bench, &folder)?;
        first_starts.push(took);
        chat.stop()?;
        let (chat, took) = start_until_answered(bench, &folder)?;
        starts.push(took);
        rest();
        resident.push(usage::memory(chat.pid())?.resident as f64 / 1e6);
    }
    let timed = |what: &str, values: &[f64]| {
        let spread = Spread::of(values);
        Row::new(what, spread.shown(" ms", one_digit)).aiming("≤ 200 ms", spread.median <= 200.0)
    };
    let memory = Spread::of(&resident);
    Ok(vec![
        timed("start to first answer", &starts),
        timed("the same with a new database", &first_starts),
        Row::new(
            "memory of the idle server (resident)",
            memory.shown(" MB", one_digit),
        )
        .aiming("≤ 30 MB", memory.median <= 30.0),
    ])
}

/// The server and the milliseconds from making its process to its first answer.
fn start_until_answered(bench: &Bench, folder: &TempDir) -> io::Result<(Server, f64)> {
    let chat = bench.start_chat(folder)?;
    if !http::is_answered(chat.address, "/health/live")? {
        return Err(io::Error::other("the server says that it is not alive"));
    }
    let took = chat.spawned.elapsed();
    Ok((chat, took.as_secs_f64() * 1_000.0))
}

#[expect(
    clippy::disallowed_methods,
    reason = "rest is what is measured here; there is no event to wait for"
)]
fn rest() {
    std::thread::sleep(REST);
}
