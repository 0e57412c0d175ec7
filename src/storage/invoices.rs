//! Invoices as documents: rows, lines, reservations.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::{
    customers::sight_key,
    db::{Exec, Session, sql},
    error::{StorageError, touched},
    expectations::ExpectationColumns,
};
use crate::domain::{
    discount::DiscountOffer,
    ids::{CreditId, CustomerId, InvoiceId},
    invoice::{DocumentKind, StatusFacts},
    money::{Currency, Rate},
    permission::Sight,
    quote::Item,
    terms::PartialRule,
};

/// An invoice as stored. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InvoiceRow {
    /// The invoice.
    pub id: InvoiceId,
    /// Who owes it.
    pub customer_id: CustomerId,
    /// Invoice or adjustment.
    pub kind: DocumentKind,
    /// Its number, as text.
    pub number: String,
    /// Its currency.
    pub currency: Currency,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it is due.
    pub due_on: NaiveDate,
    /// Terms in the books' words.
    pub terms: String,
    /// The customer's order number.
    pub po_number: String,
    /// The total.
    pub total_minor: i64,
    /// Tax within the total.
    pub tax_minor: i64,
    /// What is open.
    pub balance_minor: i64,
    /// What payments on their way hold of it.
    pub reserved_minor: i64,
    /// Credit memos applied.
    pub credit_memo_minor: i64,
    /// Early-payment discount rate; zero for none.
    pub discount_rate_ppm: i64,
    /// What the discount is taken of.
    pub discount_basis_minor: i64,
    /// The discount's last day.
    pub discount_until: Option<NaiveDate>,
    /// Discount taken so far.
    pub discount_taken_minor: i64,
    /// Whether the customer objects.
    pub is_disputed: bool,
    /// When it was withdrawn.
    pub voided_on: Option<NaiveDate>,
    /// When nothing was left open.
    pub settled_on: Option<NaiveDate>,
    /// How late that was, in days; negative is early.
    pub days_late: Option<i64>,
    /// Fingerprint of what was imported.
    pub source_hash: String,
}

/// An invoice with what is expected while it is open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ExpectedInvoiceRow {
    /// The invoice.
    #[sqlx(flatten)]
    pub invoice: InvoiceRow,
    /// What is expected.
    #[sqlx(flatten)]
    pub expected: ExpectationColumns,
}

impl InvoiceRow {
    /// The discount it offers, if any.
    pub fn discount(&self) -> Option<DiscountOffer> {
        let rate = Rate::from_ppm(u32::try_from(self.discount_rate_ppm).ok()?);
        let until = self.discount_until?;
        (rate > Rate::ZERO).then_some(DiscountOffer {
            rate,
            basis_minor: self.discount_basis_minor,
            until,
            grace_days: 0,
            partial: PartialRule::OnFullSettlement,
            taken_minor: self.discount_taken_minor,
        })
    }

    /// The facts its status follows from.
    pub const fn status_facts(&self) -> StatusFacts {
        StatusFacts {
            balance: self.balance_minor,
            reserved: self.reserved_minor,
            due_on: self.due_on,
            is_voided: self.voided_on.is_some(),
            is_disputed: self.is_disputed,
        }
    }

    /// It as part of a basket.
    pub fn item(&self) -> Item {
        Item {
            invoice_id: self.id,
            currency: self.currency,
            total: self.total_minor,
            balance: self.balance_minor,
            reserved: self.reserved_minor,
            credit_memos: self.credit_memo_minor,
            issued_on: self.issued_on,
            due_on: self.due_on,
            discount: self.discount(),
            pay: None,
        }
    }
}

/// A line of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    /// What was sold.
    pub description: String,
    /// How much of it.
    pub quantity: Decimal,
    /// Price of one, with up to six decimals.
    pub unit_price: Decimal,
    /// The line's amount, in minor units.
    pub amount_minor: i64,
}

/// Adds an invoice with a balance of zero: posting it gives it one.
///
/// # Errors
/// The constraint `invoices_number_key` when the number is taken.
pub async fn insert(
    session: &mut Session,
    row: &InvoiceRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO invoices (id, customer_id, kind, number, search_text, currency, issued_on,
             due_on, terms, po_number, total_minor, tax_minor, balance_minor, reserved_minor,
             credit_memo_minor, discount_rate_ppm, discount_basis_minor, discount_until,
             discount_taken_minor, is_disputed, settled_on, days_late, source_hash, created_at,
             updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, $14, $15, 0, $16,
             $17, $18, $19, $20, $20)",
        row.id,
        row.customer_id,
        row.kind,
        &row.number,
        search_text(row),
        row.currency,
        row.issued_on,
        row.due_on,
        &row.terms,
        &row.po_number,
        row.total_minor,
        row.tax_minor,
        row.discount_rate_ppm,
        row.discount_basis_minor,
        row.discount_until,
        row.is_disputed,
        row.settled_on,
        row.days_late,
        &row.source_hash,
        now
    )?;
    Ok(())
}

