//! The second step of signing in: the app's secret, the last step it was used for, recovery codes.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::ids::StaffUserId;

/// The secret of a user's app; empty while the second step is off.
pub async fn find(session: &mut Session, user: StaffUserId) -> Result<String, StorageError> {
    let secret = sql!(
        session,
        optional String,
        "SELECT totp_secret FROM staff_users WHERE id = $1",
        user
    )?;
    Ok(secret.unwrap_or_default())
}

/// Sets the secret; an empty one turns the second step off. Recovery codes of before are gone.
pub async fn update(
    session: &mut Session,
    user: StaffUserId,
    secret: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE staff_users SET totp_secret = $2, totp_step = 0 WHERE id = $1",
        user,
        secret
    )?;
    sql!(session, execute, "DELETE FROM staff_recovery_codes WHERE staff_user_id = $1", user)?;
    Ok(())
}

/// Uses up a step and all before it; false when it was used before (RFC 6238 §5.2).
pub async fn claim_step(
    session: &mut Session,
    user: StaffUserId,
    step: i64,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE staff_users SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
        user,
        step
    )?;
    Ok(rows == 1)
}

/// Keeps the hash of a recovery code.
pub async fn insert_recovery(
    session: &mut Session,
    user: StaffUserId,
    code_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO staff_recovery_codes (staff_user_id, code_hash, created_at)
         VALUES ($1, $2, $3)",
        user,
        code_hash,
        now
    )?;
    Ok(())
}

/// Uses up a recovery code; false when the user has none of this hash.
pub async fn claim_recovery(
    session: &mut Session,
    user: StaffUserId,
    code_hash: &str,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM staff_recovery_codes WHERE staff_user_id = $1 AND code_hash = $2",
        user,
        code_hash
    )?;
    Ok(rows == 1)
}

/// How many recovery codes a user has left.
pub async fn count_recovery(session: &mut Session, user: StaffUserId) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "SELECT COUNT(*) FROM staff_recovery_codes WHERE staff_user_id = $1",
        user
    )
}
