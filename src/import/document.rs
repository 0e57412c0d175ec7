//! What one document of the file says.

use std::{fmt::Write as _, sync::Arc};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::money::Currency;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A demand for payment.
    Invoice,
    /// Credit given to a customer.
    CreditMemo,
    /// A correction in either direction, such as a bad debt.
    Adjustment,
}

impl DocumentKind {
    /// The name used in options and fingerprints: `invoice`, `credit-memo`, `adjustment`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditMemo => "credit-memo",
            Self::Adjustment => "adjustment",
        }
    }

    /// Finds a kind by its [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Invoice, Self::CreditMemo, Self::Adjustment]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl std::fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Which way an amount changes what the customer owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The customer owes more.
    Debit,
    /// The customer owes less.
    Credit,
}

impl Side {
    /// `debit` or `credit`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }
}

/// What the file says about a payment of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedPaid {
    /// When it was paid, if the file says so.
    pub on: Option<NaiveDate>,
    /// How much, in minor units; the whole total when the file gives only a date.
    pub amount: i64,
}

/// One line of a document.
///
/// The lines of a document turned to its side: on a credit memo that the file writes with negative
/// quantities, quantities and amounts are positive here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedLine {
    /// What it is for; empty when the file says nothing.
    pub description: Arc<str>,
    /// How many; negative for a line that takes back.
    pub quantity: Decimal,
    /// Price of one, with as many decimals as the file gives.
    pub unit_price: Decimal,
    /// Minor units. The amounts are rounded cumulatively, so that they add up exactly to the sum
    /// of quantity × unit price rounded once, half up; each is less than one minor unit off.
    pub amount: i64,
}

/// An invoice, credit memo or adjustment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// Which way `total` counts. Always `Debit` for invoices, always `Credit` for credit memos.
    pub side: Side,
    /// Its number, exactly as written but for blanks around it.
    pub number: Arc<str>,
    /// The customer's number, likewise.
    pub customer_number: Arc<str>,
    /// Date of the document.
    pub issued_on: NaiveDate,
    /// The contract date, if the file has one.
    pub due_on: Option<NaiveDate>,
    /// Label of the payment terms.
    pub terms: Option<Arc<str>>,
    /// Currency of every amount of the document.
    pub currency: Currency,
    /// Magnitude in minor units, never negative; `side` has the sign.
    pub total: i64,
    /// Tax in minor units, in the direction of `side`.
    pub tax: Option<i64>,
    /// Total before tax in minor units, in the direction of `side`.
    pub subtotal: Option<i64>,
    /// The customer's order number.
    pub po_number: Option<Arc<str>>,
    /// Free text.
    pub notes: Option<Arc<str>>,
    /// Whether the customer objects.
    pub disputed: bool,
    /// A payment already made.
    pub paid: Option<ImportedPaid>,
    /// Its lines in the order of the file; empty when the file has none.
    pub lines: Vec<ImportedLine>,
    /// Line of the file on which its first row starts.
    pub line: u64,
}

impl ImportedDocument {
    /// A canonical text of everything the document says, for hashing: two documents have the same
    /// text exactly when importing one over the other changes nothing. It depends on neither the
    /// document's place in the file nor on how numbers were written (`1.50` and `1.5` agree).
    pub fn fingerprint(&self) -> String {
        let mut text = Canonical::new("document/1");
        text.word(self.kind.name());
        text.word(self.side.name());
        text.word(&self.number);
        text.word(&self.customer_number);
        text.shown(Some(self.issued_on));
        text.shown(self.due_on);
        text.optional(self.terms.as_deref());
        text.word(self.currency.code());
        text.shown(Some(self.total));
        text.shown(self.tax);
        text.shown(self.subtotal);
        text.optional(self.po_number.as_deref());
        text.optional(self.notes.as_deref());
        text.word(if self.disputed { "disputed" } else { "" });
        text.shown(self.paid.and_then(|paid| paid.on));
        text.shown(self.paid.map(|paid| paid.amount));
        for line in &self.lines {
            text.word(&line.description);
            text.shown(Some(line.quantity.normalize()));
            text.shown(Some(line.unit_price.normalize()));
            text.shown(Some(line.amount));
        }
        text.finish()
    }
}

/// Writes values so that no two different lists of values give the same text: each is preceded by
/// its length, an absent one is a dash.
pub(super) struct Canonical(String);

impl Canonical {
    pub(super) fn new(version: &str) -> Self {
        Self(version.to_owned())
    }

    pub(super) fn word(&mut self, value: &str) {
        self.optional(Some(value));
    }

    pub(super) fn optional(&mut self, value: Option<&str>) {
        // Writing to a String cannot fail.
        let _ = match value {
            Some(value) => write!(self.0, "|{}:{value}", value.len()),
            None => write!(self.0, "|-"),
        };
    }

    pub(super) fn shown(&mut self, value: Option<impl std::fmt::Display>) {
        self.optional(value.map(|value| value.to_string()).as_deref());
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}
