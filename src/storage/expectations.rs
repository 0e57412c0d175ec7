//! When the money of open invoices is expected, and how late customers usually pay.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::{
    db::{Session, ids_of, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    expectation::{
        Expectation, ExpectationStatus, HoldReason, NO_DAY, PAID_LOOKED_AT, usual_days_late,
    },
    ids::{CustomerId, InvoiceId},
    money::Currency,
};

/// Paid invoices that tell how late customers usually pay, where one has paid too few itself.
const ORGANISATION_LOOKED_AT: i64 = 1000;

/// What is expected of an invoice, as it is stored beside other columns.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ExpectationColumns {
    /// How sure it is.
    pub expectation: ExpectationStatus,
    /// The day; [`NO_DAY`] for none.
    pub expected_on: NaiveDate,
    /// Why nobody follows up, as a word; may be empty.
    pub hold_reason: String,
    /// What else is to be known of that.
    pub hold_note: String,
    /// How often a person decided it.
    pub expectation_version: i64,
}

impl ExpectationColumns {
    /// What is expected.
    pub fn expectation(&self) -> Expectation {
        Expectation {
            status: self.expectation,
            on: Some(self.expected_on).filter(|day| *day < NO_DAY),
            reason: HoldReason::from_word(&self.hold_reason),
            note: self.hold_note.clone(),
        }
    }
}

/// An invoice with what is expected of it, and what that follows from.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ExpectationRow {
    /// The invoice.
    pub id: InvoiceId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Its number.
    pub number: String,
    /// Its currency.
    pub currency: Currency,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Whether the books say that the customer objects.
    pub is_disputed: bool,
    /// What is open, in minor units.
    pub balance_minor: i64,
    /// What is expected.
    #[sqlx(flatten)]
    pub columns: ExpectationColumns,
    /// How late the customer usually pays.
    pub usual_days_late: Option<i64>,
}

/// Locks an invoice until the transaction ends, and reads what is expected of it. Lock several in the
/// order of their ids, as everybody does.
pub async fn lock(
    session: &mut Session,
    id: InvoiceId,
) -> Result<Option<ExpectationRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ExpectationRow,
        "UPDATE invoices SET updated_at = updated_at WHERE id = $1
         RETURNING id, customer_id, number, currency, due_on, is_disputed, balance_minor,
             expectation, expected_on, hold_reason, hold_note, expectation_version,
             (SELECT c.usual_days_late FROM customers c WHERE c.id = invoices.customer_id)
                 AS usual_days_late",
        id
    )
}

/// Reads what is expected of an invoice, without holding it.
pub async fn find(
    session: &mut Session,
    id: InvoiceId,
) -> Result<Option<ExpectationRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ExpectationRow,
        "SELECT i.id, i.customer_id, i.number, i.currency, i.due_on, i.is_disputed,
             i.balance_minor, i.expectation, i.expected_on, i.hold_reason, i.hold_note,
             i.expectation_version, c.usual_days_late
         FROM invoices i JOIN customers c ON c.id = i.customer_id WHERE i.id = $1",
        id
    )
}

/// Writes what is expected of an invoice.
pub async fn update(
    session: &mut Session,
    id: InvoiceId,
    expectation: &Expectation,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE invoices SET expectation = $2, expected_on = $3, hold_reason = $4, hold_note = $5,
             expectation_version = expectation_version + 1, updated_at = $6 WHERE id = $1",
        id,
        expectation.status,
        expectation.on.unwrap_or(NO_DAY),
        expectation.reason.map_or("", HoldReason::as_str),
        &expectation.note,
        now
    )?;
    touched(1, rows)
}

/// Whose invoices are; those that are not there are left out.
pub async fn all_owners(
    session: &mut Session,
    ids: &[InvoiceId],
) -> Result<HashMap<InvoiceId, CustomerId>, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (InvoiceId, CustomerId),
        AssertSqlSafe(format!(
            "WITH RECURSIVE {}
             SELECT i.id, i.customer_id FROM page JOIN invoices i ON i.id = page.id",
            ids_of("$1")
        )),
        ids.iter().map(ToString::to_string).collect::<String>()
    )?;
    Ok(rows.into_iter().collect())
}

/// Open invoices on which a day that somebody named is over, at most `limit`: what was estimated for
/// a day before `today`, and what was promised for one before `promised`. What belongs to an open
/// promise is left to that.
pub async fn all_lapsed(
    session: &mut Session,
    today: NaiveDate,
    promised: NaiveDate,
    limit: i64,
) -> Result<Vec<InvoiceId>, StorageError> {
    sql!(
        session,
        scalars InvoiceId,
        "SELECT id FROM invoices
         WHERE balance_minor > 0 AND expected_on < $1
           AND (expectation = 'estimated' OR (expectation = 'promised' AND expected_on < $2))
           AND NOT EXISTS (SELECT 1 FROM promise_invoices l
                           WHERE l.invoice_id = invoices.id AND l.is_open)
         ORDER BY expected_on, id LIMIT $3",
        today,
        promised,
        limit
    )
}

/// A customer and how late it usually pays, as it was last worked out.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HabitRow {
    /// The customer.
    pub id: CustomerId,
    /// Days; negative is early.
    pub usual_days_late: Option<i64>,
}

