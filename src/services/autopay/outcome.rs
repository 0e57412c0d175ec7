//! What becomes of charges that were made by themselves: paid, tried again, given up.
//!
//! It is read off the payment, whoever brought that there and in whatever order: nothing is lost when
//! a process ends in between.

use chrono::NaiveDate;

use super::{
    letters::{self, ACTOR},
    plan::Plan,
    run,
};
use crate::{
    domain::{
        autopay::{
            AUTHENTICATION_REQUIRED, AfterFailure, AttemptState, EnrolmentState, REFUSED,
            WITHDRAWN, after_failure,
        },
        method::MethodKind,
        payment::PaymentState,
    },
    services::{World, failpoint, history, mail::AutopayLetter, payments},
    storage::{
        self, Session, StorageError,
        autopay::{AttemptRow, EnrolmentRow, NewsRow},
        payments::PaymentRow,
    },
    ui::text,
};

/// Outcomes that are seen to in one go.
const NEWS_MAX: i64 = 100;

/// How often a charge that never left us is made again soon; after that, with the run of each day.
const UNSENT_MAX: i64 = 12;

/// The reason of a try that never left us.
const UNSENT: &str = "unsent";

/// Sees to everything that became of charges since it was looked at last. Doing it again, or twice at
/// once, is harmless.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn follow_news(world: &World, portal_url: &str) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let news = storage::autopay::all_news(&mut session, NEWS_MAX).await?;
    drop(session);
    for one in news {
        match see_to(world, portal_url, &one).await {
            // One that cannot be seen to keeps none of the others from it.
            Err(error) if error.is_of_one() => {
                tracing::error!(payment.id = %one.payment_id, %error, "autopay cannot go on");
            }
            done => done?,
        }
    }
    Ok(())
}

async fn see_to(world: &World, portal_url: &str, news: &NewsRow) -> Result<(), StorageError> {
    if news.payment_state == PaymentState::RequiresAction {
        withdraw(world, news).await?;
    }
    follow_one(world, portal_url, news).await
}

/// Withdraws a charge that the payer would have to confirm at their bank: nobody is there who could.
async fn withdraw(world: &World, news: &NewsRow) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    storage::autopay::lock(&mut session, news.enrolment_id).await?;
    let attempt = storage::autopay::lock_attempt(&mut session, news.id).await?;
    if attempt.is_none_or(|attempt| attempt.state != AttemptState::Sent) {
        return Ok(());
    }
    let now = world.now();
    storage::autopay::update_reason(&mut session, news.id, AUTHENTICATION_REQUIRED, now).await?;
    session.commit().await?;
    if let Err(error) = payments::give_up_step(world, news.payment_id).await {
        tracing::info!(payment.id = %news.payment_id, %error, "not withdrawn yet");
    }
    Ok(())
}

