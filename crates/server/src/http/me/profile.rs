//! `GET` and `PATCH /api/v1/me`

use actix_web::web::{Data, Json};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{MeView, UpdateProfileRequest};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// One's own account.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "me",
    responses(
        (status = 200, body = MeView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    app: Data<App>,
    SignedIn(caller): SignedIn,
) -> Result<Json<MeView>, ApiError> {
    let account = app.chat.me(caller).await?;
    Ok(Json(MeView {
        user: app.view(&account.user),
        email: account.email,
    }))
}

/// Changes one's profile; what is left out stays as it is.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "me", request_body = UpdateProfileRequest,
    responses(
        (status = 200, body = MeView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
    )
)]
pub(in crate::http) async fn update(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    body: Json<UpdateProfileRequest>,
) -> Result<Json<MeView>, ApiError> {
    let UpdateProfileRequest { display_name, about } = body.into_inner();
    let account = app.chat.update_profile(caller, display_name, about).await?;
    Ok(Json(MeView {
        user: app.view(&account.user),
        email: account.email,
    }))
}
