//! Payments, their lines, and where each stands.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use super::{
    db::{Session, ids_of, sql},
    error::{StorageError, touched},
    invoices::Billed,
};
use crate::domain::{
    ids::{CustomerId, InvoiceId, MethodId, PaymentId, QuoteId},
    money::Currency,
    payment::PaymentState,
    permission::Sight,
    quote::Line,
    refund::Refundable,
};

/// A payment as stored. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaymentRow {
    /// The payment.
    pub id: PaymentId,
    /// What people call it.
    pub reference: String,
    /// Who paid.
    pub customer_id: CustomerId,
    /// `portal`, `import` or `staff`.
    pub source: String,
    /// `card`, `bank`, `check`, `cash`, `wire` or `other`.
    pub method_kind: String,
    /// The stored method, if any.
    pub method_id: Option<MethodId>,
    /// The method in words.
    pub method_label: String,
    /// Where it stands.
    pub state: PaymentState,
    /// The currency.
    pub currency: Currency,
    /// Paid towards invoices.
    pub principal_minor: i64,
    /// Surcharge on top.
    pub surcharge_minor: i64,
    /// Early-payment discounts it earns.
    pub early_discount_minor: i64,
    /// Discounts for paying by bank.
    pub bank_discount_minor: i64,
    /// Unapplied cash it uses.
    pub cash_credit_minor: i64,
    /// The surcharge's rate.
    pub surcharge_rate_ppm: i64,
    /// Principal given back.
    pub refunded_principal_minor: i64,
    /// Surcharge given back.
    pub refunded_surcharge_minor: i64,
    /// The processor, if any.
    pub gateway: Option<String>,
    /// The processor's record, once it is known.
    pub gateway_intent_id: Option<String>,
    /// The price that was confirmed.
    pub quote_id: Option<QuoteId>,
    /// What it was imported as.
    pub import_key: Option<String>,
    /// Why it failed or came back.
    pub failure_code: Option<String>,
    /// Who confirmed it.
    pub email: String,
    /// The seller's local date on which it was confirmed or received: it decides the discount.
    pub received_on: NaiveDate,
    /// When a bank debit usually settles.
    pub expected_on: Option<NaiveDate>,
    /// When the money came.
    pub settled_on: Option<NaiveDate>,
    /// Until when the process that made it may still be at work on it.
    pub attempt_until: DateTime<Utc>,
    /// How often the processor was asked what became of it.
    pub looked_up_count: i64,
    /// When it was confirmed.
    pub created_at: DateTime<Utc>,
    /// Whether it was made by itself, as its payer agreed beforehand.
    pub is_autopay: bool,
}

impl PaymentRow {
    /// What the method is charged.
    pub const fn charge_minor(&self) -> i64 {
        self.principal_minor + self.surcharge_minor
    }

    /// What it holds and what was given back.
    pub const fn refundable(&self) -> Refundable {
        Refundable {
            principal: self.principal_minor,
            surcharge: self.surcharge_minor,
            refunded_principal: self.refunded_principal_minor,
            refunded_surcharge: self.refunded_surcharge_minor,
        }
    }
}

/// A line of a payment with its invoice's number.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaymentLineRow {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its number.
    pub number: String,
    /// Who bought.
    pub buyer_id: CustomerId,
    /// Their name.
    pub buyer: String,
    /// Who pays for them now.
    pub bill_to_id: CustomerId,
    /// What could be paid when the price was made.
    pub payable_minor: i64,
    /// Early-payment discount.
    pub early_discount_minor: i64,
    /// Unapplied cash used.
    pub cash_credit_minor: i64,
    /// Discount for paying by bank.
    pub bank_discount_minor: i64,
    /// Paid by the method.
    pub principal_minor: i64,
    /// Share of the surcharge.
    pub surcharge_minor: i64,
}

impl PaymentLineRow {
    /// It as a line of a price.
    pub const fn line(&self) -> Line {
        Line {
            invoice_id: self.invoice_id,
            payable: self.payable_minor,
            early_discount: self.early_discount_minor,
            cash_credit: self.cash_credit_minor,
            bank_discount: self.bank_discount_minor,
            principal: self.principal_minor,
            surcharge: self.surcharge_minor,
        }
    }
}

