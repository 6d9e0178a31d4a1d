//! `POST /api/v1/auth/refresh`

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_domain::Denial;
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{RefreshRequest, SignedIn};

use crate::app::App;
use crate::http::{ApiError, cookies};

/// Exchanges the refresh cookie for the next one and a new access token.
#[utoipa::path(
    post, path = "/api/v1/auth/refresh", tag = "auth", security(("refresh_cookie" = [])),
    request_body(content = Option<RefreshRequest>, description = "May be left out"),
    responses(
        (status = 200, body = SignedIn, description = "Also sets the next refresh cookie"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`session_ended`: no cookie, or a secret that was used before"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_blocked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
    )
)]
pub(in crate::http) async fn refresh(
    app: Data<App>,
    request: HttpRequest,
    body: Bytes,
) -> Result<HttpResponse, ApiError> {
    let RefreshRequest { attempt } = RefreshRequest::parse(&body).map_err(|error| {
        ApiError::request(
            400,
            "malformed_json",
            format!("The body is not valid JSON: {error}"),
        )
    })?;
    let secret = cookies::refresh_secret(&request).ok_or(Denial::SessionEnded)?;
    match app.chat.refresh(&secret, attempt, App::device(&request)).await {
        Ok(signed_in) => Ok(cookies::signed_in(&app, &request, StatusCode::OK, &signed_in)),
        Err(error) => {
            let error = ApiError::from(error);
            let mut response = actix_web::ResponseError::error_response(&error);
            if response.status() == StatusCode::UNAUTHORIZED {
                // The secret is worth nothing any more.
                response.add_cookie(&cookies::removal(&request)).ok();
            }
            Ok(response)
        }
    }
}
