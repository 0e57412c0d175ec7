//! The ledger: transactions, postings and applications are added here and nowhere else, and the
//! derived balances of invoices, credits and customers move in the same call.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    customers,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    ids::{ApplicationId, CreditId, CustomerId, InvoiceId, PaymentId, TransactionId},
    invoice::days_past_due,
    ledger::{Account, Transaction},
};

/// What an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationKind {
    /// Money of a payment.
    Payment,
    /// Credit.
    Credit,
    /// Early-payment discount.
    EarlyDiscount,
    /// Discount for paying by bank.
    BankDiscount,
    /// Given up.
    WriteOff,
}

impl ApplicationKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Credit => "credit",
            Self::EarlyDiscount => "early_discount",
            Self::BankDiscount => "bank_discount",
            Self::WriteOff => "write_off",
        }
    }
}

/// "This much of that pays this invoice"; negative when it is taken off again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The credit it came from, if any.
    pub credit_id: Option<CreditId>,
    /// What it is.
    pub kind: ApplicationKind,
    /// Minor units.
    pub minor: i64,
}

/// A transaction with everything that is written beside it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: TransactionId,
    /// What makes it unique: the same movement is never written twice.
    pub once_key: String,
    /// On whose account it happens: whoever pays, or whose document it is. What is owed on an
    /// invoice, and what is left of a credit, is posted to the customer it belongs to.
    pub customer_id: CustomerId,
    /// The payment it belongs to.
    pub payment_id: Option<PaymentId>,
    /// Who caused it.
    pub actor: String,
    /// The postings.
    pub transaction: Transaction,
    /// What they apply to invoices.
    pub applications: Vec<NewApplication>,
}

/// Writes an entry and moves the balances that follow from it.
///
/// # Errors
/// The constraint `ledger_transactions_once_key_key` when it was written before; a balance
/// constraint when a balance would leave its bounds.
pub async fn post(
    session: &mut Session,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let transaction = &entry.transaction;
    let (currency, on) = (transaction.currency(), transaction.effective_on());
    sql!(
        session,
        execute,
        "INSERT INTO ledger_transactions (id, once_key, cause, customer_id, payment_id, currency,
             effective_on, recorded_at, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        entry.id,
        &entry.once_key,
        transaction.cause().as_str(),
        entry.customer_id,
        entry.payment_id,
        currency,
        on,
        now,
        &entry.actor
    )?;
    for (position, posting) in (0_i64..).zip(transaction.postings()) {
        sql!(
            session,
            execute,
            "INSERT INTO postings (transaction_id, position, account, customer_id, invoice_id,
                 credit_id, currency, minor, effective_on)
             VALUES ($1, $2, $3,
                 COALESCE((SELECT customer_id FROM invoices WHERE id = $5),
                          (SELECT customer_id FROM credits WHERE id = $6), $4),
                 $5, $6, $7, $8, $9)",
            entry.id,
            position,
            posting.account,
            entry.customer_id,
            posting.invoice_id,
            posting.credit_id,
            currency,
            posting.minor,
            on
        )?;
    }
    for application in &entry.applications {
        sql!(
            session,
            execute,
            "INSERT INTO applications (id, transaction_id, invoice_id, payment_id, credit_id, kind,
                 minor, effective_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            application.id,
            entry.id,
            application.invoice_id,
            entry.payment_id,
            application.credit_id,
            application.kind.as_str(),
            application.minor,
            on,
            now
        )?;
    }
    move_balances(session, entry, now).await
}

