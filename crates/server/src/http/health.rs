//! For whoever watches the server.

use actix_web::web::{Data, Json};
use chatterbox_protocol::documented::Status;

use super::ApiError;
use crate::app::App;

/// The process answers.
pub(super) async fn live() -> Json<Status> {
    Json(Status::OK)
}

/// The database answers too.
pub(super) async fn ready(app: Data<App>) -> Result<Json<Status>, ApiError> {
    app.chat.has_accounts().await?;
    Ok(Json(Status::OK))
}
