//! Folding the history and notes into what screens receive.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    api::{
        dates,
        view::{ActivityView, AsOfView, FactView, NoteView},
    },
    domain::{
        activity::{ActivityKind, Facts, Topic, people, state},
        ids::StaffUserId,
        mention,
        note::may_edit,
        permission::Sight,
    },
    services::company::Company,
    storage::{activity::ActivityRow, company_activity::CompanyActivityRow, notes::SignedNoteRow},
};

/// The field of those whom a customer pays for: each row names one who comes or goes.
const PAYS_FOR: &str = "pays_for";

/// A row of the history. Whoever sees their own customers only is not told the names of others it
/// pays for, nor the numbers of their invoices.
pub fn activity(row: &ActivityRow, company: &Company, sight: Sight) -> ActivityView {
    let (mut before, after) = (row.before(), row.after());
    let said = |field: &str, value: String| match field {
        _ if sight == Sight::All || value.is_empty() => value,
        PAYS_FOR => "another customer".to_owned(),
        "promise_others" => "of customers you do not see".to_owned(),
        _ => value,
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

/// How a customer was at the end of a day, and how it is, by the rows that tell it, the earliest first.
pub fn as_of(
    rows: &[ActivityRow],
    day: NaiveDate,
    company: &Company,
    sight: Sight,
    is_cut: bool,
) -> AsOfView {
    let (then, later) =
        rows.split_at(rows.partition_point(|row| company.date_of(row.occurred_at) <= day));
    let mut facts = side_by_side(profile(then, later), profile(rows, &[]));
    if sight == Sight::All {
        let pays_for = FactView {
            field: PAYS_FOR.to_owned(),
            before: pays_for(then).join(", "),
            after: pays_for(rows).join(", "),
        };
        let is_told = !pays_for.before.is_empty() || !pays_for.after.is_empty();
        facts.extend(Some(pays_for).filter(|_| is_told));
    }
    AsOfView {
        day: dates::date(day),
        facts,
        contacts: side_by_side(contacts(then), contacts(rows)),
        is_cut,
    }
}

/// Values under their names as they were and as they are.
fn side_by_side(mut then: Facts, mut now: Facts) -> Vec<FactView> {
    let names: BTreeSet<String> = then.keys().chain(now.keys()).cloned().collect();
    let fact = |field: String| FactView {
        before: then.remove(&field).unwrap_or_default(),
        after: now.remove(&field).unwrap_or_default(),
        field,
    };
    names.into_iter().map(fact).collect()
}

/// What a customer itself was between two parts of its history.
fn profile(earlier: &[ActivityRow], later: &[ActivityRow]) -> Facts {
    let of = |rows: &[ActivityRow], read: fn(&ActivityRow) -> Facts| -> Vec<Facts> {
        let told = rows.iter().filter(|row| row.kind.topic() == Topic::Profile).map(read);
        let without_others = |mut facts: Facts| {
            facts.remove(PAYS_FOR);
            facts
        };
        told.map(without_others).collect()
    };
    state(&of(earlier, ActivityRow::after), &of(later, ActivityRow::before))
}

/// Whom a customer pays for after some of its history.
fn pays_for(rows: &[ActivityRow]) -> Vec<String> {
    let mut paid_for = BTreeSet::new();
    for row in rows {
        paid_for.remove(&row.before().remove(PAYS_FOR).unwrap_or_default());
        paid_for.extend(row.after().remove(PAYS_FOR).filter(|name| !name.is_empty()));
    }
    paid_for.into_iter().collect()
}

/// Who a customer's people were after some of its history: name, phone and role by address.
fn contacts(rows: &[ActivityRow]) -> BTreeMap<String, String> {
    let told: Vec<_> = rows.iter().map(|row| (row.kind, row.after())).collect();
    let people = people(told.iter().map(|(kind, after)| (*kind, after)));
    let words = |facts: Facts| {
        let words = ["name", "phone", "role"].map(|name| facts.get(name).cloned());
        words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
    };
    people.into_iter().map(|(address, facts)| (address, words(facts))).collect()
}

/// A row of the company's own history.
pub fn company_activity(row: &CompanyActivityRow, company: &Company) -> ActivityView {
    let facts = |text: &str| serde_json::from_str::<Facts>(text).unwrap_or_default();
    let (mut before, after) = (facts(&row.before_facts), facts(&row.after_facts));
    let facts = after.into_iter().map(|(field, after)| FactView {
        before: before.remove(&field).unwrap_or_default(),
        after,
        field,
    });
    ActivityView {
        position: row.position,
        kind: ActivityKind::ProfileChanged,
        invoice: String::new(),
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
