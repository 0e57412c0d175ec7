//! Ageing and open documents as of a day, from the postings alone: what happened later does not
//! change them.

use chrono::NaiveDate;

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{ids::CustomerId, money::Currency, permission::Sight};

/// What was open on an invoice on the day asked about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenDocumentRow {
    /// The invoice's number.
    pub number: String,
    /// Who owes it.
    pub customer_id: CustomerId,
    /// Their number.
    pub customer_number: String,
    /// Their name.
    pub customer_name: String,
    /// The currency.
    pub currency: Currency,
    /// The invoice's date.
    pub issued_on: NaiveDate,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Its total, in minor units.
    pub total_minor: i64,
    /// What was open, in minor units.
    pub balance_minor: i64,
}

/// Every document that was open at the end of `as_of`, by customer number and due date.
pub async fn all_open_as_of(
    session: &mut Session,
    as_of: NaiveDate,
) -> Result<Vec<OpenDocumentRow>, StorageError> {
    sql!(
        session,
        fetch_all as OpenDocumentRow,
        "SELECT i.number, i.customer_id, c.number AS customer_number, c.name AS customer_name,
                i.currency, i.issued_on, i.due_on, i.total_minor, open.balance_minor
         FROM (SELECT invoice_id, CAST(SUM(minor) AS BIGINT) AS balance_minor FROM postings
               WHERE account = 'receivable' AND effective_on <= $1
               GROUP BY invoice_id HAVING SUM(minor) <> 0) open
         JOIN invoices i ON i.id = open.invoice_id
         JOIN customers c ON c.id = i.customer_id
         ORDER BY c.number, i.due_on, i.number",
        as_of
    )
}

/// Open balances by currency and due date today: what the ageing chart sums up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRow {
    /// The currency.
    pub currency: Currency,
    /// The due date.
    pub due_on: NaiveDate,
    /// Open invoices due then.
    pub invoices: i64,
    /// Open on them, in minor units.
    pub balance_minor: i64,
}

/// Open balances by currency and due date, of all customers that are seen.
pub async fn all_due(session: &mut Session, sight: Sight) -> Result<Vec<DueRow>, StorageError> {
    sql!(
        session,
        fetch_all as DueRow,
        "SELECT currency, due_on, COUNT(*) AS invoices,
                CAST(SUM(balance_minor) AS BIGINT) AS balance_minor
         FROM invoices
         WHERE balance_minor > 0
           AND ($1 = '' OR customer_id IN (SELECT id FROM customers WHERE specialist_id = $1))
         GROUP BY currency, due_on",
        sight_key(sight)
    )
}

/// What is late today in one currency, over all customers that are seen, in minor units.
pub async fn overdue(
    session: &mut Session,
    currency: Currency,
    today: NaiveDate,
    sight: Sight,
) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "SELECT CAST(COALESCE(SUM(balance_minor), 0) AS BIGINT) FROM invoices
         WHERE balance_minor > 0 AND currency = $1 AND due_on < $2
           AND ($3 = '' OR customer_id IN (SELECT id FROM customers WHERE specialist_id = $3))",
        currency,
        today,
        sight_key(sight)
    )
}
