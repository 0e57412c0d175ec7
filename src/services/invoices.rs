//! Invoices as debts: issuing, changing with the books, voiding.

use chrono::NaiveDate;

use crate::{
    domain::{
        ids::InvoiceId,
        ledger::{Account, Cause, Transaction, receivable, seller},
    },
    services::{World, expectations, settlement::SettleError},
    storage::{self, Session, StorageError, invoices::InvoiceRow, ledger::Entry},
};

/// Why an invoice was not voided.
#[derive(Debug, thiserror::Error)]
pub enum VoidError {
    /// There is no such invoice, or it was voided before.
    #[error("not found")]
    NotFound,
    /// Something was paid or credited on it, or a payment is on its way.
    #[error("something is applied to the invoice")]
    HasApplications,
    /// The books refused.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for VoidError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Posts an invoice's amount, or the difference when the books changed it.
pub(super) async fn post_amount(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    minor: i64,
    (cause, on): (Cause, NaiveDate),
    once_key: String,
    actor: &str,
) -> Result<(), SettleError> {
    let postings = [receivable(invoice.id, minor), seller(Account::Sales, -minor)];
    let entry = Entry {
        id: world.new_id(),
        once_key,
        customer_id: invoice.customer_id,
        payment_id: None,
        actor: actor.to_owned(),
        transaction: Transaction::new(cause, on, invoice.currency, postings)?,
        applications: Vec::new(),
    };
    storage::ledger::post(session, &entry, world.now()).await?;
    Ok(())
}

/// Voids an invoice on which nothing was paid.
///
/// # Errors
/// `HasApplications` when something was.
pub async fn void(
    world: &World,
    id: InvoiceId,
    on: NaiveDate,
    actor: &str,
) -> Result<(), VoidError> {
    let mut session = world.db.begin().await?;
    let invoice = storage::invoices::lock(&mut session, id).await?;
    let invoice =
        invoice.filter(|invoice| invoice.voided_on.is_none()).ok_or(VoidError::NotFound)?;
    if invoice.balance_minor != invoice.total_minor || invoice.reserved_minor > 0 {
        return Err(VoidError::HasApplications);
    }
    let key = format!("invoice:{id}:void");
    let minor = -invoice.balance_minor;
    post_amount(&mut session, world, &invoice, minor, (Cause::Void, on), key, actor).await?;
    storage::invoices::update_voided(&mut session, id, on, world.now()).await?;
    expectations::queue(&mut session, world, Some(invoice.customer_id)).await?;
    session.commit().await?;
    Ok(())
}
