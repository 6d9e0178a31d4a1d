//! `GET /api/v1/messages/{id}`

use actix_web::web::{Data, Json, Path};
use chatterbox_domain::MessageId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::MessageResponse;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// One message.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}", tag = "messages", params(("id" = i64, Path, description = "The message")),
    responses(
        (status = 200, body = MessageResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn show(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
) -> Result<Json<MessageResponse>, ApiError> {
    let message = app.chat.message(caller, MessageId(id.into_inner())).await?;
    Ok(Json(MessageResponse {
        message: (&message).into(),
    }))
}
