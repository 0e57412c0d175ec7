//! Documents of customers and invoices: what is known of each. The contents lie elsewhere, under
//! the row's key.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    file::{FileKind, Visibility},
    ids::{CustomerId, FileId, FileTypeId, InvoiceId, StaffUserId},
};

/// Shared documents on a page of the portal.
pub const SHARED_ROWS: i64 = 50;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FileRow {
    /// The document.
    pub id: FileId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Of which invoice; none at customer level.
    pub invoice_id: Option<InvoiceId>,
    /// Its type.
    pub type_id: FileTypeId,
    /// Who brought it.
    pub uploaded_by: StaffUserId,
    /// What its contents are called in the store.
    pub object_key: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// How large it is.
    pub bytes: i64,
    /// Who sees it.
    pub visibility: Visibility,
    /// How often it was written, from 1.
    pub version: i64,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// A document with the names of its type and of who brought it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedFileRow {
    /// The document.
    #[sqlx(flatten)]
    pub file: FileRow,
    /// Its type's name.
    pub type_name: String,
    /// Who brought it.
    pub uploader: String,
}

/// A document as payers see it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SharedFileRow {
    /// The document.
    #[sqlx(flatten)]
    pub file: FileRow,
    /// Its type's name.
    pub type_name: String,
    /// Whose it is.
    pub buyer: String,
}

/// Documents as our side lists them: those that the rest of the query names.
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT f.*, t.name AS type_name, u.name AS uploader
             FROM files f JOIN file_types t ON t.id = f.type_id
                  JOIN staff_users u ON u.id = f.uploaded_by
             WHERE ",
            $rest
        )
    };
}

/// Documents as payers see them: those that the rest of the query names.
macro_rules! shared {
    ($rest:literal) => {
        concat!(
            "SELECT f.*, t.name AS type_name, c.name AS buyer
             FROM files f JOIN customers c ON c.id = f.customer_id
                  JOIN file_types t ON t.id = f.type_id
             WHERE f.visibility = 'shared' AND ",
            $rest
        )
    };
}

/// Locks a customer until the transaction ends, and counts what it or one of its invoices has. Two
/// who upload at the same time then do not both get the last place.
pub async fn lock_and_count(
    session: &mut Session,
    customer_id: CustomerId,
    invoice_id: Option<InvoiceId>,
) -> Result<i64, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET updated_at = updated_at WHERE id = $1",
        customer_id
    )?;
    touched(1, rows)?;
    count(session, customer_id, invoice_id).await
}

/// How many documents a customer has itself, or one of its invoices.
pub async fn count(
    session: &mut Session,
    customer_id: CustomerId,
    invoice_id: Option<InvoiceId>,
) -> Result<i64, StorageError> {
    match invoice_id {
        None => sql!(
            session,
            scalar i64,
            "SELECT COUNT(*) FROM files WHERE customer_id = $1 AND invoice_id IS NULL",
            customer_id
        ),
        Some(id) => {
            sql!(session, scalar i64, "SELECT COUNT(*) FROM files WHERE invoice_id = $1", id)
        }
    }
}

/// Adds a document.
pub async fn insert(session: &mut Session, row: &FileRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO files (id, customer_id, invoice_id, type_id, uploaded_by, object_key, name,
             kind, bytes, visibility, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id,
        row.customer_id,
        row.invoice_id,
        row.type_id,
        row.uploaded_by,
        &row.object_key,
        &row.name,
        row.kind,
        row.bytes,
        row.visibility,
        row.version,
        row.created_at
    )?;
    Ok(())
}

/// The document of an id.
pub async fn find(session: &mut Session, id: FileId) -> Result<Option<FileRow>, StorageError> {
    sql!(session, fetch_optional as FileRow, "SELECT * FROM files WHERE id = $1", id)
}

/// The document whose contents have a key.
pub async fn find_by_key(
    session: &mut Session,
    key: &str,
) -> Result<Option<FileRow>, StorageError> {
    sql!(session, fetch_optional as FileRow, "SELECT * FROM files WHERE object_key = $1", key)
}

/// Writes a document's name, type and visibility anew; false when it is not of the row's version
/// any more.
pub async fn update(session: &mut Session, row: &FileRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE files SET name = $3, type_id = $4, visibility = $5, version = version + 1
         WHERE id = $1 AND version = $2",
        row.id,
        row.version,
        &row.name,
        row.type_id,
        row.visibility
    )?;
    Ok(rows == 1)
}

