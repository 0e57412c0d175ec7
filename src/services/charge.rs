//! Charging a payer's method, in three phases: the decision is committed, the processor is called,
//! the outcome is recorded. The database is never held while the processor is called, and each
//! phase leaves enough behind for the janitor to finish it.

use chrono::TimeDelta;

use crate::{
    domain::{
        autopay::REFUSED,
        ids::{AttemptId, InvoiceId, PaymentId, QuoteId},
        money::Rate,
        payment::{CREDITS, GatewayStatus, PaymentState},
        quote::{Quote, QuoteError},
    },
    gateways::gateway::{GatewayError, Intent, NewIntent},
    services::{
        World, autopay,
        busy::{MayBeBusy, Tries},
        failpoint,
        payments::{ATTEMPT_SECONDS, FollowError, follow},
        quotes::{self, MakeQuoteError, PricedBasket},
    },
    storage::{
        self, Scope, Session, StorageError,
        payments::{PaymentRow, StateChange},
        quotes::QuoteRow,
    },
};

/// Why a confirmation made no payment.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// There is no such price for this customer, or its method is gone.
    #[error("not found")]
    NotFound,
    /// Another payment holds or has paid one of the invoices.
    #[error("the invoices are already being paid")]
    AlreadyBeingPaid {
        /// The invoices concerned.
        invoice_ids: Vec<InvoiceId>,
    },
    /// The price is no longer what was shown, or too old: it must be shown again.
    #[error("the price changed")]
    PriceChanged,
    /// The rules no longer allow it.
    #[error(transparent)]
    Quote(QuoteError),
    /// It was to be charged by itself, and what was agreed to no longer allows it.
    #[error("it is not to be charged by itself")]
    NotAgreed,
    /// The processor could not be used; nothing was charged and nothing is held.
    #[error("the processor could not be used")]
    Unavailable,
    /// The outcome could not be recorded; the janitor will.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl MayBeBusy for ConfirmError {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Storage(error) if error.is_busy())
    }
}

impl From<sqlx::Error> for ConfirmError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Who confirms, and where the browser comes back to after a further step.
#[derive(Clone, Debug)]
pub struct Confirmation<'a> {
    /// Whose account is open, or which pay link was opened.
    pub whose: Scope,
    /// Who is signed in.
    pub email: &'a str,
    /// The price they agreed to; also the key that makes a repetition harmless.
    pub quote_id: QuoteId,
    /// The try to charge by itself that confirms it, if that is what does.
    pub attempt_id: Option<AttemptId>,
    /// The portal's address, without a slash at its end.
    pub portal_url: &'a str,
}

/// What the payer is shown next.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// The payment.
    pub payment_id: PaymentId,
    /// Where it stands.
    pub state: PaymentState,
    /// Where the browser must go for a further step.
    pub action_url: Option<String>,
}

/// Confirms a price: exactly one payment comes of it, however often and from wherever it is
/// confirmed.
///
/// # Errors
/// See [`ConfirmError`]. An outcome that is not known is no error: the payment's state says so.
pub async fn confirm(
    world: &World,
    confirmation: &Confirmation<'_>,
) -> Result<Confirmed, ConfirmError> {
    let mut tries = Tries::default();
    let decision = loop {
        match decide(world, confirmation).await {
            Ok(decision) => break decision,
            Err(error) => tries.again(error)?,
        }
    };
    let payment = match decision {
        Decision::Repeated(payment) | Decision::Settled(payment) => {
            return Ok(Confirmed {
                payment_id: payment.id,
                state: payment.state,
                action_url: None,
            });
        }
        Decision::Made(payment) => payment,
    };
    let return_url = format!("{}/payments/{}/return", confirmation.portal_url, payment.id);
    // From here on the payment exists and may yet be charged: no failure may say that nothing was.
    charge(world, &payment, &return_url).await.map_err(|error| match error {
        ConfirmError::Storage(error) => ConfirmError::Follow(error.into()),
        error => error,
    })
}

enum Decision {
    /// This price was confirmed before.
    Repeated(Box<PaymentRow>),
    /// A payment was made, holding its invoices.
    Made(Box<PaymentRow>),
    /// There was nothing to charge: discount and credit cover it, and it is in the books already.
    Settled(Box<PaymentRow>),
}

