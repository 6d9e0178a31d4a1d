//! The cookie that carries the refresh secret, and the answer to everything that signs somebody in.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_chat::SignedIn;
use chatterbox_protocol::account;

use crate::app::App;

const NAME: &str = "chatterbox_refresh";

/// Sent only where it is exchanged or ended.
const PATH: &str = "/api/v1/auth";

/// Answers with the access token in the body and the refresh secret in a cookie that no script can read.
pub(super) fn signed_in(
    app: &App,
    request: &HttpRequest,
    status: StatusCode,
    signed_in: &SignedIn,
) -> HttpResponse {
    let lifetime = (signed_in.expires_at - app.chat.clock().now()).num_milliseconds();
    // Rounded up: the session must not outlive its cookie by the moments since it was stored.
    let lifetime = (lifetime + 999) / 1_000;
    let secret = signed_in.refresh_secret.expose();
    HttpResponse::build(status)
        .cookie(cookie(request, secret, Duration::seconds(lifetime)))
        .json(account::SignedIn {
            user: app.view(&signed_in.user),
            session_id: signed_in.session_id.0,
            access_token: signed_in.access_token.token.clone(),
            token_type: "Bearer".to_owned(),
            expires_in: i64::try_from(signed_in.access_token.expires_in_s).unwrap_or(i64::MAX),
        })
}

/// The cookie that takes the refresh secret away again.
pub(super) fn removal(request: &HttpRequest) -> Cookie<'static> {
    cookie(request, String::new(), Duration::ZERO)
}

/// The refresh secret that came with a request.
pub(super) fn refresh_secret(request: &HttpRequest) -> Option<String> {
    request
        .cookie(NAME)
        .map(|cookie| cookie.value().to_owned())
        .filter(|secret| !secret.is_empty())
}

fn cookie(request: &HttpRequest, value: String, max_age: Duration) -> Cookie<'static> {
    let is_https = request.connection_info().scheme() == "https";
    Cookie::build(NAME, value)
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_https)
        .max_age(max_age)
        .finish()
}
