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
            AUTHENTICATION_REQUIRED, AfterFailure, AttemptState, EnrolmentState, after_failure,
        },
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

/// Minutes until a charge that never left us is made again, and how often on one day.
const UNSENT_MINUTES: i64 = 30;
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
        if one.payment_state == PaymentState::RequiresAction {
            withdraw(world, &one).await?;
        }
        follow_one(world, portal_url, &one).await?;
    }
    Ok(())
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
    let attempt = storage::autopay::lock_attempt(&mut session, news.id).await?;
    let payment = storage::payments::find(&mut session, news.payment_id).await?;
    let (Some(enrolment), Some(attempt), Some(payment)) = (enrolment, attempt, payment) else {
        return Ok(());
    };
    let now = world.now();
    match (attempt.state, payment.state) {
        (
            AttemptState::Sent,
            PaymentState::Succeeded | PaymentState::PartiallyRefunded | PaymentState::Refunded,
        ) => {
            let state = AttemptState::Paid;
            storage::autopay::update_outcome(&mut session, attempt.id, state, "", now).await?;
        }
        (AttemptState::Sent, PaymentState::Voided) if attempt.reason != AUTHENTICATION_REQUIRED => {
            let state = AttemptState::Dropped;
            storage::autopay::update_outcome(&mut session, attempt.id, state, UNSENT, now).await?;
            make_again(&mut session, world, &enrolment, &attempt).await?;
        }
        (AttemptState::Sent, PaymentState::Voided | PaymentState::Failed)
        | (
            AttemptState::Sent | AttemptState::Paid,
            PaymentState::Returned | PaymentState::ChargedBack,
        ) => {
            fail(&mut session, world, portal_url, enrolment, &attempt, &payment).await?;
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
    if enrolment.state != EnrolmentState::Active {
        return Ok(());
    }
    let again = next(world, attempt, attempt.charge_on);
    storage::autopay::insert_attempt(session, &again).await?;
    if again.attempt_no <= UNSENT_MAX {
        let today = crate::services::company::load(session).await?.date_of(world.now());
        run::queue_again(session, world, &again, today, UNSENT_MINUTES).await?;
    }
    Ok(())
}

/// A charge failed, or its money went back.
async fn fail(
    session: &mut Session,
    world: &World,
    portal_url: &str,
    enrolment: EnrolmentRow,
    attempt: &AttemptRow,
    payment: &PaymentRow,
) -> Result<(), StorageError> {
    let code = match payment.state {
        PaymentState::Voided => attempt.reason.as_str(),
        _ => payment.failure_code.as_deref().unwrap_or("declined"),
    };
    let now = world.now();
    let state = AttemptState::Failed;
    storage::autopay::update_outcome(session, attempt.id, state, code, now).await?;
    if enrolment.state != EnrolmentState::Active {
        return Ok(());
    }
    let id = enrolment.id;
    let plan = Plan::read(session, world, enrolment, None).await?;
    let cycle: Vec<AttemptRow> =
        storage::autopay::all_attempts_of(session, attempt.invoice_id).await?;
    let mut cycle: Vec<&AttemptRow> = cycle
        .iter()
        .filter(|row| row.enrolment_id == id && row.cycle_no == attempt.cycle_no)
        .collect();
    cycle.sort_by_key(|row| row.attempt_no);
    let tries = cycle.iter().filter(|row| row.state == AttemptState::Failed).count();
    let first_on = cycle.first().map_or(plan.today, |row| row.charge_on);
    let follows = match payment.state {
        // A bank that took a card's money back is not asked for it again.
        PaymentState::ChargedBack => AfterFailure::NeedsAttention,
        _ => after_failure(plan.method.kind, code, tries, first_on, plan.today),
    };
    match follows {
        AfterFailure::Retry(day) => {
            let again = next(world, attempt, day);
            storage::autopay::insert_attempt(session, &again).await?;
            say(session, world, &plan, portal_url, (attempt, code), Some(day)).await?;
        }
        AfterFailure::GiveUpInvoice => {
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
