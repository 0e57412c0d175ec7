//! Writing notes, and writing them anew.

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        form::Problem,
        ids::{CustomerId, NoteId},
        note::{may_edit, parse_note},
    },
    services::{World, customers::sees, history, staff::Staff},
    storage::{self, StorageError, notes::NoteRow},
};

/// Why a note was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// The text has a problem.
    #[error("the note has a problem")]
    Invalid(Problem),
    /// There is no such customer or note.
    #[error("not found")]
    NotFound,
    /// Somebody else wrote it.
    #[error("somebody else wrote it")]
    NotTheirs,
    /// The time to write it anew is over.
    #[error("too late to change it")]
    TooLate,
    /// It was changed meanwhile.
    #[error("it was changed meanwhile")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for NoteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

fn said(body: &str) -> Facts {
    history::facts([("note", body)])
}

/// Writes a note about a customer.
///
/// # Errors
/// `Invalid`, `NotFound`.
pub async fn add(
    world: &World,
    staff: &Staff,
    customer_id: CustomerId,
    text: &str,
) -> Result<NoteId, NoteError> {
    let body = parse_note(text).map_err(NoteError::Invalid)?;
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(NoteError::NotFound);
    }
    let activity = Activity::new(ActivityKind::NoteAdded, &staff.actor(), said(&body));
    let note = NoteRow {
        id: world.new_id(),
        customer_id,
        invoice_id: None,
        author_id: staff.id,
        body,
        version: 1,
        created_at: world.now(),
        edited_at: None,
    };
    storage::notes::insert(&mut session, &note).await?;
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(note.id)
}

/// Writes a note anew. `version` is the one that was read: what somebody else saw is not written
/// over.
///
/// # Errors
/// `Invalid`, `NotFound`, `NotTheirs`, `TooLate`, `Changed`.
pub async fn edit(
    world: &World,
    staff: &Staff,
    note_id: NoteId,
    version: i64,
    text: &str,
) -> Result<(), NoteError> {
    let body = parse_note(text).map_err(NoteError::Invalid)?;
    let now = world.now();
    let mut session = world.db.begin().await?;
    let note = storage::notes::find(&mut session, note_id).await?.ok_or(NoteError::NotFound)?;
    if !sees(&mut session, staff, note.customer_id).await? {
        return Err(NoteError::NotFound);
    }
    if note.author_id != staff.id {
        return Err(NoteError::NotTheirs);
    }
    if !may_edit(note.created_at, now) {
        return Err(NoteError::TooLate);
    }
    let kind = ActivityKind::NoteChanged;
    let Some(activity) = Activity::change(kind, &staff.actor(), said(&note.body), said(&body))
    else {
        return Ok(());
    };
    if !storage::notes::update_body(&mut session, note_id, version, &body, now).await? {
        return Err(NoteError::Changed);
    }
    let activity = Activity { invoice_id: note.invoice_id, ..activity };
    history::write_and_commit(session, world, note.customer_id, &activity).await?;
    Ok(())
}
