//! Every endpoint of the native API, with who may enter.

use chatterbox_testkit::{PASSWORD, fresh_key};
use serde_json::{Value, json};

use super::World;

/// Who may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayEnter {
    Everybody,
    WhoeverHasTheCookie,
    SignedIn,
    /// Those whose room, message or session it is; all others find nothing.
    Insiders,
}

/// An endpoint and how Ann enters it.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) may_enter: MayEnter,
    pub(super) body: fn(&World) -> Value,
    /// The status that Ann gets.
    pub(super) allowed: u16,
    id: fn(&World) -> i64,
    query: &'static str,
}

impl Endpoint {
    pub(super) fn path_in(&self, world: &World) -> String {
        let path = self.path.replace("{id}", &(self.id)(world).to_string());
        format!("{path}{}", self.query)
    }

    const fn new(method: &'static str, path: &'static str, may_enter: MayEnter, allowed: u16) -> Self {
        Self {
            method,
            path,
            may_enter,
            body: |_| Value::Null,
            allowed,
            id: |_| 0,
            query: "",
        }
    }

    const fn about(mut self, id: fn(&World) -> i64) -> Self {
        self.id = id;
        self
    }

    const fn sending(mut self, body: fn(&World) -> Value) -> Self {
        self.body = body;
        self
    }

    const fn asking(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }
}

use MayEnter::{Everybody, Insiders, SignedIn, WhoeverHasTheCookie};

const ROOM: fn(&World) -> i64 = |world| world.room;
const MESSAGE: fn(&World) -> i64 = |world| world.message;

pub(super) const ENDPOINTS: [Endpoint; 23] = [
    Endpoint::new("GET", "/api/v1/server", Everybody, 200),
    Endpoint::new("POST", "/api/v1/auth/register", Everybody, 201)
        .sending(|_| json!({ "username": "newcomer", "password": PASSWORD })),
    Endpoint::new("POST", "/api/v1/auth/login", Everybody, 200)
        .sending(|world| json!({ "username": world.ann.username, "password": PASSWORD })),
    Endpoint::new("POST", "/api/v1/auth/refresh", WhoeverHasTheCookie, 200),
    // Whoever is not signed in is signed out already.
    Endpoint::new("POST", "/api/v1/auth/logout", Everybody, 204),
    Endpoint::new("POST", "/api/v1/auth/logout-all", SignedIn, 200),
    Endpoint::new("POST", "/api/v1/auth/password", SignedIn, 204)
        .sending(|_| json!({ "current_password": PASSWORD, "new_password": "amber compass 77" })),
    Endpoint::new("GET", "/api/v1/me", SignedIn, 200),
    Endpoint::new("PATCH", "/api/v1/me", SignedIn, 200).sending(|_| json!({ "about": "Gardener" })),
    Endpoint::new("GET", "/api/v1/me/sessions", SignedIn, 200),
    Endpoint::new("DELETE", "/api/v1/me/sessions/{id}", Insiders, 204)
        .about(|world| world.other_device.session_id),
    Endpoint::new("GET", "/api/v1/users", SignedIn, 200),
    Endpoint::new("GET", "/api/v1/users/{id}", SignedIn, 200).about(|world| world.bob.id),
    Endpoint::new("GET", "/api/v1/rooms", SignedIn, 200),
    Endpoint::new("POST", "/api/v1/direct", SignedIn, 200)
        .sending(|world| json!({ "user_id": world.bob.id })),
    Endpoint::new("GET", "/api/v1/rooms/{id}/messages", Insiders, 200).about(ROOM),
    Endpoint::new("POST", "/api/v1/rooms/{id}/messages", Insiders, 201)
        .about(ROOM)
        .sending(|_| json!({ "client_key": fresh_key(), "body": "hello" })),
    Endpoint::new("GET", "/api/v1/rooms/{id}/changes", Insiders, 200)
        .about(ROOM)
        .asking("?after=0"),
    Endpoint::new("PUT", "/api/v1/rooms/{id}/read", Insiders, 204)
        .about(ROOM)
        .sending(|_| json!({ "seq": 1 })),
    Endpoint::new("POST", "/api/v1/rooms/{id}/typing", Insiders, 204)
        .about(ROOM)
        .sending(|_| json!({ "active": true })),
    Endpoint::new("GET", "/api/v1/messages/{id}", Insiders, 200).about(MESSAGE),
    Endpoint::new("PATCH", "/api/v1/messages/{id}", Insiders, 200)
        .about(MESSAGE)
        .sending(|_| json!({ "body": "between us two" })),
    Endpoint::new("DELETE", "/api/v1/messages/{id}", Insiders, 200).about(MESSAGE),
];
