//! The run of a day: payers are told what will be charged, credits are used, invoices are charged.
//!
//! What is done of an invoice is kept with its try, so that a run may stop anywhere and be run again,
//! also beside another.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    letters::{self, ACTOR},
    outcome,
    plan::{Plan, left_of},
};
use crate::{
    domain::{
        activity::Activity,
        autopay::{
            AUTOPAY_HOUR, AttemptState, AutopayHold, AutopayStep, EXPIRY_WARNING_DAYS,
            EnrolmentState,
        },
        ids::{AttemptId, CustomerId, EnrolmentId, InvoiceId},
        portion::Portion,
    },
    email::Row,
    services::{
        World,
        applications::{self, ApplyError},
        charge::{self, ConfirmError, Confirmation},
        company, expectations, failpoint, history,
        mail::AutopayLetter,
        payments::{self, FollowError},
        queue,
        quotes::{self, MakeQuoteError},
    },
    storage::{
        self, Session, StorageError,
        autopay::{AttemptRow, CandidateRow, EnrolmentRow},
    },
    ui::{
        format::{money, plural},
        text,
    },
};

/// The kind of the job that charges the invoices of a day.
pub const RUN_AUTOPAY: &str = "run_autopay";

/// Customers that one run of the job sees to; the next one goes on behind them.
const CUSTOMERS_PER_RUN: i64 = 10;

/// Minutes until what the processor could not be asked for is tried again on the same day.
const AGAIN_MINUTES: i64 = 30;

/// Credits that are used on one invoice in one run.
const CREDITS_MAX: usize = 50;

/// The day whose invoices were last begun to be charged, in the installation's small values.
const DAY_KEY: &str = "autopay_on";

/// What the job needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutopayRun {
    /// The day it was begun for.
    pub day: NaiveDate,
    /// The customer behind whom to go on; from the first when none.
    pub after: Option<CustomerId>,
    /// One enrolment alone.
    pub only: Option<EnrolmentId>,
}

/// Begins to charge the invoices of a day once its hour has come: once for each local day, whatever
/// the clock does.
///
/// # Errors
/// When the database fails.
pub async fn turn_day(world: &World) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    let day = company.date_of(world.now());
    let key = day.to_string();
    let begun = storage::app_state::find(&mut session, DAY_KEY).await?;
    if !company.has_come(day, AUTOPAY_HOUR, world.now())
        || begun.is_some_and(|begun| *begun >= *key)
    {
        return Ok(());
    }
    drop(session);
    let mut session = world.db.begin().await?;
    // Of two processes one moves it ahead.
    if !storage::app_state::advance(&mut session, DAY_KEY, &key).await? {
        return Ok(());
    }
    let job = AutopayRun { day, after: None, only: None };
    queue::once(&mut session, world, (RUN_AUTOPAY, &format!("{RUN_AUTOPAY}:{key}:")), &job).await?;
    Ok(session.commit().await?)
}

/// Sees to the invoices of some customers, and has the rest seen to by another run.
///
/// # Errors
/// When the database fails.
pub async fn run_some(
    world: &World,
    portal_url: &str,
    job: &AutopayRun,
) -> Result<(), StorageError> {
    outcome::follow_news(world, portal_url).await?;
    let mut session = world.db.read().await?;
    let today = company::load(&mut session).await?.date_of(world.now());
    if job.day < today {
        // It came to rest half-way. What was left is in the run of today, once its hour has come.
        return Ok(());
    }
    if let Some(id) = job.only {
        drop(session);
        return one(world, portal_url, id).await;
    }
    let limit = CUSTOMERS_PER_RUN;
    let rows = storage::autopay::all_active_after(&mut session, job.after, limit).await?;
    drop(session);
    for row in &rows {
        match one(world, portal_url, row.id).await {
            // One that cannot be seen to keeps no other from being charged.
            Err(error) if error.is_of_one() => {
                tracing::error!(enrolment.id = %row.id, %error, "autopay cannot go on");
            }
            done => done?,
        }
    }
    if let Some(last) = rows.last().filter(|_| i64::try_from(rows.len()) == Ok(limit)) {
        let after = Some(last.customer_id);
        let mut session = world.db.begin().await?;
        let key = format!("{RUN_AUTOPAY}:{}:{}", job.day, last.customer_id);
        let next = AutopayRun { after, ..*job };
        queue::once(&mut session, world, (RUN_AUTOPAY, &key), &next).await?;
        session.commit().await?;
    }
    Ok(())
}

