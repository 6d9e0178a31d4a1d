//! Many small rooms in which everybody talks at once.

use std::io;

use super::{Bench, QUIET, Round, Spread};
use crate::closed_loop::{ClosedLoop, Group};
use crate::people::{self, Talk};
use crate::report::{Row, grouped};
use crate::swarm::Swarm;

const ROOMS: usize = 100;
const MEMBERS: usize = 10;
const CONNECTIONS_PER_PERSON: usize = MEMBERS / 2;

/// A room of ten is, as yet, a direct conversation of two people with five connections each: every message goes to
/// ten connections.
pub(super) fn stored_messages(bench: &Bench) -> io::Result<Vec<Row>> {
    let room_count = bench.members(ROOMS);
    let folder = bench.new_folder()?;
    let chat = bench.start_chat(&folder)?;
    let people = people::sign_up(chat.address, room_count * 2)?;
    let mut crowd = Swarm::new()?;
    let mut rooms = Vec::new();
    let mut groups = Vec::new();
    for pair in people.chunks_exact(2) {
        rooms.push(people::open_direct(chat.address, &pair[0], &pair[1])?);
        let begin = crowd.len();
        for person in pair {
            crowd.join_chat(
                chat.address,
                std::iter::repeat_n(person.token.as_str(), CONNECTIONS_PER_PERSON),
            )?;
        }
        let members = begin..crowd.len();
        groups.push(Group { members, window: 1 });
    }
    crowd.settle(QUIET)?;

    let mut talking = ClosedLoop::new(&mut crowd, Talk::in_rooms(rooms), groups);
    let rounds: io::Result<Vec<Round>> = (0..bench.rounds)
        .map(|_| bench.round(&chat, &mut talking))
        .collect();
    let rounds = rounds?;
    let per_cpu_second = Spread::over(&rounds, Round::messages_per_cpu_second);
    let per_second = Spread::over(&rounds, Round::messages_per_second);
    let each = format!("{room_count} rooms of {MEMBERS}, one message under way in each");
    let row = Row::new(
        format!("stored messages per CPU second, {each}"),
        per_cpu_second.shown("", grouped),
    );
    Ok(vec![
        row.aiming("≥ 15,000", per_cpu_second.median >= 15_000.0),
        Row::new("the same per second of the clock", per_second.shown("", grouped)),
    ])
}
