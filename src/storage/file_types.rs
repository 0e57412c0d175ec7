//! Types of documents.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{form::name_key, ids::FileTypeId};

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FileTypeRow {
    /// The type.
    pub id: FileTypeId,
    /// Its name.
    pub name: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// All types, in the order they were made; at most a hundred.
pub async fn all(session: &mut Session) -> Result<Vec<FileTypeRow>, StorageError> {
    sql!(session, fetch_all as FileTypeRow, "SELECT * FROM file_types ORDER BY id LIMIT 100")
}

/// The type of an id.
pub async fn find(
    session: &mut Session,
    id: FileTypeId,
) -> Result<Option<FileTypeRow>, StorageError> {
    sql!(session, fetch_optional as FileTypeRow, "SELECT * FROM file_types WHERE id = $1", id)
}

/// How many documents are of each type; types without any are left out.
pub async fn all_used(session: &mut Session) -> Result<HashMap<FileTypeId, i64>, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (FileTypeId, i64),
        "SELECT type_id, COUNT(*) FROM files GROUP BY type_id"
    )?;
    Ok(rows.into_iter().collect())
}

/// Adds a type.
///
/// # Errors
/// The constraint `file_types_name_key_key` when the name is taken.
pub async fn insert(
    session: &mut Session,
    row: &FileTypeRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO file_types (id, name, name_key, version, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        row.id,
        &row.name,
        name_key(&row.name),
        row.version,
        now
    )?;
    Ok(())
}

/// Writes a type anew; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `file_types_name_key_key` when another has the name.
pub async fn update(session: &mut Session, row: &FileTypeRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE file_types SET name = $3, name_key = $4, version = version + 1
         WHERE id = $1 AND version = $2",
        row.id,
        row.version,
        &row.name,
        name_key(&row.name)
    )?;
    Ok(rows == 1)
}

/// Removes a type that no document has; false when it is not of that version any more.
///
/// # Errors
/// The constraint `files_type_id_fkey` when a document has it.
pub async fn delete(
    session: &mut Session,
    id: FileTypeId,
    version: i64,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM file_types WHERE id = $1 AND version = $2",
        id,
        version
    )?;
    Ok(rows == 1)
}
