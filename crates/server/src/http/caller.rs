//! Who sends a request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chatterbox_chat::Caller;

use super::error::ApiError;
use crate::app::App;

/// A request with an access token that is signed by us and not expired. Whether its session is over is found by the use
/// case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedIn(pub(crate) Caller);

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(caller(request).map(Self))
    }
}

fn caller(request: &HttpRequest) -> Result<Caller, ApiError> {
    let token = bearer(request).ok_or(ApiError::NoToken)?;
    let app = request.app_data::<web::Data<App>>().ok_or(ApiError::NoToken)?;
    app.chat.caller(token).map_err(ApiError::Token)
}

/// The token of an `Authorization: Bearer …` header.
pub(crate) fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
