//! What the page of a pay link receives, and what staff are told of one.

use serde::{Deserialize, Serialize};

use super::{PortalFrame, PortalInvoice};
use crate::domain::payment::PaymentState;

/// The page of a pay link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayLinkPage {
    /// Around it.
    pub frame: PortalFrame,
    /// What is shown.
    pub shown: PayLinkShown,
}

/// What the page of a pay link shows. What leads nowhere tells nothing of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayLinkShown {
    /// The invoice, and the way to pay it.
    Open(Box<OpenPayLink>),
    /// That nothing is left to pay, or that all of it is on its way.
    Paid(PaidPayLink),
    /// That its time is over.
    Expired,
    /// That it was taken back.
    Revoked,
    /// That online payments are off.
    Paused,
}

/// An invoice that can be paid by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPayLink {
    /// The key, for the button.
    pub key: String,
    /// The invoice as the portal shows it.
    pub invoice: PortalInvoice,
    /// ISO 4217 code.
    pub currency: String,
    /// Terms in words; may be empty.
    pub terms: String,
    /// Who pays.
    pub payer: String,
    /// Whether balance or due date changed since the link was handed out.
    pub has_changed: bool,
    /// Whether cards are taken for it.
    pub takes_cards: bool,
    /// Whether bank debits are.
    pub takes_bank: bool,
    /// The most a credit card would cost on top, as a percentage; empty for nothing.
    pub surcharge_percent: String,
    /// What paying by bank takes off, as a percentage; empty for nothing.
    pub bank_discount_percent: String,
}

/// An invoice on which nothing is left to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidPayLink {
    /// The key, for the button.
    pub key: String,
    /// The invoice's number.
    pub number: String,
    /// When it was settled, in words; empty while something is on its way.
    pub settled: String,
    /// The payment by a link of it, if that is how it was paid.
    pub payment: Option<LinkPaymentView>,
}

/// A payment that was made by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPaymentView {
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it came back, as a code.
    pub failure_code: String,
    /// When a bank debit usually settles, in words; may be empty.
    pub expected: String,
    /// What was charged, in minor units.
    pub charge: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// What staff are told of an invoice's pay link. The key itself is told once, to whoever makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayLinkView {
    /// Whether there is one that opens something today.
    pub is_active: bool,
    /// Where the latest stands, as a word; empty when there was none.
    pub state: String,
    /// When it was made, in words.
    pub made: String,
    /// Who had it made.
    pub made_by: String,
    /// Until when it lives, in words.
    pub expires: String,
    /// When it was opened first, in words; empty when it was not.
    pub opened: String,
    /// Whether the balance or the due date changed since.
    pub has_changed: bool,
    /// Whether whoever looks may make one now.
    pub may_make: bool,
    /// Whether whoever looks may take it back.
    pub may_revoke: bool,
}
