//! A visit to our page on which a method is added.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::method::Method;
use crate::domain::method::MethodKind;

/// How long a visit stays open.
const OPEN_FOR: TimeDelta = TimeDelta::hours(24);

/// A visit, as kept. Its id is a secret: whoever holds it may add a method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SetupSession {
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) kind: MethodKind,
    pub(super) return_url: String,
    pub(super) cancel_url: String,
    /// The method that was added.
    pub(super) payment_method: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

/// Where a visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionStatus {
    Open,
    Complete,
    /// Not completed within a day. Leaving the page alone decides nothing: the visitor may have
    /// it open in another window.
    Canceled,
}

impl SetupSession {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "setup_session";

    /// Where it stands.
    pub(super) fn status(&self, now: DateTime<Utc>) -> SessionStatus {
        if self.payment_method.is_some() {
            SessionStatus::Complete
        } else if now - self.created_at > OPEN_FOR {
            SessionStatus::Canceled
        } else {
            SessionStatus::Open
        }
    }

    /// What the interface answers.
    pub(super) fn to_json(&self, method: Option<&Method>, now: DateTime<Utc>, url: &str) -> Value {
        let status = match self.status(now) {
            SessionStatus::Open => "open",
            SessionStatus::Complete => "complete",
            SessionStatus::Canceled => "canceled",
        };
        json!({
            "id": self.id,
            "object": "setup_session",
            "customer": self.customer,
            "kind": self.kind.as_str(),
            "url": url,
            "status": status,
            "payment_method": method.map(Method::to_json),
            "created": self.created_at.timestamp(),
        })
    }
}

/// A question put to the holder of a card, on a page of the card's bank. Its id is a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) id: String,
    pub(super) subject: Subject,
    pub(super) last4: String,
}

/// What a question is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Subject {
    /// Whether a card may be kept. It is, once approved.
    Setup { session: String, method: Box<Method> },
    /// Whether a charge may be made.
    Charge { intent: String },
}

impl Challenge {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "challenge";
}
