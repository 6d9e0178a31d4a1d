//! Who gets in where: every endpoint meets everybody who must stay outside before somebody who may enter.

mod endpoints;

use std::collections::BTreeSet;

use chatterbox_domain::Timestamp;
use chatterbox_testkit::{Answer, Database, Person, Server, on_both};
use chrono::TimeDelta;
use serde_json::{Value, json};

use self::endpoints::{ENDPOINTS, Endpoint, MayEnter};

on_both! {
    every_endpoint_keeps_outsiders_out,
    what_is_not_yours_looks_like_what_is_not_there,
}

/// Ann and Bob talk, Eve is signed in and outside. Ann has a device that is signed out and another one that is not.
struct World {
    server: Server,
    ann: Person,
    eve: Person,
    signed_out: Person,
    other_device: Person,
    bob: Person,
    room: i64,
    message: i64,
}

impl World {
    async fn with(server: Server, number: usize) -> Self {
        let ann = server.person(&format!("ann{number}")).await;
        let bob = server.person(&format!("bob{number}")).await;
        let eve = server.person(&format!("eve{number}")).await;
        let room = ann.direct_with(&bob).await;
        let message = ann.say(room, "between us").await["id"].as_i64().expect("an id");
        let signed_out = ann.on_another_device().await;
        signed_out
            .post("/api/v1/auth/logout", &Value::Null)
            .await
            .expect(204);
        let other_device = ann.on_another_device().await;
        Self {
            server,
            ann,
            eve,
            signed_out,
            other_device,
            bob,
            room,
            message,
        }
    }

    /// When the account was made: long ago for a token that counts from an hour before.
    async fn founded_at(&self) -> Timestamp {
        let me = self.ann.get("/api/v1/me").await.expect(200);
        let at = me["user"]["created_at"].as_str().expect("a moment");
        at.parse().expect("a moment")
    }

    async fn knock(&self, endpoint: &Endpoint, token: Option<&str>) -> Answer {
        let path = endpoint.path_in(self);
        let mut request = self.server.request(endpoint.method, &path);
        if let Some(token) = token {
            request = request.bearer(token);
        }
        request.json(&(endpoint.body)(self)).send().await
    }
}

async fn every_endpoint_keeps_outsiders_out(database: Database) {
    let mut server = Server::start(database).await;
    for (number, endpoint) in ENDPOINTS.iter().enumerate() {
        let world = World::with(server, number).await;
        println!("{} {}", endpoint.method, endpoint.path);
        match endpoint.may_enter {
            MayEnter::Everybody => {
                world.knock(endpoint, None).await.expect(endpoint.allowed);
            }
            MayEnter::WhoeverHasTheCookie => {
                world.knock(endpoint, None).await.refuses(401, "session_ended");
                let token = Some(world.ann.access_token.as_str());
                world.knock(endpoint, token).await.refuses(401, "session_ended");
                let answer = world
                    .ann
                    .refresh_with(&world.ann.refresh_secret, &Value::Null)
                    .await;
                answer.expect(endpoint.allowed);
            }
            MayEnter::SignedIn | MayEnter::Insiders => keeps_out(&world, endpoint).await,
        }
        server = world.server;
    }
}

async fn keeps_out(world: &World, endpoint: &Endpoint) {
    let ann = &world.ann;
    let hour = TimeDelta::hours(1);
    let founded_at = world.founded_at().await;
    let forged = Server::forged_token(ann, founded_at);
    let expired = world.server.token_issued_at(ann, founded_at - hour);
    let ended = &world.signed_out.access_token;
    for (token, status, code) in [
        (None, 401, "unauthorized"),
        (Some(""), 401, "unauthorized"),
        (Some("nonsense"), 401, "unauthorized"),
        (Some(forged.as_str()), 401, "unauthorized"),
        (Some(expired.as_str()), 401, "token_expired"),
        (Some(ended.as_str()), 401, "session_ended"),
    ] {
        let answer = world.knock(endpoint, token).await;
        answer.refuses(status, code);
        assert_eq!(
            answer.header("www-authenticate"),
            (code == "unauthorized" || status == 401).then_some("Bearer")
        );
    }
    if endpoint.may_enter == MayEnter::Insiders {
        let eve = Some(world.eve.access_token.as_str());
        world.knock(endpoint, eve).await.refuses(404, "not_found");
    }
    let token = Some(ann.access_token.as_str());
    world.knock(endpoint, token).await.expect(endpoint.allowed);
    world.server.block(ann, founded_at).await;
    world.knock(endpoint, token).await.refuses(403, "account_blocked");
}

/// An endpoint that the table above does not know would be open or closed by luck.
#[test]
fn no_operation_of_the_document_is_missing_here() {
    let document: Value = serde_json::from_str(&chatterbox_server::openapi_document()).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("an item").keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let tested: BTreeSet<String> = ENDPOINTS
        .iter()
        .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
        .collect();
    assert_eq!(tested.len(), ENDPOINTS.len(), "an endpoint stands here twice");
    assert_eq!(tested, documented);
}

/// What is not there and what is somebody else's must not be told apart.
async fn what_is_not_yours_looks_like_what_is_not_there(database: Database) {
    let server = Server::start(database).await;
    let world = World::with(server, 0).await;
    let eve = &world.eve;
    let nowhere = 999_999;
    for (method, path, body, real) in [
        ("GET", "/api/v1/rooms/{}/messages", Value::Null, world.room),
        ("GET", "/api/v1/rooms/{}/changes?after=0", Value::Null, world.room),
        (
            "POST",
            "/api/v1/rooms/{}/messages",
            json!({ "client_key": chatterbox_testkit::fresh_key(), "body": "knock knock" }),
            world.room,
        ),
        ("PUT", "/api/v1/rooms/{}/read", json!({ "seq": 1 }), world.room),
        (
            "POST",
            "/api/v1/rooms/{}/typing",
            json!({ "active": true }),
            world.room,
        ),
        ("GET", "/api/v1/messages/{}", Value::Null, world.message),
        (
            "PATCH",
            "/api/v1/messages/{}",
            json!({ "body": "mine now" }),
            world.message,
        ),
        ("DELETE", "/api/v1/messages/{}", Value::Null, world.message),
        (
            "DELETE",
            "/api/v1/me/sessions/{}",
            Value::Null,
            world.bob.session_id,
        ),
    ] {
        let mut answers = Vec::new();
        for id in [real, nowhere, -1, i64::MAX] {
            let path = path.replace("{}", &id.to_string());
            let answer = eve.request(method, &path).json(&body).send().await;
            answer.refuses(404, "not_found");
            // The order of headers differs from answer to answer, their number is one of them.
            let by_itself = |name: &str| matches!(name, "x-request-id" | "date");
            let mut told = answer.headers.clone();
            told.retain(|(name, _)| !by_itself(name));
            told.sort();
            answers.push((answer.text(), told));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{method} {path} tells them apart: {answers:?}");
    }
}
