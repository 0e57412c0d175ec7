//! Promises to pay, and the invoices they are about.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, ids_of, sql},
    error::{StorageError, touched},
    expectations::ExpectationColumns,
    invoices::InvoiceRow,
};
use crate::domain::{
    ids::{CustomerId, InvoiceId, PromiseId, StaffUserId},
    money::Currency,
    permission::Sight,
    promise::{PromiseChannel, PromiseStatus, PromisedInvoice, Standing},
};

/// A promise as stored. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PromiseRow {
    /// The promise.
    pub id: PromiseId,
    /// At whom it was taken.
    pub customer_id: CustomerId,
    /// Its currency.
    pub currency: Currency,
    /// What was promised.
    pub amount_minor: i64,
    /// By when.
    pub promised_on: NaiveDate,
    /// How, as a word; empty where nobody said so.
    pub channel: String,
    /// What else is to be known; may be empty.
    pub note: String,
    /// What became of it.
    pub status: PromiseStatus,
    /// What was paid by the time it was closed; zero while it is open.
    pub paid_minor: i64,
    /// Who took it.
    pub taken_by: StaffUserId,
    /// How often it was written, from 1.
    pub version: i64,
    /// When it was taken.
    pub created_at: DateTime<Utc>,
    /// When it was closed; none while it is open.
    pub closed_at: Option<DateTime<Utc>>,
    /// The day on which it was said to be due.
    pub told_on: Option<NaiveDate>,
}

impl PromiseRow {
    /// How the customer gave its word.
    pub fn channel(&self) -> Option<PromiseChannel> {
        PromiseChannel::from_word(&self.channel)
    }
}

/// A promise with the names of whoever gave and took it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedPromiseRow {
    /// The promise.
    #[sqlx(flatten)]
    pub promise: PromiseRow,
    /// The customer's name.
    pub customer: String,
    /// The name of whoever took it.
    pub taker: String,
}

/// An invoice of a promise. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PromiseLineRow {
    /// The promise.
    pub promise_id: PromiseId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Who bought.
    pub customer_id: CustomerId,
    /// Its number.
    pub number: String,
    /// What was open on it when the promise was taken.
    pub before_minor: i64,
    /// What is open on it now.
    pub balance_minor: i64,
    /// What payments on their way hold of that.
    pub reserved_minor: i64,
    /// Whether whoever asks sees its customer.
    pub is_seen: bool,
}

impl PromiseLineRow {
    /// How a promise of an amount on these invoices stands.
    pub fn standing<'a>(amount: i64, lines: impl IntoIterator<Item = &'a Self>) -> Standing {
        let invoice = |line: &Self| PromisedInvoice {
            before: line.before_minor,
            now: line.balance_minor,
            reserved: line.reserved_minor,
        };
        Standing::of(amount, lines.into_iter().map(invoice))
    }
}

/// An open invoice on which something can be promised, or is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PromisableRow {
    /// The invoice.
    #[sqlx(flatten)]
    pub invoice: InvoiceRow,
    /// What is expected of it.
    #[sqlx(flatten)]
    pub expected: ExpectationColumns,
    /// The name of whoever bought.
    pub buyer: String,
    /// The day of the open promise that it is in.
    pub already_on: Option<NaiveDate>,
}

/// Adds an open promise with its invoices, and what is open on each in minor units. Their rows are to
/// be locked.
///
/// # Errors
/// A constraint when one of them is in another open promise.
pub async fn insert(
    session: &mut Session,
    row: &PromiseRow,
    invoices: &[(InvoiceId, i64)],
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO promises (id, customer_id, currency, amount_minor, promised_on, channel, note,
             status, paid_minor, taken_by, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id,
        row.customer_id,
        row.currency,
        row.amount_minor,
        row.promised_on,
        &row.channel,
        &row.note,
        row.status,
        row.paid_minor,
        row.taken_by,
        row.version,
        row.created_at
    )?;
    for (invoice_id, balance_minor) in invoices {
        sql!(
            session,
            execute,
            "INSERT INTO promise_invoices (promise_id, invoice_id, balance_minor, is_open)
             VALUES ($1, $2, $3, TRUE)",
            row.id,
            *invoice_id,
            *balance_minor
        )?;
    }
    Ok(())
}

