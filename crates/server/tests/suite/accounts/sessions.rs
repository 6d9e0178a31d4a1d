//! Ending it.

use chatterbox_testkit::{Database, Server, on_both};
use serde_json::{Value, json};

on_both! {
    signing_out_ends_this_device_and_its_socket,
    the_cookie_alone_signs_out,
    signing_out_everywhere_ends_all_devices,
    devices_are_listed_and_ended_one_by_one,
    a_token_expires_while_its_socket_stays,
}

async fn signing_out_ends_this_device_and_its_socket(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let elsewhere = ann.on_another_device().await;
    let (mut here, mut also_here, mut there) = (
        ann.connect().await,
        ann.connect().await,
        elsewhere.connect().await,
    );
    let answer = ann.post("/api/v1/auth/logout", &Value::Null).await;
    answer.expect(204);
    assert!(
        answer
            .header("set-cookie")
            .is_some_and(|cookie| cookie.contains("Max-Age=0"))
    );
    for socket in [&mut here, &mut also_here] {
        assert_eq!(socket.next_of("session_ended").await["reason"], "signed_out");
        assert_eq!(socket.closed().await.0, 4001);
    }
    ann.get("/api/v1/me").await.refuses(401, "session_ended");
    ann.refresh_with(&ann.refresh_secret, &Value::Null)
        .await
        .refuses(401, "session_ended");
    let lobby = elsewhere.lobby().await;
    there.say(lobby, "still here").await;
    ann.post("/api/v1/auth/logout", &Value::Null).await.expect(204);
}

async fn the_cookie_alone_signs_out(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let cookie = format!("chatterbox_refresh={}", ann.refresh_secret);
    let request = server
        .request("POST", "/api/v1/auth/logout")
        .header("Cookie", &cookie);
    request.clone().bearer("an expired one").send().await.expect(204);
    ann.get("/api/v1/me").await.refuses(401, "session_ended");
    request.send().await.expect(204);
}

async fn signing_out_everywhere_ends_all_devices(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let bob = server.person("bob").await;
    let others = [ann.on_another_device().await, ann.on_another_device().await];
    let mut socket = others[0].connect().await;
    let ended = ann
        .post("/api/v1/auth/logout-all", &Value::Null)
        .await
        .expect(200);
    assert_eq!(ended, json!({ "ended": 3 }));
    assert_eq!(socket.closed().await.0, 4001);
    for device in [&ann, &others[0], &others[1]] {
        device.get("/api/v1/me").await.refuses(401, "session_ended");
    }
    bob.get("/api/v1/me").await.expect(200);
    server.sign_in("ann").await;
}

async fn devices_are_listed_and_ended_one_by_one(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let login = server
        .request("POST", "/api/v1/auth/login")
        .header("User-Agent", "Lantern/1.0 (tablet)");
    let body = json!({ "username": "ann", "password": chatterbox_testkit::PASSWORD });
    let tablet = chatterbox_testkit::Person::from_answer((*server).clone(), &login.json(&body).send().await);
    let list = ann.get("/api/v1/me/sessions").await.expect(200);
    let sessions = list["sessions"].as_array().expect("sessions");
    let ids: Vec<&Value> = sessions.iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, [tablet.session_id, ann.session_id], "newest first");
    assert_eq!(sessions[0]["user_agent"], "Lantern/1.0 (tablet)");
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    assert_eq!(
        (&sessions[0]["current"], &sessions[1]["current"]),
        (&json!(false), &json!(true))
    );

    let mut socket = tablet.connect().await;
    let path = format!("/api/v1/me/sessions/{}", tablet.session_id);
    ann.delete(&path).await.expect(204);
    assert_eq!(socket.next_of("session_ended").await["reason"], "ended_elsewhere");
    assert_eq!(socket.closed().await.0, 4001);
    tablet.get("/api/v1/me").await.refuses(401, "session_ended");
    ann.delete(&path).await.refuses(404, "not_found");
    ann.delete("/api/v1/me/sessions/none")
        .await
        .refuses(404, "not_found");
    let list = ann.get("/api/v1/me/sessions").await.expect(200);
    assert_eq!(list["sessions"].as_array().map(Vec::len), Some(1));
}

/// The socket belongs to the session, which lives on; asking for another one needs a fresh token.
async fn a_token_expires_while_its_socket_stays(database: Database) {
    let server = Server::start(database).await;
    let mut ann = server.person("ann").await;
    let lobby = ann.lobby().await;
    let mut socket = ann.connect().await;
    let me = ann.get("/api/v1/me").await.expect(200);
    let created_at: chatterbox_domain::Timestamp = me["user"]["created_at"]
        .as_str()
        .expect("a moment")
        .parse()
        .expect("a moment");
    ann.access_token = server.token_issued_at(&ann, created_at - chrono::TimeDelta::minutes(16));
    ann.get("/api/v1/me").await.refuses(401, "token_expired");
    socket.say(lobby, "the socket is bound to the session").await;
    ann.refresh().await.expect(200);
    ann.get("/api/v1/me").await.expect(200);
    let just_good = server.token_issued_at(&ann, created_at - chrono::TimeDelta::minutes(10));
    server
        .request("GET", "/api/v1/me")
        .bearer(&just_good)
        .send()
        .await
        .expect(200);
}
