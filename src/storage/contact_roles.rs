//! Roles of contacts. The first one is what contacts of the books get.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{contact::RoleSwitches, form::name_key, ids::RoleId};

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
    /// How often it was written, from 1.
    pub version: i64,
}

impl RoleRow {
    /// What it gets its contacts.
    pub fn switches(&self) -> RoleSwitches {
        RoleSwitches { gets_invoices: self.gets_invoices, gets_messages: self.gets_messages }
    }
}

/// All roles, in the order they were made; at most a hundred.
pub async fn all(session: &mut Session) -> Result<Vec<RoleRow>, StorageError> {
    sql!(session, fetch_all as RoleRow, "SELECT * FROM contact_roles ORDER BY id LIMIT 100")
}

/// The role that contacts of the books begin with.
pub async fn first(session: &mut Session) -> Result<Option<RoleRow>, StorageError> {
    sql!(session, fetch_optional as RoleRow, "SELECT * FROM contact_roles ORDER BY id LIMIT 1")
}

/// The role of an id.
pub async fn find(session: &mut Session, id: RoleId) -> Result<Option<RoleRow>, StorageError> {
    sql!(session, fetch_optional as RoleRow, "SELECT * FROM contact_roles WHERE id = $1", id)
}

/// How many contacts have each role; none is left out.
pub async fn all_used(session: &mut Session) -> Result<HashMap<RoleId, i64>, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (RoleId, i64),
        "SELECT role_id, COUNT(*) FROM contacts WHERE removed_at IS NULL GROUP BY role_id"
    )?;
    Ok(rows.into_iter().collect())
}

/// Adds a role.
///
/// # Errors
/// The constraint `contact_roles_name_key_key` when the name is taken.
pub async fn insert(
    session: &mut Session,
    role: &RoleRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO contact_roles
             (id, name, name_key, gets_invoices, gets_messages, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        role.id,
        &role.name,
        name_key(&role.name),
        role.gets_invoices,
        role.gets_messages,
        role.version,
        now
    )?;
    Ok(())
}

/// Writes a role anew; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `contact_roles_name_key_key` when another has the name.
pub async fn update(session: &mut Session, role: &RoleRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE contact_roles SET name = $3, name_key = $4, gets_invoices = $5, gets_messages = $6,
             version = version + 1
         WHERE id = $1 AND version = $2",
        role.id,
        role.version,
        &role.name,
        name_key(&role.name),
        role.gets_invoices,
        role.gets_messages
    )?;
    Ok(rows == 1)
}

/// Removes a role that nobody has; false when it is not of that version any more.
pub async fn delete(session: &mut Session, id: RoleId, version: i64) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM contact_roles WHERE id = $1 AND version = $2",
        id,
        version
    )?;
    Ok(rows == 1)
}
