//! Where people on our side are signed in.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
    staff::DutiesRow,
};
use crate::domain::ids::{SessionId, StaffUserId};

/// A session that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession<'a> {
    /// The session.
    pub id: SessionId,
    /// The hash of its token.
    pub token_hash: &'a str,
    /// Whose.
    pub staff_user_id: StaffUserId,
    /// The browser in words, as it names itself.
    pub browser: &'a str,
    /// Where it came from.
    pub network_address: &'a str,
    /// Whether it waits for the second step and opens nothing yet.
    pub needs_code: bool,
}

/// A session with its user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffSessionRow {
    /// The session.
    pub id: SessionId,
    /// The user.
    pub staff_user_id: StaffUserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they may still be in.
    pub is_active: bool,
    /// Whether it waits for the second step and opens nothing yet.
    pub needs_code: bool,
    /// What the user may do and see.
    #[sqlx(flatten)]
    pub duties: DutiesRow,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
}

/// A session in the list of a user's own.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnSessionRow {
    /// The session.
    pub id: SessionId,
    /// The browser, as it names itself.
    pub browser: String,
    /// Where it came from.
    pub network_address: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
}

/// Begins a session.
pub async fn insert(
    session: &mut Session,
    begun: &NewSession<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO staff_sessions (id, token_hash, staff_user_id, browser, network_address,
             needs_code, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        begun.id,
        begun.token_hash,
        begun.staff_user_id,
        begun.browser,
        begun.network_address,
        begun.needs_code,
        now
    )?;
    Ok(())
}

/// The session of a token's hash.
pub async fn find(
    session: &mut Session,
    token_hash: &str,
) -> Result<Option<StaffSessionRow>, StorageError> {
    sql!(
        session,
        fetch_optional as StaffSessionRow,
        "SELECT s.id, s.staff_user_id, u.email, u.name, u.is_active, s.needs_code, u.role, u.permissions,
                u.own_customers_only, s.created_at, s.last_seen_at
         FROM staff_sessions s JOIN staff_users u ON u.id = s.staff_user_id
         WHERE s.token_hash = $1",
        token_hash
    )
}

/// A user's sessions that were used since `since`, the latest first; at most a hundred.
pub async fn all(
    session: &mut Session,
    user: StaffUserId,
    since: DateTime<Utc>,
) -> Result<Vec<OwnSessionRow>, StorageError> {
    sql!(
        session,
        fetch_all as OwnSessionRow,
        "SELECT id, browser, network_address, created_at, last_seen_at FROM staff_sessions
         WHERE staff_user_id = $1 AND last_seen_at > $2 AND NOT needs_code ORDER BY last_seen_at DESC, id LIMIT 100",
        user,
        since
    )
}

/// Notes that a session was used.
pub async fn update_seen(
    session: &mut Session,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(session, execute, "UPDATE staff_sessions SET last_seen_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

/// Ends the session of a token's hash; false when there is none.
pub async fn delete(session: &mut Session, token_hash: &str) -> Result<bool, StorageError> {
    let rows =
        sql!(session, execute, "DELETE FROM staff_sessions WHERE token_hash = $1", token_hash)?;
    Ok(rows == 1)
}

/// Ends a session of a user; false when they have none of this id.
pub async fn delete_own(
    session: &mut Session,
    user: StaffUserId,
    id: SessionId,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "DELETE FROM staff_sessions WHERE staff_user_id = $1 AND id = $2",
        user,
        id
    )?;
    Ok(rows == 1)
}

/// Ends every session of a user but one; without one, every one.
pub async fn delete_others(
    session: &mut Session,
    user: StaffUserId,
    but: Option<SessionId>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "DELETE FROM staff_sessions WHERE staff_user_id = $1 AND id <> $2",
        user,
        but.map(|id| id.to_string()).unwrap_or_default()
    )?;
    Ok(())
}

/// Forgets sessions that were last used before `before`.
pub async fn delete_old(session: &mut Session, before: DateTime<Utc>) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM staff_sessions WHERE last_seen_at < $1", before)?;
    Ok(())
}
