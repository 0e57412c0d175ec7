//! Statements of account, as screens receive them.

use serde::{Deserialize, Serialize};

use crate::domain::statement::{StatementChoice, StatementForm};

/// When statements are mailed, and to whom by default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementSettingsView {
    /// A text that changes when they do.
    pub version: String,
    /// The form, filled in.
    pub form: StatementForm,
    /// The day of the next ones, in words; empty while none are mailed.
    pub next: String,
}

/// Whether a customer gets statements, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementView {
    /// Its own say.
    pub own: Option<StatementChoice>,
    /// Whether any are mailed by themselves.
    pub is_on: bool,
    /// Whether those without a say of their own get them.
    pub for_everybody: bool,
    /// The day of the next one, in words; empty where none is mailed.
    pub next: String,
    /// Whether whoever asks may choose, and send one.
    pub may_choose: bool,
}
