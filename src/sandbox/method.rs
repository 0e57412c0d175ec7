//! A stored card or bank account: what may be known of it, and how it behaves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::numbers::Behaviour;
use crate::domain::method::{Funding, MethodKind};

/// A payment method, as kept. There is no number in it and none can be had from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Method {
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) kind: MethodKind,
    pub(super) brand: String,
    pub(super) last4: String,
    pub(super) expiry: Option<Expiry>,
    pub(super) funding: Funding,
    pub(super) country: String,
    pub(super) fingerprint: String,
    pub(super) behaviour: Behaviour,
    pub(super) created_at: DateTime<Utc>,
}

/// The month after which a card is no longer good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Expiry {
    pub(super) year: i32,
    pub(super) month: u32,
}

impl Method {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "payment_method";

    /// What the interface answers.
    pub(super) fn to_json(&self) -> Value {
        let mut body = json!({
            "id": self.id,
            "object": "payment_method",
            "customer": self.customer,
            "created": self.created_at.timestamp(),
        });
        let details = match self.kind {
            MethodKind::Card => json!({
                "brand": self.brand,
                "last4": self.last4,
                "exp_month": self.expiry.map(|expiry| expiry.month),
                "exp_year": self.expiry.map(|expiry| expiry.year),
                "funding": self.funding.as_str(),
                "country": self.country,
                "fingerprint": self.fingerprint,
            }),
            MethodKind::Bank => json!({
                "bank_name": self.brand,
                "last4": self.last4,
                "fingerprint": self.fingerprint,
            }),
        };
        if let Some(fields) = body.as_object_mut() {
            let kind = type_word(self.kind);
            fields.insert("type".to_owned(), kind.into());
            fields.insert(kind.to_owned(), details);
        }
        body
    }
}

/// The processor's word for a kind of method.
pub(super) const fn type_word(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Card => "card",
        MethodKind::Bank => "us_bank_account",
    }
}
