//! Settings of receivables that are neither printed nor about payments.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{hierarchy::BillingPreference, ids::WorkflowId, statement::StatementSettings};

/// What counts for every customer that has no say of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceivablesSettings {
    /// Who pays what a customer buys.
    pub billing_preference: BillingPreference,
    /// Monthly statements.
    pub statements: StatementSettings,
    /// The reminder workflow; nobody is reminded when none.
    pub workflow: Option<DefaultWorkflow>,
    /// Days for which a promise to pay is waited for behind its day (product.md §2.5).
    pub promise_grace_days: u16,
}

/// The reminder workflow of customers without one of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultWorkflow {
    /// The workflow.
    pub id: WorkflowId,
    /// The first day on which it counts: what passed before is not made up for.
    pub since: NaiveDate,
}