/// Sees to the invoices of one enrolment.
async fn one(world: &World, portal_url: &str, id: EnrolmentId) -> Result<(), StorageError> {
    announce(world, portal_url, id).await?;
    let mut session = world.db.read().await?;
    let Some(enrolment) = active(storage::autopay::find(&mut session, id).await?) else {
        return Ok(());
    };
    let plan = Plan::read(&mut session, world, enrolment, None).await?;
    drop(session);
    let is_due = |row: &&CandidateRow| {
        matches!(plan.step(row), AutopayStep::UseCredits(_) | AutopayStep::Charge(_))
    };
    for row in plan.candidates.iter().filter(is_due) {
        charge_one(world, portal_url, id, row.invoice.id).await?;
        outcome::follow_news(world, portal_url).await?;
    }
    Ok(())
}

fn active(row: Option<EnrolmentRow>) -> Option<EnrolmentRow> {
    row.filter(|row| row.state == EnrolmentState::Active)
}

/// Tells the payer what will be charged and when, what waits for them, and that a card is about to end.
async fn announce(world: &World, portal_url: &str, id: EnrolmentId) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    let Some(enrolment) = active(storage::autopay::lock(&mut session, id).await?) else {
        return Ok(());
    };
    storage::autopay::update_settled_dropped(&mut session, id, world.now()).await?;
    let payer = enrolment.customer_id;
    storage::autopay::update_moved_dropped(&mut session, payer, world.now()).await?;
    let plan = Plan::read(&mut session, world, enrolment, None).await?;
    let mut hold = plan.method_hold();
    // A charge of which nobody would be told is none that was agreed to.
    if hold.is_none() && letters::recipients(&mut session, &plan).await?.is_empty() {
        hold = Some(AutopayHold::NobodyTold);
    }
    if let Some(hold) = hold {
        let problem = hold.as_str();
        storage::autopay::update_problem(&mut session, id, problem, world.now()).await?;
        storage::autopay::update_planned_dropped(&mut session, id, problem, world.now()).await?;
        let what = ("needs_attention", problem);
        letters::stopped(&mut session, world, &plan, portal_url, what).await?;
        queue_statuses(&mut session, world, &plan).await?;
        return Ok(session.commit().await?);
    }
    let mut told: Vec<(CustomerId, Activity)> = Vec::new();
    let mut notices = Vec::new();
    let mut held = Vec::new();
    for row in &plan.candidates {
        match plan.step(row) {
            AutopayStep::Notify { charge_on, minor } => {
                plan_charge(&mut session, world, &plan, row, charge_on, minor).await?;
                notices.push((row, charge_on, minor));
                let facts = history::facts([
                    ("day", &charge_on.to_string()),
                    ("minor", &minor.to_string()),
                    ("currency", row.invoice.currency.code()),
                ]);
                let activity = letters::of_invoice("notice", row.invoice.id, facts);
                told.push((row.invoice.customer_id, activity));
            }
            AutopayStep::Hold(hold) => held.push((row, hold)),
            _ => {}
        }
    }
    if !notices.is_empty() {
        let letter = notice(world, &plan, &notices);
        letters::send(&mut session, world, &plan, portal_url, letter).await?;
    }
    for (row, hold) in &held {
        told.extend(say_held(&mut session, world, &plan, portal_url, row, *hold).await?);
    }
    warn_of_expiry(&mut session, world, &plan, portal_url).await?;
    if !notices.is_empty() || !held.is_empty() {
        queue_statuses(&mut session, world, &plan).await?;
    }
    history::write_all(&mut session, world, told).await?;
    failpoint::reach("autopay:before-notice-commit");
    session.commit().await?;
    failpoint::reach("autopay:after-notice-commit");
    Ok(())
}

/// Has the invoices of a customer shown as what they are, once the transaction is committed.
pub(super) async fn queue_statuses(
    session: &mut Session,
    world: &World,
    plan: &Plan,
) -> Result<(), StorageError> {
    expectations::queue(session, world, Some(plan.customer.id)).await
}

