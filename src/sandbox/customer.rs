//! Whoever a payment method belongs to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A customer, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) customer_id: String,
    pub(super) created_at: DateTime<Utc>,
}

impl Customer {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "customer";

    /// What the interface answers.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "customer",
            "name": self.name,
            "email": self.email,
            "metadata": { "customer_id": self.customer_id },
            "created": self.created_at.timestamp(),
        })
    }
}
