//! `POST /api/v1/rooms/{id}/typing`

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use chatterbox_domain::RoomId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::TypingRequest;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Shows the caller as typing to those who have the room open, for five seconds.
#[utoipa::path(
    post, path = "/api/v1/rooms/{id}/typing", tag = "rooms", params(("id" = i64, Path, description = "The room")),
    request_body = TypingRequest,
    responses(
        (status = 204, description = "Shown"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn typing(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    body: Json<TypingRequest>,
) -> Result<HttpResponse, ApiError> {
    let room = RoomId(id.into_inner());
    app.chat.enter(caller, room).await?;
    app.hub.typing(caller.user_id, room, body.active);
    Ok(HttpResponse::NoContent().finish())
}