fn search_text(row: &InvoiceRow) -> String {
    format!("{}\n{}", row.number, row.po_number).to_lowercase()
}

/// Replaces what the books say about an invoice. Its balance is moved by posting, before a total
/// that falls and after one that rises.
pub async fn update(
    session: &mut Session,
    row: &InvoiceRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE invoices SET customer_id = $2, kind = $3, search_text = $4, issued_on = $5,
             due_on = $6, terms = $7, po_number = $8, total_minor = $9, tax_minor = $10,
             discount_rate_ppm = $11, discount_basis_minor = $12, discount_until = $13,
             is_disputed = $14, source_hash = $15, updated_at = $16
         WHERE id = $1",
        row.id,
        row.customer_id,
        row.kind,
        search_text(row),
        row.issued_on,
        row.due_on,
        &row.terms,
        &row.po_number,
        row.total_minor,
        row.tax_minor,
        row.discount_rate_ppm,
        row.discount_basis_minor,
        row.discount_until,
        row.is_disputed,
        &row.source_hash,
        now
    )?;
    touched(1, rows)
}

/// The invoice of an id.
pub async fn find(
    session: &mut Session,
    id: InvoiceId,
) -> Result<Option<InvoiceRow>, StorageError> {
    sql!(session, fetch_optional as InvoiceRow, "SELECT * FROM invoices WHERE id = $1", id)
}

/// The invoice of an id, if a customer is to pay it and it was not withdrawn.
pub async fn find_billed(
    session: &mut Session,
    id: InvoiceId,
    bill_to_id: CustomerId,
) -> Result<Option<BilledInvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_optional as BilledInvoiceRow,
        "SELECT i.*, c.name AS buyer
         FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE i.id = $1 AND c.bill_to_id = $2 AND i.voided_on IS NULL",
        id,
        bill_to_id
    )
}

/// The invoice of a number.
pub async fn find_by_number(
    session: &mut Session,
    number: &str,
) -> Result<Option<InvoiceRow>, StorageError> {
    sql!(session, fetch_optional as InvoiceRow, "SELECT * FROM invoices WHERE number = $1", number)
}

/// Locks an invoice until the transaction ends, and reads it. Lock several in the order of their
/// ids, so that two transactions cannot wait for each other.
pub async fn lock(
    session: &mut Session,
    id: InvoiceId,
) -> Result<Option<InvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_optional as InvoiceRow,
        "UPDATE invoices SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// What a customer owes in one currency, over all open invoices.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenSumRow {
    /// The currency.
    pub currency: Currency,
    /// Open invoices.
    pub invoices: i64,
    /// Open on them, in minor units.
    pub balance_minor: i64,
    /// What payments on their way hold of it, in minor units.
    pub reserved_minor: i64,
    /// What of it is past due and neither disputed nor held, in minor units.
    pub overdue_minor: i64,
}

/// Rows that [`all_open`] gives at most.
pub const OPEN_MAX: usize = 1000;

impl OpenSumRow {
    /// What [`all_open_sums`] would say, of all open invoices.
    pub fn all_of<'a>(
        open: impl IntoIterator<Item = &'a InvoiceRow>,
        today: NaiveDate,
    ) -> Vec<Self> {
        let mut sums: BTreeMap<&str, Self> = BTreeMap::new();
        for row in open {
            let sum = sums.entry(row.currency.code()).or_insert_with(|| Self {
                currency: row.currency,
                invoices: 0,
                balance_minor: 0,
                reserved_minor: 0,
                overdue_minor: 0,
            });
            sum.invoices += 1;
            sum.balance_minor += row.balance_minor;
            sum.reserved_minor += row.reserved_minor;
            if row.due_on < today && !row.is_disputed {
                sum.overdue_minor += row.balance_minor - row.reserved_minor;
            }
        }
        sums.into_values().collect()
    }
}

/// Whose invoices a payer sees: those of everybody a customer pays for, or of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billed {
    /// Who pays.
    pub bill_to_id: CustomerId,
    /// Who bought; everybody when none.
    pub buyer_id: Option<CustomerId>,
}

impl Billed {
    /// Everything a customer pays.
    pub const fn to(bill_to_id: CustomerId) -> Self {
        Self { bill_to_id, buyer_id: None }
    }

    /// Who bought, as queries compare it; empty for everybody.
    pub(super) fn buyer_key(&self) -> String {
        self.buyer_id.map(|id| id.to_string()).unwrap_or_default()
    }
}

/// An invoice with the name of whoever bought.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BilledInvoiceRow {
    /// The invoice.
    #[sqlx(flatten)]
    pub invoice: InvoiceRow,
    /// The buyer's name.
    pub buyer: String,
}

