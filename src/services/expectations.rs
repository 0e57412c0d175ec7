//! When the money of open invoices is expected: deciding it, and following the calendar and the
//! habits of customers where nobody did.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        expectation::{
            Decision, Expectation, ExpectationStatus, after_lapse, automatic, may_follow,
            usual_days_late,
        },
        ids::{CustomerId, InvoiceId, PaymentId},
        promise::first_day,
    },
    services::{
        World, autopay, change::ChangeError, company, customers::sees, history, promises, queue,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        expectations::{ExpectationRow, HabitRow},
    },
};

/// The kind of the job that follows the calendar and habits.
pub const REFRESH_EXPECTATIONS: &str = "refresh_expectations";

/// Customers that one transaction looks at, so that other writers need not wait long.
const CUSTOMERS_PER_TRANSACTION: i64 = 500;

/// Invoices on which a word was broken that are looked at in one go.
const LAPSED_MAX: i64 = 500;

/// The day on which the calendar was last followed, in the installation's small values.
const DAY_KEY: &str = "expectations_on";

/// What the job needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshExpectations {
    /// Whose habits and invoices; everybody's when none.
    pub customer_id: Option<CustomerId>,
}

/// Why nothing else is expected now.
#[derive(Debug, thiserror::Error)]
pub enum ExpectationError {
    /// Nothing is open on it.
    #[error("nothing is open on it")]
    Closed,
    /// What is charged by itself is not a person's to say.
    #[error("not from this status")]
    NotFromHere,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for ExpectationError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

fn facts(expectation: &Expectation) -> Facts {
    let day = expectation.on.map(|day| day.to_string()).unwrap_or_default();
    history::facts([
        ("expectation", expectation.status.as_str()),
        ("expected_on", &day),
        ("hold_reason", expectation.reason.map_or("", |reason| reason.as_str())),
        ("hold_note", &expectation.note),
    ])
}

/// Writes what is expected of an invoice that is locked. Gives the row of its history, if that is
/// news; the caller writes it and commits.
///
/// # Errors
/// When the database fails.
pub(super) async fn change(
    session: &mut Session,
    world: &World,
    row: &ExpectationRow,
    after: &Expectation,
    actor: &str,
) -> Result<Option<(CustomerId, Activity)>, StorageError> {
    let kind = ActivityKind::ExpectationChanged;
    let before = row.columns.expectation();
    let Some(activity) = Activity::change(kind, actor, facts(&before), facts(after)) else {
        return Ok(None);
    };
    storage::expectations::update(session, row.id, after, world.now()).await?;
    Ok(Some((row.customer_id, Activity { invoice_id: Some(row.id), ..activity })))
}

/// Decides what is expected of an invoice. `version` is that of what was read: what somebody else
/// decided is not written over. What follows for promises is as with [`decide_many`].
///
/// # Errors
/// `NotFound`, `Closed`, `NotFromHere`, `Changed`.
pub async fn decide(
    world: &World,
    staff: &Staff,
    id: InvoiceId,
    version: i64,
    decision: &Decision,
) -> Result<(), ExpectationError> {
    let mut session = world.db.read().await?;
    let everybody = everybody(&mut session, world).await?;
    drop(session);
    let one = vec![(id, version)];
    let mut decided = decide_together(world, staff, one, decision, everybody).await?;
    decided.pop().map_or(Err(ChangeError::NotFound.into()), |(_, outcome)| outcome)
}

/// What became of a decision on an invoice.
pub type Decided = (InvoiceId, Result<(), ExpectationError>);

/// Decides the same on several invoices, each of the version that was read, a customer's together.
/// What was decided otherwise leaves its open promise; what is *Promised* now is a promise of
/// everything open on it, one for each customer and currency.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn decide_many(
    world: &World,
    staff: &Staff,
    chosen: &[(InvoiceId, i64)],
    decision: &Decision,
) -> Result<Vec<Decided>, StorageError> {
    let ids: Vec<InvoiceId> = chosen.iter().map(|(id, _)| *id).collect();
    let mut session = world.db.read().await?;
    let owners = storage::expectations::all_owners(&mut session, &ids).await?;
    let everybody = everybody(&mut session, world).await?;
    drop(session);
    let mut by_owner: BTreeMap<Option<CustomerId>, Vec<(InvoiceId, i64)>> = BTreeMap::new();
    for one in chosen {
        by_owner.entry(owners.get(&one.0).copied()).or_default().push(*one);
    }
    let mut decided = Vec::with_capacity(chosen.len());
    for together in by_owner.into_values() {
        decided.extend(decide_together(world, staff, together, decision, everybody).await?);
    }
    Ok(decided)
}

