//! WebSockets: the handshake, and the way between a socket and its session.
//!
//! Reading goes through actix-ws. Writing does not: its way out copies every frame for every session. The response's
//! body here hands out what the session's outbox holds, frames that were encoded once and are shared by all sessions.

mod commands;

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessage, ProtocolError};
use chatterbox_chat::Caller;
use chatterbox_domain::{Denial, UserId};
use chatterbox_protocol::SUBPROTOCOL;
use chatterbox_protocol::page::SocketQuery;
use chatterbox_realtime::{Inbound, Outbox, SessionOptions, Shard};
use futures_util::{Stream, StreamExt};

use crate::address;
use crate::app::App;
use crate::http::{ApiError, bearer};

use self::commands::ChatCommands;

/// `GET /api/v1/ws`
pub(crate) async fn open(
    app: Data<App>,
    request: HttpRequest,
    query: Query<SocketQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let caller = authenticate(&app, &request, &query)?;
    connect(&app, &request, payload, caller, Dialect::Native).await
}

/// `GET /ws`, the documented socket, on which plain messages are understood too.
pub(crate) async fn open_plain(
    app: Data<App>,
    request: HttpRequest,
    query: Query<SocketQuery>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let caller = authenticate(&app, &request, &query)?;
    connect(&app, &request, payload, caller, Dialect::Plain).await
}

/// `GET /ws/{user_id}`, the same; the id must be that of the token.
pub(crate) async fn open_plain_for(
    app: Data<App>,
    request: HttpRequest,
    query: Query<SocketQuery>,
    user_id: Path<i64>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let caller = authenticate(&app, &request, &query)?;
    if caller.user_id != UserId(user_id.into_inner()) {
        return Err(Denial::Forbidden.into());
    }
    connect(&app, &request, payload, caller, Dialect::Plain).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Native,
    Plain,
}

fn authenticate(app: &App, request: &HttpRequest, query: &SocketQuery) -> Result<Caller, ApiError> {
    check_origin(app, request)?;
    let token = bearer(request)
        .or(query.token.as_deref())
        .ok_or(ApiError::NoToken)?;
    app.chat.caller(token).map_err(ApiError::Token)
}

/// A browser says which site opens the socket. Only our own may, and those that the operator names: the browser would
/// let any page try.
fn check_origin(app: &App, request: &HttpRequest) -> Result<(), ApiError> {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let is_own = host.is_some() && origin.split_once("://").map(|(_, authority)| authority) == host;
    if is_own
        || app
            .config
            .server
            .cors_origins
            .iter()
            .any(|allowed| allowed == origin)
    {
        return Ok(());
    }
    Err(ApiError::request(
        403,
        "origin_not_allowed",
        "This site may not connect here; server.cors_origins names those that may.",
    ))
}

async fn connect(
    app: &Data<App>,
    request: &HttpRequest,
    payload: Payload,
    caller: Caller,
    dialect: Dialect,
) -> Result<HttpResponse, ApiError> {
    app.chat.admit(caller).await?;
    let limit = app.config.limits.sessions_per_address;
    let Some(counted) = app.sockets.take(address::of(request), limit) else {
        return Err(Denial::RateLimited {
            retry_after_ms: 10_000,
        }
        .into());
    };
    let shard = request
        .app_data::<Rc<Shard>>()
        .ok_or_else(|| ApiError::request(503, "unavailable", "Not ready."))?;
    let (response, _unused, messages) = actix_ws::handle_with_protocols(request, payload, &[SUBPROTOCOL])
        .map_err(|error| {
            ApiError::request(
                400,
                "not_a_websocket",
                format!("This address is a WebSocket: {error}"),
            )
        })?;
    let options = SessionOptions {
        user_id: caller.user_id,
        session_id: caller.session_id,
        plain: dialect == Dialect::Plain,
    };
    let (outbox, actor) = shard.open_session(options, ChatCommands::new(app.clone(), caller));
    let frame_bytes = app.config.limits.frame_kib * 1024;
    let messages = messages
        .max_frame_size(frame_bytes)
        .aggregate_continuations()
        .max_continuation_size(frame_bytes);
    actix_web::rt::spawn(async move {
        actor.run(inbound(messages)).await;
        drop(counted);
    });
    // actix-ws tells its reading half that the connection is gone when its own body is dropped, so that goes along.
    let (response, theirs) = response.into_parts();
    Ok(response.set_body(BoxBody::new(Outgoing {
        outbox,
        _theirs: theirs,
    })))
}

fn inbound(
    messages: impl Stream<Item = Result<AggregatedMessage, ProtocolError>>,
) -> impl Stream<Item = Inbound> {
    messages.map(|message| match message {
        Ok(AggregatedMessage::Text(text)) => Inbound::Text(text),
        Ok(AggregatedMessage::Binary(_)) => Inbound::Binary,
        Ok(AggregatedMessage::Ping(bytes)) => Inbound::Ping(bytes),
        Ok(AggregatedMessage::Pong(_)) => Inbound::Pong,
        Ok(AggregatedMessage::Close(_)) => Inbound::Close,
        Err(ProtocolError::Overflow) => Inbound::TooLarge,
        Err(_) => Inbound::Malformed,
    })
}

/// The response's body: what waits in the session's outbox.
struct Outgoing {
    outbox: Outbox,
    _theirs: BoxBody,
}

impl MessageBody for Outgoing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.get_mut().outbox.poll_next(cx).map(|frame| frame.map(Ok))
    }
}
