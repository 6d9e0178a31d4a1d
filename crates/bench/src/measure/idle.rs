//! What a connection costs that only waits.

use std::io;

use super::{Bench, QUIET, Spread, one_digit};
use crate::people;
use crate::report::{Row, grouped};
use crate::swarm::Swarm;
use crate::usage;

const SIZES: [usize; 2] = [1_000, 9_900];

pub(super) fn memory_per_connection(bench: &Bench) -> io::Result<Vec<Row>> {
    let sizes = SIZES.map(|size| bench.members(size));
    let folder = bench.new_folder()?;
    // Signing up leaves memory behind that connections would then be seen to take from: another process is measured.
    let registry = bench.start_chat(&folder)?;
    let people = people::sign_up(registry.address, sizes[sizes.len() - 1])?;
    registry.stop()?;

    let mut rounds: Vec<[f64; SIZES.len()]> = Vec::new();
    for _ in 0..bench.rounds {
        let chat = bench.start_chat(&folder)?;
        let mut crowd = Swarm::new()?;
        let mut join_until = |size: usize| -> io::Result<u64> {
            let newcomers = &people[crowd.len()..size];
            crowd.join_chat(chat.address, newcomers.iter().map(|person| person.token.as_str()))?;
            crowd.settle(QUIET)?;
            Ok(usage::memory(chat.pid())?.anonymous)
        };
        // The first one pays for what is made once.
        let before = join_until(1)?;
        let mut round = [0.0; SIZES.len()];
        for (figure, size) in round.iter_mut().zip(sizes) {
            let grown = join_until(size)?.saturating_sub(before);
            *figure = grown as f64 / 1_024.0 / (size - 1) as f64;
        }
        rounds.push(round);
    }
    let rows = sizes.iter().enumerate().map(|(index, size)| {
        let spread = Spread::over(&rounds, |round| round[index]);
        let what = format!("memory per idle connection, {} connected", grouped(*size as f64));
        Row::new(what, spread.shown(" KiB", one_digit)).aiming("≤ 16 KiB", spread.median <= 16.0)
    });
    Ok(rows.collect())
}
