//! Ageing and open documents as of a day, from the postings alone: what happened later does not
//! change them.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

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

/// Invoices as `i` of the customers that are seen, and what holds for them, `$1` being whose they
/// are. Of few customers each is looked up: `CROSS JOIN` is an order for SQLite.
pub(super) const fn seen(sight: Sight) -> (&'static str, &'static str) {
    match sight {
        Sight::All => ("invoices i", "$1 = $1"),
        Sight::Own(_) => {
            ("customers c CROSS JOIN invoices i", "i.customer_id = c.id AND c.specialist_id = $1")
        }
    }
}

/// Open balances by currency and due date, of all customers that are seen.
pub async fn all_due(session: &mut Session, sight: Sight) -> Result<Vec<DueRow>, StorageError> {
    let (from, holds) = seen(sight);
    sql!(
        session,
        fetch_all as DueRow,
        AssertSqlSafe(format!(
            "SELECT i.currency, i.due_on, COUNT(*) AS invoices,
                    CAST(SUM(i.balance_minor) AS BIGINT) AS balance_minor
             FROM {from} WHERE {holds} AND i.balance_minor > 0 GROUP BY i.currency, i.due_on"
        )),
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
    let (from, holds) = seen(sight);
    sql!(
        session,
        scalar i64,
        AssertSqlSafe(format!(
            "SELECT CAST(COALESCE(SUM(i.balance_minor), 0) AS BIGINT) FROM {from}
             WHERE {holds} AND i.balance_minor > 0 AND i.currency = $2 AND i.due_on < $3"
        )),
        sight_key(sight),
        currency,
        today
    )
}
