//! Payers' sign-in codes and sessions.

use chrono::{DateTime, Utc};

use super::{
    company::CompanyRow,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::ids::{CustomerId, SessionId, StaffUserId};

/// A code that was mailed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CodeRow {
    /// The code's own id.
    pub id: SessionId,
    /// Whom it was for.
    pub email: String,
    /// Argon2id of the six digits.
    pub code_hash: String,
    /// Wrong tries so far.
    pub tries: i64,
    /// Until when it may be used.
    pub expires_at: DateTime<Utc>,
}

/// A payer's session.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PayerSessionRow {
    /// The signed-in address.
    pub email: String,
    /// The account that is open.
    pub customer_id: Option<CustomerId>,
    /// Its name.
    pub account: Option<String>,
    /// Who pays its invoices, when that is somebody else.
    pub paid_by: Option<String>,
    /// What the account is granted otherwise than everybody, as JSON.
    pub payment_overrides: Option<String>,
    /// How many accounts the address may open.
    pub account_count: i64,
    /// Who on our side only looks, in place of the payer: their name.
    pub viewer: Option<String>,
    /// Their id.
    pub viewer_id: Option<StaffUserId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
    /// The seller: every page shows it.
    #[sqlx(flatten)]
    pub company: CompanyRow,
}

/// Keeps a code; the browser's earlier ones no longer count.
pub async fn insert_code(
    session: &mut Session,
    code: &CodeRow,
    browser_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE sign_in_codes SET used_at = $2 WHERE browser_hash = $1 AND used_at IS NULL",
        browser_hash,
        now
    )?;
    sql!(
        session,
        execute,
        "INSERT INTO sign_in_codes
             (id, email, browser_hash, code_hash, tries, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        code.id,
        &code.email,
        browser_hash,
        &code.code_hash,
        code.tries,
        now,
        code.expires_at
    )?;
    Ok(())
}

/// The browser's unused code, with one more try counted: a try is counted before it is judged,
/// so that parallel guesses cannot outrun the limit.
pub async fn claim_try(
    session: &mut Session,
    browser_hash: &str,
) -> Result<Option<CodeRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CodeRow,
        "UPDATE sign_in_codes SET tries = tries + 1
         WHERE browser_hash = $1 AND used_at IS NULL
         RETURNING id, email, code_hash, tries, expires_at",
        browser_hash
    )
}

/// Uses a code up; false when it was used before.
pub async fn update_used(
    session: &mut Session,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE sign_in_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
        id,
        now
    )?;
    Ok(rows == 1)
}

/// Begins a session.
pub async fn insert_session(
    session: &mut Session,
    token_hash: &str,
    email: &str,
    customer_id: Option<CustomerId>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO payer_sessions (token_hash, email, customer_id, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $4)",
        token_hash,
        email,
        customer_id,
        now
    )?;
    Ok(())
}

/// Begins a session of somebody on our side who only looks.
pub async fn insert_view(
    session: &mut Session,
    token_hash: &str,
    email: &str,
    customer_id: CustomerId,
    viewer_id: StaffUserId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO payer_sessions
             (token_hash, email, customer_id, viewer_id, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        token_hash,
        email,
        customer_id,
        viewer_id,
        now
    )?;
    Ok(())
}

/// The session of a token's hash. An account that the address may no longer open is not open.
pub async fn find_session(
    session: &mut Session,
    token_hash: &str,
) -> Result<Option<PayerSessionRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PayerSessionRow,
        "SELECT payer_sessions.email, contacts.customer_id, customers.name AS account,
                bill_to.name AS paid_by, customers.payment_overrides,
                (SELECT COUNT(*) FROM contacts AS own
                 WHERE own.email = payer_sessions.email AND own.removed_at IS NULL)
                    AS account_count,
                viewers.name AS viewer, payer_sessions.viewer_id,
                payer_sessions.created_at, payer_sessions.last_seen_at,
                company.profile, company.payment_policy, company.receivables
         FROM payer_sessions
         LEFT JOIN company ON company.id = 'company'
         LEFT JOIN staff_users AS viewers ON viewers.id = payer_sessions.viewer_id
         LEFT JOIN contacts ON contacts.customer_id = payer_sessions.customer_id
             AND contacts.email = payer_sessions.email AND contacts.removed_at IS NULL
         LEFT JOIN customers ON customers.id = contacts.customer_id
         LEFT JOIN customers AS bill_to ON bill_to.id = customers.bill_to_id
             AND bill_to.id <> customers.id
         WHERE payer_sessions.token_hash = $1",
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
        "UPDATE payer_sessions SET last_seen_at = $2 WHERE token_hash = $1",
        token_hash,
        now
    )?;
    Ok(())
}

/// Opens an account in a session.
pub async fn update_session_account(
    session: &mut Session,
    token_hash: &str,
    customer_id: CustomerId,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE payer_sessions SET customer_id = $2 WHERE token_hash = $1",
        token_hash,
        customer_id
    )?;
    Ok(())
}

/// Ends a session.
pub async fn delete_session(session: &mut Session, token_hash: &str) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM payer_sessions WHERE token_hash = $1", token_hash)?;
    Ok(())
}

/// Forgets codes and sessions that ended before `before`.
pub async fn delete_old(session: &mut Session, before: DateTime<Utc>) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM sign_in_codes WHERE expires_at < $1", before)?;
    sql!(session, execute, "DELETE FROM payer_sessions WHERE last_seen_at < $1", before)?;
    Ok(())
}
