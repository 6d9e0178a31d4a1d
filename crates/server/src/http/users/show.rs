//! `GET /api/v1/users/{id}`

use actix_web::web::{Data, Json, Path};
use chatterbox_domain::UserId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::UserResponse;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// One person.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", tag = "people", params(("id" = i64, Path, description = "The person")),
    responses(
        (status = 200, body = UserResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
) -> Result<Json<UserResponse>, ApiError> {
    let user = app.chat.person(caller, UserId(id.into_inner())).await?;
    Ok(Json(UserResponse {
        user: app.view(&user),
    }))
}