/// What a customer is to pay, for itself and others, by currency: for those who owe on more invoices than are listed.
pub async fn all_open_sums(
    session: &mut Session,
    billed: Billed,
    today: NaiveDate,
) -> Result<Vec<OpenSumRow>, StorageError> {
    sql!(
        session,
        fetch_all as OpenSumRow,
        "SELECT currency, COUNT(*) AS invoices,
                CAST(SUM(balance_minor) AS BIGINT) AS balance_minor,
                CAST(SUM(reserved_minor) AS BIGINT) AS reserved_minor,
                CAST(SUM(CASE WHEN due_on < $2 AND NOT is_disputed
                    THEN balance_minor - reserved_minor ELSE 0 END) AS BIGINT) AS overdue_minor
         FROM invoices
         WHERE customer_id IN (SELECT id FROM customers
                               WHERE bill_to_id = $1 AND ($3 = '' OR id = $3))
           AND balance_minor > 0
         GROUP BY currency ORDER BY currency",
        billed.bill_to_id,
        today,
        billed.buyer_key()
    )
}

/// What [`all_open_sums`] would say, without asking where all open invoices are at hand: those that
/// [`all_open`] found.
pub async fn all_sums_of(
    session: &mut Session,
    billed: Billed,
    open: &[BilledInvoiceRow],
    today: NaiveDate,
) -> Result<Vec<OpenSumRow>, StorageError> {
    if open.len() < OPEN_MAX {
        return Ok(OpenSumRow::all_of(open.iter().map(|row| &row.invoice), today));
    }
    all_open_sums(session, billed, today).await
}

/// Open invoices that a customer pays, its own and those of others, at most a thousand: the oldest due first, and those that payments
/// on their way hold wholly last.
pub async fn all_open(
    session: &mut Session,
    billed: Billed,
) -> Result<Vec<BilledInvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_all as BilledInvoiceRow,
        "SELECT i.*, c.name AS buyer
         FROM customers c JOIN invoices i ON i.customer_id = c.id
         WHERE c.bill_to_id = $1 AND ($2 = '' OR c.id = $2) AND i.balance_minor > 0
         ORDER BY CASE WHEN i.balance_minor > i.reserved_minor THEN 0 ELSE 1 END,
             i.due_on, i.issued_on, i.id
         LIMIT 1000",
        billed.bill_to_id,
        billed.buyer_key()
    )
}

/// Invoices that a customer pays, in one currency, on which something can be paid now, the oldest
/// due first, at most `limit`.
pub async fn all_payable(
    session: &mut Session,
    billed: Billed,
    currency: Currency,
    limit: i64,
) -> Result<Vec<InvoiceId>, StorageError> {
    sql!(
        session,
        scalars InvoiceId,
        "SELECT id FROM invoices
         WHERE customer_id IN (SELECT id FROM customers
                               WHERE bill_to_id = $1 AND ($4 = '' OR id = $4))
           AND currency = $2 AND balance_minor > reserved_minor
         ORDER BY due_on, issued_on, id LIMIT $3",
        billed.bill_to_id,
        currency,
        limit,
        billed.buyer_key()
    )
}

/// Settled invoices that a customer pays, the latest first, at most `limit`.
pub async fn all_settled(
    session: &mut Session,
    billed: Billed,
    limit: i64,
) -> Result<Vec<BilledInvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_all as BilledInvoiceRow,
        "SELECT i.*, c.name AS buyer
         FROM customers c JOIN invoices i ON i.customer_id = c.id
         WHERE c.bill_to_id = $1 AND ($3 = '' OR c.id = $3)
           AND i.balance_minor = 0 AND i.settled_on IS NOT NULL
         ORDER BY i.settled_on DESC, i.id DESC LIMIT $2",
        billed.bill_to_id,
        limit,
        billed.buyer_key()
    )
}

/// The latest invoices of a customer, open ones first, at most `limit`.
pub async fn all_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
    limit: i64,
) -> Result<Vec<ExpectedInvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_all as ExpectedInvoiceRow,
        "SELECT * FROM (
             SELECT * FROM (SELECT * FROM invoices WHERE customer_id = $1 AND balance_minor > 0
                            ORDER BY issued_on DESC, id DESC LIMIT $2) AS open
             UNION ALL
             SELECT * FROM (SELECT * FROM invoices WHERE customer_id = $1 AND balance_minor <= 0
                            ORDER BY issued_on DESC, id DESC LIMIT $2) AS settled) AS either
         ORDER BY CASE WHEN balance_minor > 0 THEN 0 ELSE 1 END, issued_on DESC, id DESC LIMIT $2",
        customer_id,
        limit
    )
}