/// Keeps what the payer is told.
async fn plan_charge(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    row: &CandidateRow,
    charge_on: NaiveDate,
    minor: i64,
) -> Result<(), StorageError> {
    let (now, today) = (world.now(), plan.today);
    if let Some(planned) = plan.planned(row.invoice.id) {
        return storage::autopay::update_notice(session, planned.id, charge_on, minor, today, now)
            .await;
    }
    storage::autopay::insert_attempt(session, &first_try(world, plan, row, charge_on, minor)).await
}

/// The first try of a new series.
fn first_try(
    world: &World,
    plan: &Plan,
    row: &CandidateRow,
    charge_on: NaiveDate,
    minor: i64,
) -> AttemptRow {
    let of_enrolment = |one: &&AttemptRow| one.enrolment_id == plan.enrolment.id;
    let before = plan.attempts_of(row.invoice.id).iter().filter(of_enrolment);
    let cycle_no = before.map(|one| one.cycle_no).max().unwrap_or(0) + 1;
    AttemptRow {
        id: world.new_id(),
        enrolment_id: plan.enrolment.id,
        customer_id: plan.customer.id,
        invoice_id: row.invoice.id,
        cycle_no,
        attempt_no: 1,
        charge_on,
        notified_minor: minor,
        notified_on: plan.today,
        currency: row.invoice.currency,
        state: AttemptState::Planned,
        quote_id: None,
        payment_id: None,
        reason: String::new(),
        created_at: world.now(),
        updated_at: world.now(),
    }
}

/// The letter about charges to come.
fn notice<'a>(
    world: &World,
    plan: &Plan,
    notices: &[(&CandidateRow, NaiveDate, i64)],
) -> AutopayLetter<'a> {
    let count = plural(i64::try_from(notices.len()).unwrap_or(i64::MAX), "invoice", "invoices");
    let merchant = &plan.company.profile.name;
    let invoices: Vec<Row> = notices
        .iter()
        .map(|(row, day, minor)| {
            let (number, code) = (&row.invoice.number, row.invoice.currency.code());
            letters::row(number, *minor, code, &format!("on {}", letters::day(*day)))
        })
        .collect();
    let mut details = vec![format!("It is charged to {}.", plan.method.label())];
    if plan.enrolment.surcharge_ppm > 0 {
        details
            .push("Amounts hold the surcharge for paying by card, where there is one.".to_owned());
    }
    if plan.enrolment.use_credits {
        details.push("Open credits are used first, so that it may be less.".to_owned());
    }
    details.push(match plan.access.lets_in() {
        true => "To stop it, cancel autopay in the portal before that day.".to_owned(),
        false => {
            let contact = letters::contact(&plan.company);
            format!("To stop it, tell {contact} before that day.")
        }
    });
    AutopayLetter {
        is_notice: true,
        title: format!("{merchant} will charge {count} automatically"),
        sentence: format!("As you agreed, {count} will be paid automatically on the day named."),
        invoices,
        details,
        // One for each time that something is planned, and that is written with it.
        occasion: format!("{}:notice:{}", plan.enrolment.id, world.new_id::<AttemptId>()),
        actor: ACTOR,
        ..AutopayLetter::default()
    }
}

