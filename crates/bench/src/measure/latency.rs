//! From sending to seeing, at a steady pace.

use std::io;
use std::time::{Duration, Instant};

use super::fan_out::gather_in_lobby;
use super::{Bench, Spread, two_digits};
use crate::people::{self, Talk};
use crate::report::Row;
use crate::statistics::percentile;
use crate::swarm::{Kind, Swarm};

const MEMBERS: usize = 100;
const PACE: Duration = Duration::from_millis(20);
const MESSAGES: usize = 500;

pub(super) fn send_to_seen(bench: &Bench) -> io::Result<Vec<Row>> {
    let folder = bench.new_folder()?;
    let chat = bench.start_chat(&folder)?;
    let mut crowd = Swarm::new()?;
    let mut talk = gather_in_lobby(&chat, &mut crowd, MEMBERS)?;
    let messages = bench.members(MESSAGES);
    let (mut middles, mut tails) = (Vec::new(), Vec::new());
    // The first messages of a new server meet an empty database and cold caches: they are no measure.
    steadily_post(&mut crowd, &mut talk, messages / 10)?;
    for _ in 0..bench.rounds {
        let mut delays = steadily_post(&mut crowd, &mut talk, messages)?;
        delays.sort_by(f64::total_cmp);
        middles.push(percentile(&delays, 50.0));
        tails.push(percentile(&delays, 99.0));
    }
    let (middle, tail) = (Spread::of(&middles), Spread::of(&tails));
    let pace = 1_000 / PACE.as_millis();
    let what = format!("send to seen, {MEMBERS} members, {pace} messages a second");
    Ok(vec![
        Row::new(format!("{what}: p50"), middle.shown(" ms", two_digits))
            .aiming("≤ 2 ms", middle.median <= 2.0),
        Row::new(format!("{what}: p99"), tail.shown(" ms", two_digits))
            .aiming("≤ 10 ms", tail.median <= 10.0),
    ])
}

/// Posts `messages` at their times, whether or not the earlier ones have arrived, and gives all delays in milliseconds.
/// They count from the moment a message was due, so a server that stalls the sender does not look better for it.
fn steadily_post(crowd: &mut Swarm, talk: &mut Talk, messages: usize) -> io::Result<Vec<f64>> {
    let members = crowd.len();
    let expected = messages * members;
    let mut delays = Vec::with_capacity(expected);
    let mut due = Vec::with_capacity(messages);
    let mut first = None;
    let mut next = Instant::now() + PACE;
    while delays.len() < expected {
        let now = Instant::now();
        if due.len() < messages && now >= next {
            let number = talk.post_as(crowd, 0, due.len() % members)?;
            first.get_or_insert(number);
            due.push(next);
            next += PACE;
            continue;
        }
        let note = |_, text: &[u8]| match Kind::of(text) {
            Kind::MessagePosted => {
                let number = people::number_of(text).and_then(|number| number.checked_sub(first?));
                let sent = number.and_then(|number| due.get(usize::try_from(number).ok()?));
                let sent = sent.ok_or_else(|| io::Error::other("a message came that nobody sent"))?;
                delays.push(sent.elapsed().as_secs_f64() * 1_000.0);
                Ok(())
            }
            Kind::Error => Err(io::Error::other(String::from_utf8_lossy(text))),
            Kind::Welcome | Kind::Other => Ok(()),
        };
        if due.len() < messages {
            // The wait counts in whole milliseconds: the last one before a message is due is spent looking.
            crowd.take_frames(next - now, note)?;
        } else {
            crowd.expect_frames(note)?;
        }
    }
    Ok(delays)
}
