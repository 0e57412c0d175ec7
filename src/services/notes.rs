//! Writing notes, and writing them anew.

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        form::Problem,
        ids::{CustomerId, InvoiceId, NoteId, StaffUserId},
        mention::{self, Colleague},
        note::{may_edit, parse_note},
        notification::NotificationKind,
    },
    services::{
        World,
        change::{ChangeError, bad, invalid},
        history,
        notifications::{self, Event, recipient_sees},
        staff::Staff,
    },
    storage::{self, Session, StorageError, customers::CustomerRow, notes::NoteRow},
};

/// Why a note was not written anew.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// Somebody else wrote it.
    #[error("somebody else wrote it")]
    NotTheirs,
    /// The time to write it anew is over.
    #[error("too late to change it")]
    TooLate,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for NoteError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

fn said(body: &str) -> Facts {
    history::facts([("note", body)])
}

/// The customer of an id, if whoever asks sees it.
async fn seen(
    session: &mut Session,
    staff: &Staff,
    id: CustomerId,
) -> Result<CustomerRow, ChangeError> {
    let customer = storage::customers::find_seen(session, id, staff.sight()).await?;
    customer.ok_or(ChangeError::NotFound)
}

/// Who can be named in a note about a customer: everybody who may sign in, and whether they see it.
///
/// # Errors
/// When the database fails.
pub async fn colleagues(
    session: &mut Session,
    customer: &CustomerRow,
) -> Result<Vec<Colleague>, StorageError> {
    let all = storage::notifications::all_colleagues(session).await?;
    let colleague = |row: storage::notifications::RecipientRow| Colleague {
        sees: recipient_sees(&row, customer.specialist_id),
        id: row.id.to_string(),
        name: row.name,
        email: row.email,
    };
    Ok(all.into_iter().map(colleague).collect())
}

/// Whom a note names.
struct Named {
    /// The words of it, as they are kept.
    written: String,
    /// Who, each once.
    people: Vec<StaffUserId>,
}

async fn named(
    session: &mut Session,
    customer: &CustomerRow,
    body: &str,
) -> Result<Named, ChangeError> {
    if !body.contains('@') {
        return Ok(Named { written: String::new(), people: Vec::new() });
    }
    let colleagues = colleagues(session, customer).await?;
    let mentions = mention::find(body, &colleagues).map_err(bad("body"))?;
    if mentions.iter().any(|mention| !mention.colleague.sees) {
        return Err(invalid("body", Problem::NotSeen));
    }
    let mut people: Vec<StaffUserId> =
        mentions.iter().filter_map(|mention| mention.colleague.id.parse().ok()).collect();
    people.sort_unstable();
    people.dedup();
    Ok(Named { written: mention::written(body, &mentions), people })
}

/// Tells everybody whom a note names, but for its author and those who were told before.
async fn tell_named(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    (note_id, customer_id): (NoteId, CustomerId),
    people: &[StaffUserId],
) -> Result<(), StorageError> {
    let mut to = Vec::new();
    for id in people.iter().filter(|id| **id != staff.id) {
        to.extend(storage::notifications::find_recipient(session, *id).await?);
    }
    let event = Event {
        kind: NotificationKind::Mention,
        once_key: format!("mention:{note_id}"),
        customer_id: Some(customer_id),
        task_id: None,
        facts: history::facts([("by", &staff.name)]),
    };
    notifications::tell(session, world, &event, &to).await
}

/// Writes a note about a customer, and tells the colleagues whom it names.
///
/// # Errors
/// `Invalid`, `NotFound`.
pub async fn add(
    world: &World,
    staff: &Staff,
    customer_id: CustomerId,
    text: &str,
) -> Result<NoteId, ChangeError> {
    let mut session = world.db.begin().await?;
    let customer = seen(&mut session, staff, customer_id).await?;
    write(session, world, staff, &customer, None, text).await
}

/// Writes a note about an invoice: it stands in that invoice's own history, and not in its
/// customer's.
///
/// # Errors
/// `Invalid`, `NotFound`.
pub async fn add_to_invoice(
    world: &World,
    staff: &Staff,
    invoice_id: InvoiceId,
    text: &str,
) -> Result<NoteId, ChangeError> {
    let mut session = world.db.begin().await?;
    let invoice = storage::invoices::find(&mut session, invoice_id).await?;
    let invoice = invoice.ok_or(ChangeError::NotFound)?;
    let customer = seen(&mut session, staff, invoice.customer_id).await?;
    write(session, world, staff, &customer, Some(invoice_id), text).await
}

async fn write(
    mut session: Session,
    world: &World,
    staff: &Staff,
    customer: &CustomerRow,
    invoice_id: Option<InvoiceId>,
    text: &str,
) -> Result<NoteId, ChangeError> {
    let body = parse_note(text).map_err(bad("body"))?;
    let Named { written, people } = named(&mut session, customer, &body).await?;
    let activity = Activity::new(ActivityKind::NoteAdded, &staff.actor(), said(&body));
    let activity = Activity { invoice_id, ..activity };
    let note = NoteRow {
        id: world.new_id(),
        customer_id: customer.id,
        invoice_id,
        author_id: staff.id,
        body,
        mentions: written,
        version: 1,
        created_at: world.now(),
        edited_at: None,
    };
    storage::notes::insert(&mut session, &note).await?;
    tell_named(&mut session, world, staff, (note.id, customer.id), &people).await?;
    history::write_and_commit(session, world, customer.id, &activity).await?;
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
    let body = parse_note(text).map_err(bad("body"))?;
    let now = world.now();
    let mut session = world.db.begin().await?;
    let note = storage::notes::find(&mut session, note_id).await?.ok_or(ChangeError::NotFound)?;
    let customer = seen(&mut session, staff, note.customer_id).await?;
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
    let Named { written, people } = named(&mut session, &customer, &body).await?;
    let text = (body.as_str(), written.as_str());
    if !storage::notes::update_body(&mut session, note_id, version, text, now).await? {
        return Err(ChangeError::Changed.into());
    }
    tell_named(&mut session, world, staff, (note_id, customer.id), &people).await?;
    let activity = Activity { invoice_id: note.invoice_id, ..activity };
    history::write_and_commit(session, world, note.customer_id, &activity).await?;
    Ok(())
}
