//! What payers agreed to have charged by itself, and each try to charge an invoice.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
    expectations::ExpectationColumns,
    invoices::InvoiceRow,
};
use crate::domain::{
    autopay::{AttemptState, AutopayTiming, EnrolledDays, EnrolmentState, MOVED, SETTLED},
    ids::{AttemptId, CustomerId, EnrolmentId, InvoiceId, MethodId, PaymentId, QuoteId},
    money::Currency,
    payment::PaymentState,
};

/// What a payer agreed to, and where that stands. Of a row only its end is ever written.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EnrolmentRow {
    /// The enrolment.
    pub id: EnrolmentId,
    /// Who pays.
    pub customer_id: CustomerId,
    /// With which method.
    pub method_id: MethodId,
    /// On which day.
    pub timing: AutopayTiming,
    /// Whether open credits are used first.
    pub use_credits: bool,
    /// Whether what was open with its day over is charged too.
    pub include_open: bool,
    /// The most that one charge may be, in minor units.
    pub ceiling_minor: Option<i64>,
    /// The ceiling's currency.
    pub currency: Currency,
    /// Whether a bank account is a business's, as the payer said.
    pub is_business: bool,
    /// The highest surcharge that was told, in parts per million.
    pub surcharge_ppm: i64,
    /// Since when without a break.
    pub since: NaiveDate,
    /// Since when under these terms.
    pub enrolled_on: NaiveDate,
    /// Who agreed.
    pub email: String,
    /// Where it stands.
    pub state: EnrolmentState,
    /// Why it needs attention or was ended; may be empty.
    pub problem: String,
    /// When it was agreed to.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who ended it, as the history says it.
    pub ended_by: String,
}

impl EnrolmentRow {
    /// Since when the payer is enrolled under these terms.
    pub const fn days(&self) -> EnrolledDays {
        EnrolledDays { on: self.enrolled_on, include_open: self.include_open }
    }
}

/// What was shown and agreed to. Immutable.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConsentRow {
    /// To which enrolment.
    pub enrolment_id: EnrolmentId,
    /// The version of the words.
    pub version: String,
    /// The words.
    pub body: String,
    /// Who agreed.
    pub email: String,
    /// From which network address.
    pub network_address: String,
    /// With which browser.
    pub browser: String,
    /// When.
    pub agreed_at: DateTime<Utc>,
}

/// Keeps an enrolment with its consent.
///
/// # Errors
/// The constraint `autopay_enrolments_customer_id_key` or `autopay_enrolments_live_idx` when another
/// of the customer counts.
pub async fn insert(
    session: &mut Session,
    row: &EnrolmentRow,
    consent: &ConsentRow,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO autopay_enrolments (id, customer_id, method_id, timing, use_credits,
             include_open, ceiling_minor, currency, is_business, surcharge_ppm, since, enrolled_on,
             email, state, problem, created_at, updated_at, ended_at, ended_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, $15, NULL,
             '')",
        row.id,
        row.customer_id,
        row.method_id,
        row.timing,
        row.use_credits,
        row.include_open,
        row.ceiling_minor,
        row.currency,
        row.is_business,
        row.surcharge_ppm,
        row.since,
        row.enrolled_on,
        &row.email,
        row.state,
        row.created_at
    )?;
    sql!(
        session,
        execute,
        "INSERT INTO autopay_consents (enrolment_id, version, body, email, network_address, browser,
             agreed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        consent.enrolment_id,
        &consent.version,
        &consent.body,
        &consent.email,
        &consent.network_address,
        &consent.browser,
        consent.agreed_at
    )?;
    session.announce(row.customer_id);
    Ok(())
}

/// The enrolment of a customer that counts.
pub async fn find_live(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Option<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as EnrolmentRow,
        "SELECT * FROM autopay_enrolments
         WHERE customer_id = $1 AND state IN ('active', 'needs_attention')",
        customer_id
    )
}

/// The enrolment of an id.
pub async fn find(
    session: &mut Session,
    id: EnrolmentId,
) -> Result<Option<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as EnrolmentRow,
        "SELECT * FROM autopay_enrolments WHERE id = $1",
        id
    )
}

/// The enrolment under which a payment was made by itself.
pub async fn find_of_payment(
    session: &mut Session,
    payment_id: PaymentId,
) -> Result<Option<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as EnrolmentRow,
        "SELECT e.* FROM autopay_attempts a JOIN autopay_enrolments e ON e.id = a.enrolment_id
         WHERE a.payment_id = $1",
        payment_id
    )
}

