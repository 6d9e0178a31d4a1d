//! `POST /api/v1/auth/password`

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::ChangePasswordRequest;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Replaces the password and ends all other sessions.
#[utoipa::path(
    post, path = "/api/v1/auth/password", tag = "auth", request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "Changed"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`wrong_password`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`rate_limited`"),
    )
)]
pub(in crate::http) async fn change_password(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    body: Json<ChangePasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let ChangePasswordRequest {
        current_password,
        new_password,
    } = body.into_inner();
    app.chat
        .change_password(caller, current_password, new_password)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
