//! Invoices: what is stored about them, and what follows from it on a given day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days before the due date from which an invoice counts as due soon.
pub const DUE_SOON_DAYS: i64 = 7;

/// Days before the end of a discount from which it counts as ending soon.
pub const DISCOUNT_SOON_DAYS: i64 = 3;

/// What an imported or made document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A demand for payment.
    Invoice,
    /// Credit issued to a customer.
    CreditMemo,
    /// A correction of either sign that is neither.
    Adjustment,
}

impl DocumentKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditMemo => "credit_memo",
            Self::Adjustment => "adjustment",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "invoice" => Some(Self::Invoice),
            "credit_memo" => Some(Self::CreditMemo),
            "adjustment" => Some(Self::Adjustment),
            _ => None,
        }
    }
}

/// Whole days after the due date; zero or less while it is not late. A due date itself is not
/// late.
pub fn days_past_due(due_on: NaiveDate, today: NaiveDate) -> i64 {
    (today - due_on).num_days()
}

/// What a person sees about an invoice on a day. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum InvoiceStatus {
    /// Nothing is open.
    Paid,
    /// It was withdrawn.
    Voided,
    /// A payment that covers it is on its way.
    Clearing,
    /// The customer objects to it.
    Disputed,
    /// Late.
    Overdue {
        /// Whole days.
        days: i64,
    },
    /// Due within [`DUE_SOON_DAYS`].
    DueSoon {
        /// Whole days left; zero is today.
        days: i64,
    },
    /// Open.
    Open,
}

/// The stored facts a status follows from. Amounts in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusFacts {
    /// What is open.
    pub balance: i64,
    /// What payments on their way hold of it.
    pub reserved: i64,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Whether it was withdrawn.
    pub is_voided: bool,
    /// Whether the customer objects.
    pub is_disputed: bool,
}

/// The status on `today`, the seller's local date.
pub fn status(facts: &StatusFacts, today: NaiveDate) -> InvoiceStatus {
    let late = days_past_due(facts.due_on, today);
    if facts.is_voided {
        InvoiceStatus::Voided
    } else if facts.balance <= 0 {
        InvoiceStatus::Paid
    } else if facts.reserved >= facts.balance {
        InvoiceStatus::Clearing
    } else if facts.is_disputed {
        InvoiceStatus::Disputed
    } else if late > 0 {
        InvoiceStatus::Overdue { days: late }
    } else if late >= -DUE_SOON_DAYS {
        InvoiceStatus::DueSoon { days: -late }
    } else {
        InvoiceStatus::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_from_the_facts() {
        let due_on: NaiveDate = "2026-11-22".parse().unwrap();
        let facts =
            StatusFacts { balance: 100, reserved: 0, due_on, is_voided: false, is_disputed: false };
        let on = |facts: StatusFacts, day: &str| status(&facts, day.parse().unwrap());
        assert_eq!(on(facts, "2026-11-14"), InvoiceStatus::Open);
        assert_eq!(on(facts, "2026-11-15"), InvoiceStatus::DueSoon { days: 7 });
        assert_eq!(on(facts, "2026-11-22"), InvoiceStatus::DueSoon { days: 0 });
        assert_eq!(on(facts, "2026-11-23"), InvoiceStatus::Overdue { days: 1 });
        let disputed = StatusFacts { is_disputed: true, ..facts };
        assert_eq!(on(disputed, "2026-11-23"), InvoiceStatus::Disputed);
        let held = StatusFacts { reserved: 100, ..disputed };
        assert_eq!(on(held, "2026-11-23"), InvoiceStatus::Clearing);
        assert_eq!(on(StatusFacts { balance: 0, ..held }, "2026-11-23"), InvoiceStatus::Paid);
        let voided = StatusFacts { is_voided: true, ..held };
        assert_eq!(on(voided, "2026-11-23"), InvoiceStatus::Voided);
    }
}
