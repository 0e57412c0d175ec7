//! People on our side and their sessions.

use chrono::{DateTime, Utc};

use super::{db::Session, db::sql, error::StorageError};
use crate::domain::ids::StaffUserId;

/// A staff user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffUserRow {
    /// The user.
    pub id: StaffUserId,
    /// Their address, in the form that is compared.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Argon2id, in the PHC string format.
    pub password_hash: String,
    /// Whether they may sign in.
    pub is_active: bool,
}

/// A session with its user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffSessionRow {
    /// The user.
    pub staff_user_id: StaffUserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they may still be in.
    pub is_active: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
}

/// Adds a user.
///
/// # Errors
/// The constraint `staff_users_email_key` when the address is taken.
pub async fn insert(
    session: &mut Session,
    user: &StaffUserRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO staff_users (id, email, name, password_hash, is_active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        user.id,
        &user.email,
        &user.name,
        &user.password_hash,
        user.is_active,
        now
    )?;
    Ok(())
}

/// The user of an address.
pub async fn find_by_email(
    session: &mut Session,
    email: &str,
) -> Result<Option<StaffUserRow>, StorageError> {
    sql!(
        session,
        fetch_optional as StaffUserRow,
        "SELECT id, email, name, password_hash, is_active FROM staff_users WHERE email = $1",
        email
    )
}

/// How many users there are.
pub async fn count(session: &mut Session) -> Result<i64, StorageError> {
    sql!(session, scalar i64, "SELECT COUNT(*) FROM staff_users")
}

/// Begins a session.
pub async fn insert_session(
    session: &mut Session,
    token_hash: &str,
    user: StaffUserId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO staff_sessions (token_hash, staff_user_id, created_at, last_seen_at)
         VALUES ($1, $2, $3, $3)",
        token_hash,
        user,
        now
    )?;
    Ok(())
}

/// The session of a token's hash.
pub async fn find_session(
    session: &mut Session,
    token_hash: &str,
) -> Result<Option<StaffSessionRow>, StorageError> {
    sql!(
        session,
        fetch_optional as StaffSessionRow,
        "SELECT staff_sessions.staff_user_id, staff_users.email, staff_users.name,
                staff_users.is_active, staff_sessions.created_at, staff_sessions.last_seen_at
         FROM staff_sessions JOIN staff_users ON staff_users.id = staff_sessions.staff_user_id
         WHERE staff_sessions.token_hash = $1",
        token_hash
    )
}

/// Notes that a session was used.
pub async fn update_session_seen(
    session: &mut Session,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE staff_sessions SET last_seen_at = $2 WHERE token_hash = $1",
        token_hash,
        now
    )?;
    Ok(())
}

/// Ends a session.
pub async fn delete_session(session: &mut Session, token_hash: &str) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM staff_sessions WHERE token_hash = $1", token_hash)?;
    Ok(())
}
