//! Errors over HTTP: RFC 9457 problem details with a stable `code`.

use chatterbox_domain::Denial;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` says which problem it is.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable code.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// What is wrong with which field, for `validation_failed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// When it can be tried again, for `rate_limited` and `unavailable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<u64>,
}

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// A stable code.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

impl Problem {
    /// A problem of the protocol itself, such as a body that is no JSON.
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Self {
            r#type: "about:blank".to_owned(),
            title: title_of(status).to_owned(),
            status,
            code: code.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_ms: None,
        }
    }
}

impl From<&Denial> for Problem {
    fn from(denial: &Denial) -> Self {
        let mut problem = Self::new(status_of(denial), denial.code(), denial.to_string());
        match denial {
            Denial::Invalid(errors) => {
                problem.errors = errors
                    .iter()
                    .map(|e| FieldProblem {
                        field: e.field.into(),
                        code: e.code.into(),
                        message: e.message.clone(),
                    })
                    .collect();
            }
            Denial::RateLimited { retry_after_ms } => problem.retry_after_ms = Some(*retry_after_ms),
            _ => {}
        }
        problem
    }
}

fn status_of(denial: &Denial) -> u16 {
    match denial {
        Denial::Invalid(_) => 422,
        Denial::NotFound => 404,
        Denial::Forbidden | Denial::AccountBlocked | Denial::SignUpClosed | Denial::WrongPassword => 403,
        Denial::InvalidCredentials | Denial::SessionEnded => 401,
        Denial::UsernameTaken | Denial::EmailTaken | Denial::ClientKeyReused => 409,
        Denial::MessageDeleted => 410,
        Denial::RateLimited { .. } => 429,
    }
}

fn title_of(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "Internal Server Error",
    }
}