async fn decide_together(
    world: &World,
    staff: &Staff,
    mut chosen: Vec<(InvoiceId, i64)>,
    decision: &Decision,
    everybody: Everybody,
) -> Result<Vec<Decided>, StorageError> {
    // Locked in the order of their ids, so that two transactions cannot wait for each other.
    chosen.sort_unstable();
    chosen.dedup_by_key(|(id, _)| *id);
    let actor = staff.actor();
    let mut session = world.db.begin().await?;
    let (mut decided, mut changed, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for (id, version) in chosen {
        let outcome = match lock_to_decide(&mut session, staff, id, version, decision).await {
            Ok(row) => {
                let after = match decision {
                    Decision::Said(expectation) => expectation.clone(),
                    Decision::Automatic => everybody.automatic(&row),
                };
                let news = change(&mut session, world, &row, &after, &actor).await?;
                if let Some(news) = news {
                    if row.columns.expectation == ExpectationStatus::AutopayHold {
                        // Charged by itself again, on a day that is worked out there.
                        queue(&mut session, world, Some(row.customer_id)).await?;
                    }
                    told.push(news);
                    changed.push(row);
                }
                Ok(())
            }
            Err(ExpectationError::Change(ChangeError::Storage(error))) => return Err(error),
            Err(refused) => Err(refused),
        };
        decided.push((id, outcome));
    }
    promises::leave(&mut session, world, &changed, &actor, &mut told).await?;
    if let Decision::Said(Expectation {
        status: ExpectationStatus::Promised, on: Some(day), ..
    }) = decision
    {
        promises::take_whole(&mut session, world, staff, &changed, *day, &mut told).await?;
    }
    history::write_all(&mut session, world, told).await?;
    session.commit().await?;
    Ok(decided)
}

/// Locks an invoice on which somebody may decide so.
async fn lock_to_decide(
    session: &mut Session,
    staff: &Staff,
    id: InvoiceId,
    version: i64,
    decision: &Decision,
) -> Result<ExpectationRow, ExpectationError> {
    let row = storage::expectations::lock(session, id).await?;
    let row = row.ok_or(ChangeError::NotFound)?;
    if !sees(session, staff, row.customer_id).await? {
        return Err(ChangeError::NotFound.into());
    }
    if row.balance_minor <= 0 {
        return Err(ExpectationError::Closed);
    }
    if row.columns.expectation_version != version {
        return Err(ChangeError::Changed.into());
    }
    if !may_follow(row.columns.expectation, decision) {
        return Err(ExpectationError::NotFromHere);
    }
    Ok(row)
}

/// What counts for everybody.
#[derive(Clone, Copy)]
pub(super) struct Everybody {
    /// The seller's date.
    pub(super) today: NaiveDate,
    /// How late customers usually pay of whom too little is known; on time while nobody paid.
    usual: i64,
    /// Days of grace that a promise has.
    pub(super) grace_days: u16,
}

impl Everybody {
    /// What the calendar and the books say of an invoice.
    pub(super) fn automatic(&self, row: &ExpectationRow) -> Expectation {
        let usual = row.usual_days_late.unwrap_or(self.usual);
        automatic(row.due_on, row.is_disputed, usual, self.today)
    }

    /// What follows for an invoice whose named day passed without money.
    pub(super) fn after_lapse(&self, row: &ExpectationRow) -> Expectation {
        let usual = row.usual_days_late.unwrap_or(self.usual);
        after_lapse(row.due_on, row.is_disputed, usual, self.today)
    }
}

/// Finds it.
///
/// # Errors
/// When the database fails.
pub(super) async fn everybody(
    session: &mut Session,
    world: &World,
) -> Result<Everybody, StorageError> {
    let company = company::load(session).await?;
    let usual = storage::expectations::find_usual_days_late(session).await?.unwrap_or(0);
    let grace_days = company.receivables.promise_grace_days;
    Ok(Everybody { today: company.date_of(world.now()), usual, grace_days })
}

/// Has habits and days looked at anew once the transaction is committed: those of one customer, or
/// of everybody.
///
/// # Errors
/// When the database fails.
pub(super) async fn queue(
    session: &mut Session,
    world: &World,
    customer_id: Option<CustomerId>,
) -> Result<(), StorageError> {
    let job = RefreshExpectations { customer_id };
    queue::anew(session, world, REFRESH_EXPECTATIONS, &job).await
}

/// Has the habits looked at anew of everybody whose invoices a payment pays, once the transaction is
/// committed.
///
/// # Errors
/// When the database fails.
pub(super) async fn queue_for_payment(
    session: &mut Session,
    world: &World,
    payment_id: PaymentId,
) -> Result<(), StorageError> {
    let lines = storage::payments::all_lines(session, payment_id).await?;
    let buyers: BTreeSet<CustomerId> = lines.iter().map(|line| line.buyer_id).collect();
    for buyer in buyers {
        queue(session, world, Some(buyer)).await?;
    }
    Ok(())
}

/// Follows the calendar: on a new day what was predicted is predicted anew, and words that were
/// not kept are broken.
///
/// # Errors
/// When the database fails.
pub async fn turn_day(world: &World) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let today = company::load(&mut session).await?.date_of(world.now()).to_string();
    if storage::app_state::find(&mut session, DAY_KEY).await?.as_deref() == Some(&*today) {
        return Ok(());
    }
    drop(session);
    let mut session = world.db.begin().await?;
    storage::app_state::update(&mut session, DAY_KEY, &today).await?;
    queue(&mut session, world, None).await?;
    Ok(session.commit().await?)
}

