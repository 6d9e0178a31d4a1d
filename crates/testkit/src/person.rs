//! People: signed in, one device each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::entrance::Entrance;
use crate::fresh_key;
use crate::http::{Answer, Request};
use crate::socket::Socket;

/// The cookie that carries the refresh secret.
const REFRESH_COOKIE: &str = "chatterbox_refresh";

/// Somebody who is signed in on one device.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where they came in.
    pub entrance: Entrance,
    /// Their account.
    pub id: i64,
    /// Their name.
    pub username: String,
    /// This device's session.
    pub session_id: i64,
    /// Goes with every request.
    pub access_token: String,
    /// The refresh secret, as the cookie holds it.
    pub refresh_secret: String,
}

impl Person {
    /// The person whom `answer` signed in.
    ///
    /// # Panics
    /// When it signed nobody in.
    pub fn from_answer(entrance: Entrance, answer: &Answer) -> Self {
        let signed_in = answer.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            entrance,
            id: signed_in["user"]["id"].as_i64().expect("an id"),
            username: text(&signed_in["user"]["username"]),
            session_id: signed_in["session_id"].as_i64().expect("a session"),
            access_token: text(&signed_in["access_token"]),
            refresh_secret: answer.cookie(REFRESH_COOKIE).expect("a refresh cookie"),
        }
    }

    /// The same person on another device.
    pub async fn on_another_device(&self) -> Self {
        self.entrance.sign_in(&self.username).await
    }

    /// A request with this person's access token.
    pub fn request(&self, method: &str, path: &str) -> Request {
        self.entrance.request(method, path).bearer(&self.access_token)
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    /// `POST`
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    /// `PUT`
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path).json(body).send().await
    }

    /// `PATCH`
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.request("PATCH", path).json(body).send().await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send().await
    }

    /// Exchanges the refresh secret, and keeps what came for it if anything did.
    pub async fn refresh(&mut self) -> Answer {
        let answer = self.refresh_with(&self.refresh_secret, &Value::Null).await;
        if answer.status == 200 {
            *self = Self::from_answer(self.entrance.clone(), &answer);
        }
        answer
    }

    /// Exchanges some refresh secret and keeps nothing.
    pub async fn refresh_with(&self, secret: &str, body: &Value) -> Answer {
        let request = self.entrance.request("POST", "/api/v1/auth/refresh");
        let cookie = format!("{REFRESH_COOKIE}={secret}");
        request.header("Cookie", &cookie).json(body).send().await
    }

    /// The Lobby's id.
    pub async fn lobby(&self) -> i64 {
        let rooms = self.get("/api/v1/rooms").await.expect(200);
        let lobby = &rooms["rooms"][0];
        assert_eq!(lobby["kind"], "lobby", "the Lobby comes first: {rooms}");
        lobby["id"].as_i64().expect("an id")
    }

    /// The id of the conversation with somebody, opened if it was not.
    pub async fn direct_with(&self, other: &Self) -> i64 {
        let room = self
            .post("/api/v1/direct", &json!({ "user_id": other.id }))
            .await
            .expect(200);
        room["room"]["id"].as_i64().expect("an id")
    }

    /// Posts over HTTP and returns the message.
    pub async fn say(&self, room: i64, body: &str) -> Value {
        self.say_as(room, &fresh_key(), body).await
    }

    /// Posts over HTTP under this client key and returns the message.
    pub async fn say_as(&self, room: i64, client_key: &str, body: &str) -> Value {
        let request = json!({ "client_key": client_key, "body": body });
        let answer = self
            .post(&format!("/api/v1/rooms/{room}/messages"), &request)
            .await;
        answer.expect(201)["message"].clone()
    }

    /// All messages of a room, oldest first, page by page.
    pub async fn history(&self, room: i64) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let after = all
                .last()
                .map_or(0, |message: &Value| message["seq"].as_i64().expect("a seq"));
            let path = format!("/api/v1/rooms/{room}/messages?after={after}&limit=200");
            let page = self.get(&path).await.expect(200);
            all.extend(page["messages"].as_array().expect("messages").iter().cloned());
            if page["has_more"] == false {
                return all;
            }
        }
    }

    /// The texts of a room's messages, oldest first.
    pub async fn texts(&self, room: i64) -> Vec<String> {
        let history = self.history(room).await;
        let text = |message: &Value| message["body"].as_str().expect("a body").to_owned();
        history.iter().map(text).collect()
    }

    /// Opens a WebSocket, says hello without cursors and takes the welcome.
    pub async fn connect(&self) -> Socket {
        self.resume(&BTreeMap::new()).await
    }

    /// Opens a WebSocket, says hello with these cursors and takes the welcome; what was missed comes next.
    pub async fn resume(&self, cursors: &BTreeMap<i64, i64>) -> Socket {
        let mut socket = self.open_socket("/api/v1/ws").await;
        socket.say_hello(cursors).await;
        socket
    }

    /// Opens a WebSocket at this path and says nothing yet.
    pub async fn open_socket(&self, path: &str) -> Socket {
        let token = format!("Bearer {}", self.access_token);
        Socket::open(self.entrance.address(), path, &[("Authorization", &token)]).await
    }
}
