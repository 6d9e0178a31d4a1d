//! `PUT /api/v1/rooms/{id}/read`

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use chatterbox_domain::RoomId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::ReadRequest;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Says up to where the caller has read. The cursor never goes back.
#[utoipa::path(
    put, path = "/api/v1/rooms/{id}/read", tag = "rooms", params(("id" = i64, Path, description = "The room")),
    request_body = ReadRequest,
    responses(
        (status = 204, description = "Noted"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn read(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    body: Json<ReadRequest>,
) -> Result<HttpResponse, ApiError> {
    app.chat
        .mark_read(caller, RoomId(id.into_inner()), body.seq)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
