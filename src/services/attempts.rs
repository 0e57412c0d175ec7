//! How often somebody may try, and how long a sign-in lasts: the same for payers and staff.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use crate::storage::{self, Session, StorageError};

/// Sign-in attempts from one network address in ten minutes.
pub const ATTEMPTS_PER_ADDRESS_MAX: i64 = 20;
/// Minutes over which attempts are counted.
pub const ATTEMPT_MINUTES: i64 = 10;

/// Idle sessions are noted at most this often, so that reading does not mean writing.
pub(super) const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Why an attempt does not count.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Counts an attempt under a key, and refuses it when there were more than `max` in the window.
///
/// # Errors
/// `TooMany`, `Storage`.
pub(super) async fn count(
    session: &mut Session,
    key: &str,
    now: DateTime<Utc>,
    minutes: i64,
    max: i64,
) -> Result<(), AttemptError> {
    let attempts = storage::counters::add(session, key, window(now, minutes)).await?;
    if attempts > max { Err(AttemptError::TooMany) } else { Ok(()) }
}

/// Forgets the attempts under a key: whoever knows the secret is not guessing it.
///
/// # Errors
/// When the database fails.
pub(super) async fn forget(
    session: &mut Session,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    storage::counters::delete(session, key, window(now, ATTEMPT_MINUTES)).await?;
    Ok(())
}

/// Takes an attempt back that was none: a whole office signs in from one network address.
///
/// # Errors
/// When the database fails.
pub(super) async fn take_back(
    session: &mut Session,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    storage::counters::update_taken_back(session, key, window(now, ATTEMPT_MINUTES)).await?;
    Ok(())
}

/// When the window of so many minutes began that an instant lies in.
fn window(now: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    now.duration_trunc(TimeDelta::minutes(minutes)).unwrap_or(now)
}

/// Whether a session is over that began and was last used then.
pub(super) fn is_over(
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    now: DateTime<Utc>,
    idle_minutes: i64,
    hours: i64,
) -> bool {
    now - last_seen_at > TimeDelta::minutes(idle_minutes)
        || now - created_at > TimeDelta::hours(hours)
}