/// Customers behind another, in the order of their ids.
pub async fn all_habits_after(
    session: &mut Session,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<HabitRow>, StorageError> {
    sql!(
        session,
        fetch_all as HabitRow,
        "SELECT id, usual_days_late FROM customers WHERE id > $1 ORDER BY id LIMIT $2",
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit
    )
}

/// How late a customer usually pays, as it was last worked out.
pub async fn find_habit(
    session: &mut Session,
    id: CustomerId,
) -> Result<Option<HabitRow>, StorageError> {
    sql!(
        session,
        fetch_optional as HabitRow,
        "SELECT id, usual_days_late FROM customers WHERE id = $1",
        id
    )
}

/// A paid invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaidRow {
    /// Whose.
    pub customer_id: CustomerId,
    /// How late it was paid; negative is early.
    pub days_late: i64,
}

/// The last paid invoices of each customer from one id to another.
pub async fn all_paid(
    session: &mut Session,
    first: CustomerId,
    last: CustomerId,
) -> Result<Vec<PaidRow>, StorageError> {
    sql!(
        session,
        fetch_all as PaidRow,
        "SELECT customer_id, days_late
         FROM (SELECT customer_id, days_late, ROW_NUMBER() OVER
                   (PARTITION BY customer_id ORDER BY settled_on DESC, id DESC) AS place
               FROM invoices
               WHERE customer_id >= $1 AND customer_id <= $2 AND settled_on IS NOT NULL
                 AND voided_on IS NULL AND total_minor > 0) AS paid
         WHERE place <= $3",
        first,
        last,
        i64::try_from(PAID_LOOKED_AT).unwrap_or(i64::MAX)
    )
}

/// How late a customer paid what it paid last, in days, the latest first.
pub async fn all_days_late(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<i64>, StorageError> {
    sql!(
        session,
        scalars i64,
        "SELECT days_late FROM invoices
         WHERE customer_id = $1 AND settled_on IS NOT NULL AND voided_on IS NULL
           AND total_minor > 0
         ORDER BY settled_on DESC, id DESC LIMIT $2",
        customer_id,
        i64::try_from(PAID_LOOKED_AT).unwrap_or(i64::MAX)
    )
}

/// How late customers usually pay, from what was paid last; nothing while hardly anybody paid.
pub async fn find_usual_days_late(session: &mut Session) -> Result<Option<i64>, StorageError> {
    let days = sql!(
        session,
        scalars i64,
        "SELECT days_late FROM invoices
         WHERE settled_on IS NOT NULL AND voided_on IS NULL AND total_minor > 0
         ORDER BY settled_on DESC, id DESC LIMIT $1",
        ORGANISATION_LOOKED_AT
    )?;
    Ok(usual_days_late(days))
}

/// Writes how late a customer usually pays.
pub async fn update_habit(
    session: &mut Session,
    id: CustomerId,
    days: Option<i64>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET usual_days_late = $2 WHERE id = $1",
        id,
        days
    )?;
    touched(1, rows)
}

/// Brings what the calendar and the books say about open invoices up to date, for customers from
/// one id to another: the rule is [`crate::domain::expectation::automatic`]. What people said stays.
/// `usual` is how late customers pay of whom too little is known. Returns whose invoices changed.
pub async fn update_automatic(
    session: &mut Session,
    (first, last): (CustomerId, CustomerId),
    usual: i64,
    today: NaiveDate,
) -> Result<Vec<CustomerId>, StorageError> {
    let predicted = session.plus_days("i.due_on", "COALESCE(c.usual_days_late, $3)");
    let text = format!(
        "UPDATE invoices SET expectation = new.status, expected_on = new.day,
             hold_reason = CASE WHEN new.status = 'on_hold' THEN 'books' ELSE '' END
         FROM (SELECT said.id,
                   CASE WHEN said.is_disputed THEN 'on_hold'
                        WHEN said.day >= $4 OR said.due_on >= $4 THEN 'predicted'
                        ELSE 'late' END AS status,
                   CASE WHEN said.is_disputed THEN $5
                        WHEN said.day >= $4 THEN said.day
                        WHEN said.due_on >= $4 THEN $4
                        ELSE $5 END AS day
               FROM (SELECT i.id, i.is_disputed, i.due_on, {predicted} AS day
                     FROM invoices i JOIN customers c ON c.id = i.customer_id
                     WHERE i.customer_id >= $1 AND i.customer_id <= $2 AND i.balance_minor > 0
                       AND (i.expectation IN ('predicted', 'late')
                            OR (i.expectation = 'on_hold' AND i.hold_reason = 'books'))) AS said
              ) AS new
         WHERE invoices.id = new.id AND invoices.balance_minor > 0
           -- Asked of the row itself once more: somebody may have decided while this waited for it.
           AND (invoices.expectation IN ('predicted', 'late')
                OR (invoices.expectation = 'on_hold' AND invoices.hold_reason = 'books'))
           AND (invoices.expectation <> new.status OR invoices.expected_on <> new.day)
         RETURNING invoices.customer_id"
    );
    let mut ids: Vec<CustomerId> =
        sql!(session, scalars CustomerId, AssertSqlSafe(text), first, last, usual, today, NO_DAY)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
