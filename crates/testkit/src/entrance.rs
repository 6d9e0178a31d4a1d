//! Where a server is, and how people come in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::http::Request;
use crate::person::Person;
use crate::{Answer, PASSWORD};

/// Where a server is. All who came in through it follow when it moves, as after a restart.
#[derive(Clone, Debug)]
pub struct Entrance(Arc<Mutex<SocketAddr>>);

impl Entrance {
    /// The server that listens on `address`.
    pub fn at(address: SocketAddr) -> Self {
        Self(Arc::new(Mutex::new(address)))
    }

    /// The server listens elsewhere from now on.
    pub fn move_to(&self, address: SocketAddr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request of nobody in particular.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address(), method, path)
    }

    /// `GET` by nobody in particular.
    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    /// `POST` by nobody in particular.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    /// Somebody new signs up under this name, with [`PASSWORD`].
    ///
    /// # Panics
    /// When the server does not let them.
    pub async fn sign_up(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("/api/v1/auth/register", &body).await;
        answer.expect(201);
        Person::from_answer(self.clone(), &answer)
    }

    /// Somebody known signs in with [`PASSWORD`].
    ///
    /// # Panics
    /// When the server does not let them.
    pub async fn sign_in(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("/api/v1/auth/login", &body).await;
        answer.expect(200);
        Person::from_answer(self.clone(), &answer)
    }
}
