//! Links by which one invoice is paid, the keys that open them, and what was opened.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    company::CompanyRow,
    db::{Session, sql},
    error::StorageError,
    payments::PaymentRow,
};
use crate::domain::{
    ids::{ContactId, CustomerId, InvoiceId, OpeningId, PayLinkId, PayLinkKeyId, PaymentId},
    pay_link::{PayLinkState, Terms},
};

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PayLinkRow {
    /// The link.
    pub id: PayLinkId,
    /// What it pays.
    pub invoice_id: InvoiceId,
    /// Who was to pay that when it was made.
    pub payer_id: CustomerId,
    /// What was open then, in minor units.
    pub balance_minor: i64,
    /// When it was due then.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: PayLinkState,
    /// Who had it made, as the history says it.
    pub made_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it lives.
    pub expires_at: DateTime<Utc>,
    /// When it was opened first.
    pub opened_at: Option<DateTime<Utc>>,
    /// When it stopped being active.
    pub ended_at: Option<DateTime<Utc>>,
    /// The payment that left nothing to pay.
    pub payment_id: Option<PaymentId>,
}

impl PayLinkRow {
    /// What it remembers of the day it was made.
    pub const fn terms(&self) -> Terms {
        Terms { payer_id: self.payer_id, balance_minor: self.balance_minor, due_on: self.due_on }
    }
}

/// A key. Of the secret only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// The key.
    pub id: PayLinkKeyId,
    /// SHA-256 of the secret, in hexadecimal.
    pub key_hash: String,
    /// What it opens.
    pub pay_link_id: PayLinkId,
    /// To whom it was mailed; none when somebody on our side copied it.
    pub contact_id: Option<ContactId>,
    /// Where receipts go; may be empty.
    pub email: String,
    /// Who had it made, as the history says it.
    pub made_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The key of a secret's hash.
pub async fn find_key(
    session: &mut Session,
    key_hash: &str,
) -> Result<Option<KeyRow>, StorageError> {
    sql!(
        session,
        fetch_optional as KeyRow,
        "SELECT * FROM pay_link_keys WHERE key_hash = $1",
        key_hash
    )
}

/// Keeps a key.
pub async fn insert_key(session: &mut Session, row: &KeyRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO pay_link_keys
             (id, key_hash, pay_link_id, contact_id, email, made_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        &row.key_hash,
        row.pay_link_id,
        row.contact_id,
        &row.email,
        &row.made_by,
        row.created_at
    )?;
    Ok(())
}

/// Takes the keys back that were mailed to a contact.
pub async fn update_keys_revoked(
    session: &mut Session,
    contact_id: ContactId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE pay_link_keys SET revoked_at = $2 WHERE contact_id = $1 AND revoked_at IS NULL",
        contact_id,
        now
    )?;
    Ok(())
}

/// Takes back every key that was ever handed out for an invoice.
pub async fn update_all_keys_revoked(
    session: &mut Session,
    invoice_id: InvoiceId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE pay_link_keys SET revoked_at = $2 WHERE revoked_at IS NULL
            AND pay_link_id IN (SELECT id FROM pay_links WHERE invoice_id = $1)",
        invoice_id,
        now
    )?;
    Ok(())
}

/// The link of an id.
pub async fn find(
    session: &mut Session,
    id: PayLinkId,
) -> Result<Option<PayLinkRow>, StorageError> {
    sql!(session, fetch_optional as PayLinkRow, "SELECT * FROM pay_links WHERE id = $1", id)
}

/// The latest link of an invoice.
pub async fn find_latest(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Option<PayLinkRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PayLinkRow,
        "SELECT * FROM pay_links WHERE invoice_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
        invoice_id
    )
}

/// The active link of an invoice; there is one at most.
pub async fn find_active(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Option<PayLinkRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PayLinkRow,
        "SELECT * FROM pay_links WHERE invoice_id = $1 AND state = 'active'",
        invoice_id
    )
}

/// Keeps an active link; where somebody made one meanwhile, nothing.
pub async fn insert_once(session: &mut Session, row: &PayLinkRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO pay_links (id, invoice_id, payer_id, balance_minor, due_on, state, made_by,
             created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8)
         ON CONFLICT DO NOTHING",
        row.id,
        row.invoice_id,
        row.payer_id,
        row.balance_minor,
        row.due_on,
        &row.made_by,
        row.created_at,
        row.expires_at
    )?;
    Ok(())
}

/// Ends an active link; false when it was not active any more.
pub async fn update_ended(
    session: &mut Session,
    id: PayLinkId,
    state: PayLinkState,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE pay_links SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'active'",
        id,
        state,
        now
    )?;
    Ok(rows == 1)
}

/// Notes that a link was opened; false when it was before.
pub async fn update_opened(
    session: &mut Session,
    id: PayLinkId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE pay_links SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL",
        id,
        now
    )?;
    Ok(rows == 1)
}

/// Uses up the links of those invoices of a payment on which it left nothing to pay.
pub async fn update_used(
    session: &mut Session,
    payment_id: PaymentId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE pay_links SET state = 'used', ended_at = $2, payment_id = $1
         WHERE state = 'active' AND invoice_id IN (
             SELECT l.invoice_id FROM payment_lines l JOIN invoices i ON i.id = l.invoice_id
             WHERE l.payment_id = $1 AND i.balance_minor = 0)",
        payment_id,
        now
    )?;
    Ok(())
}

