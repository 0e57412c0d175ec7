//! What the staff's side shows of one invoice.

use serde::{Deserialize, Serialize};

use super::{InvoiceRowView, LineView};
use crate::domain::{
    expectation::{ExpectationForm, ExpectationStatus, HoldReason},
    payment::PaymentState,
};

/// When the money of an open invoice is expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationView {
    /// How sure it is.
    pub status: ExpectationStatus,
    /// The day in words; empty when there is none.
    pub on: String,
    /// Why nobody follows up; only of a hold.
    pub reason: Option<HoldReason>,
    /// What stands in the form.
    pub form: ExpectationForm,
    /// The version, to be sent back with a decision.
    pub version: i64,
}

/// A payment on an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePaymentView {
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it failed or came back, as a code; may be empty.
    pub failure_code: String,
    /// Its method in words.
    pub method: String,
    /// When it was confirmed, in words.
    pub received: String,
    /// When a bank debit usually settles, in words; may be empty.
    pub expected: String,
    /// What it pays on the invoice, in minor units.
    pub principal: i64,
    /// Discounts it earns on the invoice, in minor units.
    pub discount: i64,
}

/// Everything the side panel shows of one invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePanel {
    /// As the lists show it.
    pub row: InvoiceRowView,
    /// Payment terms; may be empty.
    pub terms: String,
    /// Tax within the total, in minor units.
    pub tax: i64,
    /// What payments on their way hold, in minor units.
    pub clearing: i64,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// Payments on it, the latest first.
    pub payments: Vec<InvoicePaymentView>,
    /// How late the customer usually pays, in days; none while too little is known.
    pub usual_days_late: Option<i64>,
    /// Today, `YYYY-MM-DD`: no earlier day can be expected.
    pub today: String,
    /// Whether whoever looks may decide what is expected.
    pub may_decide: bool,
    /// Whether its history is open to whoever looks.
    pub has_history: bool,
}

/// What came of deciding on several invoices at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedView {
    /// How many were changed, or were so already.
    pub decided: i64,
    /// Numbers of those that somebody else changed meanwhile.
    pub changed: Vec<String>,
    /// Numbers of those on which nothing is open any more.
    pub closed: Vec<String>,
    /// Numbers of those that are charged by themselves.
    pub automatic: Vec<String>,
    /// How many are not there any more, or not for whoever asked.
    pub missing: i64,
}

/// An e-mail about an invoice that could be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceMailView {
    /// The invoice.
    pub id: String,
    /// Who pays it.
    pub payer: String,
    /// The addresses it goes to, to be sent back; empty where no contact gets messages.
    pub to: String,
    /// A subject to begin with.
    pub subject: String,
    /// Whether whoever asks may send one now.
    pub may_send: bool,
}
