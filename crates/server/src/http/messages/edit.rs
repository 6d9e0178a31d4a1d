//! `PATCH /api/v1/messages/{id}`

use actix_web::web::{Data, Json, Path};
use chatterbox_domain::MessageId;
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::{EditMessageRequest, MessageResponse};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Replaces the text of one's own message.
#[utoipa::path(
    patch, path = "/api/v1/messages/{id}", tag = "messages", params(("id" = i64, Path, description = "The message")),
    request_body = EditMessageRequest,
    responses(
        (status = 200, body = MessageResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: somebody else's"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`message_deleted`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`rate_limited`"),
    )
)]
pub(in crate::http) async fn edit(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    body: Json<EditMessageRequest>,
) -> Result<Json<MessageResponse>, ApiError> {
    let message = app
        .chat
        .edit_message(caller, MessageId(id.into_inner()), body.into_inner().body)
        .await?;
    Ok(Json(MessageResponse {
        message: (&message).into(),
    }))
}
