//! `POST /api/v1/auth/logout` and `…/logout-all`

use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::SessionsEnded;

use crate::app::App;
use crate::http::{ApiError, SignedIn, bearer, cookies};

/// Signs this device out: by its access token if that is good, else by its refresh cookie. Always succeeds, since
/// whoever has neither is signed out already.
#[utoipa::path(
    post, path = "/api/v1/auth/logout", tag = "auth", security(("access_token" = []), ("refresh_cookie" = [])),
    responses((status = 204, description = "Signed out; the refresh cookie is removed"))
)]
pub(in crate::http) async fn logout(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let by_token = bearer(&request).and_then(|token| app.chat.caller(token).ok());
    match (by_token, cookies::refresh_secret(&request)) {
        (Some(caller), _) => app.chat.sign_out(caller).await?,
        (None, Some(secret)) => app.chat.sign_out_by_secret(&secret).await?,
        (None, None) => {}
    }
    Ok(HttpResponse::NoContent()
        .cookie(cookies::removal(&request))
        .finish())
}

/// Signs out on all devices, this one included.
#[utoipa::path(
    post, path = "/api/v1/auth/logout-all", tag = "auth",
    responses(
        (status = 200, body = SessionsEnded),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn logout_all(
    app: Data<App>,
    SignedIn(caller): SignedIn,
) -> Result<Json<SessionsEnded>, ApiError> {
    let ended = app.chat.sign_out_everywhere(caller).await?;
    Ok(Json(SessionsEnded { ended: ended as u64 }))
}
