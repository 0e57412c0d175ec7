//! What people on our side may do: permissions, the roles that stand for a usual set of them, and
//! whose customers somebody sees (product.md §2.24).

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::ids::StaffUserId;

/// Something that not everybody on our side may do. Reading lists, figures, contacts and notes is
/// open to every active user, for the customers they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Expected dates, statuses and custom fields of invoices.
    Invoices,
    /// Online payments, pay links, applying cash.
    Payments,
    /// Workflows and automations.
    Workflows,
    /// Assigning workflows, inviting to the portal, enrolling in autopay.
    Assignments,
    /// Single e-mails about open invoices.
    Mail,
    /// Monthly statements.
    Statements,
    /// Profiles, contacts, preferences, notes, and their history.
    Customers,
    /// Settings of the company: roles of contacts, payment options, custom fields, bringing in the
    /// books.
    Settings,
    /// The effect of receivables on cash.
    Forecast,
    /// Types of documents.
    Documents,
    /// Users on our side, and what they may do.
    Team,
}

impl Permission {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 11] = [
        Self::Customers,
        Self::Invoices,
        Self::Payments,
        Self::Mail,
        Self::Statements,
        Self::Assignments,
        Self::Workflows,
        Self::Forecast,
        Self::Documents,
        Self::Settings,
        Self::Team,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::Payments => "payments",
            Self::Workflows => "workflows",
            Self::Assignments => "assignments",
            Self::Mail => "mail",
            Self::Statements => "statements",
            Self::Customers => "customers",
            Self::Settings => "settings",
            Self::Forecast => "forecast",
            Self::Documents => "documents",
            Self::Team => "team",
        }
    }

    /// The permission of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == word)
    }
}

/// A set of permissions; written as their words with a blank between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    /// Every permission.
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Whether one is in the set.
    pub fn has(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// Whether all of another set are in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// Those that are in another set too.
    pub fn within(&self, other: &Self) -> Self {
        self.iter().filter(|permission| other.has(*permission)).collect()
    }

    /// The permissions, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(|permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().collect())
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, permission) in self.iter().enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{}", permission.as_str())?;
        }
        Ok(())
    }
}

/// There is no permission of this word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no permission {0:?}")]
pub struct UnknownPermission(pub String);

impl FromStr for Permissions {
    type Err = UnknownPermission;

    fn from_str(words: &str) -> Result<Self, UnknownPermission> {
        let read = |word: &str| {
            Permission::from_word(word).ok_or_else(|| UnknownPermission(word.to_owned()))
        };
        words.split_whitespace().map(read).collect()
    }
}

/// A usual set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything, and cannot be limited; there is always one.
    Owner,
    /// Everything an owner may do, but make owners.
    Admin,
    /// Everything but settings and users.
    Manager,
    /// As a manager, without making workflows.
    Specialist,
    /// Sees and changes nothing.
    Viewer,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Admin, Self::Manager, Self::Specialist, Self::Viewer];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Specialist => "specialist",
            Self::Viewer => "viewer",
        }
    }

    /// The role of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What it usually may do.
    pub fn preset(self) -> Permissions {
        let without = |left_out: &[Permission]| {
            Permission::ALL.into_iter().filter(|one| !left_out.contains(one)).collect()
        };
        match self {
            Self::Owner | Self::Admin => Permissions::all(),
            Self::Manager => {
                without(&[Permission::Documents, Permission::Settings, Permission::Team])
            }
            Self::Specialist => without(&[
                Permission::Documents,
                Permission::Settings,
                Permission::Team,
                Permission::Workflows,
            ]),
            Self::Viewer => Permissions::default(),
        }
    }
}

/// Whose customers somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everybody's.
    All,
    /// Those whose specialist they are.
    Own(StaffUserId),
}

/// What a user may do and see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// Their role.
    pub role: Role,
    /// What they may do: the role's usual set, or another one.
    pub permissions: Permissions,
    /// Whether they see only the customers whose specialist they are.
    pub own_customers_only: bool,
}

