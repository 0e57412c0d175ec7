//! When the money of invoices is expected that are charged by themselves.

use std::collections::BTreeMap;

use super::plan::Plan;
use crate::{
    domain::{
        autopay::{AutopaySkip, AutopayStep},
        expectation::{Expectation, ExpectationStatus},
        ids::{CustomerId, InvoiceId},
    },
    services::{World, expectations::Everybody},
    storage::{self, StorageError, expectations::ExpectationRow},
};

/// Invoices that one transaction looks at, so that others need not wait long for them.
const INVOICES_PER_TRANSACTION: usize = 100;

/// What an invoice is to be expected as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// It is charged by itself on a day.
    Charged(chrono::NaiveDate),
    /// As the calendar and the books say.
    Automatic,
    /// As it is.
    Unchanged,
}

/// Brings the statuses of what a customer pays up to date: of invoices that are charged by themselves,
/// and of those that are not any more. What people said stays, but for a day they estimated.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn refresh(
    world: &World,
    payer: CustomerId,
    everybody: Everybody,
) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let mut wanted: BTreeMap<InvoiceId, Wanted> = BTreeMap::new();
    let mut is_enrolled = false;
    if let Some(enrolment) = storage::autopay::find_live(&mut session, payer).await? {
        is_enrolled = true;
        let plan = Plan::read(&mut session, world, enrolment, None).await?;
        for row in &plan.candidates {
            wanted.insert(row.invoice.id, want(plan.step(row), plan.today));
        }
    }
    for id in storage::autopay::all_marked(&mut session, payer).await? {
        wanted.entry(id).or_insert(Wanted::Automatic);
    }
    drop(session);
    let wanted: Vec<(InvoiceId, Wanted)> = wanted.into_iter().collect();
    for some in wanted.chunks(INVOICES_PER_TRANSACTION) {
        let mut session = world.db.read().await?;
        let mut changed = Vec::new();
        for (id, wanted) in some {
            let row = storage::expectations::find(&mut session, *id).await?;
            let after = row.and_then(|row| after(&row, *wanted, is_enrolled, everybody));
            changed.extend(after.map(|_| (*id, *wanted)));
        }
        drop(session);
        if changed.is_empty() {
            continue;
        }
        let mut session = world.db.begin().await?;
        for (id, wanted) in changed {
            // Asked once more now that it is held: somebody may have decided meanwhile.
            let Some(row) = storage::expectations::lock(&mut session, id).await? else { continue };
            if let Some(after) = after(&row, wanted, is_enrolled, everybody) {
                storage::expectations::update(&mut session, id, &after, world.now()).await?;
                session.announce(row.customer_id);
            }
        }
        session.commit().await?;
    }
    Ok(())
}

fn want(step: AutopayStep, today: chrono::NaiveDate) -> Wanted {
    match step {
        // A payment on its way is waited for.
        AutopayStep::Skip(AutopaySkip::BeingPaid) => Wanted::Unchanged,
        step => step.day(today).map_or(Wanted::Automatic, Wanted::Charged),
    }
}

/// What is expected of an invoice from now on, if that is something else.
fn after(
    row: &ExpectationRow,
    wanted: Wanted,
    is_enrolled: bool,
    everybody: Everybody,
) -> Option<Expectation> {
    use ExpectationStatus::{Autopay, AutopayHold, Estimated};
    let now = row.columns.expectation();
    let after = match (wanted, now.status) {
        _ if row.balance_minor <= 0 => return None,
        (Wanted::Charged(day), Autopay | Estimated) => Expectation::plain(Autopay, Some(day)),
        (Wanted::Charged(day), _) if now.is_automatic() => Expectation::plain(Autopay, Some(day)),
        (Wanted::Automatic, Autopay) => everybody.automatic(row),
        // A hold of what would not happen anyway.
        (_, AutopayHold) if !is_enrolled => everybody.automatic(row),
        _ => return None,
    };
    (after != now).then_some(after)
}
