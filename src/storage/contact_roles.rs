//! Roles of contacts.

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{contact::RoleSwitches, ids::RoleId};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RoleRow {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Invoice presentment.
    pub gets_invoices: bool,
    /// Communication contact.
    pub gets_messages: bool,
}

impl RoleRow {
    /// What it gets its contacts.
    pub fn switches(&self) -> RoleSwitches {
        RoleSwitches { gets_invoices: self.gets_invoices, gets_messages: self.gets_messages }
    }
}

/// All roles, in the order they were made; at most a hundred.
pub async fn all(session: &mut Session) -> Result<Vec<RoleRow>, StorageError> {
    sql!(
        session,
        fetch_all as RoleRow,
        "SELECT id, name, gets_invoices, gets_messages FROM contact_roles ORDER BY id LIMIT 100"
    )
}

/// The role of an id.
pub async fn find(session: &mut Session, id: RoleId) -> Result<Option<RoleRow>, StorageError> {
    sql!(
        session,
        fetch_optional as RoleRow,
        "SELECT id, name, gets_invoices, gets_messages FROM contact_roles WHERE id = $1",
        id
    )
}
