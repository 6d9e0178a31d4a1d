//! `DELETE /api/v1/messages/{id}`

use actix_web::web::{Data, Json, Path};
use chatterbox_domain::MessageId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::MessageResponse;

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Deletes one's own message: the text is gone, its place remains. Deleting twice is no error.
#[utoipa::path(
    delete, path = "/api/v1/messages/{id}", tag = "messages", params(("id" = i64, Path, description = "The message")),
    responses(
        (status = 200, body = MessageResponse, description = "What remains: `body` is empty, `deleted_at` is set"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: somebody else's"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn delete(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
) -> Result<Json<MessageResponse>, ApiError> {
    let message = app
        .chat
        .delete_message(caller, MessageId(id.into_inner()))
        .await?;
    Ok(Json(MessageResponse {
        message: (&message).into(),
    }))
}
