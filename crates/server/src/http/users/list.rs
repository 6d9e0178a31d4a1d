//! `GET /api/v1/users`

use actix_web::web::{Data, Json, Query};
use chatterbox_domain::{Denial, FieldError, UserId};
use chatterbox_protocol::Problem;
use chatterbox_protocol::account::{UsersQuery, UsersResponse};

use crate::app::App;
use crate::http::{ApiError, SignedIn};

const PAGE: i64 = 50;

/// A page of people, or those with certain ids.
#[utoipa::path(
    get, path = "/api/v1/users", tag = "people", params(UsersQuery),
    responses(
        (status = 200, body = UsersResponse),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`validation_failed`"),
    )
)]
pub(in crate::http) async fn list(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    query: Query<UsersQuery>,
) -> Result<Json<UsersResponse>, ApiError> {
    let UsersQuery { after, limit, ids } = query.into_inner();
    let (people, next) = match ids {
        Some(ids) => (app.chat.some_people(caller, parse(&ids)?).await?, None),
        None => {
            let page = app
                .chat
                .people(caller, UserId(after.unwrap_or(0)), limit.unwrap_or(PAGE))
                .await?;
            (page.users, page.next)
        }
    };
    Ok(Json(UsersResponse {
        users: people.iter().map(|user| app.view(user)).collect(),
        next: next.map(|id| id.0),
    }))
}

fn parse(ids: &str) -> Result<Vec<UserId>, Denial> {
    let ids = ids
        .split(',')
        .filter(|id| !id.is_empty())
        .map(|id| id.trim().parse().map(UserId));
    ids.collect::<Result<_, _>>().map_err(|_| {
        FieldError::new(
            "ids",
            "malformed",
            "Write numbers with commas between them, such as 1,2,3.",
        )
        .into()
    })
}
