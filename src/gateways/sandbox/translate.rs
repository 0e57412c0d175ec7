//! The processor's shapes, and what they are in ours. A word we do not know makes a record
//! unreadable: guessing is not for money.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    domain::{
        calendar::last_day_of_month,
        ids::PaymentId,
        method::{Funding, MethodKind},
        money::{Currency, Money},
        payment::{GatewayStatus, Reversal},
    },
    gateways::gateway::{DescribedMethod, Intent},
};

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) url: String,
    status: String,
    payment_method: Option<WireMethod>,
}

#[derive(Debug, Deserialize)]
struct WireMethod {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    card: Option<WireCard>,
    us_bank_account: Option<WireBankAccount>,
}

#[derive(Debug, Deserialize)]
struct WireCard {
    brand: String,
    last4: String,
    exp_month: u32,
    exp_year: i32,
    funding: String,
    country: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireBankAccount {
    bank_name: String,
    last4: String,
}

impl Session {
    /// The method that was added, if one was. None at all: the answer cannot be read.
    pub(super) fn into_method(self) -> Option<Option<DescribedMethod>> {
        match (self.status.as_str(), self.payment_method) {
            ("complete", Some(method)) => method.into_method().map(Some),
            ("open" | "canceled", _) => Some(None),
            _ => None,
        }
    }
}

impl WireMethod {
    fn into_method(self) -> Option<DescribedMethod> {
        match (self.kind.as_str(), self.card, self.us_bank_account) {
            ("card", Some(card), _) => Some(DescribedMethod {
                token: self.id,
                kind: MethodKind::Card,
                brand: card.brand,
                last4: card.last4,
                expires_on: last_day_of_month(card.exp_year, card.exp_month),
                funding: Funding::from_word(&card.funding),
                country: card.country,
            }),
            ("us_bank_account", _, Some(account)) => Some(DescribedMethod {
                token: self.id,
                kind: MethodKind::Bank,
                brand: account.bank_name,
                last4: account.last4,
                expires_on: None,
                funding: Funding::Unknown,
                country: None,
            }),
            _ => None,
        }
    }
}

/// A body that says what is wrong.
#[derive(Debug, Deserialize)]
pub(super) struct WireError {
    pub(super) error: WireErrorBody,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireErrorBody {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    pub(super) payment_intent: Option<Value>,
}

/// A page of charges, newest first.
#[derive(Debug, Deserialize)]
pub(super) struct IntentPage {
    pub(super) data: Vec<WireIntent>,
    pub(super) has_more: bool,
}

/// A charge.
#[derive(Debug, Deserialize)]
pub(super) struct WireIntent {
    pub(super) id: String,
    amount: i64,
    currency: String,
    status: String,
    kind: String,
    #[serde(default)]
    metadata: Metadata,
    last_payment_error: Option<WireChargeError>,
    next_action: Option<NextAction>,
    fee: Option<i64>,
    expected_on: Option<NaiveDate>,
    dispute: Option<WireDispute>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    payment_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireChargeError {
    code: Option<String>,
    decline_code: Option<String>,
    network_decline_code: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NextAction {
    redirect_to_url: Option<RedirectToUrl>,
}

#[derive(Debug, Deserialize)]
struct RedirectToUrl {
    url: String,
}

#[derive(Debug, Deserialize)]
struct WireDispute {
    reason: Option<String>,
    network_reason_code: Option<String>,
}

impl WireIntent {
    /// Whether it was made for this payment of ours.
    pub(super) fn is_of(&self, payment_id: PaymentId) -> bool {
        self.metadata.payment_id.as_deref() == Some(payment_id.to_string().as_str())
    }

    /// In our shape; none when it holds a word we do not know.
    pub(super) fn into_intent(self) -> Option<Intent> {
        let kind = MethodKind::from_word(&self.kind)?;
        let status = match self.status.as_str() {
            "requires_confirmation" => GatewayStatus::RequiresConfirmation,
            "requires_action" => GatewayStatus::RequiresAction,
            "processing" => GatewayStatus::Processing,
            "succeeded" => GatewayStatus::Succeeded,
            // The shape of a refusal. Without one, it has simply not been confirmed yet.
            "requires_payment_method" if self.last_payment_error.is_some() => GatewayStatus::Failed,
            "requires_payment_method" => GatewayStatus::RequiresConfirmation,
            "canceled" => GatewayStatus::Canceled,
            _ => return None,
        };
        // The bank's own code says most, then the card's bank's, then the processor's.
        let failure_code = self
            .last_payment_error
            .and_then(|error| error.network_decline_code.or(error.decline_code).or(error.code));
        let reversal = self.dispute.map(|dispute| {
            let code = dispute.network_reason_code.or(dispute.reason).unwrap_or_default();
            match kind {
                MethodKind::Card => (Reversal::Chargeback, code),
                MethodKind::Bank => (Reversal::Return, code),
            }
        });
        let action_url = self.next_action.and_then(|action| action.redirect_to_url);
        Some(Intent {
            payment_id: self.metadata.payment_id.and_then(|text| text.parse().ok()),
            id: self.id,
            status,
            failure_code,
            reversal,
            amount: Money::new(self.amount, Currency::from_code(&self.currency)?),
            fee_minor: self.fee,
            action_url: action_url.map(|action| action.url),
            expected_on: self.expected_on,
        })
    }
}

/// Of two records of the same payment, the one that went further: money that moved counts before
/// money that may yet move, and that before nothing.
pub(super) fn further(best: Option<Intent>, other: Intent) -> Intent {
    let rank = |intent: &Intent| match intent.status {
        GatewayStatus::Succeeded => 5,
        GatewayStatus::Processing => 4,
        GatewayStatus::RequiresAction => 3,
        GatewayStatus::RequiresConfirmation => 2,
        GatewayStatus::Failed => 1,
        GatewayStatus::Canceled => 0,
    };
    match best {
        Some(best) if rank(&best) >= rank(&other) => best,
        _ => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(status: &str, more: &str) -> Option<Intent> {
        let text = format!(
            r#"{{"id":"pi_a","amount":100,"currency":"usd","kind":"card","status":"{status}"{more}}}"#
        );
        serde_json::from_str::<WireIntent>(&text).unwrap().into_intent()
    }

    #[test]
    fn every_status_has_its_place() {
        let error = r#","last_payment_error":{"code":"card_declined","decline_code":"lost_card"}"#;
        for (status, more, expected) in [
            ("requires_confirmation", "", Some(GatewayStatus::RequiresConfirmation)),
            ("requires_payment_method", "", Some(GatewayStatus::RequiresConfirmation)),
            ("requires_payment_method", error, Some(GatewayStatus::Failed)),
            ("requires_action", "", Some(GatewayStatus::RequiresAction)),
            ("processing", "", Some(GatewayStatus::Processing)),
            ("succeeded", "", Some(GatewayStatus::Succeeded)),
            ("canceled", "", Some(GatewayStatus::Canceled)),
            ("requires_capture", "", None),
        ] {
            assert_eq!(intent(status, more).map(|it| it.status), expected, "{status}");
        }
        let failed = intent("requires_payment_method", error).unwrap();
        assert_eq!(failed.failure_code.as_deref(), Some("lost_card"));
    }

    #[test]
    fn the_furthest_record_counts() {
        let succeeded = intent("succeeded", "").unwrap();
        let canceled = intent("canceled", "").unwrap();
        assert_eq!(further(Some(canceled.clone()), succeeded.clone()), succeeded);
        assert_eq!(further(Some(succeeded.clone()), canceled), succeeded);
        assert_eq!(further(None, succeeded.clone()), succeeded);
    }

    #[test]
    fn a_complete_visit_without_a_method_cannot_be_read() {
        let session = |text| serde_json::from_str::<Session>(text).unwrap().into_method();
        assert_eq!(session(r#"{"id":"s","url":"u","status":"open"}"#), Some(None));
        assert_eq!(session(r#"{"id":"s","url":"u","status":"complete"}"#), None);
        assert_eq!(session(r#"{"id":"s","url":"u","status":"odd"}"#), None);
    }
}
