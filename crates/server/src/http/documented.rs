//! The paths of ChatterBox's founding descriptions, for scripts that were written for them.
//!
//! Each is a thin alias over the use case of the native API under `/api/v1`; access, limits and paging are the same. The
//! two documented sockets are in [`crate::ws`].

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Either, Form, Json, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chatterbox_chat::Caller;
use chatterbox_chat::accounts::Registration;
use chatterbox_chat::messages::Position;
use chatterbox_domain::{Denial, FieldError, Message, RoomId, UserId};
use chatterbox_protocol::account::{LoginRequest, RegisterRequest};
use chatterbox_protocol::documented::{
    ChangePassword, Done, HistoryLimit, LoggedIn, PlainHistoryMessage, UpdateAbout,
};
use chatterbox_protocol::view::{UserView, moment};

use super::{ApiError, SignedIn};
use crate::app::App;

const PAGE: i64 = 50;
const PEOPLE_PAGE: i64 = 200;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes
        .route("/register", web::post().to(register))
        .route("/login", web::post().to(login))
        .route("/logout", web::post().to(logout))
        .route("/change-password", web::post().to(change_password))
        .route("/update-about", web::post().to(update_about))
        .route("/users", web::get().to(users))
        .route("/messages/{receiver_id}", web::get().to(messages_with))
        .route("/history", web::get().to(history))
        .route("/history/{user1}/{user2}", web::get().to(history_of_two))
        .route("/broadcast-history", web::get().to(broadcast_history));
}

async fn register(
    app: Data<App>,
    request: HttpRequest,
    body: Either<Json<RegisterRequest>, Form<RegisterRequest>>,
) -> Result<HttpResponse, ApiError> {
    let RegisterRequest {
        username,
        password,
        email,
    } = body.into_inner();
    let registration = Registration {
        username,
        password,
        email,
    };
    let made = app.chat.register(registration, App::device(&request)).await?;
    // The script signs in next; a session of which nobody holds the secret would only lie about.
    app.chat
        .sign_out(Caller {
            user_id: made.user.id,
            session_id: made.session_id,
        })
        .await?;
    let done = Done {
        user_id: Some(made.user.id.0),
        username: Some(made.user.username),
        ..Done::saying("User created")
    };
    Ok(HttpResponse::build(StatusCode::OK).json(done))
}

async fn login(
    app: Data<App>,
    request: HttpRequest,
    body: Either<Json<LoginRequest>, Form<LoginRequest>>,
) -> Result<Json<LoggedIn>, ApiError> {
    let LoginRequest {
        username,
        email,
        password,
    } = body.into_inner();
    let name = username.or(email).ok_or_else(|| {
        Denial::from(FieldError::new(
            "username",
            "missing",
            "Write the username or the e-mail address.",
        ))
    })?;
    let signed_in = app.chat.sign_in(&name, password, App::device(&request)).await?;
    let token = signed_in.access_token.token;
    Ok(Json(LoggedIn {
        access_token: token.clone(),
        token_type: "bearer",
        token,
        user_id: signed_in.user.id.0,
        username: signed_in.user.username,
    }))
}

async fn logout(app: Data<App>, SignedIn(caller): SignedIn) -> Result<Json<Done>, ApiError> {
    app.chat.admit(caller).await?;
    app.chat.sign_out(caller).await?;
    Ok(Json(Done::saying("Logged out")))
}

async fn change_password(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    body: Json<ChangePassword>,
) -> Result<Json<Done>, ApiError> {
    let ChangePassword {
        current_password,
        new_password,
    } = body.into_inner();
    app.chat
        .change_password(caller, current_password, new_password)
        .await?;
    Ok(Json(Done::saying("Password changed")))
}

async fn update_about(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    body: Json<UpdateAbout>,
) -> Result<Json<Done>, ApiError> {
    app.chat
        .update_profile(caller, None, Some(body.into_inner().about))
        .await?;
    Ok(Json(Done::saying("About updated")))
}

