//! Errors as problem details.
//!
//! [`ApiError::Chat`] is what a use case answers; [`ApiError::Token`] a missing or bad access token; the others are
//! requests that never reach a use case. What the caller cannot have caused is logged here, once, and shown without its
//! details.

use std::fmt;

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError, UrlencodedError};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use chatterbox_auth::{AuthError, TokenError};
use chatterbox_chat::ChatError;
use chatterbox_domain::Denial;
use chatterbox_protocol::Problem;
use chatterbox_protocol::problem::FieldProblem;
use chatterbox_realtime::Refused;
use chatterbox_storage::StorageError;

/// When a caller should try again after trouble of the server's own.
const COME_BACK_MS: u64 = 1_000;

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// What the use case answered.
    Chat(ChatError),
    /// No access token.
    NoToken,
    /// An access token that is not good.
    Token(TokenError),
    /// A request that no use case would understand.
    Request(Box<Problem>),
}

impl ApiError {
    pub(crate) fn request(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Self::Request(Box::new(Problem::new(status, code, detail)))
    }

    pub(crate) fn problem(&self) -> Problem {
        match self {
            Self::Chat(error) => problem_of(error),
            Self::NoToken => Problem::new(401, "unauthorized", "Sign in: this needs an access token."),
            Self::Token(TokenError::Expired) => Problem::new(
                401,
                "token_expired",
                "The access token has expired. Refresh it and try again.",
            ),
            Self::Token(_) => Problem::new(401, "unauthorized", "This is not a valid access token."),
            Self::Request(problem) => problem.as_ref().clone(),
        }
    }
}

fn problem_of(error: &ChatError) -> Problem {
    let unavailable = |detail: &str| {
        let mut problem = Problem::new(503, "unavailable", detail);
        problem.retry_after_ms = Some(COME_BACK_MS);
        problem
    };
    match error {
        ChatError::Denied(denial) => Problem::from(denial),
        ChatError::Storage(StorageError::Full) => {
            log::error!("the disk is full");
            Problem::new(
                507,
                "storage_full",
                "The server's disk is full: nothing can be saved, reading goes on.",
            )
        }
        ChatError::Storage(StorageError::Busy | StorageError::Closed) | ChatError::Auth(AuthError::Busy) => {
            unavailable("The server is busy. Try again in a moment.")
        }
        ChatError::Storage(failure) => {
            log::error!("{failure}");
            unavailable("The server could not reach its database. Try again in a moment.")
        }
        ChatError::Auth(failure) => {
            log::error!("{failure}");
            Problem::new(
                500,
                "internal",
                "Something went wrong on the server. It has been noted.",
            )
        }
    }
}

/// The same answer for a WebSocket.
pub(crate) fn refused(error: ChatError) -> Refused {
    match error {
        ChatError::Denied(denial) => Refused::from(denial),
        error => {
            let problem = problem_of(&error);
            let code = match problem.status {
                507 => "storage_full",
                503 => "unavailable",
                _ => "internal",
            };
            Refused {
                code,
                detail: problem.detail,
                retry_after_ms: problem.retry_after_ms,
            }
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem().detail)
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        Self::Chat(error)
    }
}

impl From<Denial> for ApiError {
    fn from(denial: Denial) -> Self {
        Self::Chat(denial.into())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        respond(&self.problem())
    }
}

/// The response that carries a problem.
pub(crate) fn respond(problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if let Some(ms) = problem.retry_after_ms {
        response.insert_header((header::RETRY_AFTER, ms.div_ceil(1_000)));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    let mut response = response.json(problem);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

#[expect(clippy::needless_pass_by_value, reason = "actix decides the signature")]
pub(super) fn json(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    let problem = match &error {
        JsonPayloadError::ContentType => ApiError::request(
            415,
            "unsupported_media_type",
            "Send JSON, with Content-Type: application/json.",
        ),
        JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => {
            ApiError::request(
                413,
                "body_too_large",
                format!("A body has at most {limit} bytes."),
            )
        }
        JsonPayloadError::Deserialize(error) if error.is_data() => wrong_fields(&error.to_string()),
        JsonPayloadError::Deserialize(error) => ApiError::request(
            400,
            "malformed_json",
            format!("The body is not valid JSON: {error}"),
        ),
        _ => ApiError::request(400, "malformed_json", "The body could not be read."),
    };
    problem.into()
}

/// JSON of the wrong shape. serde names a missing field in backquotes; for a wrong type it names none.
fn wrong_fields(explanation: &str) -> ApiError {
    let field = explanation
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    let mut problem = Problem::new(
        422,
        "validation_failed",
        format!("The body does not have the right shape: {explanation}"),
    );
    problem.errors = vec![FieldProblem {
        field: field.unwrap_or("body").to_owned(),
        code: if field.is_some() { "missing" } else { "wrong_type" }.to_owned(),
        message: explanation.to_owned(),
    }];
    ApiError::Request(Box::new(problem))
}

pub(super) fn path(_error: PathError, _request: &HttpRequest) -> actix_web::Error {
    // An id that is no number is an id of nothing.
    ApiError::from(Denial::NotFound).into()
}

#[expect(clippy::needless_pass_by_value, reason = "actix decides the signature")]
pub(super) fn query(error: QueryPayloadError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::request(
        422,
        "validation_failed",
        format!("The query cannot be understood: {error}"),
    )
    .into()
}

#[expect(clippy::needless_pass_by_value, reason = "actix decides the signature")]
pub(super) fn form(error: UrlencodedError, _request: &HttpRequest) -> actix_web::Error {
    let error = match error {
        UrlencodedError::Overflow { limit, .. } => ApiError::request(
            413,
            "body_too_large",
            format!("A body has at most {limit} bytes."),
        ),
        UrlencodedError::ContentType => ApiError::request(
            415,
            "unsupported_media_type",
            "Send JSON, with Content-Type: application/json.",
        ),
        _ => ApiError::request(400, "malformed_form", "The form could not be read."),
    };
    error.into()
}
