//! Codes that were mailed to people on our side, with which they set a password.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::ids::StaffUserId;

/// A code that was mailed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffCodeRow {
    /// To whom.
    pub staff_user_id: StaffUserId,
    /// Its hash.
    pub code_hash: String,
    /// Until when it may be used.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a code beside earlier ones.
pub async fn insert(
    session: &mut Session,
    code: &StaffCodeRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO staff_codes (staff_user_id, code_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4)",
        code.staff_user_id,
        &code.code_hash,
        now,
        code.expires_at
    )?;
    Ok(())
}

/// Uses up one of a user's codes by its hash, unless it has expired; false when there is none.
pub async fn claim(
    session: &mut Session,
    user: StaffUserId,
    code_hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM staff_codes WHERE staff_user_id = $1 AND code_hash = $2 AND expires_at > $3",
        user,
        code_hash,
        now
    )?;
    Ok(rows == 1)
}

/// Forgets a user's codes.
pub async fn delete(session: &mut Session, user: StaffUserId) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM staff_codes WHERE staff_user_id = $1", user)?;
    Ok(())
}

/// Forgets codes that expired before `before`.
pub async fn delete_old(session: &mut Session, before: DateTime<Utc>) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM staff_codes WHERE expires_at < $1", before)?;
    Ok(())
}
