//! What the panel receives about people at a customer.

use serde::{Deserialize, Serialize};

use crate::domain::contact::{ContactSource, RoleSwitches};

/// A role, as the choice shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it gets its contacts.
    pub switches: RoleSwitches,
}

/// A contact of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerContactView {
    /// Its id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// Where it comes from.
    pub source: ContactSource,
    /// Their name; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their phone; may be empty.
    pub phone: String,
    /// Their role's id.
    pub role_id: String,
}

/// The people at a customer, and the roles there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsView {
    /// By address.
    pub contacts: Vec<CustomerContactView>,
    /// In the order they were made.
    pub roles: Vec<RoleView>,
    /// Whether whoever asks may add, change and remove them.
    pub may_change: bool,
}

/// What is typed about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactDraft {
    /// The contact that is changed; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// Its version as it was read.
    #[serde(default)]
    pub version: i64,
    /// Their name.
    #[serde(default)]
    pub name: String,
    /// Their address.
    #[serde(default)]
    pub email: String,
    /// Their phone.
    #[serde(default)]
    pub phone: String,
    /// Their role's id.
    #[serde(default)]
    pub role_id: String,
}