/// An invoice of a customer whom somebody sees, with what is expected of it.
pub async fn find_seen(
    session: &mut Session,
    id: InvoiceId,
    sight: Sight,
) -> Result<Option<ExpectedInvoiceRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ExpectedInvoiceRow,
        "SELECT i.* FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE i.id = $1 AND ($2 = '' OR c.specialist_id = $2)",
        id,
        sight_key(sight)
    )
}

/// Holds `minor` of an invoice for a payment; false when that much is not free.
pub async fn update_reserve(
    session: &mut Session,
    id: InvoiceId,
    minor: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let owner = sql!(
        session,
        fetch_optional as (CustomerId,),
        "UPDATE invoices SET reserved_minor = reserved_minor + $2, updated_at = $3
         WHERE id = $1 AND balance_minor - reserved_minor >= $2 RETURNING customer_id",
        id,
        minor,
        now
    )?;
    if let Some((customer_id,)) = owner {
        session.announce(customer_id);
    }
    Ok(owner.is_some())
}

/// Gives `minor` of an invoice free again.
pub async fn update_release(
    session: &mut Session,
    id: InvoiceId,
    minor: i64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE invoices SET reserved_minor = reserved_minor - $2, updated_at = $3 WHERE id = $1",
        id,
        minor,
        now
    )?;
    touched(1, rows)
}

/// Notes discount taken (or, negative, given back) and credit memos applied (or taken off).
pub async fn update_taken(
    session: &mut Session,
    id: InvoiceId,
    discount_minor: i64,
    credit_memo_minor: i64,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE invoices SET discount_taken_minor = discount_taken_minor + $2,
             credit_memo_minor = credit_memo_minor + $3 WHERE id = $1",
        id,
        discount_minor,
        credit_memo_minor
    )?;
    touched(1, rows)
}

/// Marks an invoice as withdrawn.
pub async fn update_voided(
    session: &mut Session,
    id: InvoiceId,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE invoices SET voided_on = $2, updated_at = $3 WHERE id = $1 AND voided_on IS NULL",
        id,
        on,
        now
    )?;
    touched(1, rows)
}

/// Which document the lines belong to.
#[derive(Clone, Copy, Debug)]
pub enum LineOwner {
    /// An invoice.
    Invoice(InvoiceId),
    /// A credit memo.
    Credit(CreditId),
}

/// Lines inserted by one statement; SQLite allows 32,766 binds, PostgreSQL 65,535.
const LINES_PER_STATEMENT: usize = 500;

/// Replaces the lines of a document.
pub async fn update_lines(
    session: &mut Session,
    owner: LineOwner,
    is_new: bool,
    lines: &[DocumentLine],
) -> Result<(), StorageError> {
    let (id, delete, insert) = match owner {
        LineOwner::Invoice(id) => (
            id.to_string(),
            "DELETE FROM invoice_lines WHERE invoice_id = $1",
            "INSERT INTO invoice_lines
                (invoice_id, position, description, quantity, unit_price, amount_minor) ",
        ),
        LineOwner::Credit(id) => (
            id.to_string(),
            "DELETE FROM credit_lines WHERE credit_id = $1",
            "INSERT INTO credit_lines
                (credit_id, position, description, quantity, unit_price, amount_minor) ",
        ),
    };
    if !is_new {
        sql!(session, execute, delete, &id)?;
    }
    let mut position = 0_i64;
    for chunk in lines.chunks(LINES_PER_STATEMENT) {
        macro_rules! push {
            ($engine:ty, $connection:expr) => {{
                let mut builder = sqlx::QueryBuilder::<$engine>::new(insert);
                builder.push_values(chunk, |mut row, line| {
                    row.push_bind(&id)
                        .push_bind(position)
                        .push_bind(&line.description)
                        .push_bind(line.quantity.to_string())
                        .push_bind(line.unit_price.to_string())
                        .push_bind(line.amount_minor);
                    position += 1;
                });
                builder.build().execute($connection).await?;
            }};
        }
        match session.exec() {
            Exec::Sqlite(connection) => push!(sqlx::Sqlite, connection),
            Exec::Postgres(connection) => push!(sqlx::Postgres, connection),
        }
    }
    Ok(())
}

/// The lines of an invoice, in order.
pub async fn all_lines(
    session: &mut Session,
    id: InvoiceId,
) -> Result<Vec<DocumentLine>, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (String, String, String, i64),
        "SELECT description, quantity, unit_price, amount_minor FROM invoice_lines
         WHERE invoice_id = $1 ORDER BY position",
        id
    )?;
    rows.into_iter()
        .map(|(description, quantity, unit_price, amount_minor)| {
            let number = |text: &str| {
                text.parse().map_err(|_| {
                    StorageError::Inconsistent(format!("invoice_lines {id}: {text:?}"))
                })
            };
            Ok(DocumentLine {
                quantity: number(&quantity)?,
                unit_price: number(&unit_price)?,
                description,
                amount_minor,
            })
        })
        .collect()
}