/// Adds a payment with its lines.
///
/// # Errors
/// The constraint `payments_quote_id_key` when its price was confirmed before,
/// `payments_import_key_key` when it was imported before.
pub async fn insert(
    session: &mut Session,
    row: &PaymentRow,
    lines: &[Line],
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO payments (id, reference, customer_id, source, method_kind, method_id,
             method_label, state, currency, principal_minor, surcharge_minor, early_discount_minor,
             bank_discount_minor, cash_credit_minor, surcharge_rate_ppm, refunded_principal_minor,
             refunded_surcharge_minor, gateway, gateway_intent_id, quote_id, import_key,
             failure_code, email, received_on, expected_on, settled_on, attempt_until,
             looked_up_count, created_at, updated_at, is_autopay)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, $16, $17,
             $18, $19, $20, $21, $22, $23, $24, $25, 0, $26, $26, $27)",
        row.id,
        &row.reference,
        row.customer_id,
        &row.source,
        &row.method_kind,
        row.method_id,
        &row.method_label,
        row.state,
        row.currency,
        row.principal_minor,
        row.surcharge_minor,
        row.early_discount_minor,
        row.bank_discount_minor,
        row.cash_credit_minor,
        row.surcharge_rate_ppm,
        row.gateway.as_deref(),
        row.gateway_intent_id.as_deref(),
        row.quote_id,
        row.import_key.as_deref(),
        row.failure_code.as_deref(),
        &row.email,
        row.received_on,
        row.expected_on,
        row.settled_on,
        row.attempt_until,
        row.created_at,
        row.is_autopay
    )?;
    for (position, line) in (0_i64..).zip(lines) {
        sql!(
            session,
            execute,
            "INSERT INTO payment_lines (payment_id, invoice_id, position, payable_minor,
                 early_discount_minor, cash_credit_minor, bank_discount_minor, principal_minor,
                 surcharge_minor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            row.id,
            line.invoice_id,
            position,
            line.payable,
            line.early_discount,
            line.cash_credit,
            line.bank_discount,
            line.principal,
            line.surcharge
        )?;
    }
    session.announce(row.customer_id);
    Ok(())
}

/// The payment of an id.
pub async fn find(
    session: &mut Session,
    id: PaymentId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(session, fetch_optional as PaymentRow, "SELECT * FROM payments WHERE id = $1", id)
}

/// The payment of an id, if it is a customer's.
pub async fn find_of_customer(
    session: &mut Session,
    id: PaymentId,
    customer_id: CustomerId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PaymentRow,
        "SELECT * FROM payments WHERE id = $1 AND customer_id = $2",
        id,
        customer_id
    )
}

/// The payment that confirmed a price.
pub async fn find_by_quote(
    session: &mut Session,
    id: QuoteId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(session, fetch_optional as PaymentRow, "SELECT * FROM payments WHERE quote_id = $1", id)
}

/// The payment of a processor's record.
pub async fn find_by_intent(
    session: &mut Session,
    intent_id: &str,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PaymentRow,
        "SELECT * FROM payments WHERE gateway_intent_id = $1",
        intent_id
    )
}

/// The payment that was imported under a key.
pub async fn find_by_import_key(
    session: &mut Session,
    key: &str,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(session, fetch_optional as PaymentRow, "SELECT * FROM payments WHERE import_key = $1", key)
}

/// Locks a payment until the transaction ends, and reads it.
pub async fn lock(
    session: &mut Session,
    id: PaymentId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PaymentRow,
        "UPDATE payments SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// The lines of a payment, in the order shown.
pub async fn all_lines(
    session: &mut Session,
    id: PaymentId,
) -> Result<Vec<PaymentLineRow>, StorageError> {
    sql!(
        session,
        fetch_all as PaymentLineRow,
        "SELECT l.invoice_id, i.number, i.customer_id AS buyer_id, c.name AS buyer,
                c.bill_to_id, l.payable_minor, l.early_discount_minor, l.cash_credit_minor,
                l.bank_discount_minor, l.principal_minor, l.surcharge_minor
         FROM payment_lines l
         JOIN invoices i ON i.id = l.invoice_id
         JOIN customers c ON c.id = i.customer_id
         WHERE l.payment_id = $1 ORDER BY l.position",
        id
    )
}

/// The latest $2 payments that the customer $1 made or that others made on its invoices.
const OF_CUSTOMER: &str = "
    SELECT a.id FROM payments a WHERE a.id IN (
        SELECT id FROM (SELECT id FROM payments WHERE customer_id = $1
                        ORDER BY created_at DESC, id DESC LIMIT $2) AS own
        UNION
        SELECT q.id FROM invoices i
        JOIN payment_lines l ON l.invoice_id = i.id
        JOIN payments q ON q.id = l.payment_id
        WHERE i.customer_id = $1 AND q.customer_id <> $1)
    ORDER BY a.created_at DESC, a.id DESC LIMIT $2";

/// Payments that a customer made and those that others made on its invoices, the latest first, at
/// most `limit`.
pub async fn all_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
    limit: i64,
) -> Result<Vec<CustomerPaymentRow>, StorageError> {
    sql!(
        session,
        fetch_all as CustomerPaymentRow,
        AssertSqlSafe(format!(
            "SELECT p.*, c.name AS payer
             FROM payments p JOIN customers c ON c.id = p.customer_id
             WHERE p.id IN ({OF_CUSTOMER}) ORDER BY p.created_at DESC, p.id DESC"
        )),
        customer_id,
        limit
    )
}

