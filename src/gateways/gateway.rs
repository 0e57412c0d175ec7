//! What we ask of a payment processor, and what it may answer.
//!
//! A card or account number never passes through here: methods are added on the processor's own
//! page, by redirect, and we keep its token. A charge is two calls, so that there is a moment at
//! which the processor's record is known to us and nothing has been charged: make the intent,
//! keep its id, confirm it. An intent can succeed only once.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::{
    ids::{CustomerId, PaymentId},
    method::{Funding, MethodKind},
    money::Money,
    payment::{GatewayStatus, Reversal},
};

/// Why a call gave no answer that can be used. What the caller may do next is all that matters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The processor refused the request itself; asking again changes nothing.
    #[error("the processor refused the request: {0}")]
    Refused(String),
    /// The request never left us or was turned away unread: asking again is safe.
    #[error("the processor was not reached")]
    NotAttempted,
    /// The request may have had its effect: look it up before doing anything.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// Our key or settings are wrong.
    #[error("the processor does not accept our credentials")]
    Misconfigured,
}

/// A visit to the processor's page, where a method is added.
#[derive(Clone, Debug)]
pub struct NewSetup {
    /// The processor's token for the customer.
    pub customer_token: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// Where the browser comes back to when a method was added.
    pub return_url: String,
    /// Where it comes back to when not.
    pub cancel_url: String,
}

/// The visit as the processor made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupSession {
    /// The processor's id of it.
    pub id: String,
    /// Where to send the browser.
    pub url: String,
}

/// A method as the processor describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedMethod {
    /// The processor's token.
    pub token: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// Card brand (`Visa`) or bank name.
    pub brand: String,
    /// Last four digits.
    pub last4: String,
    /// The last day of a card's last month.
    pub expires_on: Option<NaiveDate>,
    /// Credit, debit, prepaid or unknown.
    pub funding: Funding,
    /// Issuing country, two letters.
    pub country: Option<String>,
}

/// A charge that is to be made.
#[derive(Clone, Debug)]
pub struct NewIntent {
    /// Our payment: the processor keeps it with its record, so that we can find that again.
    pub payment_id: PaymentId,
    /// The processor's token for the customer.
    pub customer_token: String,
    /// The processor's token for the method.
    pub method_token: String,
    /// Card or bank.
    pub kind: MethodKind,
    /// What to charge, surcharge included.
    pub amount: Money,
    /// The part of it that is a surcharge, for the network's own field.
    pub surcharge_minor: i64,
    /// What people call the payment.
    pub reference: String,
    /// Where the browser comes back to after a further step.
    pub return_url: String,
}

/// The processor's record of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The processor's id of it.
    pub id: String,
    /// Our payment, as we told it.
    pub payment_id: Option<PaymentId>,
    /// Where it stands.
    pub status: GatewayStatus,
    /// Why it failed, as a code of the processor's (`insufficient_funds`) or the bank (`R01`).
    pub failure_code: Option<String>,
    /// Whether the money was taken back after it came, and why.
    pub reversal: Option<(Reversal, String)>,
    /// What it charges.
    pub amount: Money,
    /// What the processor keeps of it, once that is known.
    pub fee_minor: Option<i64>,
    /// Where to send the browser for a further step.
    pub action_url: Option<String>,
    /// When a bank debit usually settles.
    pub expected_on: Option<NaiveDate>,
}

/// A message of the processor's about one of its records. What it claims is not believed: the
/// record is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayEvent {
    /// The message's id, by which it is acted on once.
    pub id: String,
    /// What it is about.
    pub kind: String,
    /// The charge it is about; none for messages we have no use for.
    pub intent_id: Option<String>,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No signature, a wrong one, or one of another time.
    #[error("the signature does not fit")]
    BadSignature,
    /// Signed, but not of a shape we know.
    #[error("the message cannot be read")]
    Unreadable,
}

/// A company that moves money for us.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Its name, as stored.
    fn name(&self) -> &'static str;

    /// Makes its record of a customer, or finds the one made before under the same key.
    async fn ensure_customer(
        &self,
        customer_id: CustomerId,
        name: &str,
        email: &str,
    ) -> Result<String, GatewayError>;

    /// Makes a visit to its page.
    async fn begin_setup(&self, setup: &NewSetup) -> Result<SetupSession, GatewayError>;

    /// The method that a visit added; none when it ended without.
    async fn finish_setup(&self, session_id: &str)
    -> Result<Option<DescribedMethod>, GatewayError>;

    /// Makes a charge without confirming it, under a key made of the payment.
    async fn create_intent(&self, intent: &NewIntent) -> Result<Intent, GatewayError>;

    /// Confirms a charge, under a key made of the payment. A refusal by the card's or the payer's
    /// bank is an answer (`Failed`), not an error.
    async fn confirm_intent(
        &self,
        intent_id: &str,
        payment_id: PaymentId,
    ) -> Result<Intent, GatewayError>;

    /// Its record of a charge.
    async fn find_intent(&self, intent_id: &str) -> Result<Intent, GatewayError>;

    /// Its record of one of our payments, among a customer's records since `since`. This lists
    /// and compares; it does not search, since a search index lags behind.
    async fn find_intent_of(
        &self,
        customer_token: &str,
        payment_id: PaymentId,
        since: DateTime<Utc>,
    ) -> Result<Option<Intent>, GatewayError>;

    /// Cancels a charge that has not been confirmed. When it turns out to be too late, the record
    /// says so.
    async fn cancel_intent(&self, intent_id: &str) -> Result<Intent, GatewayError>;

    /// Checks a message's signature over its raw bytes and reads it.
    fn read_event(
        &self,
        signature: Option<&str>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<GatewayEvent, EventError>;
}