async fn follow_one(world: &World, portal_url: &str, news: &NewsRow) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    let enrolment = storage::autopay::lock(&mut session, news.enrolment_id).await?;
    let Some(enrolment) = enrolment else { return Ok(()) };
    // What is agreed to by now; other terms are always locked after those that they replaced.
    let counts = match enrolment.state {
        EnrolmentState::Superseded => {
            storage::autopay::lock_live(&mut session, enrolment.customer_id).await?
        }
        _ => Some(enrolment),
    };
    let counts = counts.filter(|counts| counts.state == EnrolmentState::Active);
    let attempt = storage::autopay::lock_attempt(&mut session, news.id).await?;
    let payment = storage::payments::find(&mut session, news.payment_id).await?;
    let (Some(attempt), Some(payment)) = (attempt, payment) else { return Ok(()) };
    let now = world.now();
    let code = payment.failure_code.as_deref().unwrap_or_default();
    let is_unsent =
        attempt.reason != AUTHENTICATION_REQUIRED && ![REFUSED, WITHDRAWN].contains(&code);
    match (attempt.state, payment.state) {
        (
            AttemptState::Sent,
            PaymentState::Succeeded | PaymentState::PartiallyRefunded | PaymentState::Refunded,
        ) => {
            let state = AttemptState::Paid;
            storage::autopay::update_outcome(&mut session, attempt.id, state, "", now).await?;
        }
        (AttemptState::Sent, PaymentState::Voided) if is_unsent => {
            let state = AttemptState::Dropped;
            storage::autopay::update_outcome(&mut session, attempt.id, state, UNSENT, now).await?;
            if let Some(enrolment) = counts.filter(|counts| counts.id == attempt.enrolment_id) {
                make_again(&mut session, world, &enrolment, &attempt).await?;
            }
        }
        (AttemptState::Sent, PaymentState::Voided | PaymentState::Failed)
        | (
            AttemptState::Sent | AttemptState::Paid,
            PaymentState::Returned | PaymentState::ChargedBack,
        ) => {
            let counts = counts.filter(|counts| Some(counts.method_id) == payment.method_id);
            fail(&mut session, world, portal_url, counts, &attempt, &payment).await?;
        }
        // Somebody else saw to it, or it is on its way again.
        _ => return Ok(()),
    }
    failpoint::reach("autopay:before-outcome-commit");
    session.commit().await?;
    failpoint::reach("autopay:after-outcome-commit");
    Ok(())
}

/// The next try of an invoice, of which the payer was told before.
fn next(world: &World, attempt: &AttemptRow, charge_on: NaiveDate) -> AttemptRow {
    AttemptRow {
        id: world.new_id(),
        attempt_no: attempt.attempt_no + 1,
        charge_on,
        state: AttemptState::Planned,
        quote_id: None,
        payment_id: None,
        reason: String::new(),
        created_at: world.now(),
        updated_at: world.now(),
        ..attempt.clone()
    }
}

/// Plans a charge again that never left us, for the same day: soon, and in any case with the next run.
async fn make_again(
    session: &mut Session,
    world: &World,
    enrolment: &EnrolmentRow,
    attempt: &AttemptRow,
) -> Result<(), StorageError> {
    let (customer, invoice) = (enrolment.customer_id, attempt.invoice_id);
    let candidates = storage::autopay::all_candidates(session, customer, Some(invoice)).await?;
    let Some(candidate) = candidates.first() else { return Ok(()) };
    let again = next(world, attempt, attempt.charge_on);
    storage::autopay::insert_attempt(session, &again).await?;
    if again.attempt_no <= UNSENT_MAX {
        let today = crate::services::company::load(session).await?.date_of(world.now());
        return run::queue_again(session, world, enrolment.id, today).await;
    }
    // Once: from now on it is a matter of days.
    let number = &candidate.invoice.number;
    let facts = history::facts([("autopay", "unsent"), ("invoice", number)]);
    let key = format!("autopay:unsent:{}:{}", enrolment.id, invoice);
    letters::tell(session, world, customer, key, facts).await
}