/// Says, once, that an invoice is not charged until its payer does something about it.
async fn say_held(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    portal_url: &str,
    row: &CandidateRow,
    hold: AutopayHold,
) -> Result<Option<(CustomerId, Activity)>, StorageError> {
    let CandidateRow { invoice, .. } = row;
    let is_said =
        |one: &AttemptRow| one.enrolment_id == plan.enrolment.id && one.reason == hold.as_str();
    let held = if let Some(planned) = plan.planned(invoice.id) {
        // They were told of a charge since then.
        let state = AttemptState::Dropped;
        let reason = hold.as_str();
        storage::autopay::update_outcome(session, planned.id, state, reason, world.now()).await?;
        planned.id
    } else if plan.attempts_of(invoice.id).iter().any(is_said) {
        return Ok(None);
    } else {
        let (state, reason) = (AttemptState::Dropped, hold.as_str().to_owned());
        let said = AttemptRow { state, reason, ..first_try(world, plan, row, plan.today, 0) };
        storage::autopay::insert_attempt(session, &said).await?;
        said.id
    };
    let occasion = format!("{}:{}:{}:{held}", plan.enrolment.id, invoice.id, hold.as_str());
    let code = invoice.currency.code();
    let open = money(invoice.item().payable(), code);
    let letter = AutopayLetter {
        title: format!("Invoice {} is not paid automatically", invoice.number),
        sentence: format!(
            "Invoice {} over {open} will not be charged by itself. {}",
            invoice.number,
            text::autopay::hold(hold)
        ),
        details: vec![
            "Please pay it yourself, or change what you agreed to in the portal.".to_owned(),
        ],
        occasion: occasion.clone(),
        actor: ACTOR,
        ..AutopayLetter::default()
    };
    letters::send(session, world, plan, portal_url, letter).await?;
    let facts = history::facts([
        ("autopay", "held"),
        ("reason", hold.as_str()),
        ("invoice", &invoice.number),
    ]);
    let id = plan.customer.id;
    letters::tell(session, world, id, format!("autopay:{occasion}"), facts.clone()).await?;
    let facts = facts.into_iter().filter(|(name, _)| name != "invoice").collect();
    Ok(Some((invoice.customer_id, letters::of_invoice("held", invoice.id, facts))))
}

/// Warns of the end of a card, twice.
async fn warn_of_expiry(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    portal_url: &str,
) -> Result<(), StorageError> {
    let Some(end) = plan.method.expires_on else { return Ok(()) };
    let left = (end - plan.today).num_days();
    // Only the latest warning whose day has come; those before were sent, or are out of date.
    let Some(days) = EXPIRY_WARNING_DAYS.iter().rev().find(|days| left <= **days) else {
        return Ok(());
    };
    let letter = AutopayLetter {
        title: "Your card for automatic payments ends soon".to_owned(),
        sentence: format!(
            "{} ends on {}. After that nothing can be charged to it.",
            plan.method.label(),
            letters::day(end)
        ),
        details: vec!["Choose another payment method in the portal, and nothing stops.".to_owned()],
        occasion: format!("{}:expiry:{end}:{days}", plan.enrolment.id),
        actor: ACTOR,
        ..AutopayLetter::default()
    };
    letters::send(session, world, plan, portal_url, letter).await
}

