//! Fields of the company's own, and the values that their lists offer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    custom_field::{FieldKind, FieldLevel, FieldSwitches},
    form::name_key,
    ids::{FieldId, OptionId},
};

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FieldRow {
    /// The field.
    pub id: FieldId,
    /// What it belongs to.
    pub level: FieldLevel,
    /// What is kept in it.
    pub kind: FieldKind,
    /// Its name.
    pub name: String,
    /// Our side sees it.
    pub is_shown: bool,
    /// Our side may change it.
    pub is_editable: bool,
    /// Payers see it.
    pub is_in_portal: bool,
    /// How often it was written, from 1.
    pub version: i64,
}

impl FieldRow {
    /// Where it is used.
    pub const fn switches(&self) -> FieldSwitches {
        let Self { is_shown, is_editable, is_in_portal, .. } = *self;
        FieldSwitches { is_shown, is_editable, is_in_portal }
    }
}

/// A value of a list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OptionRow {
    /// The value.
    pub id: OptionId,
    /// Whose list.
    pub field_id: FieldId,
    /// Its name.
    pub name: String,
    /// Its place in the list.
    pub position: i64,
}

/// All fields, those of customers first, in the order they were made; there are few.
pub async fn all(session: &mut Session) -> Result<Vec<FieldRow>, StorageError> {
    sql!(session, fetch_all as FieldRow, "SELECT * FROM custom_fields ORDER BY level, id LIMIT 100")
}

/// All values of all lists, in their order.
pub async fn all_options(session: &mut Session) -> Result<Vec<OptionRow>, StorageError> {
    sql!(
        session,
        fetch_all as OptionRow,
        "SELECT id, field_id, name, position FROM custom_field_options
         ORDER BY field_id, position, id LIMIT 5000"
    )
}

/// The field of an id, which nobody else changes until the transaction ends.
pub async fn lock(session: &mut Session, id: FieldId) -> Result<Option<FieldRow>, StorageError> {
    sql!(
        session,
        fetch_optional as FieldRow,
        "UPDATE custom_fields SET version = version WHERE id = $1 RETURNING *",
        id
    )
}

/// Adds a field.
///
/// # Errors
/// The constraint `custom_fields_level_name_key_key` when the level has one of this name.
pub async fn insert(
    session: &mut Session,
    field: &FieldRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO custom_fields
             (id, level, kind, name, name_key, is_shown, is_editable, is_in_portal, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        field.id,
        field.level,
        field.kind,
        &field.name,
        name_key(&field.name),
        field.is_shown,
        field.is_editable,
        field.is_in_portal,
        field.version,
        now
    )?;
    Ok(())
}

/// Writes name and switches anew; false when the field is not of the row's version any more.
///
/// # Errors
/// The constraint `custom_fields_level_name_key_key` when another has the name.
pub async fn update(session: &mut Session, field: &FieldRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE custom_fields SET name = $3, name_key = $4, is_shown = $5, is_editable = $6,
             is_in_portal = $7, version = version + 1
         WHERE id = $1 AND version = $2",
        field.id,
        field.version,
        &field.name,
        name_key(&field.name),
        field.is_shown,
        field.is_editable,
        field.is_in_portal
    )?;
    Ok(rows == 1)
}

/// Removes a field that has no values, with its list; false when it is not of that version any more.
pub async fn delete(
    session: &mut Session,
    id: FieldId,
    version: i64,
) -> Result<bool, StorageError> {
    sql!(session, execute, "DELETE FROM custom_field_options WHERE field_id = $1", id)?;
    let rows = sql!(
        session,
        execute,
        "DELETE FROM custom_fields WHERE id = $1 AND version = $2",
        id,
        version
    )?;
    Ok(rows == 1)
}

/// Adds a value to a list.
pub async fn insert_option(session: &mut Session, option: &OptionRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO custom_field_options (id, field_id, name, position) VALUES ($1, $2, $3, $4)",
        option.id,
        option.field_id,
        &option.name,
        option.position
    )?;
    Ok(())
}

/// Writes name and place of a value anew.
pub async fn update_option(session: &mut Session, option: &OptionRow) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE custom_field_options SET name = $3, position = $4 WHERE id = $1 AND field_id = $2",
        option.id,
        option.field_id,
        &option.name,
        option.position
    )?;
    touched(1, rows)
}

/// Removes a value that nothing has.
pub async fn delete_option(session: &mut Session, id: OptionId) -> Result<(), StorageError> {
    let rows = sql!(session, execute, "DELETE FROM custom_field_options WHERE id = $1", id)?;
    touched(1, rows)
}

/// How many customers or invoices have each field, and each value of a list.
pub async fn all_used(session: &mut Session) -> Result<Used, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (FieldId, Option<OptionId>, i64),
        "SELECT field_id, option_id, COUNT(*) FROM customer_field_values GROUP BY field_id, option_id
         UNION ALL
         SELECT field_id, option_id, COUNT(*) FROM invoice_field_values GROUP BY field_id, option_id"
    )?;
    let mut used = Used::default();
    for (field, option, count) in rows {
        *used.fields.entry(field).or_default() += count;
        if let Some(option) = option {
            *used.options.entry(option).or_default() += count;
        }
    }
    Ok(used)
}

/// How much is used; what is not is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Fields.
    pub fields: HashMap<FieldId, i64>,
    /// Values of lists.
    pub options: HashMap<OptionId, i64>,
}