/// What was agreed to in an enrolment.
pub async fn find_consent(
    session: &mut Session,
    id: EnrolmentId,
) -> Result<Option<ConsentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ConsentRow,
        "SELECT * FROM autopay_consents WHERE enrolment_id = $1",
        id
    )
}

/// Locks the enrolment of a customer that counts until the transaction ends, and reads it. It comes
/// before its tries, and those before invoices.
pub async fn lock_live(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Option<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as EnrolmentRow,
        "UPDATE autopay_enrolments SET updated_at = updated_at
         WHERE customer_id = $1 AND state IN ('active', 'needs_attention') RETURNING *",
        customer_id
    )
}

/// Locks an enrolment until the transaction ends, and reads it.
pub async fn lock(
    session: &mut Session,
    id: EnrolmentId,
) -> Result<Option<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as EnrolmentRow,
        "UPDATE autopay_enrolments SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// Notes that nothing is charged until the payer has looked at it, and why.
pub async fn update_problem(
    session: &mut Session,
    id: EnrolmentId,
    problem: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_enrolments SET state = 'needs_attention', problem = $2, updated_at = $3
         WHERE id = $1 AND ended_at IS NULL",
        id,
        problem,
        now
    )?;
    touched(1, rows)
}

/// Ends an enrolment that counts. What was planned of it is given up.
pub async fn update_ended(
    session: &mut Session,
    id: EnrolmentId,
    state: EnrolmentState,
    by: &str,
    problem: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_enrolments SET state = $2, ended_by = $3, problem = $4, ended_at = $5,
             updated_at = $5
         WHERE id = $1 AND ended_at IS NULL",
        id,
        state,
        by,
        problem,
        now
    )?;
    touched(1, rows)?;
    update_planned_dropped(session, id, state.as_str(), now).await
}

/// Gives up what was planned of an enrolment.
pub async fn update_planned_dropped(
    session: &mut Session,
    id: EnrolmentId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET state = 'dropped', reason = $2, updated_at = $3
         WHERE enrolment_id = $1 AND state = 'planned'",
        id,
        reason,
        now
    )?;
    Ok(())
}

/// Gives up what was planned of an enrolment and is paid otherwise by now.
pub async fn update_settled_dropped(
    session: &mut Session,
    id: EnrolmentId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET state = 'dropped', reason = $2, updated_at = $3
         WHERE enrolment_id = $1 AND state = 'planned' AND EXISTS
             (SELECT 1 FROM invoices i
              WHERE i.id = autopay_attempts.invoice_id AND i.balance_minor = 0)",
        id,
        SETTLED,
        now
    )?;
    Ok(())
}

/// Gives up what was planned of invoices whose payer is another by now: of those that a customer was
/// to pay and does not any more, and of those that others were to pay and it does.
pub async fn update_moved_dropped(
    session: &mut Session,
    customer_id: CustomerId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET state = 'dropped', reason = $2, updated_at = $3
         WHERE state = 'planned'
           AND (customer_id = $1 OR invoice_id IN
               (SELECT i.id FROM customers c JOIN invoices i ON i.customer_id = c.id
                WHERE c.bill_to_id = $1 AND i.balance_minor > 0))
           AND NOT EXISTS
               (SELECT 1 FROM invoices i JOIN customers c ON c.id = i.customer_id
                WHERE i.id = autopay_attempts.invoice_id
                  AND c.bill_to_id = autopay_attempts.customer_id)",
        customer_id,
        MOVED,
        now
    )?;
    Ok(())
}

/// Enrolments that are active, of customers behind another, in the order of the customers' ids.
pub async fn all_active_after(
    session: &mut Session,
    after: Option<CustomerId>,
    limit: i64,
) -> Result<Vec<EnrolmentRow>, StorageError> {
    sql!(
        session,
        fetch_all as EnrolmentRow,
        "SELECT * FROM autopay_enrolments WHERE state = 'active' AND customer_id > $1
         ORDER BY customer_id LIMIT $2",
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit
    )
}

