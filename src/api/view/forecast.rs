//! What is expected when, as its page shows it.

use serde::{Deserialize, Serialize};

/// Invoices, and what is open on them in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumView {
    /// How many.
    pub count: i64,
    /// Open on them.
    pub minor: i64,
}

/// A week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekView {
    /// Its first day, in words.
    pub from: String,
    /// Its last day, in words.
    pub to: String,
    /// What is expected in it.
    pub sum: SumView,
}

/// What is expected when, in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastView {
    /// ISO 4217 code.
    pub currency: String,
    /// All currencies in which something is open.
    pub currencies: Vec<String>,
    /// The weeks, this one first.
    pub weeks: Vec<WeekView>,
    /// Expected within them.
    pub expected: SumView,
    /// Expected after them.
    pub later: SumView,
    /// Late: no day is known.
    pub late: SumView,
    /// On hold.
    pub on_hold: SumView,
    /// All that is open.
    pub whole: SumView,
}
