//! Folding the history and notes into what screens receive.

use chrono::{DateTime, Utc};

use crate::{
    api::{
        dates,
        view::{ActivityView, FactView, NoteView},
    },
    domain::{ids::StaffUserId, mention, note::may_edit, permission::Sight},
    services::company::Company,
    storage::{activity::ActivityRow, notes::SignedNoteRow},
};

/// A row of the history. Whoever sees their own customers only is not told the names of others it
/// pays for.
pub fn activity(row: &ActivityRow, company: &Company, sight: Sight) -> ActivityView {
    let (mut before, after) = (row.before(), row.after());
    let said = |field: &str, value: String| {
        let is_hidden = field == "pays_for" && sight != Sight::All && !value.is_empty();
        if is_hidden { "another customer".to_owned() } else { value }
    };
    let facts = after.into_iter().map(|(field, after)| FactView {
        before: said(&field, before.remove(&field).unwrap_or_default()),
        after: said(&field, after),
        field,
    });
    ActivityView {
        position: row.position,
        kind: row.kind,
        invoice: row.invoice_number.clone().unwrap_or_default(),
        actor: row.actor.clone(),
        at: dates::instant(company, row.occurred_at),
        facts: facts.collect(),
    }
}

/// A note at an instant, as it is seen by whoever may write notes, or by somebody else.
pub fn note(
    row: SignedNoteRow,
    writer: Option<StaffUserId>,
    company: &Company,
    now: DateTime<Utc>,
) -> NoteView {
    let SignedNoteRow { note, author } = row;
    NoteView {
        id: note.id.to_string(),
        author,
        at: dates::instant(company, note.created_at),
        edited: note.edited_at.map(|at| dates::instant(company, at)).unwrap_or_default(),
        version: note.version,
        may_edit: Some(note.author_id) == writer && may_edit(note.created_at, now),
        parts: mention::parts(&note.body, &note.mentions),
        body: note.body,
    }
}
