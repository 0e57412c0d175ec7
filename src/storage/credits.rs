//! Credit that customers hold: credit memos and unapplied cash.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
    invoices::Billed,
};
use crate::domain::{
    ids::{CreditId, CustomerId},
    money::Currency,
};

/// What a credit is.
pub const CREDIT_MEMO: &str = "credit_memo";
/// A credit that is neither a memo nor cash.
pub const ADJUSTMENT: &str = "adjustment";
/// Money received that pays no invoice yet.
pub const UNAPPLIED_CASH: &str = "unapplied_cash";

/// A credit as stored. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CreditRow {
    /// The credit.
    pub id: CreditId,
    /// Who holds it.
    pub customer_id: CustomerId,
    /// [`CREDIT_MEMO`], [`ADJUSTMENT`] or [`UNAPPLIED_CASH`].
    pub kind: String,
    /// Its number, as text.
    pub number: String,
    /// Its currency.
    pub currency: Currency,
    /// Its date.
    pub issued_on: NaiveDate,
    /// The amount.
    pub amount_minor: i64,
    /// What is left of it.
    pub remaining_minor: i64,
    /// What payments on their way hold of it.
    pub reserved_minor: i64,
    /// Fingerprint of what was imported.
    pub source_hash: String,
}

/// Adds a credit of which nothing remains: posting it gives it something.
///
/// # Errors
/// The constraint `credits_number_key` when the number is taken.
pub async fn insert(
    session: &mut Session,
    row: &CreditRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO credits (id, customer_id, kind, number, currency, issued_on, amount_minor,
             remaining_minor, reserved_minor, source_hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $9)",
        row.id,
        row.customer_id,
        &row.kind,
        &row.number,
        row.currency,
        row.issued_on,
        row.amount_minor,
        &row.source_hash,
        now
    )?;
    Ok(())
}

/// Replaces what the books say about a credit.
pub async fn update(
    session: &mut Session,
    row: &CreditRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE credits SET customer_id = $2, kind = $3, issued_on = $4, amount_minor = $5,
             source_hash = $6, updated_at = $7 WHERE id = $1",
        row.id,
        row.customer_id,
        &row.kind,
        row.issued_on,
        row.amount_minor,
        &row.source_hash,
        now
    )?;
    touched(1, rows)
}

/// The credit of a number.
pub async fn find_by_number(
    session: &mut Session,
    number: &str,
) -> Result<Option<CreditRow>, StorageError> {
    sql!(session, fetch_optional as CreditRow, "SELECT * FROM credits WHERE number = $1", number)
}

/// Locks a credit until the transaction ends, and reads it.
pub async fn lock(session: &mut Session, id: CreditId) -> Result<Option<CreditRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CreditRow,
        "UPDATE credits SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// Credits with something left of everybody a customer pays for, and money of its own that was not
/// applied, oldest first, at most a thousand.
pub async fn all_open(
    session: &mut Session,
    billed: Billed,
) -> Result<Vec<CreditRow>, StorageError> {
    sql!(
        session,
        fetch_all as CreditRow,
        "SELECT * FROM credits
         WHERE remaining_minor > 0 AND ($2 = '' OR customer_id = $2)
           AND ((kind <> 'unapplied_cash'
                 AND customer_id IN (SELECT id FROM customers WHERE bill_to_id = $1))
                OR (kind = 'unapplied_cash' AND customer_id = $1))
         ORDER BY issued_on, id LIMIT 1000",
        billed.bill_to_id,
        billed.buyer_key()
    )
}

/// How many credits of a kind there are, and their sum in minor units.
pub async fn count_kind(session: &mut Session, kind: &str) -> Result<(i64, i64), StorageError> {
    sql!(
        session,
        fetch_one as (i64, i64),
        "SELECT COUNT(*), CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM credits
         WHERE kind = $1",
        kind
    )
}
