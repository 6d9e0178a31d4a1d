//! `GET /api/v1/rooms/{id}/messages` and `…/changes`

use actix_web::web::{Data, Json, Path, Query};
use chatterbox_chat::messages::{MessagePage, Position};
use chatterbox_domain::{Denial, FieldError, RoomId};
use chatterbox_protocol::Problem;
use chatterbox_protocol::page::{ChangesQuery, HistoryQuery, MessagesResponse};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

const PAGE: i64 = 50;

/// A page of a room's messages, oldest first.
#[utoipa::path(
    get, path = "/api/v1/rooms/{id}/messages", tag = "messages",
    params(("id" = i64, Path, description = "The room"), HistoryQuery),
    responses(
        (status = 200, body = MessagesResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
    )
)]
pub(in crate::http) async fn history(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    query: Query<HistoryQuery>,
) -> Result<Json<MessagesResponse>, ApiError> {
    let position = match (query.before, query.after) {
        (None, None) => Position::Newest,
        (Some(seq), None) => Position::Before(seq),
        (None, Some(seq)) => Position::After(seq),
        (Some(_), Some(_)) => {
            let error = FieldError::new("after", "conflicting", "Give either before or after, not both.");
            return Err(Denial::from(error).into());
        }
    };
    let page = app
        .chat
        .history(
            caller,
            RoomId(id.into_inner()),
            position,
            query.limit.unwrap_or(PAGE),
        )
        .await?;
    Ok(Json(view(&page)))
}

/// What was posted or changed in a room after a version, in the order of the versions, each message as it is now.
#[utoipa::path(
    get, path = "/api/v1/rooms/{id}/changes", tag = "messages",
    params(("id" = i64, Path, description = "The room"), ChangesQuery),
    responses(
        (status = 200, body = MessagesResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
    )
)]
pub(in crate::http) async fn changes(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<i64>,
    query: Query<ChangesQuery>,
) -> Result<Json<MessagesResponse>, ApiError> {
    let position = Position::ChangedAfter(query.after);
    let page = app
        .chat
        .history(
            caller,
            RoomId(id.into_inner()),
            position,
            query.limit.unwrap_or(PAGE),
        )
        .await?;
    Ok(Json(view(&page)))
}

fn view(page: &MessagePage) -> MessagesResponse {
    MessagesResponse {
        messages: page.messages.iter().map(Into::into).collect(),
        has_more: page.has_more,
    }
}