/// All people, a page at a time: `?after=` the last id of the page before.
async fn users(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    query: Query<chatterbox_protocol::account::UsersQuery>,
) -> Result<Json<Vec<UserView>>, ApiError> {
    let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(PEOPLE_PAGE));
    let page = app.chat.people(caller, UserId(after), limit).await?;
    Ok(Json(page.users.iter().map(|user| app.view(user)).collect()))
}

/// The caller's conversation with one person.
async fn messages_with(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    receiver: Path<i64>,
    query: Query<HistoryLimit>,
) -> Result<Json<Vec<PlainHistoryMessage>>, ApiError> {
    conversation(&app, caller, UserId(receiver.into_inner()), *query).await
}

/// A pair's conversation, for one of the two.
async fn history_of_two(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    pair: Path<(i64, i64)>,
    query: Query<HistoryLimit>,
) -> Result<Json<Vec<PlainHistoryMessage>>, ApiError> {
    let (one, other) = pair.into_inner();
    match caller.user_id.0 {
        me if me == one => conversation(&app, caller, UserId(other), *query).await,
        me if me == other => conversation(&app, caller, UserId(one), *query).await,
        _ => {
            app.chat.admit(caller).await?;
            Err(Denial::Forbidden.into())
        }
    }
}

/// Everything that the caller may read, from all their rooms.
async fn history(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    query: Query<HistoryLimit>,
) -> Result<Json<Vec<PlainHistoryMessage>>, ApiError> {
    let recent = app
        .chat
        .recent(
            caller,
            query.before.unwrap_or(i64::MAX),
            query.limit.unwrap_or(PAGE),
        )
        .await?;
    Ok(Json(
        recent
            .iter()
            .map(|(message, receiver)| plain(message, *receiver))
            .collect(),
    ))
}

/// What was said to everybody.
async fn broadcast_history(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    query: Query<HistoryLimit>,
) -> Result<Json<Vec<PlainHistoryMessage>>, ApiError> {
    let lobby = app.chat.lobby().await?;
    let messages = page(&app, caller, lobby, *query).await?;
    Ok(Json(
        messages.iter().map(|message| plain(message, None)).collect(),
    ))
}

async fn conversation(
    app: &App,
    caller: Caller,
    other: UserId,
    query: HistoryLimit,
) -> Result<Json<Vec<PlainHistoryMessage>>, ApiError> {
    let Some(room) = app.chat.find_direct(caller, other).await? else {
        return Ok(Json(Vec::new()));
    };
    let messages = page(app, caller, room, query).await?;
    let receiver = |message: &Message| {
        if message.author.id == other {
            caller.user_id
        } else {
            other
        }
    };
    Ok(Json(
        messages
            .iter()
            .map(|message| plain(message, Some(receiver(message))))
            .collect(),
    ))
}

/// The newest page, or the one before a message of the caller's choice.
async fn page(
    app: &App,
    caller: Caller,
    room: RoomId,
    query: HistoryLimit,
) -> Result<Vec<Message>, ApiError> {
    let position = match query.before {
        Some(id) => {
            let message = app.chat.message(caller, chatterbox_domain::MessageId(id)).await?;
            if message.room_id != room {
                return Err(Denial::NotFound.into());
            }
            Position::Before(message.seq)
        }
        None => Position::Newest,
    };
    Ok(app
        .chat
        .history(caller, room, position, query.limit.unwrap_or(PAGE))
        .await?
        .messages)
}

fn plain(message: &Message, receiver: Option<UserId>) -> PlainHistoryMessage {
    PlainHistoryMessage {
        id: message.id.0,
        sender_id: message.author.id.0,
        sender_username: message.author.username.clone(),
        receiver_id: receiver.map(|id| id.0),
        content: message.body.clone(),
        timestamp: moment(message.created_at),
    }
}
