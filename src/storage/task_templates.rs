//! What tasks of a kind begin with.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{form::name_key, ids::TemplateId, task::TaskKind};

/// A template.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TemplateRow {
    /// The template.
    pub id: TemplateId,
    /// Its name, which is the task's title.
    pub name: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// What the task's notes begin with.
    pub notes: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// Adds a template.
///
/// # Errors
/// The constraint `task_templates_name_key_key` when there is one of that name.
pub async fn insert(
    session: &mut Session,
    row: &TemplateRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO task_templates (id, name, name_key, kind, notes, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        &row.name,
        name_key(&row.name),
        row.kind,
        &row.notes,
        row.version,
        now
    )?;
    Ok(())
}

/// Writes a template; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `task_templates_name_key_key` when there is another of that name.
pub async fn update(session: &mut Session, row: &TemplateRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE task_templates SET name = $3, name_key = $4, kind = $5, notes = $6,
             version = version + 1
         WHERE id = $1 AND version = $2",
        row.id,
        row.version,
        &row.name,
        name_key(&row.name),
        row.kind,
        &row.notes
    )?;
    Ok(rows == 1)
}

/// Removes a template; false when it is not of that version any more.
pub async fn delete(
    session: &mut Session,
    id: TemplateId,
    version: i64,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM task_templates WHERE id = $1 AND version = $2",
        id,
        version
    )?;
    Ok(rows == 1)
}

/// The template of an id.
pub async fn find(
    session: &mut Session,
    id: TemplateId,
) -> Result<Option<TemplateRow>, StorageError> {
    sql!(session, fetch_optional as TemplateRow, "SELECT * FROM task_templates WHERE id = $1", id)
}

/// All of them, by name; at most two hundred.
pub async fn all(session: &mut Session) -> Result<Vec<TemplateRow>, StorageError> {
    sql!(
        session,
        fetch_all as TemplateRow,
        "SELECT * FROM task_templates ORDER BY name_key, id LIMIT 200"
    )
}
