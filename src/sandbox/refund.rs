//! Money given back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

/// A refund, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) intent: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: RefundStatus,
    pub(super) created_at: DateTime<Utc>,
}

impl Refund {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "refund";

    /// What the interface answers.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "refund",
            "payment_intent": self.intent,
            "amount": self.amount,
            "currency": self.currency,
            "status": self.status,
            "created": self.created_at.timestamp(),
        })
    }
}