/// An open invoice that may be charged by itself.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CandidateRow {
    /// The invoice.
    #[sqlx(flatten)]
    pub invoice: InvoiceRow,
    /// What is expected of it.
    #[sqlx(flatten)]
    pub expected: ExpectationColumns,
    /// When it came here.
    pub created_at: DateTime<Utc>,
    /// Who bought.
    pub buyer: String,
    /// Whether a payment of it that somebody made by hand went back, or a debit of theirs came back.
    pub is_taken_back: bool,
}

/// Open invoices that a customer pays, the oldest due first; one alone where that is named.
pub async fn all_candidates(
    session: &mut Session,
    customer_id: CustomerId,
    only: Option<InvoiceId>,
) -> Result<Vec<CandidateRow>, StorageError> {
    sql!(
        session,
        fetch_all as CandidateRow,
        "SELECT i.*, c.name AS buyer, EXISTS (
             SELECT 1 FROM payment_lines l JOIN payments p ON p.id = l.payment_id
             WHERE l.invoice_id = i.id AND NOT p.is_autopay
               AND (p.state IN ('returned', 'charged_back', 'refunded', 'partially_refunded')
                    OR (p.state = 'failed' AND p.method_kind = 'bank'))) AS is_taken_back
         FROM customers c JOIN invoices i ON i.customer_id = c.id
         WHERE c.bill_to_id = $1 AND i.balance_minor > 0 AND i.voided_on IS NULL
           AND ($2 = '' OR i.id = $2)
         ORDER BY i.due_on, i.issued_on, i.id",
        customer_id,
        only.map(|id| id.to_string()).unwrap_or_default()
    )
}

/// Open invoices of those for whom a customer pays that are said to be charged by themselves, or
/// stopped, in the order of their ids: when nobody is enrolled any more, none should be.
pub async fn all_marked(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<InvoiceId>, StorageError> {
    sql!(
        session,
        scalars InvoiceId,
        "SELECT i.id FROM customers c JOIN invoices i ON i.customer_id = c.id
         WHERE c.bill_to_id = $1 AND i.balance_minor > 0
           AND i.expectation IN ('autopay', 'autopay_hold')
         ORDER BY i.id",
        customer_id
    )
}

/// Customers who pay open invoices that are said to be charged by themselves, or are enrolled.
pub async fn all_concerned(session: &mut Session) -> Result<Vec<CustomerId>, StorageError> {
    sql!(
        session,
        scalars CustomerId,
        "SELECT customer_id FROM autopay_enrolments WHERE state IN ('active', 'needs_attention')
         UNION
         SELECT c.bill_to_id FROM invoices i JOIN customers c ON c.id = i.customer_id
         WHERE i.balance_minor > 0 AND i.expectation IN ('autopay', 'autopay_hold')
         ORDER BY 1"
    )
}

/// One try to charge one invoice. Amounts are minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AttemptRow {
    /// The try.
    pub id: AttemptId,
    /// Under which enrolment.
    pub enrolment_id: EnrolmentId,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Which series of tries.
    pub cycle_no: i64,
    /// Which of the series.
    pub attempt_no: i64,
    /// The day that the payer was told.
    pub charge_on: NaiveDate,
    /// The most that the payer was told.
    pub notified_minor: i64,
    /// When they were told.
    pub notified_on: NaiveDate,
    /// The currency.
    pub currency: Currency,
    /// Where it stands.
    pub state: AttemptState,
    /// The price that was made for it last.
    pub quote_id: Option<QuoteId>,
    /// The payment.
    pub payment_id: Option<PaymentId>,
    /// Why it failed or was given up; may be empty.
    pub reason: String,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// When something was written of it last.
    pub updated_at: DateTime<Utc>,
}

/// Keeps a try.
///
/// # Errors
/// A constraint when another of the invoice may yet move money, or has the same numbers.
pub async fn insert_attempt(session: &mut Session, row: &AttemptRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO autopay_attempts (id, enrolment_id, customer_id, invoice_id, cycle_no,
             attempt_no, charge_on, notified_minor, notified_on, currency, state, quote_id,
             payment_id, reason, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, $12, $13, $14)",
        row.id,
        row.enrolment_id,
        row.customer_id,
        row.invoice_id,
        row.cycle_no,
        row.attempt_no,
        row.charge_on,
        row.notified_minor,
        row.notified_on,
        row.currency,
        row.state,
        &row.reason,
        row.created_at,
        row.updated_at
    )?;
    Ok(())
}

