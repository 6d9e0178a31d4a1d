//! `POST /api/v1/direct`

use actix_web::web::{Data, Json};
use chatterbox_domain::UserId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{OpenDirectRequest, RoomResponse};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Opens the conversation with another person, or finds it.
#[utoipa::path(
    post, path = "/api/v1/direct", tag = "rooms", request_body = OpenDirectRequest,
    responses(
        (status = 200, body = RoomResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`: with oneself"),
    )
)]
pub(in crate::http) async fn open(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    body: Json<OpenDirectRequest>,
) -> Result<Json<RoomResponse>, ApiError> {
    let room = app.chat.open_direct(caller, UserId(body.user_id)).await?;
    Ok(Json(RoomResponse { room: (&room).into() }))
}
