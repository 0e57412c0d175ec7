//! Attempts counted by key and time window, so that limits hold across restarts and processes.

use chrono::{DateTime, Utc};

use super::{db::Session, db::sql, error::StorageError};

/// Counts one attempt and returns how many there are in the window.
pub async fn add(
    session: &mut Session,
    key: &str,
    window_start: DateTime<Utc>,
) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "INSERT INTO attempt_counters (key, window_start, attempts) VALUES ($1, $2, 1)
         ON CONFLICT (key, window_start)
         DO UPDATE SET attempts = attempt_counters.attempts + 1 RETURNING attempts",
        key,
        window_start
    )
}

/// Takes one attempt of a window back.
pub async fn update_taken_back(
    session: &mut Session,
    key: &str,
    window_start: DateTime<Utc>,
) -> Result<u64, StorageError> {
    sql!(
        session,
        execute,
        "UPDATE attempt_counters SET attempts = attempts - 1
         WHERE key = $1 AND window_start = $2 AND attempts > 0",
        key,
        window_start
    )
}

/// Forgets the attempts of a window.
pub async fn delete(
    session: &mut Session,
    key: &str,
    window_start: DateTime<Utc>,
) -> Result<u64, StorageError> {
    sql!(
        session,
        execute,
        "DELETE FROM attempt_counters WHERE key = $1 AND window_start = $2",
        key,
        window_start
    )
}

/// Forgets windows that began before `before`.
pub async fn delete_old(session: &mut Session, before: DateTime<Utc>) -> Result<u64, StorageError> {
    sql!(session, execute, "DELETE FROM attempt_counters WHERE window_start < $1", before)
}
