//! Settings of receivables that are neither printed nor about payments.

use serde::{Deserialize, Serialize};

use super::hierarchy::BillingPreference;

/// What counts for every customer that has no say of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceivablesSettings {
    /// Who pays what a customer buys.
    pub billing_preference: BillingPreference,
}