/// A charge failed, or its money went back. `counts` is what is agreed to by now, if that is to be charged
/// to the same method; under other terms than its own no further try follows.
async fn fail(
    session: &mut Session,
    world: &World,
    portal_url: &str,
    counts: Option<EnrolmentRow>,
    attempt: &AttemptRow,
    payment: &PaymentRow,
) -> Result<(), StorageError> {
    let code = match payment.state {
        PaymentState::Voided if attempt.reason == AUTHENTICATION_REQUIRED => {
            AUTHENTICATION_REQUIRED
        }
        _ => payment.failure_code.as_deref().unwrap_or("declined"),
    };
    let now = world.now();
    let state = AttemptState::Failed;
    storage::autopay::update_outcome(session, attempt.id, state, code, now).await?;
    let Some(enrolment) = counts else { return Ok(()) };
    let (id, is_own) = (enrolment.id, enrolment.id == attempt.enrolment_id);
    let plan = Plan::read(session, world, enrolment, None).await?;
    let cycle: Vec<AttemptRow> =
        storage::autopay::all_attempts_of(session, attempt.invoice_id).await?;
    let mut cycle: Vec<&AttemptRow> = cycle
        .iter()
        .filter(|row| row.enrolment_id == attempt.enrolment_id && row.cycle_no == attempt.cycle_no)
        .collect();
    cycle.sort_by_key(|row| row.attempt_no);
    let tries = cycle.iter().filter(|row| row.state == AttemptState::Failed).count();
    let first_on = cycle.first().map_or(plan.today, |row| row.charge_on);
    let follows = match payment.state {
        // A bank that took a card's money back is not asked for it again.
        PaymentState::ChargedBack => AfterFailure::NeedsAttention,
        _ => after_failure(plan.method.kind, code, tries, first_on, plan.today),
    };
    let is_theirs = plan.candidates.iter().any(|row| row.invoice.id == attempt.invoice_id);
    match follows {
        // Paid otherwise, or somebody else's by now.
        AfterFailure::Retry(_) | AfterFailure::GiveUpInvoice if !is_theirs => {}
        AfterFailure::Retry(day) if is_own => {
            // A debit is presented again for what it was, or not at all.
            let notified_minor = match plan.method.kind {
                MethodKind::Bank => payment.charge_minor(),
                MethodKind::Card => attempt.notified_minor,
            };
            let again = AttemptRow { notified_minor, ..next(world, attempt, day) };
            storage::autopay::insert_attempt(session, &again).await?;
            say(session, world, &plan, portal_url, (attempt, code), Some(day)).await?;
        }
        AfterFailure::Retry(_) | AfterFailure::GiveUpInvoice => {
            say(session, world, &plan, portal_url, (attempt, code), None).await?;
        }
        AfterFailure::NeedsAttention => {
            storage::autopay::update_problem(session, id, code, now).await?;
            storage::autopay::update_planned_dropped(session, id, code, now).await?;
            letters::stopped(session, world, &plan, portal_url, ("needs_attention", code)).await?;
        }
        AfterFailure::Cancel => {
            let state = EnrolmentState::Cancelled;
            storage::autopay::update_ended(session, id, state, ACTOR, code, now).await?;
            letters::stopped(session, world, &plan, portal_url, ("cancelled", code)).await?;
        }
    }
    run::queue_statuses(session, world, &plan).await
}

/// Says that a charge failed, and that it is tried again on a day, or is the payer's now.
async fn say(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    portal_url: &str,
    (attempt, code): (&AttemptRow, &str),
    again_on: Option<NaiveDate>,
) -> Result<(), StorageError> {
    let invoice = storage::invoices::find(session, attempt.invoice_id).await?;
    let (number, buyer) = match invoice {
        Some(invoice) => (invoice.number, invoice.customer_id),
        None => (String::new(), plan.customer.id),
    };
    let reason = text::autopay::problem(code);
    let (what, then) = match again_on {
        Some(day) => ("retry", format!("We will try again on {}.", letters::day(day))),
        None => ("given_up", "It is not tried again. Please pay it in the portal.".to_owned()),
    };
    let letter = AutopayLetter {
        title: format!("Invoice {number} could not be paid automatically"),
        sentence: format!("{reason} {then}"),
        occasion: format!("attempt:{}:{what}", attempt.id),
        actor: ACTOR,
        ..AutopayLetter::default()
    };
    letters::send(session, world, plan, portal_url, letter).await?;
    let day = again_on.map(|day| day.to_string()).unwrap_or_default();
    let facts = history::facts([("reason", code), ("day", &day)]);
    let activity = letters::of_invoice(what, attempt.invoice_id, facts);
    history::write_all(session, world, vec![(buyer, activity)]).await?;
    if again_on.is_none() {
        let facts = history::facts([("autopay", what), ("reason", code), ("invoice", &number)]);
        let key = format!("autopay:attempt:{}:{what}", attempt.id);
        letters::tell(session, world, plan.customer.id, key, facts).await?;
    }
    Ok(())
}