/// Phase one: everything is checked again under lock, the invoices are held, the payment exists.
async fn decide(world: &World, confirmation: &Confirmation<'_>) -> Result<Decision, ConfirmError> {
    let mut session = world.db.begin().await?;
    let quote_id = confirmation.quote_id;
    let row = storage::quotes::find(&mut session, quote_id, confirmation.whose).await?;
    let row = row.ok_or(ConfirmError::NotFound)?;
    if row.attempt_id != confirmation.attempt_id {
        return Err(ConfirmError::NotFound);
    }
    // What was agreed to is held first: once it is cancelled, nothing is made of it.
    let agreed = match row.attempt_id {
        Some(id) => Some(autopay::hold(&mut session, id).await?.ok_or(ConfirmError::NotAgreed)?),
        None => None,
    };
    let shown: Quote = serde_json::from_str(&row.body)
        .map_err(|error| StorageError::Inconsistent(format!("quote {}: {error}", row.id)))?;

    // Locked in the order of their ids, so that two confirmations cannot wait for each other.
    let mut ids: Vec<InvoiceId> = shown.lines.iter().map(|line| line.invoice_id).collect();
    ids.sort_unstable();
    for id in ids {
        storage::invoices::lock(&mut session, id).await?;
    }
    if let Some(payment) = storage::payments::find_by_quote(&mut session, quote_id).await? {
        return Ok(Decision::Repeated(Box::new(payment)));
    }
    let surcharge_max = agreed.as_ref().map(autopay::Agreed::surcharge_max);
    let basket = price_again(&mut session, world, &row, &shown, surcharge_max).await?;
    if let Some(agreed) = &agreed
        && !agreed.allows(&mut session, world, &row, &basket.quote).await?
    {
        return Err(ConfirmError::NotAgreed);
    }
    let payment = hold(&mut session, world, &row, &basket, confirmation.email).await?;
    if let Some(id) = row.attempt_id {
        storage::autopay::update_sent(&mut session, id, payment.id, world.now()).await?;
    }
    if payment.charge_minor() == 0 {
        return settle_at_once(session, world, &basket, &payment).await;
    }
    failpoint::reach("confirm:before-commit");
    session.commit().await?;
    failpoint::reach("confirm:after-commit");
    Ok(Decision::Made(Box::new(payment)))
}

/// Without anything to charge there is no call to a processor (money.md §0).
async fn settle_at_once(
    mut session: Session,
    world: &World,
    basket: &PricedBasket,
    payment: &PaymentRow,
) -> Result<Decision, ConfirmError> {
    let today = basket.company.date_of(world.now());
    super::settlement::settle(&mut session, world, payment, today, actor(payment))
        .await
        .map_err(FollowError::from)?;
    let settled = storage::payments::find(&mut session, payment.id).await?;
    let settled = settled.ok_or(ConfirmError::NotFound)?;
    super::history::payment_moved(&mut session, world, &settled, actor(payment))
        .await
        .map_err(FollowError::from)?;
    super::mail::about_payment(&mut session, world, &basket.company, &settled)
        .await
        .map_err(FollowError::from)?;
    super::expectations::queue_for_payment(&mut session, world, settled.id)
        .await
        .map_err(FollowError::from)?;
    session.commit().await?;
    Ok(Decision::Settled(Box::new(settled)))
}

/// Who makes a payment, as the history says it.
const fn actor(payment: &PaymentRow) -> &'static str {
    if payment.is_autopay { "autopay" } else { "payer" }
}

/// Never charge a number the payer has not seen, or agreed to beforehand.
async fn price_again(
    session: &mut Session,
    world: &World,
    row: &QuoteRow,
    shown: &Quote,
    surcharge_max: Option<Rate>,
) -> Result<PricedBasket, ConfirmError> {
    let portions = shown.portions();
    let method = storage::methods::find_active(session, row.method_id, row.scope()).await?;
    let method = method.ok_or(ConfirmError::NotFound)?;
    let priced =
        quotes::preview_within(session, world, row.customer_id, &portions, method, surcharge_max);
    let basket = match priced.await {
        Ok(basket) => basket,
        Err(MakeQuoteError::NotFound) => return Err(ConfirmError::NotFound),
        Err(MakeQuoteError::Quote(QuoteError::NotPayable(id))) => {
            return Err(ConfirmError::AlreadyBeingPaid { invoice_ids: vec![id] });
        }
        Err(MakeQuoteError::Quote(error)) => return Err(ConfirmError::Quote(error)),
        Err(MakeQuoteError::Storage(error)) => return Err(error.into()),
    };
    if basket.quote != *shown || world.now() >= row.expires_at {
        return Err(ConfirmError::PriceChanged);
    }
    Ok(basket)
}