/// What a payment pays for others than whoever made it, by buyer, in minor units.
pub async fn all_for_others(
    session: &mut Session,
    payment: &PaymentRow,
) -> Result<Vec<(CustomerId, i64)>, StorageError> {
    sql!(
        session,
        fetch_all as (CustomerId, i64),
        "SELECT i.customer_id, CAST(SUM(l.principal_minor + l.surcharge_minor) AS BIGINT)
         FROM payment_lines l JOIN invoices i ON i.id = l.invoice_id
         WHERE l.payment_id = $1 AND i.customer_id <> $2
         GROUP BY i.customer_id ORDER BY i.customer_id",
        payment.id,
        payment.customer_id
    )
}

/// The numbers of the invoices that a payment is for, with whose they are: no payment has more than a
/// thousand.
pub async fn all_paid_numbers(
    session: &mut Session,
    id: PaymentId,
) -> Result<Vec<(CustomerId, String)>, StorageError> {
    sql!(
        session,
        fetch_all as (CustomerId, String),
        "SELECT i.customer_id, i.number
         FROM payment_lines l JOIN invoices i ON i.id = l.invoice_id
         WHERE l.payment_id = $1 ORDER BY i.number, i.id LIMIT 1000",
        id
    )
}

/// A payment with the name of whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CustomerPaymentRow {
    /// The payment.
    #[sqlx(flatten)]
    pub payment: PaymentRow,
    /// Whoever made it.
    pub payer: String,
}

/// A payment that touched an invoice.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InvoicePaymentRow {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// The payment.
    pub payment_id: PaymentId,
    /// Who paid.
    pub payer_id: CustomerId,
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: PaymentState,
    /// `card`, `bank`, or `other` for a payment that was recorded and not made here.
    pub method_kind: String,
    /// The method in words.
    pub method_label: String,
    /// Why it failed or came back.
    pub failure_code: Option<String>,
    /// When a bank debit usually settles.
    pub expected_on: Option<NaiveDate>,
    /// When it was confirmed.
    pub received_on: NaiveDate,
    /// What it pays on the invoice, in minor units.
    pub principal_minor: i64,
    /// Discounts it earns on the invoice, in minor units.
    pub discount_minor: i64,
}

/// Payments on invoices, `l` being what each pays on one and `p` the payment: those that the rest of
/// the query names.
macro_rules! on_invoices {
    ($rest:literal) => {
        concat!(
            "SELECT l.invoice_id, p.id AS payment_id, p.customer_id AS payer_id, p.reference,
                    p.state, p.method_kind, p.method_label, p.failure_code, p.expected_on,
                    p.received_on, l.principal_minor,
                    l.early_discount_minor + l.bank_discount_minor AS discount_minor ",
            $rest
        )
    };
}

/// The latest payment on each open invoice that a customer pays.
pub async fn all_latest_on_open(
    session: &mut Session,
    billed: Billed,
) -> Result<Vec<InvoicePaymentRow>, StorageError> {
    sql!(
        session,
        fetch_all as InvoicePaymentRow,
        on_invoices!(
            "FROM customers c
             JOIN invoices i ON i.customer_id = c.id
             JOIN payment_lines l ON l.invoice_id = i.id
             JOIN payments p ON p.id = l.payment_id
             WHERE c.bill_to_id = $1 AND ($2 = '' OR c.id = $2) AND i.balance_minor > 0
               AND NOT EXISTS (SELECT 1 FROM payment_lines l2 JOIN payments p2 ON p2.id = l2.payment_id
                               WHERE l2.invoice_id = l.invoice_id
                                 AND (p2.created_at, p2.id) > (p.created_at, p.id))"
        ),
        billed.bill_to_id,
        billed.buyer_key()
    )
}

