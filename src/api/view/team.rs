//! What the pages about people on our side receive.

use serde::{Deserialize, Serialize};

use crate::domain::permission::{Permissions, Role};

/// Somebody who may be responsible for a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialistView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// Where a user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// They have not chosen a password yet.
    Invited,
    /// They may sign in.
    Active,
    /// They may not.
    Disabled,
}

/// A user of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamUserView {
    /// Their id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Where they stand.
    pub state: UserState,
    /// Their role.
    pub role: Role,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether they see only the customers whose specialist they are.
    pub own_customers_only: bool,
    /// Customers whose specialist they are.
    pub customers: i64,
    /// Whether they sign in with a second step.
    pub has_second_factor: bool,
    /// When they were last here, in words; empty when that is not known.
    pub last_seen: String,
    /// Whether it is whoever asks.
    pub is_self: bool,
    /// Whether whoever asks may change what they may do and see.
    pub may_change: bool,
}

/// The team, as whoever asks sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// By name.
    pub users: Vec<TeamUserView>,
    /// The roles that whoever asks may give.
    pub roles: Vec<Role>,
    /// The permissions that whoever asks may give.
    pub permissions: Permissions,
}

/// What is typed about a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDraft {
    /// The user that is changed; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// Their version as it was read.
    #[serde(default)]
    pub version: i64,
    /// Their address; it is not changed later.
    #[serde(default)]
    pub email: String,
    /// Their name.
    #[serde(default)]
    pub name: String,
    /// Their role's word.
    #[serde(default)]
    pub role: String,
    /// What they may do: words with a blank between them.
    #[serde(default)]
    pub permissions: String,
    /// The word of the role for which the permissions were shown: for another one they are not
    /// taken.
    #[serde(default)]
    pub permissions_of: String,
    /// Whether they see only the customers whose specialist they are.
    #[serde(default)]
    pub own_customers_only: bool,
    /// Whether they may not sign in.
    #[serde(default)]
    pub is_disabled: bool,
}

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// The browser in words.
    pub browser: String,
    /// Where it came from.
    pub network_address: String,
    /// When it began, in words.
    pub since: String,
    /// When it was last used, in words.
    pub last_seen: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// Somebody's second step of signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorView {
    /// Whether it is on.
    pub is_on: bool,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

/// What an authenticator app needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorSetup {
    /// The secret, in base 32.
    pub secret: String,
    /// A QR code that holds it, as SVG of our own making.
    pub picture: String,
}