/// The promise of an id.
pub async fn find(
    session: &mut Session,
    id: PromiseId,
) -> Result<Option<PromiseRow>, StorageError> {
    sql!(session, fetch_optional as PromiseRow, "SELECT * FROM promises WHERE id = $1", id)
}

/// Locks an open promise until the transaction ends; none when it is closed. To be done after its
/// invoices were.
pub async fn lock(
    session: &mut Session,
    id: PromiseId,
) -> Result<Option<PromiseRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PromiseRow,
        "UPDATE promises SET version = version WHERE id = $1 AND status = 'open' RETURNING *",
        id
    )
}

/// The invoices of promises, the oldest due first.
pub async fn all_lines(
    session: &mut Session,
    ids: &[PromiseId],
    sight: Sight,
) -> Result<Vec<PromiseLineRow>, StorageError> {
    sql!(
        session,
        fetch_all as PromiseLineRow,
        AssertSqlSafe(format!(
            "WITH RECURSIVE {}
             SELECT l.promise_id, l.invoice_id, i.customer_id, i.number,
                    l.balance_minor AS before_minor, i.balance_minor, i.reserved_minor,
                    ($2 = '' OR COALESCE(c.specialist_id, '') = $2) AS is_seen
             FROM page
             JOIN promise_invoices l ON l.promise_id = page.id
             JOIN invoices i ON i.id = l.invoice_id
             JOIN customers c ON c.id = i.customer_id
             ORDER BY l.promise_id, i.due_on, i.number",
            ids_of("$1")
        )),
        ids.iter().map(ToString::to_string).collect::<String>(),
        sight_key(sight)
    )
}

/// Which of some invoices are in an open promise, and in which.
pub async fn all_open_of(
    session: &mut Session,
    invoices: &[InvoiceId],
) -> Result<Vec<(InvoiceId, PromiseId)>, StorageError> {
    sql!(
        session,
        fetch_all as (InvoiceId, PromiseId),
        AssertSqlSafe(format!(
            "WITH RECURSIVE {}
             SELECT l.invoice_id, l.promise_id
             FROM page JOIN promise_invoices l ON l.invoice_id = page.id
             WHERE l.is_open ORDER BY l.invoice_id",
            ids_of("$1")
        )),
        invoices.iter().map(ToString::to_string).collect::<String>()
    )
}

/// Promises that were taken at a customer, and those of others whom whoever asks sees on its
/// invoices: open ones first, those due first, at most `open`; then those that were closed, the
/// latest first, at most `closed`.
pub async fn all_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
    sight: Sight,
    open: i64,
    closed: i64,
) -> Result<Vec<NamedPromiseRow>, StorageError> {
    sql!(
        session,
        fetch_all as NamedPromiseRow,
        "WITH found AS (
             SELECT p.*, c.name AS customer, u.name AS taker
             FROM promises p
             JOIN customers c ON c.id = p.customer_id
             JOIN staff_users u ON u.id = p.taken_by
             WHERE p.id IN (SELECT id FROM promises WHERE customer_id = $1
                            UNION
                            SELECT l.promise_id FROM invoices i
                            JOIN promise_invoices l ON l.invoice_id = i.id
                            WHERE i.customer_id = $1)
               AND ($2 = '' OR c.specialist_id = $2))
         SELECT * FROM (
             SELECT * FROM (SELECT * FROM found WHERE status = 'open'
                            ORDER BY promised_on, id LIMIT $3) AS held
             UNION ALL
             SELECT * FROM (SELECT * FROM found WHERE status <> 'open'
                            ORDER BY closed_at DESC, id DESC LIMIT $4) AS past) AS either
         ORDER BY CASE WHEN status = 'open' THEN 0 ELSE 1 END,
             CASE WHEN status = 'open' THEN promised_on END, closed_at DESC, id",
        customer_id,
        sight_key(sight),
        open,
        closed
    )
}

/// Open invoices that a customer bought or is to pay, of customers whom whoever asks sees, the oldest
/// due first, at most `limit`. What is charged by itself is not promised.
pub async fn all_promisable(
    session: &mut Session,
    customer_id: CustomerId,
    sight: Sight,
    limit: i64,
) -> Result<Vec<PromisableRow>, StorageError> {
    sql!(
        session,
        fetch_all as PromisableRow,
        "SELECT i.*, c.name AS buyer, p.promised_on AS already_on
         FROM customers c
         JOIN invoices i ON i.customer_id = c.id
         LEFT JOIN promise_invoices l ON l.invoice_id = i.id AND l.is_open
         LEFT JOIN promises p ON p.id = l.promise_id
         WHERE (c.id = $1 OR c.bill_to_id = $1) AND ($2 = '' OR c.specialist_id = $2)
           AND i.balance_minor > 0 AND i.expectation NOT IN ('autopay', 'autopay_hold')
         ORDER BY i.due_on, i.number LIMIT $3",
        customer_id,
        sight_key(sight),
        limit
    )
}