/// The latest payment on each of the invoices that [`super::invoices::all_settled`] finds.
pub async fn all_latest_on_settled(
    session: &mut Session,
    billed: Billed,
    limit: i64,
) -> Result<Vec<InvoicePaymentRow>, StorageError> {
    sql!(
        session,
        fetch_all as InvoicePaymentRow,
        on_invoices!(
            "FROM (SELECT o.id FROM customers c JOIN invoices o ON o.customer_id = c.id
                   WHERE c.bill_to_id = $1 AND ($3 = '' OR c.id = $3)
                     AND o.balance_minor = 0 AND o.settled_on IS NOT NULL
                   ORDER BY o.settled_on DESC, o.id DESC LIMIT $2) AS i
             JOIN payment_lines l ON l.invoice_id = i.id
             JOIN payments p ON p.id = l.payment_id
             WHERE NOT EXISTS (SELECT 1 FROM payment_lines l2 JOIN payments p2 ON p2.id = l2.payment_id
                               WHERE l2.invoice_id = l.invoice_id
                                 AND (p2.created_at, p2.id) > (p.created_at, p.id))"
        ),
        billed.bill_to_id,
        limit,
        billed.buyer_key()
    )
}

/// What came of all payments of whoever pays on a settled invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaidSumRow {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// How many payments there were.
    pub payments: i64,
    /// Discounts that they earned, in minor units.
    pub discount_minor: i64,
}

/// What the customer itself paid on each of the invoices that [`super::invoices::all_settled`]
/// finds, where it did.
pub async fn all_sums_on_settled(
    session: &mut Session,
    billed: Billed,
    limit: i64,
) -> Result<Vec<PaidSumRow>, StorageError> {
    sql!(
        session,
        fetch_all as PaidSumRow,
        "SELECT l.invoice_id, COUNT(*) AS payments,
                CAST(SUM(l.early_discount_minor + l.bank_discount_minor) AS BIGINT)
                    AS discount_minor
         FROM (SELECT o.id FROM customers c JOIN invoices o ON o.customer_id = c.id
               WHERE c.bill_to_id = $1 AND ($3 = '' OR c.id = $3)
                 AND o.balance_minor = 0 AND o.settled_on IS NOT NULL
               ORDER BY o.settled_on DESC, o.id DESC LIMIT $2) AS i
         JOIN payment_lines l ON l.invoice_id = i.id
         JOIN payments p ON p.id = l.payment_id
         WHERE p.customer_id = $1 AND p.state IN ('succeeded', 'partially_refunded', 'refunded')
         GROUP BY l.invoice_id ORDER BY l.invoice_id",
        billed.bill_to_id,
        limit,
        billed.buyer_key()
    )
}

/// Payments on an invoice, the latest first, at most fifty.
pub async fn all_of_invoice(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Vec<InvoicePaymentRow>, StorageError> {
    sql!(
        session,
        fetch_all as InvoicePaymentRow,
        on_invoices!(
            "FROM payment_lines l JOIN payments p ON p.id = l.payment_id
             WHERE l.invoice_id = $1 ORDER BY p.created_at DESC, p.id DESC LIMIT 50"
        ),
        invoice_id
    )
}

/// Payments that came, made since a time, whose turn it is to be looked at again.
pub async fn all_to_watch(
    session: &mut Session,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PaymentId>, StorageError> {
    sql!(
        session,
        scalars PaymentId,
        "SELECT id FROM payments
         WHERE state IN ('succeeded', 'partially_refunded') AND gateway IS NOT NULL
           AND attempt_until <= $2 AND created_at >= $1 ORDER BY attempt_until, id LIMIT $3",
        since,
        now,
        limit
    )
}

/// Payments whose outcome is not known to be final and whose own process is no longer at work on
/// them, the most overdue first.
pub async fn all_in_doubt(
    session: &mut Session,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<PaymentId>, StorageError> {
    sql!(
        session,
        scalars PaymentId,
        "SELECT id FROM payments
         WHERE state IN ('created', 'unknown', 'requires_action', 'processing')
           AND attempt_until <= $1 ORDER BY attempt_until, id LIMIT $2",
        now,
        limit
    )
}

/// Payments on their way whose record at the processor is known, by customer or in all.
pub async fn count_in_flight(session: &mut Session) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "SELECT COUNT(*) FROM payments
         WHERE state IN ('created', 'unknown', 'requires_action', 'processing')"
    )
}

/// Keeps the processor's record of a payment that is still being made; false when it was given
/// up in the meantime.
pub async fn update_intent(
    session: &mut Session,
    id: PaymentId,
    intent_id: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE payments SET gateway_intent_id = $2, updated_at = $3
         WHERE id = $1 AND state IN ('created', 'unknown')
           AND (gateway_intent_id IS NULL OR gateway_intent_id = $2)",
        id,
        intent_id,
        now
    )?;
    Ok(rows == 1)
}