/// Why duties cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DutiesError {
    /// An owner may do and see everything.
    #[error("an owner cannot be limited")]
    OwnerLimited,
    /// Settings and users concern every customer.
    #[error("settings and users cannot be left to somebody who sees only their own customers")]
    OwnButSettings,
}

impl Duties {
    /// A role with its usual permissions.
    pub fn of(role: Role) -> Self {
        Self { role, permissions: role.preset(), own_customers_only: false }
    }

    /// Whether they fit together.
    ///
    /// # Errors
    /// `OwnerLimited`, `OwnButSettings`.
    pub fn check(&self) -> Result<(), DutiesError> {
        let is_limited = self.own_customers_only || self.permissions != Permissions::all();
        if self.role == Role::Owner && is_limited {
            return Err(DutiesError::OwnerLimited);
        }
        let for_all = [Permission::Documents, Permission::Settings, Permission::Team];
        if self.own_customers_only && for_all.into_iter().any(|one| self.permissions.has(one)) {
            return Err(DutiesError::OwnButSettings);
        }
        Ok(())
    }

    /// Whether somebody with these duties may give others to somebody: only an owner makes and
    /// changes owners, and nobody gives what they do not have.
    pub fn may_give(&self, other: &Self) -> bool {
        let is_owners = self.role == Role::Owner || other.role != Role::Owner;
        is_owners
            && self.permissions.has(Permission::Team)
            && self.permissions.covers(&other.permissions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_word(permission.as_str()), Some(permission));
        }
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
            assert_eq!(role.preset().to_string().parse(), Ok(role.preset()), "{role:?}");
            assert_eq!(Duties::of(role).check(), Ok(()), "{role:?}");
        }
        assert_eq!(Permissions::default().to_string(), "");
        assert_eq!("mail wings".parse::<Permissions>(), Err(UnknownPermission("wings".to_owned())));
    }

    /// product.md §2.24: managers do without settings and users, specialists also without making
    /// workflows, viewers do nothing.
    #[test]
    fn roles_stand_for_their_usual_permissions() {
        let missing = |role: Role| -> Vec<&str> {
            let has = role.preset();
            let all = Permission::ALL.into_iter();
            all.filter(|one| !has.has(*one)).map(Permission::as_str).collect()
        };
        assert!(missing(Role::Owner).is_empty());
        assert!(missing(Role::Admin).is_empty());
        assert_eq!(missing(Role::Manager), ["documents", "settings", "team"]);
        assert_eq!(missing(Role::Specialist), ["workflows", "documents", "settings", "team"]);
        assert_eq!(missing(Role::Viewer).len(), Permission::ALL.len());
    }

    #[test]
    fn duties_fit_together() {
        let own = |role| Duties { own_customers_only: true, ..Duties::of(role) };
        assert_eq!(own(Role::Owner).check(), Err(DutiesError::OwnerLimited));
        assert_eq!(own(Role::Admin).check(), Err(DutiesError::OwnButSettings));
        assert_eq!(own(Role::Manager).check(), Ok(()));
        let owner = Duties { permissions: Permissions::default(), ..Duties::of(Role::Owner) };
        assert_eq!(owner.check(), Err(DutiesError::OwnerLimited));
    }

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        let [owner, admin, manager, ..] = Role::ALL.map(Duties::of);
        let clerk = Duties {
            permissions: [Permission::Team, Permission::Mail].into_iter().collect(),
            ..Duties::of(Role::Viewer)
        };
        assert!(owner.may_give(&owner) && owner.may_give(&admin));
        assert!(admin.may_give(&admin) && !admin.may_give(&owner));
        assert!(!manager.may_give(&Duties::of(Role::Viewer)));
        assert!(clerk.may_give(&Duties::of(Role::Viewer)) && !clerk.may_give(&manager));
    }
}
