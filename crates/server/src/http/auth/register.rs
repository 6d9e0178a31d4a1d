//! `POST /api/v1/auth/register`

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_chat::accounts::Registration;
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{RegisterRequest, SignedIn};

use crate::app::App;
use crate::http::{ApiError, cookies};

/// Makes an account and signs it in. The first one becomes the owner.
#[utoipa::path(
    post, path = "/api/v1/auth/register", tag = "auth", security(()), request_body = RegisterRequest,
    responses(
        (status = 201, body = SignedIn, description = "Also sets the refresh cookie"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`sign_up_closed`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`username_taken`, `email_taken`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`rate_limited`"),
    )
)]
pub(in crate::http) async fn register(
    app: Data<App>,
    request: HttpRequest,
    body: Json<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let RegisterRequest {
        username,
        password,
        email,
    } = body.into_inner();
    let registration = Registration {
        username,
        password,
        email,
    };
    let signed_in = app.chat.register(registration, App::device(&request)).await?;
    Ok(cookies::signed_in(
        &app,
        &request,
        StatusCode::CREATED,
        &signed_in,
    ))
}
