//! One message to many members.

use std::io;

use super::{Bench, QUIET, Round, Spread, two_digits};
use crate::child::Server;
use crate::closed_loop::{ClosedLoop, Group, LimitSource};
use crate::limit::Writing;
use crate::people::{self, Talk};
use crate::report::{Row, grouped};
use crate::swarm::{Kind, Swarm};

/// A server's frame of more than 125 and fewer than 65,536 bytes begins with so many.
const FRAME_HEADER: usize = 4;

/// The rounds of both servers.
struct Comparison {
    chat: Vec<Round>,
    limit: Vec<Round>,
}

pub(super) fn one_at_a_time(bench: &Bench) -> io::Result<Vec<Row>> {
    let members = 100;
    let Comparison { chat, limit } = compare(bench, members, 1, Writing::OneByOne)?;
    let chat = Spread::over(&chat, Round::microseconds_per_delivery);
    let limit = Spread::over(&limit, Round::microseconds_per_delivery);
    let ratio = chat.median / limit.median;
    let row = Row::new(
        format!("CPU per delivery, one message at a time to {members} members"),
        chat.shown(" µs", two_digits),
    );
    let row = row.beside(limit.shown(" µs", two_digits), ratio);
    Ok(vec![row.aiming("≤ 2.0 × the limit", ratio <= 2.0)])
}

pub(super) fn many_under_way(bench: &Bench) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (members, window, aim) in [(1_000, 16, Some("≥ 2,000,000")), (5_000, 8, None)] {
        let members = bench.members(members);
        let Comparison { chat, limit } = compare(bench, members, window, Writing::Joined)?;
        let chat = Spread::over(&chat, Round::deliveries_per_cpu_second);
        let limit = Spread::over(&limit, Round::deliveries_per_cpu_second);
        let what = format!(
            "deliveries per CPU second, {window} messages under way to {} members",
            grouped(members as f64)
        );
        let row = Row::new(what, chat.shown("", grouped))
            .beside(limit.shown("", grouped), limit.median / chat.median);
        rows.push(match aim {
            Some(text) => row.aiming(text, chat.median >= 2e6),
            None => row,
        });
    }
    Ok(rows)
}

fn compare(bench: &Bench, members: usize, window: usize, writing: Writing) -> io::Result<Comparison> {
    let folder = bench.new_folder()?;
    let chat = bench.start_chat(&folder)?;
    let mut crowd = Swarm::new()?;
    let mut talk = gather_in_lobby(&chat, &mut crowd, members)?;
    let frame_bytes = post_one(&mut crowd, &mut talk)? + FRAME_HEADER;

    let limit = bench.start_limit(frame_bytes, writing)?;
    let mut bare_crowd = Swarm::new()?;
    bare_crowd.join_limit(limit.address, members)?;

    let everybody = || Group {
        members: 0..members,
        window,
    };
    let mut talking = ClosedLoop::new(&mut crowd, talk, vec![everybody()]);
    let mut echoing = ClosedLoop::new(&mut bare_crowd, LimitSource, vec![everybody()]);
    let mut rounds = Comparison {
        chat: Vec::new(),
        limit: Vec::new(),
    };
    for _ in 0..bench.rounds {
        rounds.limit.push(bench.round(&limit, &mut echoing)?);
        rounds.chat.push(bench.round(&chat, &mut talking)?);
    }
    Ok(rounds)
}

/// Signs `members` people up and connects each of them.
pub(super) fn gather_in_lobby(chat: &Server, crowd: &mut Swarm, members: usize) -> io::Result<Talk> {
    let people = people::sign_up(chat.address, members)?;
    let lobby = people::lobby_of(chat.address, &people[0])?;
    crowd.join_chat(chat.address, people.iter().map(|person| person.token.as_str()))?;
    crowd.settle(QUIET)?;
    Ok(Talk::in_rooms(vec![lobby]))
}

/// Posts one message, waits until everybody has it and gives the length of what they got.
fn post_one(crowd: &mut Swarm, talk: &mut Talk) -> io::Result<usize> {
    talk.post_as(crowd, 0, 0)?;
    let mut lacking = crowd.len();
    let mut length = 0;
    while lacking > 0 {
        crowd.expect_frames(|_, text| match Kind::of(text) {
            Kind::MessagePosted => {
                length = text.len();
                lacking -= 1;
                Ok(())
            }
            Kind::Error => Err(io::Error::other(String::from_utf8_lossy(text))),
            Kind::Welcome | Kind::Other => Ok(()),
        })?;
    }
    Ok(length)
}
