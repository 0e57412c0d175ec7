//! Promises to pay, as screens receive them.

use serde::{Deserialize, Serialize};

use super::Amount;
use crate::domain::{
    invoice::InvoiceStatus,
    promise::{PromiseChannel, PromiseStatus},
};

/// A promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseView {
    /// Its id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// What became of it.
    pub status: PromiseStatus,
    /// What was promised.
    pub amount: Amount,
    /// What was paid of it, until now or until it was closed, in minor units.
    pub paid: i64,
    /// Its day, in words.
    pub by: String,
    /// How the customer gave its word; none where nobody said so.
    pub channel: Option<PromiseChannel>,
    /// What else is to be known; may be empty.
    pub note: String,
    /// Numbers of its invoices, of those that whoever asks sees.
    pub invoices: Vec<String>,
    /// The customer at whom it was taken, when that is another; else empty.
    pub customer: String,
    /// Who took it.
    pub taker: String,
    /// When, in words.
    pub taken: String,
    /// When it was closed, in words; empty while it is open.
    pub closed: String,
}

/// An open invoice that can be promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromisableView {
    /// Its id.
    pub id: String,
    /// How often somebody decided what is expected of it, to be sent back.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Who bought, when that is another customer; else empty.
    pub buyer: String,
    /// Its due date, in words.
    pub due: String,
    /// What it is today.
    pub status: InvoiceStatus,
    /// What is open, in minor units.
    pub balance: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The day of the open promise that it is in already, in words; else empty.
    pub already: String,
}

/// The promises of a customer, and what can be promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromisesView {
    /// Open ones first, those due first; then the last that were closed.
    pub promises: Vec<PromiseView>,
    /// Whether there are more open ones.
    pub has_more: bool,
    /// Open invoices, the oldest due first; none for those who may not record a promise.
    pub invoices: Vec<PromisableView>,
    /// Whether there are more of them.
    pub is_cut: bool,
    /// The first day that can be named.
    pub today: String,
    /// Whether whoever asks may record and cancel promises.
    pub may_record: bool,
}
