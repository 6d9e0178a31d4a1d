//! The OpenAPI document of the native API.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{auth, me, messages, rooms, server_info, users};

#[derive(OpenApi)]
#[openapi(
    info(title = "ChatterBox", description = "The HTTP side of ChatterBox. docs/PROTOCOL.md describes the WebSocket."),
    paths(
        server_info::server_info,
        auth::register::register,
        auth::login::login,
        auth::refresh::refresh,
        auth::logout::logout,
        auth::logout::logout_all,
        auth::password::change_password,
        me::profile::show,
        me::profile::update,
        me::sessions::list,
        me::sessions::end,
        users::list::list,
        users::show::show,
        rooms::list::list,
        rooms::direct::open,
        rooms::read::read,
        rooms::typing::typing,
        messages::history::history,
        messages::history::changes,
        messages::post::post,
        messages::show::show,
        messages::edit::edit,
        messages::delete::delete,
    ),
    modifiers(&Security),
    security(("access_token" = []))
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        components.add_security_scheme("access_token", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("chatterbox_refresh"));
        components.add_security_scheme("refresh_cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// The document as JSON text, the same for the same code.
pub fn document() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
