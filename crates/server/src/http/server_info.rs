//! `GET /api/v1/server`

use actix_web::web::{Data, Json};
use chatterbox_chat::SignUp;
use chatterbox_domain::Body;
use chatterbox_protocol::PROTOCOL_VERSION;
use chatterbox_protocol::account::ServerInfo;

use super::ApiError;
use crate::app::App;

/// What a client must know before anybody has signed in.
#[utoipa::path(get, path = "/api/v1/server", tag = "server", security(()), responses((status = 200, body = ServerInfo)))]
pub(super) async fn server_info(app: Data<App>) -> Result<Json<ServerInfo>, ApiError> {
    let settings = app.chat.settings();
    Ok(Json(ServerInfo {
        name: app.config.server.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL_VERSION,
        sign_up: match settings.sign_up {
            SignUp::Open => "open",
            SignUp::Closed => "closed",
        }
        .to_owned(),
        has_accounts: app.chat.has_accounts().await?,
        password_min_chars: settings.password_min_chars as u64,
        message_max_chars: Body::MAX_CHARS as u64,
    }))
}
