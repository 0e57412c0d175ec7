//! What a payment's money does to the books: settling it, failing it, taking it back. Each runs in
//! a transaction of the caller's, in which the payment's row is locked.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    domain::{
        ids::{InvoiceId, PaymentId, TransactionId},
        ledger::{Account, Cause, Posting, Transaction, Unbalanced, receivable, seller, unapplied},
        payment::{PaymentState, Reversal},
        quote::Line,
    },
    services::World,
    storage::{
        self, Session, StorageError,
        credits::{CreditRow, UNAPPLIED_CASH},
        ledger::{ApplicationKind, Entry, NewApplication},
        payments::{PaymentRow, StateChange},
    },
};

/// Why a movement was not written.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The postings did not add up: a fault of ours, nothing was written.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Releases what a payment holds.
async fn release(
    session: &mut Session,
    payment: &PaymentRow,
    lines: &[Line],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    if payment.state.holds_reservation() {
        let mut lines: Vec<&Line> = lines.iter().collect();
        lines.sort_by_key(|line| line.invoice_id);
        for line in lines {
            storage::invoices::update_release(session, line.invoice_id, line.reduction(), now)
                .await?;
        }
    }
    Ok(())
}

async fn lines_of(session: &mut Session, id: PaymentId) -> Result<Vec<Line>, StorageError> {
    let rows = storage::payments::all_lines(session, id).await?;
    Ok(rows.iter().map(storage::payments::PaymentLineRow::line).collect())
}

/// What is left of a line when less is open than it was to pay: discounts give way first, then
/// the money itself, which is then kept as unapplied cash.
fn fit(line: &Line, open: i64) -> (Line, i64) {
    let mut fitted = line.clone();
    let mut too_much = (line.reduction() - open).max(0);
    let mut cut = |part: &mut i64| {
        let less = too_much.min(*part);
        *part -= less;
        too_much -= less;
        less
    };
    cut(&mut fitted.bank_discount);
    cut(&mut fitted.early_discount);
    cut(&mut fitted.cash_credit);
    let unapplied = cut(&mut fitted.principal);
    (fitted, unapplied)
}

/// Posts a payment whose money came: its invoices fall, its discounts and surcharge are booked,
/// and what its invoices no longer need becomes unapplied cash.
///
/// # Errors
/// `Storage` with the constraint `ledger_transactions_once_key_key` when it was posted before.
pub async fn settle(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    on: NaiveDate,
    actor: &str,
) -> Result<(), SettleError> {
    let now = world.now();
    let lines = lines_of(session, payment.id).await?;
    release(session, payment, &lines, now).await?;
    let mut order: Vec<&Line> = lines.iter().collect();
    order.sort_by_key(|line| line.invoice_id);

    let mut postings: Vec<Posting> = Vec::with_capacity(order.len() + 5);
    let mut applications = Vec::with_capacity(order.len());
    let (mut early, mut bank, mut excess) = (0, 0, payment.principal_minor);
    for line in order {
        let invoice = storage::invoices::lock(session, line.invoice_id).await?;
        let free = invoice.map_or(0, |invoice| invoice.balance_minor - invoice.reserved_minor);
        let (line, _) = fit(line, free);
        postings.push(receivable(line.invoice_id, -line.reduction()));
        early += line.early_discount;
        bank += line.bank_discount;
        excess -= line.principal;
        for (kind, minor) in [
            (ApplicationKind::Payment, line.principal),
            (ApplicationKind::EarlyDiscount, line.early_discount),
            (ApplicationKind::BankDiscount, line.bank_discount),
        ] {
            push(&mut applications, world, line.invoice_id, kind, minor);
        }
        if line.early_discount > 0 {
            storage::invoices::update_taken(session, line.invoice_id, line.early_discount, 0)
                .await?;
        }
    }
    let money = match payment.gateway {
        Some(_) => Account::ProcessorClearing,
        None => Account::UndepositedFunds,
    };
    postings.push(seller(money, payment.charge_minor()));
    postings.push(seller(Account::EarlyDiscounts, early));
    postings.push(seller(Account::BankDiscounts, bank));
    postings.push(seller(Account::SurchargeIncome, -payment.surcharge_minor));
    if excess > 0 {
        let credit = unapplied_cash(world, payment, excess, on);
        storage::credits::insert(session, &credit, now).await?;
        postings.push(unapplied(credit.id, -excess));
    }
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("payment:{}:settle", payment.id),
        customer_id: payment.customer_id,
        payment_id: Some(payment.id),
        actor: actor.to_owned(),
        transaction: Transaction::new(Cause::Payment, on, payment.currency, postings)?,
        applications,
    };
    storage::ledger::post(session, &entry, now).await?;
    storage::pay_links::update_used(session, payment.id, now).await?;
    let change = StateChange {
        state: PaymentState::Succeeded,
        failure_code: None,
        settled_on: Some(on),
        expected_on: None,
    };
    storage::payments::update_state(session, payment, &change, now).await?;
    Ok(())
}

