//! Applying credit to invoices by hand, taking it off again, and giving money back.

use chrono::NaiveDate;

use crate::{
    domain::{
        ids::{CreditId, InvoiceId, PaymentId, RefundId},
        ledger::{Account, Cause, Transaction, receivable, seller, unapplied},
        money::{Currency, MoneyError},
        payment::PaymentState,
    },
    services::{World, expectations, settlement::SettleError},
    storage::{
        self, Session, StorageError,
        credits::{CREDIT_MEMO, UNAPPLIED_CASH},
        ledger::{ApplicationKind, Entry, NewApplication},
        refunds::NewRefund,
    },
};

/// Why nothing was applied or given back.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The credit, invoice or payment is not there.
    #[error("not found")]
    NotFound,
    /// More than the credit has or the invoice needs; both limits are told.
    #[error("at most {credit_left} is left of the credit and {payable} is payable")]
    OverApplication {
        /// What is left of the credit.
        credit_left: i64,
        /// What can be paid on the invoice.
        payable: i64,
    },
    /// The credit and the invoice have different currencies.
    #[error("{credit} cannot pay {invoice}")]
    CurrencyMismatch {
        /// The credit's.
        credit: Currency,
        /// The invoice's.
        invoice: Currency,
    },
    /// The credit belongs to somebody who neither bought nor is to pay.
    #[error("the credit belongs to another customer")]
    OtherCustomer,
    /// More than was applied, or than is left to give back.
    #[error("at most {max}")]
    TooMuch {
        /// The limit.
        max: i64,
    },
    /// The payment's money is not here.
    #[error("the payment has not come or is gone")]
    NotRefundable,
    /// An amount left the range of 64 bits.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The books refused.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for ApplyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<crate::domain::ledger::Unbalanced> for ApplyError {
    fn from(error: crate::domain::ledger::Unbalanced) -> Self {
        Self::Settle(error.into())
    }
}

/// Applies `minor` of a credit to an invoice of the same currency, which the credit's customer
/// bought or is to pay.
///
/// # Errors
/// `OverApplication` with both limits rather than a silent clamp.
pub async fn apply(
    world: &World,
    credit_id: CreditId,
    invoice_id: InvoiceId,
    minor: i64,
    on: NaiveDate,
    actor: &str,
) -> Result<(), ApplyError> {
    let mut session = world.db.begin().await?;
    apply_within(&mut session, world, credit_id, invoice_id, minor, on, actor).await?;
    session.commit().await?;
    Ok(())
}

/// The same, in a transaction of the caller's.
///
/// # Errors
/// As [`apply`].
pub(super) async fn apply_within(
    session: &mut Session,
    world: &World,
    credit_id: CreditId,
    invoice_id: InvoiceId,
    minor: i64,
    on: NaiveDate,
    actor: &str,
) -> Result<(), ApplyError> {
    let invoice = storage::invoices::lock(session, invoice_id).await?;
    let credit = storage::credits::lock(session, credit_id).await?;
    let (Some(invoice), Some(credit)) = (invoice, credit) else {
        return Err(ApplyError::NotFound);
    };
    if credit.currency != invoice.currency {
        return Err(ApplyError::CurrencyMismatch {
            credit: credit.currency,
            invoice: invoice.currency,
        });
    }
    let buyer = storage::customers::find(session, invoice.customer_id).await?;
    let buyer = buyer.ok_or(ApplyError::NotFound)?;
    if ![buyer.id, buyer.bill_to_id].contains(&credit.customer_id) {
        return Err(ApplyError::OtherCustomer);
    }
    let credit_left = credit.remaining_minor - credit.reserved_minor;
    let payable = invoice.balance_minor - invoice.reserved_minor;
    if minor <= 0 || minor > credit_left || minor > payable {
        return Err(ApplyError::OverApplication { credit_left, payable });
    }
    move_credit(session, world, &Move { credit_id, invoice_id, minor, on, actor }).await?;
    if credit.kind != UNAPPLIED_CASH {
        storage::invoices::update_taken(session, invoice_id, 0, minor).await?;
    }
    expectations::queue(session, world, Some(buyer.id)).await?;
    Ok(())
}

/// Takes `minor` of an applied credit off an invoice again.
///
/// # Errors
/// `TooMuch` when less of it is applied there.
pub async fn unapply(
    world: &World,
    credit_id: CreditId,
    invoice_id: InvoiceId,
    minor: i64,
    on: NaiveDate,
    actor: &str,
) -> Result<(), ApplyError> {
    let mut session = world.db.begin().await?;
    let invoice = storage::invoices::lock(&mut session, invoice_id).await?;
    let invoice = invoice.ok_or(ApplyError::NotFound)?;
    let credit = storage::credits::lock(&mut session, credit_id).await?;
    let credit = credit.ok_or(ApplyError::NotFound)?;
    let applied: i64 = storage::ledger::all_applications(&mut session, invoice_id)
        .await?
        .iter()
        .filter(|row| row.credit_id == Some(credit_id))
        .map(|row| row.minor)
        .sum();
    if minor <= 0 || minor > applied {
        return Err(ApplyError::TooMuch { max: applied });
    }
    let back = Move { credit_id, invoice_id, minor: -minor, on, actor };
    move_credit(&mut session, world, &back).await?;
    if credit.kind == CREDIT_MEMO || credit.kind == storage::credits::ADJUSTMENT {
        storage::invoices::update_taken(&mut session, invoice_id, 0, -minor).await?;
    }
    expectations::queue(&mut session, world, Some(invoice.customer_id)).await?;
    session.commit().await?;
    Ok(())
}

