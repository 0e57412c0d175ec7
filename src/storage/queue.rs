//! The job queue: rows claimed by lease, retried with back-off, parked after the last try.
//! Jobs are written in the transaction of the change that needs them.

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::{
    db::{Dialect, Session, sql},
    error::StorageError,
};
use crate::domain::ids::JobId;

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobRow {
    /// The job.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// With what, as JSON.
    pub payload: String,
    /// Tries, this one included.
    pub tries: i64,
}

/// A parked job, for `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ParkedRow {
    /// The job.
    pub id: JobId,
    /// What it was to do.
    pub kind: String,
    /// Tries.
    pub tries: i64,
    /// Why the last one failed.
    pub last_error: String,
}

/// Queues a job; one with the same `once_key` that is still here wins.
pub async fn insert_once(
    session: &mut Session,
    id: JobId,
    kind: &str,
    payload: &str,
    once_key: &str,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO jobs (id, kind, payload, once_key, state, run_at, tries, last_error, created_at)
         VALUES ($1, $2, $3, $4, 'queued', $5, 0, '', $6) ON CONFLICT (once_key) DO NOTHING",
        id,
        kind,
        payload,
        once_key,
        run_at,
        now
    )?;
    Ok(())
}

/// Takes the next job of a kind that is due and not leased, and leases it.
pub async fn claim(
    session: &mut Session,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
    kind: &str,
) -> Result<Option<JobRow>, StorageError> {
    let query = claiming(session, "kind = $3");
    sql!(session, fetch_optional as JobRow, AssertSqlSafe(query), now, leased_until, kind)
}

/// Takes the next job of any but four kinds, likewise.
pub async fn claim_other(
    session: &mut Session,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
    kinds: [&str; 5],
) -> Result<Option<JobRow>, StorageError> {
    let query = claiming(session, "kind NOT IN ($3, $4, $5, $6, $7)");
    let [first, second, third, fourth, fifth] = kinds;
    sql!(
        session,
        fetch_optional as JobRow,
        AssertSqlSafe(query),
        now,
        leased_until,
        first,
        second,
        third,
        fourth,
        fifth
    )
}

fn claiming(session: &Session, which: &str) -> String {
    let skip = match session.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    format!(
        "UPDATE jobs SET leased_until = $2, tries = tries + 1
         WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND run_at <= $1 AND {which}
                     AND (leased_until IS NULL OR leased_until <= $1)
                     ORDER BY run_at, id LIMIT 1 {skip})
         RETURNING id, kind, payload, tries"
    )
}

/// Removes a finished job. Nothing happens when another worker took it over: `tries` tells.
pub async fn delete_done(
    session: &mut Session,
    id: JobId,
    tries: i64,
) -> Result<bool, StorageError> {
    let rows = sql!(session, execute, "DELETE FROM jobs WHERE id = $1 AND tries = $2", id, tries)?;
    Ok(rows == 1)
}

/// Puts a failed job back for later.
pub async fn update_retry(
    session: &mut Session,
    id: JobId,
    tries: i64,
    run_at: DateTime<Utc>,
    error: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE jobs SET leased_until = NULL, run_at = $3, last_error = $4
         WHERE id = $1 AND tries = $2",
        id,
        tries,
        run_at,
        error
    )?;
    Ok(())
}

/// Parks a job that will not be tried again by itself.
pub async fn update_parked(
    session: &mut Session,
    id: JobId,
    tries: i64,
    error: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE jobs SET leased_until = NULL, state = 'parked', last_error = $3
         WHERE id = $1 AND tries = $2",
        id,
        tries,
        error
    )?;
    Ok(())
}

/// Parked jobs, oldest first, at most a hundred.
pub async fn all_parked(session: &mut Session) -> Result<Vec<ParkedRow>, StorageError> {
    sql!(
        session,
        fetch_all as ParkedRow,
        "SELECT id, kind, tries, last_error FROM jobs WHERE state = 'parked'
         ORDER BY created_at, id LIMIT 100"
    )
}

/// Jobs that wait.
pub async fn count_queued(session: &mut Session) -> Result<i64, StorageError> {
    sql!(session, scalar i64, "SELECT COUNT(*) FROM jobs WHERE state = 'queued'")
}