fn push(
    applications: &mut Vec<NewApplication>,
    world: &World,
    invoice_id: InvoiceId,
    kind: ApplicationKind,
    minor: i64,
) {
    if minor != 0 {
        let id = world.new_id();
        applications.push(NewApplication { id, invoice_id, credit_id: None, kind, minor });
    }
}

fn unapplied_cash(world: &World, payment: &PaymentRow, minor: i64, on: NaiveDate) -> CreditRow {
    CreditRow {
        id: world.new_id(),
        customer_id: payment.customer_id,
        kind: UNAPPLIED_CASH.to_owned(),
        number: format!("{}-U", payment.reference),
        currency: payment.currency,
        issued_on: on,
        amount_minor: minor,
        remaining_minor: 0,
        reserved_minor: 0,
        source_hash: String::new(),
    }
}

/// Books the processor's fee of a payment, once.
///
/// # Errors
/// When the database fails.
pub async fn book_fee(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    fee_minor: i64,
    on: NaiveDate,
) -> Result<(), SettleError> {
    let postings =
        [seller(Account::FeeExpense, fee_minor), seller(Account::ProcessorClearing, -fee_minor)];
    let entry = Entry {
        id: world.new_id::<TransactionId>(),
        once_key: format!("payment:{}:fee", payment.id),
        customer_id: payment.customer_id,
        payment_id: Some(payment.id),
        actor: "processor".to_owned(),
        transaction: Transaction::new(Cause::Fee, on, payment.currency, postings)?,
        applications: Vec::new(),
    };
    storage::ledger::post(session, &entry, world.now()).await?;
    Ok(())
}

/// Ends a payment whose money did not come: what it held is free again.
///
/// # Errors
/// When the database fails.
pub async fn give_up(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    state: PaymentState,
    failure_code: Option<&str>,
) -> Result<(), SettleError> {
    let now = world.now();
    let lines = lines_of(session, payment.id).await?;
    release(session, payment, &lines, now).await?;
    let change = StateChange { state, failure_code, settled_on: None, expected_on: None };
    storage::payments::update_state(session, payment, &change, now).await?;
    Ok(())
}

/// Takes a payment back: everything it still has in the books is posted again with the sign
/// flipped, dated the day it was taken back, and its invoices are open again with their old due
/// dates. Unapplied cash that was used elsewhere meanwhile cannot be taken back there; that part
/// stays owed as a loss for a person to look into.
///
/// # Errors
/// `Storage` with the constraint `ledger_transactions_once_key_key` when it was taken back before.
pub async fn reverse(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    reversal: Reversal,
    code: &str,
    on: NaiveDate,
    actor: &str,
) -> Result<(), SettleError> {
    let state = match reversal {
        Reversal::Return => PaymentState::Returned,
        Reversal::Chargeback => PaymentState::ChargedBack,
    };
    take_back(session, world, payment, state, Some(code), on, actor).await
}

/// The part of [`reverse`] that a correction of an imported payment shares.
pub(super) async fn take_back(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    state: PaymentState,
    code: Option<&str>,
    on: NaiveDate,
    actor: &str,
) -> Result<(), SettleError> {
    let now = world.now();
    let mut postings = Vec::new();
    let mut lost = 0;
    for row in storage::ledger::all_postings_of_payment(session, payment.id).await? {
        let mut minor = -row.minor;
        if let (Account::Unapplied, Some(credit_id)) = (row.account, row.credit_id) {
            let credit = storage::credits::lock(session, credit_id).await?;
            let left = credit.map_or(0, |credit| credit.remaining_minor - credit.reserved_minor);
            let taken = minor.min(left);
            lost += minor - taken;
            minor = taken;
        }
        postings.push(Posting {
            account: row.account,
            invoice_id: row.invoice_id,
            credit_id: row.credit_id,
            minor,
        });
    }
    postings.push(seller(Account::DisputeLosses, lost));
    let mut applications = Vec::new();
    for row in storage::ledger::all_applications_of_payment(session, payment.id).await? {
        let kind = match row.kind.as_str() {
            "early_discount" => ApplicationKind::EarlyDiscount,
            "bank_discount" => ApplicationKind::BankDiscount,
            "credit" => ApplicationKind::Credit,
            _ => ApplicationKind::Payment,
        };
        push(&mut applications, world, row.invoice_id, kind, -row.minor);
        if kind == ApplicationKind::EarlyDiscount {
            storage::invoices::update_taken(session, row.invoice_id, -row.minor, 0).await?;
        }
    }
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("payment:{}:reverse", payment.id),
        customer_id: payment.customer_id,
        payment_id: Some(payment.id),
        actor: actor.to_owned(),
        transaction: Transaction::new(Cause::Reversal, on, payment.currency, postings)?,
        applications,
    };
    storage::ledger::post(session, &entry, now).await?;
    let change = StateChange { state, failure_code: code, settled_on: None, expected_on: None };
    storage::payments::update_state(session, payment, &change, now).await?;
    Ok(())
}