/// Brings habits, days and promises up to date: of one customer, or of everybody, some at a time.
/// Running it again, or twice at once, is harmless.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn refresh(world: &World, customer_id: Option<CustomerId>) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let everybody = everybody(&mut session, world).await?;
    drop(session);
    promises::settle(world, customer_id, everybody).await?;
    if let Some(id) = customer_id {
        let mut session = world.db.begin().await?;
        let habits = storage::expectations::find_habit(&mut session, id).await?;
        refresh_some(&mut session, habits.as_slice(), everybody).await?;
        session.commit().await?;
        // Of what it pays, and of what somebody else pays for it.
        let mut session = world.db.read().await?;
        let customer = storage::customers::find(&mut session, id).await?;
        drop(session);
        let payer = customer.map_or(id, |customer| customer.bill_to_id);
        for payer in BTreeSet::from([id, payer]) {
            autopay::refresh(world, payer, everybody).await?;
        }
        return Ok(());
    }
    lapse(world, everybody).await?;
    let mut after = None;
    loop {
        let mut session = world.db.begin().await?;
        let limit = CUSTOMERS_PER_TRANSACTION;
        let habits = storage::expectations::all_habits_after(&mut session, after, limit).await?;
        let Some(last) = habits.last() else { break };
        after = Some(last.id);
        refresh_some(&mut session, &habits, everybody).await?;
        session.commit().await?;
    }
    let mut session = world.db.read().await?;
    let payers = storage::autopay::all_concerned(&mut session).await?;
    drop(session);
    for payer in payers {
        autopay::refresh(world, payer, everybody).await?;
    }
    Ok(())
}

/// Brings those of customers that lie beside each other up to date.
async fn refresh_some(
    session: &mut Session,
    habits: &[HabitRow],
    Everybody { today, usual, .. }: Everybody,
) -> Result<(), StorageError> {
    let (Some(first), Some(last)) = (habits.first(), habits.last()) else { return Ok(()) };
    let (first, last) = (first.id, last.id);
    let mut paid: HashMap<CustomerId, Vec<i64>> = HashMap::new();
    for row in storage::expectations::all_paid(session, first, last).await? {
        paid.entry(row.customer_id).or_default().push(row.days_late);
    }
    for habit in habits {
        let days = paid.remove(&habit.id).and_then(usual_days_late);
        if days != habit.usual_days_late {
            storage::expectations::update_habit(session, habit.id, days).await?;
        }
    }
    let range = (first, last);
    for id in storage::expectations::update_automatic(session, range, usual, today).await? {
        session.announce(id);
    }
    Ok(())
}

/// Notes that days which people named are over, and nothing was paid. What belongs to an open promise
/// was seen to with that.
async fn lapse(world: &World, everybody: Everybody) -> Result<(), StorageError> {
    let Everybody { today, grace_days, .. } = everybody;
    let promised = first_day(today, grace_days);
    let mut session = world.db.read().await?;
    loop {
        let ids =
            storage::expectations::all_lapsed(&mut session, today, promised, LAPSED_MAX).await?;
        let is_last = i64::try_from(ids.len()).is_ok_and(|count| count < LAPSED_MAX);
        for id in ids {
            let mut session = world.db.begin().await?;
            let row = storage::expectations::lock(&mut session, id).await?;
            // Somebody may have decided otherwise, or paid, since.
            let is_over =
                |row: &ExpectationRow| row.columns.expectation().has_lapsed(grace_days, today);
            let Some(row) = row.filter(|row| row.balance_minor > 0 && is_over(row)) else {
                continue;
            };
            let after = everybody.after_lapse(&row);
            let news = change(&mut session, world, &row, &after, "system").await?;
            history::write_all(&mut session, world, news.into_iter().collect()).await?;
            session.commit().await?;
        }
        if is_last {
            return Ok(());
        }
    }
}
