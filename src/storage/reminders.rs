//! Invoices whose step of a workflow is to be seen to, and those that were.

use chrono::NaiveDate;

use super::{
    db::{Session, sql},
    error::StorageError,
    expectations::ExpectationColumns,
    invoices::InvoiceRow,
};
use crate::domain::ids::{CustomerId, InvoiceId, StepId, WorkflowId};

/// An open invoice whose step is to be seen to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRow {
    /// The invoice.
    #[sqlx(flatten)]
    pub invoice: InvoiceRow,
    /// What is expected of it.
    #[sqlx(flatten)]
    pub expected: ExpectationColumns,
    /// The name of whoever bought.
    pub buyer: String,
}

/// Customers who pay open invoices that were due from one day to another and have a workflow, by
/// itself or, `for_others`, because they have none of their own: behind `after`, in the order of
/// their ids, at most `limit`.
pub async fn all_payers(
    session: &mut Session,
    workflow_id: WorkflowId,
    for_others: bool,
    (from, to): (NaiveDate, NaiveDate),
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<CustomerId>, StorageError> {
    sql!(
        session,
        scalars CustomerId,
        "SELECT DISTINCT payer.id
         FROM invoices i
         JOIN customers c ON c.id = i.customer_id
         JOIN customers payer ON payer.id = c.bill_to_id
         WHERE i.balance_minor > 0 AND i.due_on BETWEEN $1 AND $2
           AND (payer.workflow_id = $3 OR (payer.workflow_id IS NULL AND $4))
           AND payer.id > $5
         ORDER BY payer.id LIMIT $6",
        from,
        to,
        workflow_id,
        for_others,
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit
    )
}

/// Open invoices that a customer pays, were due from one day to another, and whose step was not seen
/// to, the oldest due first.
pub async fn all_due(
    session: &mut Session,
    payer: CustomerId,
    step_id: StepId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DueRow>, StorageError> {
    sql!(
        session,
        fetch_all as DueRow,
        "SELECT i.*, c.name AS buyer
         FROM customers c JOIN invoices i ON i.customer_id = c.id
         WHERE c.bill_to_id = $1 AND i.balance_minor > 0 AND i.due_on BETWEEN $3 AND $4
           AND NOT EXISTS (SELECT 1 FROM reminders r
                           WHERE r.invoice_id = i.id AND r.step_id = $2)
         ORDER BY i.due_on, i.id",
        payer,
        step_id,
        from,
        to
    )
}

/// Notes that the step of an invoice was seen to; false when it was before.
pub async fn insert_once(
    session: &mut Session,
    invoice_id: InvoiceId,
    step_id: StepId,
    today: NaiveDate,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO reminders (invoice_id, step_id, seen_on) VALUES ($1, $2, $3)
         ON CONFLICT (invoice_id, step_id) DO NOTHING",
        invoice_id,
        step_id,
        today
    )?;
    Ok(rows == 1)
}