/// Invoices whose links a payment used up, and who bought.
pub async fn all_used_by(
    session: &mut Session,
    payment_id: PaymentId,
) -> Result<Vec<(InvoiceId, CustomerId)>, StorageError> {
    sql!(
        session,
        fetch_all as (InvoiceId, CustomerId),
        "SELECT i.id, i.customer_id FROM pay_links p JOIN invoices i ON i.id = p.invoice_id
         WHERE p.payment_id = $1 ORDER BY i.id",
        payment_id
    )
}

/// Keeps that a key was used, with the session that began.
pub async fn insert_opening(
    session: &mut Session,
    id: OpeningId,
    token_hash: &str,
    (key_id, pay_link_id): (PayLinkKeyId, PayLinkId),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO pay_link_openings (id, token_hash, key_id, pay_link_id, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        id,
        token_hash,
        key_id,
        pay_link_id,
        now
    )?;
    Ok(())
}

/// What somebody holds who opened a link.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpeningRow {
    /// The opening.
    pub id: OpeningId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its key was taken back.
    pub key_revoked_at: Option<DateTime<Utc>>,
    /// Where receipts go; may be empty.
    pub email: String,
    /// What the link pays.
    pub invoice_id: InvoiceId,
    /// Whether that was withdrawn, or somebody else is to pay it by now.
    pub is_others: bool,
    /// Where the latest link of the invoice stands.
    pub latest: PayLinkState,
    /// Who pays.
    pub payer_id: CustomerId,
    /// Their name.
    pub payer: String,
    /// What they are granted otherwise than everybody, as JSON.
    pub payment_overrides: String,
    /// The seller.
    #[sqlx(flatten)]
    pub company: CompanyRow,
}

/// The opening of a session token's hash.
pub async fn find_opening(
    session: &mut Session,
    token_hash: &str,
) -> Result<Option<OpeningRow>, StorageError> {
    sql!(
        session,
        fetch_optional as OpeningRow,
        "SELECT o.id, o.created_at, k.revoked_at AS key_revoked_at, k.email, l.invoice_id,
                (i.voided_on IS NOT NULL OR buyer.bill_to_id <> l.payer_id) AS is_others,
                (SELECT latest.state FROM pay_links latest WHERE latest.invoice_id = l.invoice_id
                 ORDER BY latest.created_at DESC, latest.id DESC LIMIT 1) AS latest,
                payer.id AS payer_id, payer.name AS payer, payer.payment_overrides,
                company.profile, company.payment_policy, company.receivables
         FROM pay_link_openings o
         JOIN pay_link_keys k ON k.id = o.key_id
         JOIN pay_links l ON l.id = o.pay_link_id
         JOIN invoices i ON i.id = l.invoice_id
         JOIN customers buyer ON buyer.id = i.customer_id
         JOIN customers payer ON payer.id = l.payer_id
         LEFT JOIN company ON company.id = 'company'
         WHERE o.token_hash = $1",
        token_hash
    )
}

/// A payment of an id, if it was made by a link of an invoice.
pub async fn find_payment(
    session: &mut Session,
    id: PaymentId,
    invoice_id: InvoiceId,
    payer_id: CustomerId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PaymentRow,
        "SELECT p.* FROM payments p
         JOIN quotes q ON q.id = p.quote_id
         JOIN pay_link_openings o ON o.id = q.opening_id
         JOIN pay_links l ON l.id = o.pay_link_id
         WHERE p.id = $1 AND l.invoice_id = $2 AND p.customer_id = $3",
        id,
        invoice_id,
        payer_id
    )
}

/// The latest payment that was made by a link of an invoice and was not refused.
pub async fn find_latest_payment(
    session: &mut Session,
    invoice_id: InvoiceId,
    payer_id: CustomerId,
) -> Result<Option<PaymentRow>, StorageError> {
    sql!(
        session,
        fetch_optional as PaymentRow,
        "SELECT p.* FROM pay_links l
         JOIN pay_link_openings o ON o.pay_link_id = l.id
         JOIN quotes q ON q.opening_id = o.id
         JOIN payments p ON p.quote_id = q.id
         WHERE l.invoice_id = $1 AND p.customer_id = $2 AND p.state NOT IN ('failed', 'voided')
         ORDER BY p.created_at DESC, p.id DESC LIMIT 1",
        invoice_id,
        payer_id
    )
}

/// Payments that were made by a link of an invoice, at most fifty.
pub async fn all_payments(
    session: &mut Session,
    invoice_id: InvoiceId,
    payer_id: CustomerId,
) -> Result<Vec<PaymentId>, StorageError> {
    sql!(
        session,
        scalars PaymentId,
        "SELECT p.id FROM pay_links l
         JOIN pay_link_openings o ON o.pay_link_id = l.id
         JOIN quotes q ON q.opening_id = o.id
         JOIN payments p ON p.quote_id = q.id
         WHERE l.invoice_id = $1 AND p.customer_id = $2
         ORDER BY p.created_at DESC, p.id DESC LIMIT 50",
        invoice_id,
        payer_id
    )
}
