//! The web client: the copy in the binary, or a folder.

use std::path::Path;

use actix_web::http::header::{self, ContentType, HeaderValue};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_protocol::documented::Status;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::app::App;

/// What `npm run build` makes. Without it the server still builds, and its page says what to do.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct WebClient;

const PAGE: &str = "index.html";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ChatterBox</title>\
    <h1>The web client is not in this build</h1>\
    <p>The server is running. Build the web client with <code>cargo xtask web</code>, then start the server again: \
    <code>cargo xtask run</code> does both.</p></html>";

pub(super) fn routes(routes: &mut ServiceConfig, folder: Option<&Path>) {
    routes.route("/", web::get().to(front_door));
    match folder {
        Some(folder) => {
            routes.service(
                actix_files::Files::new("/", folder).default_handler(web::get().to(front_door_or_nothing)),
            );
        }
        None => {
            routes.default_service(web::get().to(embedded));
        }
    }
}

/// Browsers get the web client, everything else a status.
async fn front_door(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    if wants_page(&request) {
        return page(&app, &request);
    }
    HttpResponse::Ok().json(Status::OK)
}

/// A file of the web client in the binary.
async fn embedded(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    match WebClient::get(path) {
        Some(file) if path != PAGE => serve(&request, path, &file),
        _ => front_door_or_nothing(app, request).await,
    }
}

/// The client knows its own addresses, such as `/rooms/1`: a browser gets the page for each of them.
async fn front_door_or_nothing(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    if wants_page(&request) && !request.path().starts_with("/api/") {
        page(&app, &request)
    } else {
        HttpResponse::NotFound().finish()
    }
}

fn wants_page(request: &HttpRequest) -> bool {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn page(app: &App, request: &HttpRequest) -> HttpResponse {
    if let Some(folder) = &app.config.server.web_dir {
        return match actix_files::NamedFile::open(folder.join(PAGE)) {
            Ok(file) => file.into_response(request),
            Err(_) => HttpResponse::ServiceUnavailable()
                .content_type(ContentType::html())
                .body(NOT_BUILT),
        };
    }
    match WebClient::get(PAGE) {
        Some(file) => serve(request, PAGE, &file),
        None => HttpResponse::ServiceUnavailable()
            .content_type(ContentType::html())
            .body(NOT_BUILT),
    }
}

fn serve(request: &HttpRequest, path: &str, file: &EmbeddedFile) -> HttpResponse {
    let tag = hex(&file.metadata.sha256_hash()[..16]);
    let tag = format!("\"{tag}\"");
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if known == Some(tag.as_str()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    // Names under assets/ contain a hash of the content, so they never change.
    let caching = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(caching)));
    response.insert_header((header::ETAG, tag.as_str()));
    if known == Some(tag.as_str()) {
        return response.finish();
    }
    response
        .content_type(mime_guess::from_path(path).first_or_octet_stream().as_ref())
        .body(file.data.to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}
