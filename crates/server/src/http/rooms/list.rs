//! `GET /api/v1/rooms`

use actix_web::web::{Data, Json};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::RoomsResponse;
use chatterbox_protocol::view::RoomView;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// The rooms that the caller is in, the Lobby first.
#[utoipa::path(
    get, path = "/api/v1/rooms", tag = "rooms",
    responses(
        (status = 200, body = RoomsResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
) -> Result<Json<RoomsResponse>, ApiError> {
    let rooms = app.chat.rooms(caller).await?;
    Ok(Json(RoomsResponse {
        rooms: rooms.iter().map(RoomView::from).collect(),
    }))
}