async fn move_balances(
    session: &mut Session,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    #[derive(Default)]
    struct Moved {
        open_minor: i64,
        open_count: i64,
        credit_minor: i64,
    }
    let mut moved: BTreeMap<CustomerId, Moved> = BTreeMap::new();
    // In the order of ids, so that two transactions lock rows in the same order.
    let mut postings = entry.transaction.postings().to_vec();
    postings.sort_by_key(|posting| (posting.invoice_id, posting.credit_id));
    for posting in postings {
        match (posting.account, posting.invoice_id, posting.credit_id) {
            (Account::Receivable, Some(invoice_id), _) => {
                let (owner, balance, due_on) = sql!(
                    session,
                    fetch_one as (CustomerId, i64, NaiveDate),
                    "UPDATE invoices SET balance_minor = balance_minor + $2, updated_at = $3
                     WHERE id = $1 RETURNING customer_id, balance_minor, due_on",
                    invoice_id,
                    posting.minor,
                    now
                )?;
                let was_open = balance - posting.minor > 0;
                if balance == 0 {
                    // The latest date anything on it bears: a correction dated earlier settles
                    // nothing before its time.
                    let on = sql!(
                        session,
                        fetch_one as (NaiveDate,),
                        "SELECT MAX(effective_on) FROM postings
                         WHERE invoice_id = $1 AND account = 'receivable'",
                        invoice_id
                    )?
                    .0;
                    sql!(
                        session,
                        execute,
                        "UPDATE invoices SET settled_on = $2, days_late = $3 WHERE id = $1",
                        invoice_id,
                        on,
                        days_past_due(due_on, on)
                    )?;
                } else if !was_open {
                    sql!(
                        session,
                        execute,
                        "UPDATE invoices SET settled_on = NULL, days_late = NULL WHERE id = $1",
                        invoice_id
                    )?;
                }
                let moved = moved.entry(owner).or_default();
                moved.open_minor += posting.minor;
                moved.open_count += i64::from(balance > 0) - i64::from(was_open);
            }
            (Account::Unapplied, _, Some(credit_id)) => {
                let (owner,) = sql!(
                    session,
                    fetch_one as (CustomerId,),
                    "UPDATE credits SET remaining_minor = remaining_minor - $2, updated_at = $3
                     WHERE id = $1 RETURNING customer_id",
                    credit_id,
                    posting.minor,
                    now
                )?;
                moved.entry(owner).or_default().credit_minor -= posting.minor;
            }
            _ => {}
        }
    }
    let currency = entry.transaction.currency();
    for (owner, Moved { open_minor, open_count, credit_minor }) in moved {
        session.announce(owner);
        if (open_minor, open_count, credit_minor) == (0, 0, 0) {
            continue;
        }
        customers::update_balance(session, owner, currency, open_minor, open_count, credit_minor)
            .await?;
    }
    session.announce(entry.customer_id);
    Ok(())
}

/// An application as it was written.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ApplicationRow {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The payment, if any.
    pub payment_id: Option<PaymentId>,
    /// The credit, if any.
    pub credit_id: Option<CreditId>,
    /// What it is, as a word.
    pub kind: String,
    /// Minor units.
    pub minor: i64,
    /// On which date.
    pub effective_on: NaiveDate,
}

/// Applications to an invoice, in the order they were written.
pub async fn all_applications(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Vec<ApplicationRow>, StorageError> {
    sql!(
        session,
        fetch_all as ApplicationRow,
        "SELECT invoice_id, payment_id, credit_id, kind, minor, effective_on FROM applications
         WHERE invoice_id = $1 ORDER BY recorded_at, id",
        invoice_id
    )
}

/// Applications of a payment that stand, summed by invoice, credit and kind.
pub async fn all_applications_of_payment(
    session: &mut Session,
    payment_id: PaymentId,
) -> Result<Vec<ApplicationRow>, StorageError> {
    sql!(
        session,
        fetch_all as ApplicationRow,
        "SELECT invoice_id, payment_id, credit_id, kind, CAST(SUM(minor) AS BIGINT) AS minor,
                MAX(effective_on) AS effective_on
         FROM applications WHERE payment_id = $1
         GROUP BY invoice_id, payment_id, credit_id, kind
         HAVING SUM(minor) <> 0 ORDER BY invoice_id, kind",
        payment_id
    )
}

/// A posting of a payment, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PostingRow {
    /// The account.
    pub account: Account,
    /// The invoice, for `Receivable`.
    pub invoice_id: Option<InvoiceId>,
    /// The credit, for `Unapplied`.
    pub credit_id: Option<CreditId>,
    /// Minor units.
    pub minor: i64,
}

/// What a payment's postings add up to, by account, invoice and credit, without those of zero.
pub async fn all_postings_of_payment(
    session: &mut Session,
    payment_id: PaymentId,
) -> Result<Vec<PostingRow>, StorageError> {
    sql!(
        session,
        fetch_all as PostingRow,
        "SELECT p.account, p.invoice_id, p.credit_id, CAST(SUM(p.minor) AS BIGINT) AS minor
         FROM postings p JOIN ledger_transactions t ON t.id = p.transaction_id
         WHERE t.payment_id = $1 AND t.cause <> 'fee'
         GROUP BY p.account, p.invoice_id, p.credit_id
         HAVING SUM(p.minor) <> 0 ORDER BY p.account, p.invoice_id, p.credit_id",
        payment_id
    )
}
