//! Credit memos and credit adjustments out of a file.

use super::{
    report::{ImportReport, Outcome},
    run::{hash_of, lines_of},
};
use crate::{
    domain::ledger::{Account, Cause, Transaction, seller, unapplied},
    import::{self, ImportedDocument},
    services::{World, settlement::SettleError},
    storage::{
        self, Session,
        credits::{ADJUSTMENT, CREDIT_MEMO, CreditRow},
        customers::CustomerRow,
        invoices::LineOwner,
        ledger::Entry,
    },
};

/// Stores a credit memo; none when it stays out, which the report then says.
pub(super) async fn store(
    session: &mut Session,
    world: &World,
    document: &ImportedDocument,
    customer: &CustomerRow,
    report: &mut ImportReport,
    actor: &str,
) -> Result<Option<Outcome>, SettleError> {
    let hash = hash_of(document);
    let known = storage::credits::find_by_number(session, &document.number).await?;
    // What the books used of it is not available here; what was used here they know too.
    let used_here = known.as_ref().map_or(0, |known| known.amount_minor - known.remaining_minor);
    let used_there = document.paid.map_or(0, |paid| paid.amount);
    let available = (document.total - (used_there - used_here).max(0)).max(0);
    let row = CreditRow {
        id: known.as_ref().map_or_else(|| world.new_id(), |known| known.id),
        customer_id: customer.id,
        kind: match document.kind {
            import::DocumentKind::Adjustment => ADJUSTMENT.to_owned(),
            _ => CREDIT_MEMO.to_owned(),
        },
        number: document.number.as_ref().to_owned(),
        currency: document.currency,
        issued_on: document.issued_on,
        amount_minor: available,
        remaining_minor: 0,
        reserved_minor: 0,
        source_hash: hash.clone(),
    };
    let now = world.now();
    let (delta, outcome) = match known {
        None => {
            storage::credits::insert(session, &row, now).await?;
            (row.amount_minor, Outcome::New)
        }
        Some(known) if known.source_hash == hash => return Ok(Some(Outcome::Unchanged)),
        Some(known) => {
            let known = storage::credits::lock(session, known.id).await?.unwrap_or(known);
            let used = known.amount_minor - known.remaining_minor + known.reserved_minor;
            let moved = known.customer_id != row.customer_id || known.currency != row.currency;
            if row.amount_minor < used || moved {
                let reason = if moved {
                    "the credit belongs to another customer or currency here"
                } else {
                    "the new amount is less than what was already used of the credit"
                };
                report.refuse(document.line, &document.number, reason);
                return Ok(None);
            }
            let delta = row.amount_minor - known.amount_minor;
            if delta < 0 {
                post(session, world, &row, delta, actor).await?;
            }
            storage::credits::update(session, &row, now).await?;
            (delta.max(0), Outcome::Changed)
        }
    };
    let owner = LineOwner::Credit(row.id);
    let is_new = outcome == Outcome::New;
    storage::invoices::update_lines(session, owner, is_new, &lines_of(document)).await?;
    if delta > 0 {
        post(session, world, &row, delta, actor).await?;
    }
    Ok(Some(outcome))
}

async fn post(
    session: &mut Session,
    world: &World,
    row: &CreditRow,
    minor: i64,
    actor: &str,
) -> Result<(), SettleError> {
    let postings = [seller(Account::Sales, minor), unapplied(row.id, -minor)];
    let entry = Entry {
        id: world.new_id(),
        once_key: format!("credit:{}:{}", row.id, world.new_secret()),
        customer_id: row.customer_id,
        payment_id: None,
        actor: actor.to_owned(),
        transaction: Transaction::new(Cause::CreditMemo, row.issued_on, row.currency, postings)?,
        applications: Vec::new(),
    };
    storage::ledger::post(session, &entry, world.now()).await?;
    Ok(())
}