async fn hold(
    session: &mut Session,
    world: &World,
    row: &QuoteRow,
    basket: &PricedBasket,
    email: &str,
) -> Result<PaymentRow, ConfirmError> {
    let now = world.now();
    let quote = &basket.quote;
    let mut refused = Vec::new();
    let mut lines: Vec<_> = quote.lines.iter().collect();
    lines.sort_by_key(|line| line.invoice_id);
    for line in lines {
        let held =
            storage::invoices::update_reserve(session, line.invoice_id, line.reduction(), now);
        if !held.await? {
            refused.push(line.invoice_id);
        }
    }
    if !refused.is_empty() {
        return Err(ConfirmError::AlreadyBeingPaid { invoice_ids: refused });
    }
    let method = basket.method.as_ref().ok_or(ConfirmError::NotFound)?;
    let is_free = quote.charge() == 0;
    let id = world.new_id();
    let payment = PaymentRow {
        id,
        reference: new_reference(world),
        customer_id: row.customer_id,
        source: "portal".to_owned(),
        method_kind: if is_free { CREDITS.to_owned() } else { method.kind.as_str().to_owned() },
        method_id: Some(method.id).filter(|_| !is_free),
        method_label: if is_free { "Discount and credit".to_owned() } else { method.label() },
        state: PaymentState::Created,
        currency: quote.currency,
        principal_minor: quote.principal(),
        surcharge_minor: quote.surcharge,
        early_discount_minor: quote.early_discount(),
        bank_discount_minor: quote.bank_discount(),
        cash_credit_minor: quote.cash_credit(),
        surcharge_rate_ppm: i64::from(quote.surcharge_rate.rate.ppm()),
        refunded_principal_minor: 0,
        refunded_surcharge_minor: 0,
        gateway: Some(method.gateway.clone()).filter(|_| !is_free),
        gateway_intent_id: None,
        quote_id: Some(row.id),
        import_key: None,
        failure_code: None,
        email: email.to_owned(),
        received_on: basket.company.date_of(now),
        expected_on: None,
        settled_on: None,
        attempt_until: now + TimeDelta::seconds(ATTEMPT_SECONDS),
        looked_up_count: 0,
        created_at: now,
        is_autopay: row.attempt_id.is_some(),
    };
    storage::payments::insert(session, &payment, &quote.lines).await?;
    Ok(payment)
}

/// What people call a payment: eight characters that are hard to confuse.
pub(super) fn new_reference(world: &World) -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut reference = String::from("P-");
    for _ in 0..8 {
        let index = world.random_below(32) as usize;
        reference.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'2')));
    }
    reference
}

/// Phases two and three.
async fn charge(
    world: &World,
    payment: &PaymentRow,
    return_url: &str,
) -> Result<Confirmed, ConfirmError> {
    let intent = match send(world, payment, return_url).await {
        Ok(intent) => intent,
        Err(SendError::NothingSent) => {
            withdraw(world, payment, "unavailable").await?;
            return Err(ConfirmError::Unavailable);
        }
        Err(SendError::Refused) => {
            withdraw(world, payment, REFUSED).await?;
            return Err(ConfirmError::Unavailable);
        }
        Err(SendError::Unknown) => {
            let state = mark_unknown(world, payment).await?;
            return Ok(Confirmed { payment_id: payment.id, state, action_url: None });
        }
        Err(SendError::Storage(error)) => return Err(error.into()),
    };
    let action_url = intent.action_url.clone();
    let payment = follow(world, payment.id, &intent, actor(payment)).await?;
    Ok(Confirmed {
        payment_id: payment.id,
        state: payment.state,
        action_url: action_url.filter(|_| payment.state == PaymentState::RequiresAction),
    })
}

enum SendError {
    /// Nothing can have been charged.
    NothingSent,
    /// Nothing was charged: the processor will not have it, however often it is asked.
    Refused,
    /// Something may have been charged.
    Unknown,
    /// The processor's record could not be kept here, so nothing was confirmed.
    Storage(StorageError),
}