struct Move<'a> {
    credit_id: CreditId,
    invoice_id: InvoiceId,
    minor: i64,
    on: NaiveDate,
    actor: &'a str,
}

async fn move_credit(
    session: &mut Session,
    world: &World,
    moved: &Move<'_>,
) -> Result<(), ApplyError> {
    let invoice = storage::invoices::find(session, moved.invoice_id).await?;
    let invoice = invoice.ok_or(ApplyError::NotFound)?;
    let application = NewApplication {
        id: world.new_id(),
        invoice_id: moved.invoice_id,
        credit_id: Some(moved.credit_id),
        kind: ApplicationKind::Credit,
        minor: moved.minor,
    };
    let postings =
        [unapplied(moved.credit_id, moved.minor), receivable(moved.invoice_id, -moved.minor)];
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("application:{}", application.id),
        customer_id: invoice.customer_id,
        payment_id: None,
        actor: moved.actor.to_owned(),
        transaction: Transaction::new(Cause::Application, moved.on, invoice.currency, postings)?,
        applications: vec![application],
    };
    storage::ledger::post(session, &entry, world.now()).await?;
    Ok(())
}

/// What was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// Principal, in minor units.
    pub principal_minor: i64,
    /// Surcharge, in minor units.
    pub surcharge_minor: i64,
}

/// Books a refund of a payment's principal with the surcharge's share: the invoices it paid are
/// open again by that much, the last one first, after its unapplied part.
///
/// # Errors
/// `NotRefundable` unless the payment's money is here; `TooMuch` with what is left.
pub async fn refund(
    world: &World,
    payment_id: PaymentId,
    principal_minor: i64,
    on: NaiveDate,
    actor: &str,
) -> Result<Refunded, ApplyError> {
    let mut session = world.db.begin().await?;
    let lines = storage::payments::all_lines(&mut session, payment_id).await?;
    let mut ids: Vec<InvoiceId> = lines.iter().map(|line| line.invoice_id).collect();
    ids.sort_unstable();
    for id in ids {
        storage::invoices::lock(&mut session, id).await?;
    }
    let payment = storage::payments::lock(&mut session, payment_id).await?;
    let payment = payment.ok_or(ApplyError::NotFound)?;
    if !matches!(payment.state, PaymentState::Succeeded | PaymentState::PartiallyRefunded) {
        return Err(ApplyError::NotRefundable);
    }
    let refundable = payment.refundable();
    if principal_minor <= 0 || principal_minor > refundable.left() {
        return Err(ApplyError::TooMuch { max: refundable.left() });
    }
    let surcharge_minor = refundable.surcharge_share(principal_minor)?;

    let refund_id: RefundId = world.new_id();
    let mut left = principal_minor;
    let mut postings = Vec::new();
    let mut applications = Vec::new();
    for row in storage::ledger::all_postings_of_payment(&mut session, payment_id).await? {
        let (Account::Unapplied, Some(credit_id)) = (row.account, row.credit_id) else { continue };
        let credit = storage::credits::lock(&mut session, credit_id).await?;
        let free = credit.map_or(0, |credit| credit.remaining_minor - credit.reserved_minor);
        let taken = left.min(free);
        left -= taken;
        postings.push(unapplied(credit_id, taken));
    }
    let applied = storage::ledger::all_applications_of_payment(&mut session, payment_id).await?;
    for line in lines.iter().rev() {
        let paid: i64 = applied
            .iter()
            .filter(|row| row.invoice_id == line.invoice_id && row.kind == "payment")
            .map(|row| row.minor)
            .sum();
        let taken = left.min(paid);
        if taken > 0 {
            left -= taken;
            postings.push(receivable(line.invoice_id, taken));
            applications.push(NewApplication {
                id: world.new_id(),
                invoice_id: line.invoice_id,
                credit_id: None,
                kind: ApplicationKind::Payment,
                minor: -taken,
            });
        }
    }
    // What was unapplied and has since been used elsewhere cannot be taken from there.
    postings.push(seller(Account::DisputeLosses, left));
    postings.push(seller(Account::SurchargeIncome, surcharge_minor));
    let money = match payment.gateway {
        Some(_) => Account::ProcessorClearing,
        None => Account::UndepositedFunds,
    };
    postings.push(seller(money, -(principal_minor + surcharge_minor)));
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("refund:{refund_id}"),
        customer_id: payment.customer_id,
        payment_id: Some(payment_id),
        actor: actor.to_owned(),
        transaction: Transaction::new(Cause::Refund, on, payment.currency, postings)?,
        applications,
    };
    storage::ledger::post(&mut session, &entry, world.now()).await?;
    let state = if principal_minor == refundable.left() {
        PaymentState::Refunded
    } else {
        PaymentState::PartiallyRefunded
    };
    let row =
        NewRefund { id: refund_id, payment_id, principal_minor, surcharge_minor, refunded_on: on };
    storage::refunds::insert(&mut session, &row, state, world.now()).await?;
    expectations::queue_for_payment(&mut session, world, payment_id).await?;
    session.commit().await?;
    Ok(Refunded { principal_minor, surcharge_minor })
}
