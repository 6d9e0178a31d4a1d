//! The people of a measurement and how they talk.

use std::io;
use std::net::SocketAddr;
use std::thread;

use serde_json::{Value, json};

use crate::closed_loop::{Group, Source};
use crate::http;
use crate::swarm::Swarm;

/// A message as people write them: 64 characters.
pub(crate) const BODY: &str = "The train is ten minutes late, so start lunch without me please.";

/// Registrations under way.
const AT_ONCE: usize = 8;

/// Somebody who is signed in.
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) token: String,
}

/// Registers `count` people, [`AT_ONCE`] at a time so that they share commits.
pub(crate) fn sign_up(address: SocketAddr, count: usize) -> io::Result<Vec<Person>> {
    let numbers: Vec<usize> = (0..count).collect();
    thread::scope(|scope| {
        let registrars: Vec<_> = numbers
            .chunks(count.div_ceil(AT_ONCE).max(1))
            .map(|share| {
                let register_all = || share.iter().map(|number| register(address, *number)).collect();
                scope.spawn(register_all)
            })
            .collect();
        let mut people = Vec::with_capacity(count);
        for registrar in registrars {
            let share: io::Result<Vec<Person>> = registrar
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("signing people up has panicked")));
            people.append(&mut share?);
        }
        Ok(people)
    })
}

fn register(address: SocketAddr, number: usize) -> io::Result<Person> {
    let request = json!({ "username": format!("colleague-{number}"), "password": "correct horse battery" });
    let signed_in = http::ask(address, "POST", "/api/v1/auth/register", None, &request)?;
    let (id, token) = (
        signed_in["user"]["id"].as_i64(),
        signed_in["access_token"].as_str(),
    );
    match (id, token) {
        (Some(id), Some(token)) => Ok(Person {
            id,
            token: token.to_owned(),
        }),
        _ => Err(io::Error::other(format!("signing up was answered {signed_in}"))),
    }
}

/// The room that everybody is in.
pub(crate) fn lobby_of(address: SocketAddr, person: &Person) -> io::Result<i64> {
    let rooms = http::ask(address, "GET", "/api/v1/rooms", Some(&person.token), &Value::Null)?;
    let list = rooms["rooms"].as_array().map(Vec::as_slice).unwrap_or_default();
    let lobby = list
        .iter()
        .find(|room| room["kind"] == "lobby")
        .and_then(|room| room["id"].as_i64());
    lobby.ok_or_else(|| io::Error::other(format!("no Lobby among {rooms}")))
}

/// Opens the direct conversation of two people.
pub(crate) fn open_direct(address: SocketAddr, one: &Person, other: &Person) -> io::Result<i64> {
    let request = json!({ "user_id": other.id });
    let answer = http::ask(address, "POST", "/api/v1/direct", Some(&one.token), &request)?;
    let room = answer["room"]["id"].as_i64();
    room.ok_or_else(|| io::Error::other(format!("opening a conversation was answered {answer}")))
}

/// Members who post, one after the other; every group talks in its own room.
pub(crate) struct Talk {
    rooms: Vec<i64>,
    posted: u64,
}

impl Talk {
    /// The `index`th group talks in the `index`th of `rooms`.
    pub(crate) fn in_rooms(rooms: Vec<i64>) -> Self {
        Self { rooms, posted: 0 }
    }

    /// Has `member` post to the room of the `index`th group and gives the number by which [`number_of`] finds it.
    pub(crate) fn post_as(&mut self, swarm: &mut Swarm, index: usize, member: usize) -> io::Result<u64> {
        let number = self.posted;
        self.posted += 1;
        let frame = format!(
            r#"{{"type":"message_send","ref":{number},"room_id":{room},"client_key":"{key}","body":"{BODY}"}}"#,
            room = self.rooms[index],
            key = client_key(number),
        );
        swarm.send_text(member, &frame)?;
        Ok(number)
    }
}

impl Source for Talk {
    fn post(&mut self, swarm: &mut Swarm, index: usize, group: &Group, count: usize) -> io::Result<()> {
        for _ in 0..count {
            let members = &group.members;
            let turn = usize::try_from(self.posted).unwrap_or_default() % members.len();
            self.post_as(swarm, index, members.start + turn)?;
        }
        Ok(())
    }
}

/// A UUID that holds `number` in its last 12 digits.
fn client_key(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// The number of a posted message, found in its `client_key`.
pub(crate) fn number_of(frame: &[u8]) -> Option<u64> {
    const NAME: &[u8] = br#""client_key":"00000000-0000-4000-8000-"#;
    let begin = frame.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let digits = str::from_utf8(frame.get(begin..begin + 12)?).ok()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_message_is_found_again() {
        for number in [0, 1, 255, 1_000_000] {
            let key = client_key(number);
            let frame = format!(r#"{{"type":"message_posted","message":{{"id":9,"client_key":"{key}"}}}}"#);
            assert_eq!(number_of(frame.as_bytes()), Some(number));
        }
        assert_eq!(number_of(b"{}"), None);
    }

    #[test]
    fn the_message_has_the_length_that_is_promised() {
        assert_eq!(BODY.len(), 64);
    }
}
