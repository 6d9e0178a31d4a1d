//! The convergence law: after any actions and any cuts, what a client keeps equals what it would fetch anew.

use std::collections::BTreeMap;

use chatterbox_testkit::{Client, Database, Dice, Person, Server, fresh_key, on_both};
use serde_json::{Value, json};

on_both! {
    every_client_ends_up_with_what_a_fresh_fetch_shows,
    clients_that_missed_too_much_do_so_too,
    clients_do_so_across_restarts,
}

const STEPS: usize = 250;

/// People who do things, the clients they look at, and what can be changed.
struct Play {
    server: Server,
    dice: Dice,
    people: Vec<Person>,
    clients: Vec<Client>,
    /// Who may change which message.
    own: Vec<(usize, Value)>,
}

impl Play {
    async fn on(server: Server) -> Self {
        let mut people = Vec::new();
        for name in ["ann", "bob", "cid"] {
            people.push(server.person(name).await);
        }
        // Two tabs of Ann's, and one client for each of the others.
        let clients = [0, 0, 1, 2].map(|index: usize| Client::of(people[index].clone()));
        let mut play = Self {
            server,
            dice: Dice::shaken(),
            people,
            clients: clients.into(),
            own: Vec::new(),
        };
        for client in &mut play.clients {
            client.connect().await;
        }
        play
    }

    async fn step(&mut self) {
        match self.dice.roll(20) {
            0..=7 => self.post().await,
            8..=11 => self.edit().await,
            12..=13 => self.delete().await,
            14 => {
                let client = self.dice.roll(self.clients.len());
                self.clients[client].cut();
            }
            15..=16 => {
                let client = self.dice.roll(self.clients.len());
                if self.clients[client].socket.is_none() {
                    self.clients[client].connect().await;
                }
            }
            17 => self.open_conversation().await,
            _ => {
                let client = self.dice.roll(self.clients.len());
                if self.clients[client].socket.is_some() {
                    self.settle(client).await;
                }
            }
        }
    }

    /// Somebody says something in one of their rooms: by their client's socket if they have one, else over HTTP.
    async fn post(&mut self) {
        let client = self.dice.roll(self.clients.len());
        let known: Vec<i64> = self.clients[client].rooms.keys().copied().collect();
        let room = known[self.dice.roll(known.len())];
        let body = format!("text {}", self.dice.roll(1_000_000));
        let key = fresh_key();
        let message = match &mut self.clients[client].socket {
            Some(socket) if self.dice.roll(2) == 0 => socket.say_as(room, &key, &body).await,
            _ => self.clients[client].person.say_as(room, &key, &body).await,
        };
        if self.dice.roll(5) == 0 {
            // A retry changes nothing.
            assert_eq!(
                self.clients[client].person.say_as(room, &key, &body).await,
                message
            );
        }
        let author = self
            .people
            .iter()
            .position(|person| person.id == self.clients[client].person.id);
        self.own
            .push((author.expect("one of the people"), message["id"].clone()));
    }

    async fn edit(&mut self) {
        if self.own.is_empty() {
            return;
        }
        let (author, id) = self.own[self.dice.roll(self.own.len())].clone();
        let body = format!("edit {}", self.dice.roll(1_000_000));
        let path = format!("/api/v1/messages/{id}");
        let answer = self.people[author].patch(&path, &json!({ "body": body })).await;
        assert!(matches!(answer.status, 200 | 410), "{}", answer.text());
    }

    async fn delete(&mut self) {
        if self.own.is_empty() {
            return;
        }
        let (author, id) = self.own[self.dice.roll(self.own.len())].clone();
        self.people[author]
            .delete(&format!("/api/v1/messages/{id}"))
            .await
            .expect(200);
    }

    async fn open_conversation(&mut self) {
        let one = self.dice.roll(self.people.len());
        let other = (one + 1 + self.dice.roll(self.people.len() - 1)) % self.people.len();
        self.people[one].direct_with(&self.people[other]).await;
    }

    /// Lets a connected client read until it is where the server is, and compares.
    async fn settle(&mut self, client: usize) {
        let client = &mut self.clients[client];
        let rooms = client.person.get("/api/v1/rooms").await.expect(200);
        let counter = |room: &Value| {
            (
                room["id"].as_i64().expect("an id"),
                room["cursor"].as_i64().expect("a cursor"),
            )
        };
        let counters: BTreeMap<i64, i64> = rooms["rooms"]
            .as_array()
            .expect("rooms")
            .iter()
            .map(counter)
            .collect();
        client.catch_up(&counters).await;
        assert_eq!(client.belief(), client.fresh_fetch().await);
    }

    async fn restart(&mut self) {
        self.clients.iter_mut().for_each(Client::cut);
        self.server.restart().await;
    }

    async fn end(mut self) {
        for client in 0..self.clients.len() {
            if self.clients[client].socket.is_none() {
                self.clients[client].connect().await;
            }
            self.settle(client).await;
        }
        let count: usize = self.clients[0].belief().values().map(Vec::len).sum();
        assert!(
            count > STEPS / 10,
            "only {count} messages: the play was too short to mean anything"
        );
    }
}

async fn every_client_ends_up_with_what_a_fresh_fetch_shows(database: Database) {
    let mut play = Play::on(Server::start(database).await).await;
    for _ in 0..STEPS {
        play.step().await;
    }
    play.end().await;
}

async fn clients_that_missed_too_much_do_so_too(database: Database) {
    let server = Server::start_with(database, |config| config.limits.resume_per_room = 3).await;
    let mut play = Play::on(server).await;
    for _ in 0..STEPS {
        play.step().await;
    }
    play.end().await;
}

async fn clients_do_so_across_restarts(database: Database) {
    let mut play = Play::on(Server::start(database).await).await;
    for number in 1..=STEPS {
        if number % (STEPS / 4) == 0 {
            play.restart().await;
        }
        play.step().await;
    }
    play.end().await;
}
