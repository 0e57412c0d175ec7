//! Reminder workflows, as screens receive them.

use serde::{Deserialize, Serialize};

use crate::domain::workflow::Step;

/// A workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The version, to be sent back with a change.
    pub version: i64,
    /// Its steps, the earliest first.
    pub steps: Vec<Step>,
    /// Customers that have it as their own; zero where it is only chosen from.
    pub customers: i64,
    /// Whether customers without one of their own have it.
    pub is_usual: bool,
}

/// The workflow of a customer, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWorkflowView {
    /// The id of its own; empty when the company's counts.
    pub own: String,
    /// The name of what counts; empty when nobody is reminded.
    pub name: String,
    /// The name of the company's; empty when there is none.
    pub inherited: String,
    /// Whether whoever asks may give it another.
    pub may_assign: bool,
}