/// Where a payment stands from now on.
#[derive(Clone, Debug)]
pub struct StateChange<'a> {
    /// The state.
    pub state: PaymentState,
    /// Why it failed or came back.
    pub failure_code: Option<&'a str>,
    /// When the money came.
    pub settled_on: Option<NaiveDate>,
    /// When a bank debit usually settles.
    pub expected_on: Option<NaiveDate>,
}

/// Changes where a payment stands. What is `None` stays as it was.
pub async fn update_state(
    session: &mut Session,
    payment: &PaymentRow,
    change: &StateChange<'_>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE payments SET state = $2, failure_code = COALESCE($3, failure_code),
             settled_on = COALESCE($4, settled_on), expected_on = COALESCE($5, expected_on),
             updated_at = $6
         WHERE id = $1",
        payment.id,
        change.state,
        change.failure_code,
        change.settled_on,
        change.expected_on,
        now
    )?;
    session.announce(payment.customer_id);
    touched(1, rows)
}

/// Notes when the processor is to be asked again, and that it was asked.
pub async fn update_next_look_up(
    session: &mut Session,
    id: PaymentId,
    attempt_until: DateTime<Utc>,
    looked_up: i64,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE payments SET attempt_until = $2, looked_up_count = looked_up_count + $3
         WHERE id = $1",
        id,
        attempt_until,
        looked_up
    )?;
    touched(1, rows)
}

/// The lines of the payments that [`all_of_customer`] finds, by payment, on invoices of customers
/// that whoever asks sees; of payments that others made, on the customer's own only.
pub async fn all_lines_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
    sight: Sight,
    ids: &[PaymentId],
) -> Result<HashMap<PaymentId, Vec<PaymentLineRow>>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        payment_id: PaymentId,
        #[sqlx(flatten)]
        line: PaymentLineRow,
    }
    let rows = sql!(
        session,
        fetch_all as Row,
        AssertSqlSafe(format!(
            "WITH RECURSIVE {}
             SELECT l.payment_id, l.invoice_id, i.number, i.customer_id AS buyer_id,
                    c.name AS buyer, c.bill_to_id, l.payable_minor, l.early_discount_minor,
                    l.cash_credit_minor, l.bank_discount_minor, l.principal_minor,
                    l.surcharge_minor
             FROM page
             JOIN payments p ON p.id = page.id
             JOIN payment_lines l ON l.payment_id = p.id
             JOIN invoices i ON i.id = l.invoice_id
             JOIN customers c ON c.id = i.customer_id
             WHERE (p.customer_id = $1 OR i.customer_id = $1)
               AND ($3 = '' OR c.specialist_id = $3)
             ORDER BY l.payment_id, l.position",
            ids_of("$2")
        )),
        customer_id,
        ids.iter().map(ToString::to_string).collect::<String>(),
        super::customers::sight_key(sight)
    )?;
    let mut by_payment: HashMap<PaymentId, Vec<PaymentLineRow>> = HashMap::new();
    for row in rows {
        by_payment.entry(row.payment_id).or_default().push(row.line);
    }
    Ok(by_payment)
}

/// Frees the key of an imported payment that was corrected, for the one that takes its place.
pub async fn update_import_key_freed(
    session: &mut Session,
    id: PaymentId,
) -> Result<(), StorageError> {
    let rows = sql!(session, execute, "UPDATE payments SET import_key = NULL WHERE id = $1", id)?;
    touched(1, rows)
}
