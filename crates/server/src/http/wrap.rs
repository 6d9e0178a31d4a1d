//! What is the same around every request: a line in the log, headers, and errors in one form.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use chatterbox_protocol::Problem;

use super::error::respond;

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// The page's own files and socket, and nothing else: no inline script, no other site, no frame around it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; \
    worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// One line per request, with its number, and never with its query: that may hold a token.
pub(super) async fn log<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let began = tokio::time::Instant::now();
    let mut response = next.call(request).await?;
    let status = response.status();
    let id = HeaderValue::from(number);
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-request-id"), id);
    let level = if status.is_server_error() {
        log::Level::Warn
    } else {
        log::Level::Info
    };
    log::log!(
        level,
        "request={number} {method} {path} {} {} ms",
        status.as_u16(),
        began.elapsed().as_millis()
    );
    Ok(response)
}

/// Headers that tell browsers to trust nothing more than they must.
pub(super) async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_api = request.path().starts_with("/api/");
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if is_api || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Gives the errors that the framework makes itself (an unknown path, a method that is not there) the form of all
/// others.
pub(super) async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|t| t == "application/problem+json");
    if is_problem || !(status.is_client_error() || status.is_server_error()) || has_page(&response) {
        return Ok(response);
    }
    let problem = match status {
        StatusCode::NOT_FOUND => Problem::new(404, "not_found", "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            405,
            "method_not_allowed",
            "This address does not know this method.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "body_too_large", "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            415,
            "unsupported_media_type",
            "This address takes another kind of body.",
        ),
        StatusCode::INTERNAL_SERVER_ERROR => Problem::new(
            500,
            "internal",
            "Something went wrong on the server. It has been noted.",
        ),
        other => Problem::new(
            other.as_u16(),
            "bad_request",
            "The request could not be understood.",
        ),
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut replaced = response.into_response(respond(&problem));
    if let Some(allow) = allow {
        replaced.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(replaced)
}

/// A page for people, such as the one that says how to build the web client.
fn has_page(response: &ServiceResponse<BoxBody>) -> bool {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}
