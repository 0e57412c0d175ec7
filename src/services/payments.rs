//! Following the processor: whatever it says about a payment, in whatever order and however often,
//! is brought into the books exactly once.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    domain::{
        autopay::{EnrolmentState, WITHDRAWN},
        bank_return::{MethodFate, rule_of},
        ids::PaymentId,
        method::MethodKind,
        payment::{PaymentState, Step, steps},
    },
    gateways::gateway::{GatewayError, Intent},
    services::{
        World,
        company::{self, Company},
        expectations, failpoint, history,
        mail::{self, MailError},
        notifications,
        settlement::{self, SettleError},
    },
    storage::{
        self, Session, StorageError,
        payments::{PaymentRow, StateChange},
    },
};

/// How long the process that makes a charge has it for itself. Longer than every call's time-out.
pub const ATTEMPT_SECONDS: i64 = 120;

/// How long after confirming an interrupted charge is still completed; later it is withdrawn.
pub const RESUME_MINUTES: i64 = 60;

/// How often the outcome of a charge is brought into the books while others hold what that needs.
const FOLLOW_TRIES: usize = 4;

/// Days between looks at a payment that came, and for how many days: money can be taken back long
/// after, and the message about it may be lost (Nacha: 60 days for a consumer's debit; card
/// networks: 120 days).
const WATCH_EVERY_DAYS: i64 = 7;
const WATCH_DAYS: i64 = 135;

/// Seconds until the processor is asked again about a payment in doubt, by how often it was asked.
const LOOK_UP_AFTER_SECONDS: [i64; 6] = [60, 300, 1800, 7200, 43_200, 86_400];

/// Why a payment was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The processor's record is not of the payment's amount or currency: a person must look.
    #[error("the processor's record of payment {0} has another amount")]
    AmountDiffers(PaymentId),
    /// The processor did not answer.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The books refused.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The message about it was not made.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl FollowError {
    const fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Storage(StorageError::Busy)
                | Self::Settle(SettleError::Storage(StorageError::Busy))
        )
    }
}

