//! What the panel receives about people at a customer.

use serde::{Deserialize, Serialize};

use crate::domain::contact::{ContactSource, MailKind, RoleSwitches};

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

/// A role, for those who keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRoleView {
    /// The role.
    pub role: RoleView,
    /// How often it was written.
    pub version: i64,
    /// How many contacts have it.
    pub contacts: i64,
}

/// What is typed about a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleDraft {
    /// The role that is changed; empty for a new one.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Invoice presentment.
    pub gets_invoices: bool,
    /// Communication contact.
    pub gets_messages: bool,
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
    /// The kinds of mail that go to them about the invoices their customer pays.
    pub gets: Vec<MailKind>,
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
    /// Who gets the mail about the customer's invoices; none when its own contacts do.
    pub payer: Option<PayerContactsView>,
}

/// The people of whoever pays for a customer: the mail about its invoices goes to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerContactsView {
    /// Who pays.
    pub name: String,
    /// Their people, by address; none when whoever asks does not see that customer.
    pub contacts: Option<Vec<CustomerContactView>>,
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