/// Uses credits on an invoice and charges the rest, as far as that is still what was agreed to.
async fn charge_one(
    world: &World,
    portal_url: &str,
    enrolment_id: EnrolmentId,
    invoice_id: InvoiceId,
) -> Result<(), StorageError> {
    if !are_ends_certain(world, invoice_id).await? {
        return queue_later(world, enrolment_id).await;
    }
    for _ in 0..CREDITS_MAX {
        let mut session = world.db.begin().await?;
        let Some(enrolment) = active(storage::autopay::lock(&mut session, enrolment_id).await?)
        else {
            return Ok(());
        };
        // Held, so that nobody stops it or pays it between the look and what follows from that.
        storage::invoices::lock(&mut session, invoice_id).await?;
        let plan = Plan::read(&mut session, world, enrolment, Some(invoice_id)).await?;
        let Some(row) = plan.candidates.first() else { return Ok(()) };
        match plan.step(row) {
            AutopayStep::UseCredits(most) => {
                if !use_credit(session, world, &plan, row, most).await? {
                    return Ok(());
                }
            }
            AutopayStep::Charge(_) => {
                return charge_now(session, world, portal_url, &plan, row).await;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// Whether what was tried of an invoice before is as it was told: a refusal that was none is found out
/// before anything is charged again. What cannot be asked is not certain.
async fn are_ends_certain(world: &World, invoice_id: InvoiceId) -> Result<bool, StorageError> {
    let mut session = world.db.read().await?;
    let attempts = storage::autopay::all_attempts_of(&mut session, invoice_id).await?;
    drop(session);
    for payment_id in attempts.into_iter().filter_map(|row| row.payment_id) {
        match payments::look_up(world, payment_id, ACTOR).await {
            Ok(_) => {}
            Err(FollowError::Storage(error)) => return Err(error),
            Err(error) => {
                tracing::info!(payment.id = %payment_id, %error, "not charged before its end is known");
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Uses the oldest credit on an invoice; false when it cannot be used.
async fn use_credit(
    mut session: Session,
    world: &World,
    plan: &Plan,
    row: &CandidateRow,
    most: i64,
) -> Result<bool, StorageError> {
    let Some(credit) = plan.credits_of(row).next() else { return Ok(false) };
    let minor = left_of(credit).min(most);
    let (id, today) = (row.invoice.id, plan.today);
    let applied =
        applications::apply_within(&mut session, world, credit.id, id, minor, today, ACTOR).await;
    match applied {
        Ok(()) => {}
        Err(ApplyError::Storage(error)) => return Err(error),
        Err(error) => {
            tracing::warn!(invoice.id = %id, %error, "a credit was not used");
            return Ok(false);
        }
    }
    let facts = history::facts([
        ("credit", &credit.number),
        ("minor", &minor.to_string()),
        ("currency", row.invoice.currency.code()),
    ]);
    let activity = letters::of_invoice("credit", id, facts);
    history::write_all(&mut session, world, vec![(row.invoice.customer_id, activity)]).await?;
    failpoint::reach("autopay:before-credit-commit");
    session.commit().await?;
    failpoint::reach("autopay:after-credit-commit");
    Ok(true)
}

/// Prices an invoice and confirms the price.
async fn charge_now(
    mut session: Session,
    world: &World,
    portal_url: &str,
    plan: &Plan,
    row: &CandidateRow,
) -> Result<(), StorageError> {
    let Some(attempt) = plan.planned(row.invoice.id) else { return Ok(()) };
    let attempt_id = attempt.id;
    let portions = [Portion::whole(row.invoice.id)];
    let customer_id = plan.customer.id;
    let most = Some(plan.surcharge_max());
    let method = plan.method.clone();
    let method_id = method.id;
    let priced =
        quotes::preview_within(&mut session, world, customer_id, &portions, method, most).await;
    let basket = match priced {
        Ok(basket) => basket,
        Err(MakeQuoteError::Storage(error)) => return Err(error),
        Err(error) => {
            tracing::info!(invoice.id = %row.invoice.id, %error, "not charged by itself");
            return Ok(());
        }
    };
    let email = &plan.enrolment.email;
    let made = (basket, method_id);
    let whose = customer_id.into();
    let basket = quotes::keep(&mut session, world, whose, email, made, Some(attempt_id)).await?;
    let Some(quote_id) = basket.id else { return Ok(()) };
    storage::autopay::update_quote(&mut session, attempt_id, quote_id, world.now()).await?;
    failpoint::reach("autopay:before-quote-commit");
    session.commit().await?;
    failpoint::reach("autopay:after-quote-commit");
    let confirmation =
        Confirmation { whose, email, quote_id, attempt_id: Some(attempt_id), portal_url };
    match charge::confirm(world, &confirmation).await {
        Ok(_) => Ok(()),
        Err(ConfirmError::Storage(error)) => Err(error),
        // Nothing was charged, or the janitor finds out: what follows is seen with the try.
        Err(error) => {
            tracing::info!(invoice.id = %row.invoice.id, %error, "not charged by itself");
            Ok(())
        }
    }
}

/// Has one enrolment seen to again because the processor could not be asked.
async fn queue_later(world: &World, id: EnrolmentId) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    let today = company::load(&mut session).await?.date_of(world.now());
    queue_again(&mut session, world, id, today).await?;
    Ok(session.commit().await?)
}

/// Has one enrolment seen to again half an hour later, on the same day; once for each half hour, however
/// many of its invoices ask for it.
pub(super) async fn queue_again(
    session: &mut Session,
    world: &World,
    id: EnrolmentId,
    today: NaiveDate,
) -> Result<(), StorageError> {
    let job = AutopayRun { day: today, after: None, only: Some(id) };
    let payload = serde_json::to_string(&job)
        .map_err(|error| StorageError::Inconsistent(format!("job: {error}")))?;
    let now = world.now();
    let run_at = now + chrono::TimeDelta::minutes(AGAIN_MINUTES);
    let half_hour = run_at.timestamp().div_euclid(60 * AGAIN_MINUTES);
    let key = format!("{RUN_AUTOPAY}:again:{id}:{half_hour}");
    let job_id = world.new_id();
    storage::queue::insert_once(session, job_id, RUN_AUTOPAY, &payload, &key, run_at, now).await
}
