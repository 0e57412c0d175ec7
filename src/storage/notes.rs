//! Notes of ours about customers and invoices. Payers never see them.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::ids::{CustomerId, InvoiceId, NoteId, StaffUserId};

/// Rows of a page of notes.
pub const PAGE_ROWS: i64 = 50;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoteRow {
    /// The note.
    pub id: NoteId,
    /// About whom.
    pub customer_id: CustomerId,
    /// About which invoice; none at customer level.
    pub invoice_id: Option<InvoiceId>,
    /// Who wrote it.
    pub author_id: StaffUserId,
    /// Plain text.
    pub body: String,
    /// What stands in it behind an `@` for a colleague, a line each.
    pub mentions: String,
    /// How often it was written, from 1.
    pub version: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last written anew.
    pub edited_at: Option<DateTime<Utc>>,
}

/// A note with its author's name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SignedNoteRow {
    /// The note.
    #[sqlx(flatten)]
    pub note: NoteRow,
    /// Who wrote it.
    pub author: String,
}

/// Adds a note.
pub async fn insert(session: &mut Session, note: &NoteRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO notes (id, customer_id, invoice_id, author_id, body, mentions, version,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        note.id,
        note.customer_id,
        note.invoice_id,
        note.author_id,
        &note.body,
        &note.mentions,
        note.version,
        note.created_at
    )?;
    Ok(())
}

/// The note of an id.
pub async fn find(session: &mut Session, id: NoteId) -> Result<Option<NoteRow>, StorageError> {
    sql!(session, fetch_optional as NoteRow, "SELECT * FROM notes WHERE id = $1", id)
}

/// Writes a note anew; false when it is not of that version any more.
pub async fn update_body(
    session: &mut Session,
    id: NoteId,
    version: i64,
    (body, mentions): (&str, &str),
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE notes SET body = $3, mentions = $5, version = version + 1, edited_at = $4
         WHERE id = $1 AND version = $2",
        id,
        version,
        body,
        now,
        mentions
    )?;
    Ok(rows == 1)
}

/// A page of the notes about a customer, or about one of its invoices, latest first, and one more
/// when there are more.
pub async fn list(
    session: &mut Session,
    customer_id: CustomerId,
    invoice_id: Option<InvoiceId>,
    before: Option<NoteId>,
) -> Result<Vec<SignedNoteRow>, StorageError> {
    // Ids sort by the time they were made; in every collation a letter behind theirs comes after them.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    sql!(
        session,
        fetch_all as SignedNoteRow,
        "SELECT notes.*, staff_users.name AS author
         FROM notes JOIN staff_users ON staff_users.id = notes.author_id
         WHERE notes.customer_id = $1 AND COALESCE(notes.invoice_id, '') = $4 AND notes.id < $2
         ORDER BY notes.id DESC LIMIT $3",
        customer_id,
        before,
        PAGE_ROWS + 1,
        invoice_id.map(|id| id.to_string()).unwrap_or_default()
    )
}