/// Removes a document; false when it is not of that version any more.
pub async fn delete(session: &mut Session, id: FileId, version: i64) -> Result<bool, StorageError> {
    let rows =
        sql!(session, execute, "DELETE FROM files WHERE id = $1 AND version = $2", id, version)?;
    Ok(rows == 1)
}

/// What a customer has itself, latest first; they are few.
pub async fn all_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<ListedFileRow>, StorageError> {
    sql!(
        session,
        fetch_all as ListedFileRow,
        listed!("f.customer_id = $1 AND f.invoice_id IS NULL ORDER BY f.id DESC LIMIT 100"),
        customer_id
    )
}

/// What an invoice has, latest first; they are few.
pub async fn all_of_invoice(
    session: &mut Session,
    invoice_id: InvoiceId,
) -> Result<Vec<ListedFileRow>, StorageError> {
    sql!(
        session,
        fetch_all as ListedFileRow,
        listed!("f.invoice_id = $1 ORDER BY f.id DESC LIMIT 100"),
        invoice_id
    )
}

/// The first documents of a type; for those who give them another.
pub async fn all_of_type(
    session: &mut Session,
    type_id: FileTypeId,
    limit: i64,
) -> Result<Vec<FileRow>, StorageError> {
    sql!(
        session,
        fetch_all as FileRow,
        "SELECT * FROM files WHERE type_id = $1 ORDER BY id LIMIT $2",
        type_id,
        limit
    )
}

/// A page of what is shared with those for whom an account pays, itself among them, latest first,
/// and one more when there are more. What belongs to an invoice is not among them.
pub async fn list_shared(
    session: &mut Session,
    bill_to_id: CustomerId,
    before: Option<FileId>,
) -> Result<Vec<SharedFileRow>, StorageError> {
    // Ids sort by the time they were made; in every collation a letter behind theirs comes after them.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    sql!(
        session,
        fetch_all as SharedFileRow,
        shared!(
            "c.bill_to_id = $1 AND f.invoice_id IS NULL AND f.id < $2
             ORDER BY f.id DESC LIMIT $3"
        ),
        bill_to_id,
        before,
        SHARED_ROWS + 1
    )
}

/// What is shared of an invoice that an account pays, latest first; they are few.
pub async fn all_shared_of_invoice(
    session: &mut Session,
    invoice_id: InvoiceId,
    bill_to_id: CustomerId,
) -> Result<Vec<SharedFileRow>, StorageError> {
    sql!(
        session,
        fetch_all as SharedFileRow,
        shared!("f.invoice_id = $1 AND c.bill_to_id = $2 ORDER BY f.id DESC LIMIT 100"),
        invoice_id,
        bill_to_id
    )
}

/// The document of an id, if it is shared, and of somebody for whom an account pays; not when its
/// invoice was withdrawn.
pub async fn find_shared(
    session: &mut Session,
    id: FileId,
    bill_to_id: CustomerId,
) -> Result<Option<FileRow>, StorageError> {
    sql!(
        session,
        fetch_optional as FileRow,
        "SELECT f.*
         FROM files f JOIN customers c ON c.id = f.customer_id
              LEFT JOIN invoices i ON i.id = f.invoice_id
         WHERE f.id = $1 AND c.bill_to_id = $2 AND f.visibility = 'shared'
           AND i.voided_on IS NULL",
        id,
        bill_to_id
    )
}

/// Notes contents that no document has yet, or any more.
pub async fn insert_leftover(
    session: &mut Session,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO file_leftovers (object_key, created_at) VALUES ($1, $2)
         ON CONFLICT (object_key) DO NOTHING",
        key,
        now
    )?;
    Ok(())
}

/// Contents have a document now, or are gone; false when somebody else removed them.
pub async fn delete_leftover(session: &mut Session, key: &str) -> Result<bool, StorageError> {
    let rows = sql!(session, execute, "DELETE FROM file_leftovers WHERE object_key = $1", key)?;
    Ok(rows == 1)
}

/// Contents that were noted before a time, the oldest first, at most `limit`.
pub async fn all_leftovers(
    session: &mut Session,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    sql!(
        session,
        scalars String,
        "SELECT object_key FROM file_leftovers WHERE created_at < $1
         ORDER BY created_at, object_key LIMIT $2",
        before,
        limit
    )
}

/// Gives the documents of an invoice to another customer, for our eyes only until somebody shares
/// them with that one.
pub async fn update_owner(
    session: &mut Session,
    invoice_id: InvoiceId,
    customer_id: CustomerId,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE files SET customer_id = $2, visibility = 'internal', version = version + 1
         WHERE invoice_id = $1",
        invoice_id,
        customer_id
    )?;
    Ok(())
}
