//! `GET /api/v1/me/sessions` and `DELETE /api/v1/me/sessions/{id}`

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use chatterbox_domain::SessionId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{SessionView, SessionsResponse};
use chatterbox_protocol::view::moment;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// All devices that are signed in, newest first.
#[utoipa::path(
    get, path = "/api/v1/me/sessions", tag = "me",
    responses(
        (status = 200, body = SessionsResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
) -> Result<Json<SessionsResponse>, ApiError> {
    let records = app.chat.sessions(caller).await?;
    let sessions = records
        .into_iter()
        .map(|record| SessionView {
            id: record.id.0,
            current: record.id == caller.session_id,
            user_agent: record.user_agent,
            address: record.address,
            created_at: moment(record.created_at),
            last_used_at: moment(record.last_used_at),
        })
        .collect();
    Ok(Json(SessionsResponse { sessions }))
}

/// Signs another device out.
#[utoipa::path(
    delete, path = "/api/v1/me/sessions/{id}", tag = "me", params(("id" = i64, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn end(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
) -> Result<HttpResponse, ApiError> {
    app.chat.end_session(caller, SessionId(id.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}