/// Closes an open promise that is locked: its invoices may be promised anew.
pub async fn update_closed(
    session: &mut Session,
    id: PromiseId,
    status: PromiseStatus,
    paid_minor: i64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE promises SET status = $2, paid_minor = $3, closed_at = $4, version = version + 1
         WHERE id = $1 AND status = 'open'",
        id,
        status,
        paid_minor,
        now
    )?;
    touched(1, rows)?;
    sql!(
        session,
        execute,
        "UPDATE promise_invoices SET is_open = FALSE WHERE promise_id = $1",
        id
    )?;
    Ok(())
}

/// Takes invoices out of an open promise that is locked, and writes what it comes to without them.
pub async fn update_left(
    session: &mut Session,
    id: PromiseId,
    invoices: &[InvoiceId],
    amount_minor: i64,
) -> Result<(), StorageError> {
    for invoice_id in invoices {
        let rows = sql!(
            session,
            execute,
            "DELETE FROM promise_invoices WHERE promise_id = $1 AND invoice_id = $2",
            id,
            *invoice_id
        )?;
        touched(1, rows)?;
    }
    let rows = sql!(
        session,
        execute,
        "UPDATE promises SET amount_minor = $2, version = version + 1
         WHERE id = $1 AND status = 'open'",
        id,
        amount_minor
    )?;
    touched(1, rows)
}

/// Open promises behind another, in the order of their ids, that may be settled: enough was paid,
/// nothing is open any more, or their day is before `over`. Of everybody, or those that were taken at
/// a customer or are on its invoices.
pub async fn all_to_settle(
    session: &mut Session,
    customer_id: Option<CustomerId>,
    over: NaiveDate,
    after: Option<PromiseId>,
    limit: i64,
) -> Result<Vec<PromiseId>, StorageError> {
    sql!(
        session,
        scalars PromiseId,
        "SELECT p.id FROM promises p
         WHERE p.status = 'open' AND p.id > $3
           AND ($1 = '' OR p.id IN (
                    SELECT id FROM promises WHERE customer_id = $1
                    UNION
                    SELECT l.promise_id FROM invoices i
                    JOIN promise_invoices l ON l.invoice_id = i.id
                    WHERE i.customer_id = $1 AND l.is_open))
           AND (p.promised_on < $2
                OR NOT EXISTS (SELECT 1 FROM promise_invoices l
                               JOIN invoices i ON i.id = l.invoice_id
                               WHERE l.promise_id = p.id AND i.balance_minor > 0)
                OR p.amount_minor <= (
                    SELECT SUM(CASE WHEN l.balance_minor > i.balance_minor
                               THEN l.balance_minor - i.balance_minor ELSE 0 END)
                    FROM promise_invoices l JOIN invoices i ON i.id = l.invoice_id
                    WHERE l.promise_id = p.id))
         ORDER BY p.id LIMIT $4",
        customer_id.map(|id| id.to_string()).unwrap_or_default(),
        over,
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit
    )
}

/// Open promises for a day from one to another that were not said to be due, at most `limit`.
pub async fn all_due_untold(
    session: &mut Session,
    (from, to): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<PromiseId>, StorageError> {
    sql!(
        session,
        scalars PromiseId,
        "SELECT id FROM promises
         WHERE status = 'open' AND promised_on BETWEEN $1 AND $2 AND told_on IS NULL
         ORDER BY id LIMIT $3",
        from,
        to,
        limit
    )
}

/// Takes it on oneself to say that an open promise is due; none when somebody else did, or when there
/// is nothing to say any more.
pub async fn claim_due(
    session: &mut Session,
    id: PromiseId,
    today: NaiveDate,
) -> Result<Option<PromiseRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PromiseRow,
        "UPDATE promises SET told_on = $2
         WHERE id = $1 AND status = 'open' AND told_on IS NULL RETURNING *",
        id,
        today
    )
}