async fn send(world: &World, payment: &PaymentRow, return_url: &str) -> Result<Intent, SendError> {
    // Before the record is confirmed nothing can be charged, whatever happened to the call.
    let nothing = |error: GatewayError| {
        tracing::warn!(payment.id = %payment.id, %error, "the charge was not made");
        match error {
            GatewayError::Refused(_) => SendError::Refused,
            _ => SendError::NothingSent,
        }
    };
    let new = describe(world, payment, return_url).await.map_err(SendError::Storage)?;
    let Some(new) = new else { return Err(SendError::NothingSent) };
    failpoint::reach("charge:before-create");
    let intent = world.gateway.create_intent(&new).await.map_err(nothing)?;
    failpoint::reach("charge:after-create");
    if !keep_intent(world, payment, &intent.id).await.map_err(SendError::Storage)? {
        return Err(SendError::NothingSent);
    }
    if intent.status != GatewayStatus::RequiresConfirmation {
        return Ok(intent);
    }
    failpoint::reach("charge:before-confirm");
    let confirmed = world.gateway.confirm_intent(&intent.id, payment.id).await;
    failpoint::reach("charge:after-confirm");
    confirmed.map_err(|error| {
        tracing::warn!(payment.id = %payment.id, %error, "the charge's outcome is open");
        // Even a refusal or a failure to connect is looked up: the record is the truth.
        SendError::Unknown
    })
}

/// The charge as the processor is told it.
async fn describe(
    world: &World,
    payment: &PaymentRow,
    return_url: &str,
) -> Result<Option<NewIntent>, StorageError> {
    let mut session = world.db.read().await?;
    let gateway = world.gateway.name();
    let token =
        storage::methods::find_gateway_customer(&mut session, payment.customer_id, gateway).await?;
    let method = match payment.method_id {
        Some(id) => storage::methods::find(&mut session, id).await?,
        None => None,
    };
    let (Some(customer_token), Some(method)) = (token, method) else { return Ok(None) };
    Ok(Some(NewIntent {
        payment_id: payment.id,
        customer_token,
        method_token: method.token,
        kind: method.kind,
        amount: crate::domain::money::Money::new(payment.charge_minor(), payment.currency),
        surcharge_minor: payment.surcharge_minor,
        reference: payment.reference.clone(),
        return_url: return_url.to_owned(),
    }))
}

/// Keeps the processor's record before it is confirmed; false when the janitor gave the payment up.
async fn keep_intent(
    world: &World,
    payment: &PaymentRow,
    intent_id: &str,
) -> Result<bool, StorageError> {
    let mut session = world.db.begin().await?;
    let kept =
        storage::payments::update_intent(&mut session, payment.id, intent_id, world.now()).await?;
    failpoint::reach("charge:before-intent-commit");
    session.commit().await?;
    failpoint::reach("charge:after-intent-commit");
    Ok(kept)
}

/// Ends a payment of which nothing can have been charged. When the processor holds a record of it
/// after all, that record is never confirmed.
async fn withdraw(world: &World, payment: &PaymentRow, code: &str) -> Result<(), ConfirmError> {
    let mut session = world.db.begin().await?;
    let locked = storage::payments::lock(&mut session, payment.id).await?;
    if let Some(locked) = locked.filter(|locked| locked.state == PaymentState::Created) {
        let code = Some(code);
        super::settlement::give_up(&mut session, world, &locked, PaymentState::Voided, code)
            .await
            .map_err(FollowError::from)?;
    }
    session.commit().await?;
    Ok(())
}

/// Notes that the outcome is open. It is looked up soon, and never simply tried again.
async fn mark_unknown(world: &World, payment: &PaymentRow) -> Result<PaymentState, ConfirmError> {
    let mut session = world.db.begin().await?;
    let locked = storage::payments::lock(&mut session, payment.id).await?;
    let mut state = PaymentState::Unknown;
    if let Some(locked) = locked {
        state = locked.state;
        if locked.state == PaymentState::Created {
            state = PaymentState::Unknown;
            let change =
                StateChange { state, failure_code: None, settled_on: None, expected_on: None };
            storage::payments::update_state(&mut session, &locked, &change, world.now()).await?;
            let next = world.now() + TimeDelta::seconds(60);
            storage::payments::update_next_look_up(&mut session, payment.id, next, 0).await?;
        }
    }
    session.commit().await?;
    Ok(state)
}
