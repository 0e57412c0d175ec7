//! People on our side.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    ids::StaffUserId,
    permission::{Duties, Permissions, Role},
};

/// What a user may do and see, as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DutiesRow {
    /// Their role.
    pub role: Role,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether they see only the customers whose specialist they are.
    pub own_customers_only: bool,
}

impl From<DutiesRow> for Duties {
    fn from(row: DutiesRow) -> Self {
        let DutiesRow { role, permissions, own_customers_only } = row;
        Self { role, permissions, own_customers_only }
    }
}

impl From<Duties> for DutiesRow {
    fn from(duties: Duties) -> Self {
        let Duties { role, permissions, own_customers_only } = duties;
        Self { role, permissions, own_customers_only }
    }
}

/// A staff user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffUserRow {
    /// The user.
    pub id: StaffUserId,
    /// Their address, in the form that is compared.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Argon2id, in the PHC string format; empty until they set a password.
    pub password_hash: String,
    /// Whether they may sign in.
    pub is_active: bool,
    /// What they may do and see.
    #[sqlx(flatten)]
    pub duties: DutiesRow,
    /// How often their duties were written, from 1.
    pub version: i64,
}

/// A user in the list of the team.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamRow {
    /// The user.
    #[sqlx(flatten)]
    pub user: StaffUserRow,
    /// When they last used a session that is still kept.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Customers whose specialist they are.
    pub customers: i64,
    /// Whether they sign in with a second step.
    pub has_second_factor: bool,
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
        "INSERT INTO staff_users (id, email, name, password_hash, is_active, role, permissions,
             own_customers_only, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        user.id,
        &user.email,
        &user.name,
        &user.password_hash,
        user.is_active,
        user.duties.role,
        &user.duties.permissions,
        user.duties.own_customers_only,
        user.version,
        now
    )?;
    Ok(())
}

/// The user of an id.
pub async fn find(
    session: &mut Session,
    id: StaffUserId,
) -> Result<Option<StaffUserRow>, StorageError> {
    sql!(session, fetch_optional as StaffUserRow, "SELECT * FROM staff_users WHERE id = $1", id)
}

/// The user of an address.
pub async fn find_by_email(
    session: &mut Session,
    email: &str,
) -> Result<Option<StaffUserRow>, StorageError> {
    sql!(
        session,
        fetch_optional as StaffUserRow,
        "SELECT * FROM staff_users WHERE email = $1",
        email
    )
}

/// Everybody, by name; at most five hundred.
pub async fn all(session: &mut Session) -> Result<Vec<TeamRow>, StorageError> {
    sql!(
        session,
        fetch_all as TeamRow,
        "SELECT u.*, (SELECT MAX(s.last_seen_at) FROM staff_sessions s WHERE s.staff_user_id = u.id)
                    AS last_seen_at,
                (SELECT COUNT(*) FROM customers c WHERE c.specialist_id = u.id) AS customers,
                u.totp_secret <> '' AS has_second_factor
         FROM staff_users u ORDER BY u.name, u.id LIMIT 500"
    )
}

/// Writes name, duties and whether the user may sign in; false when they are not of the row's
/// version any more.
pub async fn update(session: &mut Session, user: &StaffUserRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE staff_users SET name = $3, is_active = $4, role = $5, permissions = $6,
             own_customers_only = $7, version = version + 1
         WHERE id = $1 AND version = $2",
        user.id,
        user.version,
        &user.name,
        user.is_active,
        user.duties.role,
        &user.duties.permissions,
        user.duties.own_customers_only
    )?;
    Ok(rows == 1)
}

/// Sets a user's password.
pub async fn update_password(
    session: &mut Session,
    id: StaffUserId,
    password_hash: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE staff_users SET password_hash = $2 WHERE id = $1",
        id,
        password_hash
    )?;
    Ok(())
}

/// Locks everybody who is an owner and may sign in until the transaction ends, and names them.
pub async fn lock_owners(session: &mut Session) -> Result<Vec<StaffUserId>, StorageError> {
    sql!(
        session,
        scalars StaffUserId,
        "UPDATE staff_users SET version = version WHERE role = $1 AND is_active RETURNING id",
        Role::Owner
    )
}

/// How many users there are.
pub async fn count(session: &mut Session) -> Result<i64, StorageError> {
    sql!(session, scalar i64, "SELECT COUNT(*) FROM staff_users")
}