/// The try of an id.
pub async fn find_attempt(
    session: &mut Session,
    id: AttemptId,
) -> Result<Option<AttemptRow>, StorageError> {
    sql!(session, fetch_optional as AttemptRow, "SELECT * FROM autopay_attempts WHERE id = $1", id)
}

/// Locks a try until the transaction ends, and reads it. Its enrolment is locked before.
pub async fn lock_attempt(
    session: &mut Session,
    id: AttemptId,
) -> Result<Option<AttemptRow>, StorageError> {
    sql!(
        session,
        fetch_optional as AttemptRow,
        "UPDATE autopay_attempts SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// All tries of open invoices that a customer pays, also those when another was to pay them, the
/// earliest first.
pub async fn all_attempts(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<AttemptRow>, StorageError> {
    sql!(
        session,
        fetch_all as AttemptRow,
        "SELECT a.* FROM customers c JOIN invoices i ON i.customer_id = c.id
         JOIN autopay_attempts a ON a.invoice_id = i.id
         WHERE c.bill_to_id = $1 AND i.balance_minor > 0
         ORDER BY a.created_at, a.id",
        customer_id
    )
}

/// All tries of an invoice, the earliest first.
pub async fn all_attempts_of(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Vec<AttemptRow>, StorageError> {
    sql!(
        session,
        fetch_all as AttemptRow,
        "SELECT * FROM autopay_attempts WHERE invoice_id = $1 ORDER BY created_at, id",
        invoice_id
    )
}

/// Writes what the payer was told anew.
pub async fn update_notice(
    session: &mut Session,
    id: AttemptId,
    charge_on: NaiveDate,
    minor: i64,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET charge_on = $2, notified_minor = $3, notified_on = $4,
             updated_at = $5
         WHERE id = $1 AND state = 'planned'",
        id,
        charge_on,
        minor,
        today,
        now
    )?;
    touched(1, rows)
}

/// Notes which price was made for a try: only that one may be confirmed.
pub async fn update_quote(
    session: &mut Session,
    id: AttemptId,
    quote_id: QuoteId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET quote_id = $2, updated_at = $3
         WHERE id = $1 AND state = 'planned'",
        id,
        quote_id,
        now
    )?;
    touched(1, rows)
}

/// Notes that a payment was made of a try.
pub async fn update_sent(
    session: &mut Session,
    id: AttemptId,
    payment_id: PaymentId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET state = 'sent', payment_id = $2, updated_at = $3
         WHERE id = $1 AND state = 'planned'",
        id,
        payment_id,
        now
    )?;
    touched(1, rows)
}

/// Notes why a try that was sent will not come, before that is seen to.
pub async fn update_reason(
    session: &mut Session,
    id: AttemptId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET reason = $2, updated_at = $3 WHERE id = $1 AND state = 'sent'",
        id,
        reason,
        now
    )?;
    touched(1, rows)
}

/// Notes what became of a try.
pub async fn update_outcome(
    session: &mut Session,
    id: AttemptId,
    state: AttemptState,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE autopay_attempts SET state = $2, reason = $3, updated_at = $4 WHERE id = $1",
        id,
        state,
        reason,
        now
    )?;
    touched(1, rows)
}

/// A try whose payment came to a place that the try does not know of yet.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NewsRow {
    /// The try.
    pub id: AttemptId,
    /// Its enrolment.
    pub enrolment_id: EnrolmentId,
    /// Its payment.
    pub payment_id: PaymentId,
    /// Where that stands.
    pub payment_state: PaymentState,
}

/// Tries whose payment came to an end, or waits for the payer, and those whose money went back.
pub async fn all_news(session: &mut Session, limit: i64) -> Result<Vec<NewsRow>, StorageError> {
    sql!(
        session,
        fetch_all as NewsRow,
        "SELECT a.id, a.enrolment_id, p.id AS payment_id, p.state AS payment_state
         FROM autopay_attempts a JOIN payments p ON p.id = a.payment_id
         WHERE a.state = 'sent' AND p.state NOT IN ('created', 'unknown', 'processing')
         UNION ALL
         SELECT a.id, a.enrolment_id, p.id, p.state
         FROM payments p JOIN autopay_attempts a ON a.payment_id = p.id
         WHERE p.is_autopay AND p.state IN ('returned', 'charged_back') AND a.state = 'paid'
         ORDER BY 1 LIMIT $1",
        limit
    )
}
