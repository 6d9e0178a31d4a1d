//! For whoever watches the server.

use actix_web::{HttpResponse, web};

use super::ApiError;
use crate::app::App;

/// The process answers.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// The database answers too.
pub(super) async fn ready(app: web::Data<App>) -> Result<HttpResponse, ApiError> {
    app.chat.has_accounts().await?;
    Ok(HttpResponse::NoContent().finish())
}