impl From<sqlx::Error> for FollowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Brings a payment to what the processor's record says, in one transaction.
///
/// # Errors
/// When the record is of another amount, or the database fails.
pub async fn follow(
    world: &World,
    payment_id: PaymentId,
    intent: &Intent,
    actor: &str,
) -> Result<PaymentRow, FollowError> {
    let mut tries = 1;
    loop {
        match follow_once(world, payment_id, intent, actor).await {
            // Nothing was kept: others held what was needed, or it was the victim of a deadlock.
            Err(error) if error.is_busy() && tries < FOLLOW_TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn follow_once(
    world: &World,
    payment_id: PaymentId,
    intent: &Intent,
    actor: &str,
) -> Result<PaymentRow, FollowError> {
    let mut session = world.db.begin().await?;
    let company = company::load(&mut session).await?;
    let Some(mut payment) = storage::payments::lock(&mut session, payment_id).await? else {
        return Err(StorageError::Inconsistent(format!("payment {payment_id} is gone")).into());
    };
    if (intent.amount.minor(), intent.amount.currency())
        != (payment.charge_minor(), payment.currency)
    {
        return Err(FollowError::AmountDiffers(payment_id));
    }
    if payment.gateway_intent_id.is_none() {
        storage::payments::update_intent(&mut session, payment_id, &intent.id, world.now()).await?;
        payment = relock(&mut session, payment_id).await?;
    }
    let today = company.date_of(world.now());
    let reversal = intent.reversal.as_ref().map(|(reversal, _)| *reversal);
    let steps = steps(payment.state, intent.status, reversal);
    for step in &steps {
        take(&mut session, world, &payment, intent, *step, today, actor).await?;
        payment = relock(&mut session, payment_id).await?;
        history::payment_moved(&mut session, world, &payment, actor).await?;
        notifications::payment_moved(&mut session, world, &payment).await?;
        mail::about_payment(&mut session, world, &company, &payment).await?;
    }
    if let (true, Some(fee)) = (steps.contains(&Step::Settle), intent.fee_minor) {
        settlement::book_fee(&mut session, world, &payment, fee, today).await?;
    }
    if !steps.is_empty() && !payment.state.holds_reservation() {
        expectations::queue_for_payment(&mut session, world, payment_id).await?;
    }
    if payment.state == PaymentState::Processing && payment.expected_on.is_none() {
        let change = StateChange {
            state: payment.state,
            failure_code: None,
            settled_on: None,
            expected_on: intent.expected_on,
        };
        storage::payments::update_state(&mut session, &payment, &change, world.now()).await?;
    }
    let next = if payment.state.holds_reservation() {
        next_look_up(&payment, world.now())
    } else {
        world.now() + TimeDelta::days(WATCH_EVERY_DAYS)
    };
    storage::payments::update_next_look_up(&mut session, payment_id, next, 0).await?;
    failpoint::reach("settle:before-commit");
    session.commit().await?;
    failpoint::reach("settle:after-commit");
    Ok(payment)
}

async fn relock(session: &mut Session, id: PaymentId) -> Result<PaymentRow, StorageError> {
    storage::payments::find(session, id)
        .await?
        .ok_or_else(|| StorageError::Inconsistent(format!("payment {id} is gone")))
}

async fn take(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    intent: &Intent,
    step: Step,
    today: NaiveDate,
    actor: &str,
) -> Result<(), FollowError> {
    match step {
        Step::Move(state) => {
            let change = StateChange {
                state,
                failure_code: None,
                settled_on: None,
                expected_on: intent.expected_on,
            };
            storage::payments::update_state(session, payment, &change, world.now()).await?;
        }
        Step::Settle => settlement::settle(session, world, payment, today, actor).await?,
        Step::Fail => {
            let code = intent.failure_code.as_deref().unwrap_or("declined");
            settlement::give_up(session, world, payment, PaymentState::Failed, Some(code)).await?;
            judge_method(session, payment, code).await?;
        }
        Step::Void => {
            // What was on its way was called back by somebody at the processor.
            let code = (payment.state == PaymentState::Processing).then_some(WITHDRAWN);
            settlement::give_up(session, world, payment, PaymentState::Voided, code).await?;
        }
        Step::Reverse(reversal) => {
            let code = intent.reversal.as_ref().map_or("", |(_, code)| code.as_str());
            settlement::reverse(session, world, payment, reversal, code, today, actor).await?;
            judge_method(session, payment, code).await?;
        }
    }
    Ok(())
}

/// What a bank's refusal means for the stored account (money.md §2.4).
async fn judge_method(
    session: &mut Session,
    payment: &PaymentRow,
    code: &str,
) -> Result<(), StorageError> {
    let Some(method_id) = payment.method_id else { return Ok(()) };
    if payment.method_kind != MethodKind::Bank.as_str() {
        return Ok(());
    }
    match rule_of(code).method {
        MethodFate::Keep => Ok(()),
        MethodFate::Suspend => {
            storage::methods::update_state(session, method_id, "suspended").await
        }
        MethodFate::Revoke => storage::methods::update_state(session, method_id, "revoked").await,
    }
}

fn next_look_up(payment: &PaymentRow, now: DateTime<Utc>) -> DateTime<Utc> {
    let asked = usize::try_from(payment.looked_up_count).unwrap_or(usize::MAX);
    let last = LOOK_UP_AFTER_SECONDS.len() - 1;
    let seconds = LOOK_UP_AFTER_SECONDS.get(asked.min(last)).copied().unwrap_or(86_400);
    // A bank debit takes days: it is asked after daily, webhooks are only faster.
    let seconds = match payment.state {
        PaymentState::Processing => seconds.max(3600),
        // A payer who never comes back from their bank holds the invoices no longer than said.
        PaymentState::RequiresAction => seconds.min(1800),
        _ => seconds,
    };
    now + TimeDelta::seconds(seconds)
}

/// Asks the processor about a payment and follows it: for webhooks, for the payer's return from a
/// further step, and for the janitor.
///
/// # Errors
/// When the processor does not answer or the books refuse.
pub async fn look_up(
    world: &World,
    payment_id: PaymentId,
    actor: &str,
) -> Result<Option<PaymentRow>, FollowError> {
    let mut session = world.db.read().await?;
    let Some(payment) = storage::payments::find(&mut session, payment_id).await? else {
        return Ok(None);
    };
    let Some(gateway) = payment.gateway.as_deref() else { return Ok(Some(payment)) };
    let token =
        storage::methods::find_gateway_customer(&mut session, payment.customer_id, gateway).await?;
    drop(session);

    let intent = match (&payment.gateway_intent_id, token) {
        (Some(intent_id), _) => Some(world.gateway.find_intent(intent_id).await?),
        (None, Some(token)) => {
            // Crashed between the call and keeping its answer: look among the customer's records.
            let since = payment.created_at - TimeDelta::minutes(5);
            world.gateway.find_intent_of(&token, payment_id, since).await?
        }
        (None, None) => None,
    };
    match intent {
        Some(intent) => follow(world, payment_id, &intent, actor).await.map(Some),
        None => withdraw_unsent(world, payment_id).await.map(Some),
    }
}

/// Where the payer must go for a further step; none when none is wanted any more.
///
/// # Errors
/// When the processor does not answer or the books refuse.
pub async fn next_step(
    world: &World,
    payment_id: PaymentId,
) -> Result<Option<String>, FollowError> {
    let mut session = world.db.read().await?;
    let payment = storage::payments::find(&mut session, payment_id).await?;
    drop(session);
    let waiting = payment.filter(|payment| payment.state == PaymentState::RequiresAction);
    let Some(intent_id) = waiting.and_then(|payment| payment.gateway_intent_id) else {
        return Ok(None);
    };
    let intent = world.gateway.find_intent(&intent_id).await?;
    let payment = follow(world, payment_id, &intent, "payer").await?;
    Ok(intent.action_url.filter(|_| payment.state == PaymentState::RequiresAction))
}

/// Gives up a payment that waits for its payer, who is not there. Should it have gone through just now,
/// the processor answers with that.
///
/// # Errors
/// When the processor does not answer or the books refuse.
pub async fn give_up_step(world: &World, payment_id: PaymentId) -> Result<(), FollowError> {
    let mut session = world.db.read().await?;
    let payment = storage::payments::find(&mut session, payment_id).await?;
    drop(session);
    let waiting = payment.filter(|payment| payment.state == PaymentState::RequiresAction);
    let Some(intent_id) = waiting.and_then(|payment| payment.gateway_intent_id) else {
        return Ok(());
    };
    let intent = world.gateway.cancel_intent(&intent_id).await?;
    follow(world, payment_id, &intent, "autopay").await?;
    Ok(())
}

/// Ends a payment that never reached the processor: nothing can have been charged, since a charge
/// needs its record to be confirmed, and that needs the record's id to be kept here first.
async fn withdraw_unsent(world: &World, payment_id: PaymentId) -> Result<PaymentRow, FollowError> {
    let mut session = world.db.begin().await?;
    let company: Company = company::load(&mut session).await?;
    let Some(payment) = storage::payments::lock(&mut session, payment_id).await? else {
        return Err(StorageError::Inconsistent(format!("payment {payment_id} is gone")).into());
    };
    if payment.gateway_intent_id.is_none() && payment.state.holds_reservation() {
        let state = PaymentState::Voided;
        settlement::give_up(&mut session, world, &payment, state, Some("interrupted")).await?;
        let payment = relock(&mut session, payment_id).await?;
        history::payment_moved(&mut session, world, &payment, "system").await?;
        mail::about_payment(&mut session, world, &company, &payment).await?;
        expectations::queue_for_payment(&mut session, world, payment_id).await?;
        session.commit().await?;
        return Ok(payment);
    }
    Ok(payment)
}

/// The janitor: takes up every payment whose outcome is open and whose own process is no longer at
/// work on it. An interrupted charge is completed while it is young, else withdrawn; everything
/// else is looked up. Returns how many were looked at.
///
/// # Errors
/// When the database fails. A processor that does not answer is asked again later.
pub async fn resolve_doubts(world: &World) -> Result<usize, FollowError> {
    let now = world.now();
    let mut session = world.db.begin().await?;
    let since = now - TimeDelta::days(WATCH_DAYS);
    let mut ids = storage::payments::all_in_doubt(&mut session, now, 100).await?;
    ids.extend(storage::payments::all_to_watch(&mut session, since, now, 50).await?);
    let mut taken = Vec::with_capacity(ids.len());
    for id in ids {
        // Taken for a while, so that two janitors do not ask about the same payment.
        if let Some(payment) = storage::payments::lock(&mut session, id).await?
            && payment.attempt_until <= now
            && (payment.state.holds_reservation() || payment.state.is_posted())
        {
            let next = if payment.state.is_posted() {
                now + TimeDelta::days(WATCH_EVERY_DAYS)
            } else {
                next_look_up(&payment, now).max(now + TimeDelta::seconds(ATTEMPT_SECONDS))
            };
            storage::payments::update_next_look_up(&mut session, id, next, 1).await?;
            taken.push(payment);
        }
    }
    session.commit().await?;
    let mut failed = None;
    for payment in &taken {
        if let Err(error) = resolve(world, payment).await {
            match error {
                FollowError::Gateway(error) => {
                    tracing::info!(payment.id = %payment.id, %error, "still in doubt");
                }
                FollowError::AmountDiffers(_) => {
                    tracing::error!(payment.id = %payment.id, %error, "needs a person");
                }
                // One that cannot be followed keeps none of the others from it.
                error => {
                    tracing::error!(payment.id = %payment.id, %error, "cannot be followed");
                    failed = Some(error);
                }
            }
        }
    }
    failed.map_or(Ok(taken.len()), Err)
}

/// Whether a charge that is not confirmed yet may be: of one that is made by itself, whether what was
/// agreed to still counts.
async fn is_still_agreed(world: &World, payment: &PaymentRow) -> Result<bool, StorageError> {
    if !payment.is_autopay {
        return Ok(true);
    }
    let mut session = world.db.read().await?;
    let agreed = storage::autopay::find_of_payment(&mut session, payment.id).await?;
    Ok(agreed.is_some_and(|agreed| agreed.state == EnrolmentState::Active))
}

async fn resolve(world: &World, payment: &PaymentRow) -> Result<(), FollowError> {
    use crate::domain::payment::GatewayStatus;

    let Some(looked_up) = look_up(world, payment.id, "janitor").await? else { return Ok(()) };
    let Some(intent_id) = looked_up.gateway_intent_id.as_deref() else { return Ok(()) };
    let young = world.now() - payment.created_at <= TimeDelta::minutes(RESUME_MINUTES);
    match looked_up.state {
        PaymentState::Created | PaymentState::Unknown => {}
        // The payer left their bank's page: the invoices are theirs to pay again. Should the bank
        // have said yes just now, the processor answers with that.
        PaymentState::RequiresAction if !young => {
            let intent = world.gateway.cancel_intent(intent_id).await?;
            follow(world, payment.id, &intent, "janitor").await?;
            return Ok(());
        }
        _ => return Ok(()),
    }
    let intent = world.gateway.find_intent(intent_id).await?;
    if intent.status != GatewayStatus::RequiresConfirmation {
        follow(world, payment.id, &intent, "janitor").await?;
        return Ok(());
    }
    // The payer pressed Pay; the record exists and was not confirmed. The same key makes a
    // confirmation that is under way harmless, and a record succeeds once. Who cancelled autopay is
    // not charged for what had not been sent.
    let intent = if young && is_still_agreed(world, &looked_up).await? {
        world.gateway.confirm_intent(intent_id, payment.id).await?
    } else {
        world.gateway.cancel_intent(intent_id).await?
    };
    follow(world, payment.id, &intent, "janitor").await?;
    Ok(())
}
