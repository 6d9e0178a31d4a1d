//! What browsers are given and told.

use chatterbox_testkit::{Answer, Database, Server, on_both};
use serde_json::{Value, json};

on_both! {
    the_front_door_knows_browsers_from_machines,
    the_headers_let_a_browser_trust_nothing_more_than_it_must,
    other_sites_may_not_use_the_api_by_default,
    a_site_that_is_allowed_may_use_the_api,
    the_server_says_how_it_is,
}

async fn the_front_door_knows_browsers_from_machines(database: Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "<!doctype html><title>ChatterBox</title>";
    std::fs::write(folder.path().join("index.html"), page).expect("a page");
    std::fs::write(folder.path().join("app.js"), "export {};").expect("a script");
    let web_dir = Some(folder.path().to_owned());
    let server = Server::start_with(database, |config| config.server.web_dir = web_dir).await;
    let expected = json!({ "status": "ok", "name": "ChatterBox", "version": env!("CARGO_PKG_VERSION") });
    for accept in [None, Some("*/*"), Some("application/json")] {
        let request = server.request("GET", "/");
        let request = match accept {
            Some(accept) => request.header("Accept", accept),
            None => request,
        };
        assert_eq!(request.send().await.expect(200), expected, "{accept:?}");
    }
    let browser = |path: &str| {
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        server.request("GET", path).header("Accept", accept).send()
    };
    for path in ["/", "/rooms/1", "/sign-in"] {
        let answer = browser(path).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, page), "{path}");
        assert!(
            answer
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("text/html"))
        );
    }
    assert_eq!(browser("/app.js").await.text(), "export {};");
    browser("/api/v1/nothing").await.refuses(404, "not_found");
    for outside in ["/../keys.json", "/%2e%2e/keys.json", "/..%2fkeys.json"] {
        let answer = server.get(outside).await;
        assert!(
            !answer.text().contains("keys") || answer.status >= 400,
            "{outside}"
        );
        assert_ne!(answer.status, 200, "{outside}");
    }
}

async fn the_headers_let_a_browser_trust_nothing_more_than_it_must(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let answers: Vec<Answer> = vec![
        server.get("/").await,
        server
            .request("GET", "/")
            .header("Accept", "text/html")
            .send()
            .await,
        ann.get("/api/v1/me").await,
        server.get("/api/v1/me").await,
        server.get("/nothing").await,
    ];
    for answer in answers {
        let header = |name| answer.header(name).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        let policy = header("content-security-policy");
        let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
        for wanted in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(directives.contains(&wanted), "{policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert!(
            answer.header("server").is_none(),
            "nobody needs to know what this is made of"
        );
    }
    assert_eq!(
        ann.get("/api/v1/me").await.header("cache-control"),
        Some("no-store")
    );
}

fn preflight(server: &Server, origin: &str) -> impl Future<Output = Answer> + use<> {
    let request = server.request("OPTIONS", "/api/v1/me").header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", "PATCH");
    request
        .header("Access-Control-Request-Headers", "authorization,content-type")
        .send()
}

async fn other_sites_may_not_use_the_api_by_default(database: Database) {
    let server = Server::start(database).await;
    let ann = server.person("ann").await;
    let answer = ann
        .request("GET", "/api/v1/me")
        .header("Origin", "https://evil.example")
        .send()
        .await;
    assert!(answer.header("access-control-allow-origin").is_none());
    let answer = preflight(&server, "https://evil.example").await;
    assert!(answer.header("access-control-allow-origin").is_none());
    assert!(answer.status >= 400, "{}", answer.status);
}

async fn a_site_that_is_allowed_may_use_the_api(database: Database) {
    let friend = "https://friend.example";
    let server = Server::start_with(database, |config| {
        config.server.cors_origins = vec![friend.to_owned()];
    })
    .await;
    let ann = server.person("ann").await;
    let answer = ann
        .request("GET", "/api/v1/me")
        .header("Origin", friend)
        .send()
        .await;
    answer.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(friend));
    let refused = server
        .request("GET", "/api/v1/me")
        .header("Origin", friend)
        .send()
        .await;
    refused.refuses(401, "unauthorized");
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some(friend),
        "it may read why"
    );
    let allowed = preflight(&server, friend).await;
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (200, Some(friend))
    );
    assert!(
        allowed
            .header("access-control-allow-methods")
            .is_some_and(|methods| methods.contains("PATCH"))
    );
    for other in [
        "https://evil.example",
        "https://friend.example.evil.example",
        "http://friend.example",
        "null",
    ] {
        let answer = preflight(&server, other).await;
        assert!(answer.header("access-control-allow-origin").is_none(), "{other}");
    }
    assert!(
        answer.header("access-control-allow-credentials").is_none(),
        "cookies stay at home"
    );
}

async fn the_server_says_how_it_is(database: Database) {
    let server = Server::start_with(database, |config| config.server.name = "Lantern House".to_owned()).await;
    for path in ["/health/live", "/health/ready"] {
        let status: Value = server.get(path).await.expect(200);
        assert_eq!(status["status"], "ok");
    }
    let expected = json!({
        "name": "Lantern House", "version": env!("CARGO_PKG_VERSION"), "protocol": 1, "sign_up": "open",
        "has_accounts": false, "password_min_chars": 8, "message_max_chars": 4_000,
    });
    let info: Value = server.get("/api/v1/server").await.expect(200);
    assert_eq!(info, expected);
}
