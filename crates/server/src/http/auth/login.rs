//! `POST /api/v1/auth/login`

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_domain::{Denial, FieldError};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{LoginRequest, SignedIn};

use crate::app::App;
use crate::http::{ApiError, cookies};

/// Signs in by username or e-mail address.
#[utoipa::path(
    post, path = "/api/v1/auth/login", tag = "auth", security(()), request_body = LoginRequest,
    responses(
        (status = 200, body = SignedIn, description = "Also sets the refresh cookie"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`invalid_credentials`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`account_blocked`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`rate_limited`"),
    )
)]
pub(in crate::http) async fn login(
    app: Data<App>,
    request: HttpRequest,
    body: Json<LoginRequest>,
) -> Result<HttpResponse, ApiError> {
    let LoginRequest {
        username,
        email,
        password,
    } = body.into_inner();
    let login = username.or(email).ok_or_else(|| {
        Denial::from(FieldError::new(
            "username",
            "missing",
            "Write the username or the e-mail address.",
        ))
    })?;
    let signed_in = app.chat.sign_in(&login, password, App::device(&request)).await?;
    Ok(cookies::signed_in(&app, &request, StatusCode::OK, &signed_in))
}
