//! Messages the system sends, and the development mailbox that shows them.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::ids::{CustomerId, MessageId, PaymentId};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// What makes it unique: the same message is never sent twice.
    pub once_key: String,
    /// What it is.
    pub kind: String,
    /// To whom.
    pub to_email: String,
    /// Its subject.
    pub subject: String,
    /// Its plain-text twin.
    pub body_text: String,
    /// Its HTML.
    pub body_html: String,
    /// About which customer.
    pub customer_id: Option<CustomerId>,
    /// About which payment.
    pub payment_id: Option<PaymentId>,
    /// Which document goes with it: empty, `receipt`, or `invoice:` and its id.
    pub attachment: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was handed over.
    pub sent_at: Option<DateTime<Utc>>,
}

/// Keeps a message; false when it was here before.
pub async fn insert_once(session: &mut Session, row: &MessageRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO messages (id, once_key, kind, to_email, subject, body_text, body_html,
             customer_id, payment_id, attachment, state, created_at, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)
         ON CONFLICT (once_key) DO NOTHING",
        row.id,
        &row.once_key,
        &row.kind,
        &row.to_email,
        &row.subject,
        &row.body_text,
        &row.body_html,
        row.customer_id,
        row.payment_id,
        &row.attachment,
        &row.state,
        row.created_at
    )?;
    Ok(rows == 1)
}

/// The message of an id.
pub async fn find(
    session: &mut Session,
    id: MessageId,
) -> Result<Option<MessageRow>, StorageError> {
    sql!(session, fetch_optional as MessageRow, "SELECT * FROM messages WHERE id = $1", id)
}

/// The latest messages, at most `limit`; only those to an address unless it is empty.
pub async fn all_latest(
    session: &mut Session,
    to_email: &str,
    limit: i64,
) -> Result<Vec<MessageRow>, StorageError> {
    sql!(
        session,
        fetch_all as MessageRow,
        "SELECT * FROM messages WHERE $1 = '' OR to_email = $1
         ORDER BY created_at DESC, id DESC LIMIT $2",
        to_email,
        limit
    )
}

/// Replaces what a message said.
pub async fn update_text(
    session: &mut Session,
    id: MessageId,
    subject: &str,
    body_text: &str,
    body_html: &str,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE messages SET subject = $2, body_text = $3, body_html = $4 WHERE id = $1",
        id,
        subject,
        body_text,
        body_html
    )?;
    touched(1, rows)
}

/// Notes what became of a message.
pub async fn update_state(
    session: &mut Session,
    id: MessageId,
    state: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE messages SET state = $2, sent_at = $3 WHERE id = $1",
        id,
        state,
        now
    )?;
    touched(1, rows)
}
