//! `POST /api/v1/rooms/{id}/messages`

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use chatterbox_chat::messages::Draft;
use chatterbox_domain::{Denial, FieldError, RoomId};
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::{MessageResponse, PostMessageRequest};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

/// Posts a message. The same `client_key` again is the same message.
#[utoipa::path(
    post, path = "/api/v1/rooms/{id}/messages", tag = "messages", params(("id" = i64, Path, description = "The room")),
    request_body = PostMessageRequest,
    responses(
        (status = 201, body = MessageResponse, description = "Durable; also for a retry"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`client_key_reused`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "`rate_limited`"),
        (status = 507, body = Problem, content_type = "application/problem+json", description = "`storage_full`"),
    )
)]
pub(in crate::http) async fn post(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    body: Json<PostMessageRequest>,
) -> Result<HttpResponse, ApiError> {
    let PostMessageRequest {
        client_key,
        body,
        reply_to,
        attachments,
    } = body.into_inner();
    let draft = draft(
        id.into_inner(),
        &client_key,
        body,
        reply_to.is_some(),
        !attachments.is_empty(),
    )?;
    let message = app.chat.send_message(caller, draft).await?;
    Ok(HttpResponse::Created().json(MessageResponse {
        message: (&message).into(),
    }))
}

/// A draft from what came over the wire, by HTTP or by WebSocket.
pub(crate) fn draft(
    room_id: i64,
    client_key: &str,
    body: String,
    is_reply: bool,
    has_attachments: bool,
) -> Result<Draft, Denial> {
    let mut errors = Vec::new();
    let key = client_key.parse();
    if key.is_err() {
        errors.push(FieldError::new(
            "client_key",
            "malformed",
            "client_key is a UUID that the client makes.",
        ));
    }
    if is_reply {
        errors.push(FieldError::new(
            "reply_to",
            "not_supported",
            "This version knows no replies: send null.",
        ));
    }
    if has_attachments {
        errors.push(FieldError::new(
            "attachments",
            "not_supported",
            "This version knows no files: send [].",
        ));
    }
    match key {
        Ok(client_key) if errors.is_empty() => Ok(Draft {
            room_id: RoomId(room_id),
            client_key,
            body,
        }),
        _ => Err(Denial::Invalid(errors)),
    }
}
