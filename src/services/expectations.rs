//! When the money of open invoices is expected: deciding it, and following the calendar and the
//! habits of customers where nobody did.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        expectation::{Decision, Expectation, after_lapse, automatic, may_follow, usual_days_late},
        ids::{CustomerId, InvoiceId, PaymentId},
    },
    services::{
        World, change::ChangeError, company, customers::sees, history, queue, staff::Staff,
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

/// Writes what is expected of an invoice that is locked, with a row in its history. The caller
/// commits.
async fn write(
    session: &mut Session,
    world: &World,
    row: &ExpectationRow,
    after: &Expectation,
    actor: &str,
) -> Result<(), StorageError> {
    let kind = ActivityKind::ExpectationChanged;
    let before = row.columns.expectation();
    let Some(activity) = Activity::change(kind, actor, facts(&before), facts(after)) else {
        return Ok(());
    };
    storage::expectations::update(session, row.id, after, world.now()).await?;
    let activity = Activity { invoice_id: Some(row.id), ..activity };
    history::write_all(session, world, vec![(row.customer_id, activity)]).await
}

/// Decides what is expected of an invoice. `version` is that of what was read: what somebody else
/// decided is not written over.
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
    let mut session = world.db.begin().await?;
    let row = storage::expectations::lock(&mut session, id).await?;
    let row = row.ok_or(ChangeError::NotFound)?;
    if !sees(&mut session, staff, row.customer_id).await? {
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
    let after = match decision {
        Decision::Said(expectation) => expectation.clone(),
        Decision::Automatic => {
            let Everybody { today, usual } = everybody(&mut session, world).await?;
            let usual = row.usual_days_late.unwrap_or(usual);
            automatic(row.due_on, row.is_disputed, usual, today)
        }
    };
    write(&mut session, world, &row, &after, &staff.actor()).await?;
    Ok(session.commit().await?)
}

/// What counts for everybody.
#[derive(Clone, Copy)]
struct Everybody {
    today: NaiveDate,
    /// How late customers usually pay of whom too little is known; on time while nobody paid.
    usual: i64,
}

async fn everybody(session: &mut Session, world: &World) -> Result<Everybody, StorageError> {
    let today = company::load(session).await?.date_of(world.now());
    let usual = storage::expectations::find_usual_days_late(session).await?.unwrap_or(0);
    Ok(Everybody { today, usual })
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

/// Brings habits and days up to date: of one customer, or of everybody, some at a time. Running it
/// again, or twice at once, is harmless.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn refresh(world: &World, customer_id: Option<CustomerId>) -> Result<(), StorageError> {
    if let Some(id) = customer_id {
        let mut session = world.db.begin().await?;
        let habits = storage::expectations::find_habit(&mut session, id).await?;
        let everybody = everybody(&mut session, world).await?;
        refresh_some(&mut session, habits.as_slice(), everybody).await?;
        return Ok(session.commit().await?);
    }
    let mut session = world.db.read().await?;
    let everybody = everybody(&mut session, world).await?;
    drop(session);
    lapse(world, everybody).await?;
    let mut after = None;
    loop {
        let mut session = world.db.begin().await?;
        let limit = CUSTOMERS_PER_TRANSACTION;
        let habits = storage::expectations::all_habits_after(&mut session, after, limit).await?;
        let Some(last) = habits.last() else { return Ok(()) };
        after = Some(last.id);
        refresh_some(&mut session, &habits, everybody).await?;
        session.commit().await?;
    }
}

/// Brings those of customers that lie beside each other up to date.
async fn refresh_some(
    session: &mut Session,
    habits: &[HabitRow],
    Everybody { today, usual }: Everybody,
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

/// Notes that days which people named are over, and nothing was paid.
async fn lapse(world: &World, Everybody { today, usual }: Everybody) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    loop {
        let ids = storage::expectations::all_lapsed(&mut session, today, LAPSED_MAX).await?;
        let is_last = i64::try_from(ids.len()).is_ok_and(|count| count < LAPSED_MAX);
        for id in ids {
            let mut session = world.db.begin().await?;
            let row = storage::expectations::lock(&mut session, id).await?;
            // Somebody may have decided otherwise, or paid, since.
            let is_over = |row: &ExpectationRow| row.columns.expectation().has_lapsed(today);
            let Some(row) = row.filter(|row| row.balance_minor > 0 && is_over(row)) else {
                continue;
            };
            let usual = row.usual_days_late.unwrap_or(usual);
            let after = after_lapse(row.due_on, row.is_disputed, usual, today);
            write(&mut session, world, &row, &after, "system").await?;
            session.commit().await?;
        }
        if is_last {
            return Ok(());
        }
    }
}
