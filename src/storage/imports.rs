//! Runs of imports and their reports.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::ids::ImportId;

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ImportRow {
    /// The run.
    pub id: ImportId,
    /// What was imported.
    pub kind: String,
    /// The file's name.
    pub file_name: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Documents handled so far.
    pub done_count: i64,
    /// Documents in the file.
    pub total_count: i64,
    /// The report, as JSON; empty while running.
    pub report: String,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub started_at: DateTime<Utc>,
}

/// Keeps a run.
pub async fn insert(session: &mut Session, row: &ImportRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO imports (id, kind, file_name, state, done_count, total_count, report,
             started_by, started_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.id,
        &row.kind,
        &row.file_name,
        &row.state,
        row.done_count,
        row.total_count,
        &row.report,
        &row.started_by,
        row.started_at
    )?;
    Ok(())
}

/// The run of an id.
pub async fn find(session: &mut Session, id: ImportId) -> Result<Option<ImportRow>, StorageError> {
    sql!(session, fetch_optional as ImportRow, "SELECT * FROM imports WHERE id = $1", id)
}

/// The latest runs, at most twenty.
pub async fn all_latest(session: &mut Session) -> Result<Vec<ImportRow>, StorageError> {
    sql!(
        session,
        fetch_all as ImportRow,
        "SELECT * FROM imports ORDER BY started_at DESC, id DESC LIMIT 20"
    )
}

/// Notes how far a run is.
pub async fn update_progress(
    session: &mut Session,
    id: ImportId,
    done: i64,
    total: i64,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE imports SET done_count = $2, total_count = $3 WHERE id = $1",
        id,
        done,
        total
    )?;
    touched(1, rows)
}

/// Ends a run.
pub async fn update_finished(
    session: &mut Session,
    id: ImportId,
    state: &str,
    report: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE imports SET state = $2, report = $3, finished_at = $4 WHERE id = $1",
        id,
        state,
        report,
        now
    )?;
    touched(1, rows)
}
