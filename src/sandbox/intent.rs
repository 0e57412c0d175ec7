//! The record of a charge.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::method::type_word;
use crate::domain::{method::MethodKind, money::Currency};

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    RequiresConfirmation,
    RequiresAction,
    Processing,
    Succeeded,
    /// Refused: another method is needed, and this record is not charged any more.
    RequiresPaymentMethod,
    Canceled,
}

impl Status {
    /// The word of the interface.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::Canceled => "canceled",
        }
    }
}

/// Why a charge was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChargeError {
    /// `card_declined`, `account_closed`.
    pub(super) code: String,
    /// What the card's bank said: `insufficient_funds`.
    pub(super) decline_code: Option<String>,
    /// What the network said: `R01`.
    pub(super) network_decline_code: Option<String>,
    pub(super) message: String,
}

impl ChargeError {
    /// As it stands in the record.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "type": "card_error",
            "code": self.code,
            "decline_code": self.decline_code,
            "network_decline_code": self.network_decline_code,
            "message": self.message,
        })
    }
}

/// Money that was taken back after success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dispute {
    pub(super) id: String,
    /// `fraudulent`, `debit_not_authorized`.
    pub(super) reason: String,
    /// The bank's return code, for a bank debit.
    pub(super) network_reason_code: Option<String>,
    pub(super) amount: i64,
    pub(super) created_at: DateTime<Utc>,
}

/// The record of a charge, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) payment_method: String,
    pub(super) kind: MethodKind,
    pub(super) last4: String,
    pub(super) amount: i64,
    pub(super) currency: Currency,
    pub(super) surcharge: i64,
    pub(super) payment_id: String,
    pub(super) description: String,
    pub(super) return_url: String,
    pub(super) status: Status,
    pub(super) error: Option<ChargeError>,
    /// The question that the holder of the card must answer first.
    pub(super) challenge: Option<String>,
    pub(super) fee: Option<i64>,
    pub(super) expected_on: Option<NaiveDate>,
    pub(super) dispute: Option<Dispute>,
    /// What was given back, what is being given back included.
    pub(super) refunded: i64,
    pub(super) created_at: DateTime<Utc>,
}

impl Intent {
    /// The kind under which it is kept.
    pub(super) const KIND: &str = "payment_intent";

    /// What the interface answers. `public_url` is where our pages are.
    pub(super) fn to_json(&self, public_url: &str) -> Value {
        let next_action = self.challenge.as_ref().filter(|_| self.status == Status::RequiresAction);
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "currency": self.currency.code().to_ascii_lowercase(),
            "customer": self.customer,
            "payment_method": self.payment_method,
            "payment_method_types": [type_word(self.kind)],
            "kind": self.kind.as_str(),
            "surcharge": self.surcharge,
            "metadata": { "payment_id": self.payment_id },
            "description": self.description,
            "return_url": self.return_url,
            "status": self.status.as_str(),
            "last_payment_error": self.error.as_ref().map(ChargeError::to_json),
            "next_action": next_action.map(|challenge| json!({
                "type": "redirect_to_url",
                "redirect_to_url": {
                    "url": format!("{public_url}/challenge/{challenge}"),
                    "return_url": self.return_url,
                },
            })),
            "fee": self.fee,
            "expected_on": self.expected_on,
            "dispute": self.dispute.as_ref().map(|dispute| self.dispute_json(dispute)),
            "amount_refunded": self.refunded,
            "created": self.created_at.timestamp(),
        })
    }

    /// The dispute as an object of its own.
    pub(super) fn dispute_json(&self, dispute: &Dispute) -> Value {
        json!({
            "id": dispute.id,
            "object": "dispute",
            "payment_intent": self.id,
            "amount": dispute.amount,
            "currency": self.currency.code().to_ascii_lowercase(),
            "reason": dispute.reason,
            "network_reason_code": dispute.network_reason_code,
            "status": if self.kind == MethodKind::Bank { "lost" } else { "needs_response" },
            "created": dispute.created_at.timestamp(),
        })
    }
}
