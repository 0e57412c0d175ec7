//! Answers of the interface, and why a request is turned away.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::storage::error::StorageError;

/// What the interface answers. It is kept with the key of the request, to be answered again.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

impl Answer {
    /// 200.
    pub(super) fn ok(body: &Value) -> Self {
        Self { status: StatusCode::OK, body: body.to_string() }
    }

    /// A charge that was refused, with its record inside.
    pub(super) fn refused_charge(intent: &Value) -> Self {
        let mut error = intent.get("last_payment_error").cloned().unwrap_or_else(|| json!({}));
        if let Some(fields) = error.as_object_mut() {
            fields.insert("payment_intent".to_owned(), intent.clone());
        }
        Self { status: StatusCode::PAYMENT_REQUIRED, body: json!({ "error": error }).to_string() }
    }

    /// A request that does not fit the state of a charge, with its record inside.
    pub(super) fn wrong_state(intent: &Value, message: &str) -> Self {
        let refusal = Refusal {
            status: StatusCode::BAD_REQUEST,
            kind: "invalid_request_error",
            code: "payment_intent_unexpected_state",
            message: message.to_owned(),
        };
        Self { status: refusal.status, body: refusal.to_json(Some(intent)).to_string() }
    }

    /// The processor broke down.
    pub(super) fn server_error() -> Self {
        Refusal {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "api_error",
            code: "internal_error",
            message: "Something went wrong here.".to_owned(),
        }
        .into_answer()
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, json_headers(), Body::from(self.body)).into_response()
    }
}

/// The headers of every answer.
pub(super) fn json_headers() -> [(header::HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]
}

/// Why a request is turned away before it has any effect. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Refusal {
    /// 400: the request itself is wrong.
    pub(super) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "invalid_request_error",
            code,
            message: message.into(),
        }
    }

    /// 404: there is no such record.
    pub(super) fn missing(what: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::invalid("resource_missing", format!("No such {what}."))
        }
    }

    /// 401: the key is missing or wrong.
    pub(super) fn unauthorized() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            ..Self::invalid("api_key_invalid", "Send the secret key as a bearer token.")
        }
    }

    /// 409: the same key is being worked on.
    pub(super) fn key_in_use() -> Self {
        Self {
            status: StatusCode::CONFLICT,
            ..Self::invalid("idempotency_key_in_use", "A request with this key is being worked on.")
        }
    }

    /// 429: too many requests.
    pub(super) fn rate_limited() -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            ..Self::invalid("rate_limit", "Too many requests.")
        }
    }

    /// 400: the same key came with something else.
    pub(super) fn key_mismatch() -> Self {
        Self {
            kind: "idempotency_error",
            ..Self::invalid("idempotency_error", "This key was used for a different request.")
        }
    }

    fn to_json(&self, intent: Option<&Value>) -> Value {
        json!({
            "error": {
                "type": self.kind,
                "code": self.code,
                "decline_code": null,
                "message": self.message,
                "payment_intent": intent,
            },
        })
    }

    /// As an answer.
    pub(super) fn into_answer(self) -> Answer {
        Answer { status: self.status, body: self.to_json(None).to_string() }
    }
}

/// Why a request has no answer that is kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    /// It was turned away.
    #[error("the request was turned away: {}", .0.code)]
    Refused(Refusal),
    /// The book cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl ApiError {
    /// As an answer. What failed inside is logged and not told.
    pub(super) fn into_answer(self) -> Answer {
        match self {
            Self::Refused(refusal) => refusal.into_answer(),
            Self::Storage(error) => {
                tracing::error!(%error, "the sandbox processor's book failed");
                Answer::server_error()
            }
        }
    }
}
