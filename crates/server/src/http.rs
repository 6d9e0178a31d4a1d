//! The HTTP side: one file per action, each request turned into one use case.

pub(crate) mod openapi;

mod auth;
mod caller;
mod cookies;
mod documented;
pub(crate) mod error;
mod health;
mod me;
pub(crate) mod messages;
mod rooms;
mod server_info;
mod users;
mod web_client;
mod wrap;

use actix_cors::Cors;
use actix_web::http::header;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::web::{self, ServiceConfig};

use crate::app::App;
use crate::ws;

pub(crate) use caller::{SignedIn, bearer};
pub(crate) use error::ApiError;

/// Everything that the server answers.
pub(crate) fn routes(routes: &mut ServiceConfig, app: &App) {
    let body_bytes = app.config.limits.body_kib * 1024;
    routes
        .app_data(
            web::JsonConfig::default()
                .limit(body_bytes)
                .error_handler(error::json),
        )
        .app_data(web::PathConfig::default().error_handler(error::path))
        .app_data(web::QueryConfig::default().error_handler(error::query))
        .app_data(
            web::FormConfig::default()
                .limit(body_bytes)
                .error_handler(error::form),
        )
        // Sockets stand outside of the wrapping: nothing of it is for them, and every layer costs at each delivery.
        .route("/api/v1/ws", web::get().to(ws::open))
        .route("/ws", web::get().to(ws::open_plain))
        .route("/ws/{user_id}", web::get().to(ws::open_plain_for))
        .service(
            web::scope("")
                .wrap(Compress::default())
                .wrap(Condition::new(
                    !app.config.server.cors_origins.is_empty(),
                    cors(&app.config.server.cors_origins),
                ))
                .wrap(from_fn(wrap::problems))
                .wrap(from_fn(wrap::headers))
                .wrap(from_fn(wrap::log))
                .service(web::scope("/api/v1").configure(native))
                .configure(documented::routes)
                .route("/health/live", web::get().to(health::live))
                .route("/health/ready", web::get().to(health::ready))
                .configure(|routes| web_client::routes(routes, app.config.server.web_dir.as_deref())),
        );
}

fn native(routes: &mut ServiceConfig) {
    routes
        .route("/server", web::get().to(server_info::server_info))
        .route("/auth/register", web::post().to(auth::register::register))
        .route("/auth/login", web::post().to(auth::login::login))
        .route("/auth/refresh", web::post().to(auth::refresh::refresh))
        .route("/auth/logout", web::post().to(auth::logout::logout))
        .route("/auth/logout-all", web::post().to(auth::logout::logout_all))
        .route("/auth/password", web::post().to(auth::password::change_password))
        .service(
            web::resource("/me")
                .route(web::get().to(me::profile::show))
                .route(web::patch().to(me::profile::update)),
        )
        .route("/me/sessions", web::get().to(me::sessions::list))
        .route("/me/sessions/{id}", web::delete().to(me::sessions::end))
        .route("/users", web::get().to(users::list::list))
        .route("/users/{id}", web::get().to(users::show::show))
        .route("/rooms", web::get().to(rooms::list::list))
        .route("/direct", web::post().to(rooms::direct::open))
        .service(
            web::resource("/rooms/{id}/messages")
                .route(web::get().to(messages::history::history))
                .route(web::post().to(messages::post::post)),
        )
        .route("/rooms/{id}/changes", web::get().to(messages::history::changes))
        .route("/rooms/{id}/read", web::put().to(rooms::read::read))
        .route("/rooms/{id}/typing", web::post().to(rooms::typing::typing))
        .service(
            web::resource("/messages/{id}")
                .route(web::get().to(messages::show::show))
                .route(web::patch().to(messages::edit::edit))
                .route(web::delete().to(messages::delete::delete)),
        );
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(3_600);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
