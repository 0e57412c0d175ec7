//! Enrolling and agreeing to other terms, by the payer alone; ending it, by the payer or for them.

use sha2::{Digest, Sha256};

use super::{
    letters,
    plan::{Plan, PlannedCharge},
};
use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        autopay::{AutopayTerms, AutopayTiming, CONSENT_VERSION, EnrolForm, EnrolmentState},
        form::Problem,
        ids::{CustomerId, EnrolmentId},
        method::MethodKind,
        money::Rate,
        portion::parse_amount,
        surcharge::effective_rate,
    },
    services::{
        World,
        change::{ChangeError, invalid},
        company::{self, Company},
        expectations, history,
        mail::{self, AutopayLetter},
        quotes::billing_place,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        autopay::{ConsentRow, EnrolmentRow},
        customers::CustomerRow,
        methods::MethodRow,
    },
    ui::{format::money, text},
};

/// Most characters of what a browser says it is.
const BROWSER_LENGTH_MAX: usize = 500;

/// What is about to be agreed to.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The words.
    pub consent: String,
    /// What tells these words from others.
    pub fingerprint: String,
    /// The method.
    pub method: MethodRow,
    /// The ceiling, in minor units of the company's currency.
    pub ceiling: Option<i64>,
    /// The seller.
    pub company: Company,
    /// What will be charged.
    pub charges: Vec<PlannedCharge>,
    row: EnrolmentRow,
    customer: CustomerRow,
    before: Option<EnrolmentRow>,
}

/// Who agrees, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Agreement<'a> {
    /// Whose invoices.
    pub customer_id: CustomerId,
    /// Who is signed in.
    pub email: &'a str,
    /// From which network address.
    pub network_address: &'a str,
    /// With which browser.
    pub browser: &'a str,
    /// The portal's address, without a slash at its end.
    pub portal_url: &'a str,
}

fn fingerprint(words: &str) -> String {
    hex::encode(Sha256::digest(words.as_bytes()))
}

/// What a form comes to, and the words that would be agreed to.
///
/// # Errors
/// `NotFound`, also of a method of somebody else; `Invalid`: `method` (`Required`, `NotAChoice`), `timing` (`NotAChoice`), `ceiling`
/// (`Required`, `NotAnAmount`, `OutOfRange`).
pub async fn offer(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    email: &str,
    form: &EnrolForm,
) -> Result<Offer, ChangeError> {
    let customer = storage::customers::find(session, customer_id).await?;
    let customer = customer.ok_or(ChangeError::NotFound)?;
    let mut company = company::load(session).await?;
    company.grant(&customer.payment_overrides, world.now())?;
    let not_a_choice = |field| invalid(field, Problem::NotAChoice);
    if form.method.is_empty() {
        return Err(invalid("method", Problem::Required));
    }
    let method_id = form.method.parse().map_err(|_| ChangeError::NotFound)?;
    let method = storage::methods::find_active(session, method_id, customer_id).await?;
    let method = method.ok_or(ChangeError::NotFound)?;
    let today = company.date_of(world.now());
    if method.expires_on.is_some_and(|day| day < today) || !accepts(&company, method.kind) {
        return Err(not_a_choice("method"));
    }
    let timing = AutopayTiming::from_word(&form.timing).ok_or_else(|| not_a_choice("timing"))?;
    let currency = company.profile.currency;
    let ceiling = match form.ceiling.trim() {
        "" => None,
        typed => {
            let minor = parse_amount(typed, currency);
            let minor = minor.ok_or_else(|| invalid("ceiling", Problem::NotAnAmount))?;
            if minor <= 0 {
                return Err(invalid("ceiling", Problem::OutOfRange));
            }
            Some(minor)
        }
    };
    let is_business = form.is_business && method.kind == MethodKind::Bank;
    let terms = AutopayTerms { kind: method.kind, timing, ceiling, is_business };
    if terms.needs_ceiling() {
        return Err(invalid("ceiling", Problem::Required));
    }
    let surcharge = company.policy.card.surcharge.as_ref();
    let place = billing_place(&customer);
    let rate = effective_rate(surcharge, &method.facts(), &place, today).rate;
    let before = storage::autopay::find_live(session, customer_id).await?;
    let row = EnrolmentRow {
        id: world.new_id(),
        customer_id,
        method_id,
        timing,
        use_credits: form.use_credits,
        include_open: form.include_open,
        ceiling_minor: ceiling,
        currency,
        is_business,
        surcharge_ppm: i64::from(rate.ppm()),
        since: before.as_ref().map_or(today, |before| before.since),
        enrolled_on: today,
        email: email.to_owned(),
        state: EnrolmentState::Active,
        problem: String::new(),
        created_at: world.now(),
        ended_at: None,
        ended_by: String::new(),
    };
    let consent = words(&company, &customer, &method, &row, &terms);
    let charges = Plan::read(session, world, row.clone(), None).await?.charges();
    Ok(Offer {
        fingerprint: fingerprint(&consent),
        consent,
        method,
        ceiling,
        company,
        charges,
        row,
        customer,
        before,
    })
}

/// Whether the seller takes a kind of method for anything at all.
pub fn accepts(company: &Company, kind: MethodKind) -> bool {
    use crate::domain::policy::When;
    let policy = &company.policy;
    policy.enabled
        && match kind {
            MethodKind::Card => policy.card.accepted != When::Never,
            MethodKind::Bank => policy.bank.accepted,
        }
}

/// The words of a consent.
fn words(
    company: &Company,
    customer: &CustomerRow,
    method: &MethodRow,
    row: &EnrolmentRow,
    terms: &AutopayTerms,
) -> String {
    let profile = &company.profile;
    let contact = letters::contact(company);
    let ceiling = row.ceiling_minor.map(|minor| money(minor, row.currency.code()));
    let rate = Rate::from_ppm(u32::try_from(row.surcharge_ppm).unwrap_or(0));
    let surcharge = if rate == Rate::ZERO { String::new() } else { rate.percent() };
    text::autopay::consent(&text::autopay::Consent {
        merchant: &profile.name,
        contact: &contact,
        customer: &customer.name,
        kind: method.kind,
        brand: &method.brand,
        last4: &method.last4,
        timing: row.timing,
        ceiling: &ceiling.unwrap_or_default(),
        notice_days: terms.notice_days(),
        use_credits: row.use_credits,
        include_open: row.include_open,
        is_business: row.is_business,
        surcharge: &surcharge,
        date: &mail::day(row.enrolled_on),
    })
}

/// Agrees to what was shown: invoices are charged from tomorrow on. What counted before ends with it.
/// `shown` is the fingerprint of the words that were shown.
///
/// # Errors
/// As [`offer`]; `Invalid` with `agreed` (`Required`) unless it is; `Changed` when other words would
/// have to be shown by now.
pub async fn enrol(
    world: &World,
    agreement: &Agreement<'_>,
    form: &EnrolForm,
    is_agreed: bool,
    shown: &str,
) -> Result<EnrolmentId, ChangeError> {
    let Agreement { customer_id, email, network_address, browser, portal_url } = *agreement;
    let mut session = world.db.begin().await?;
    // One after the other: of two at once the second agrees to a change of the first.
    storage::profiles::lock(&mut session, customer_id).await?.ok_or(ChangeError::NotFound)?;
    storage::autopay::lock_live(&mut session, customer_id).await?;
    let Offer { consent, fingerprint, method, company, row, customer, before, .. } =
        offer(&mut session, world, customer_id, email, form).await?;
    if !is_agreed {
        return Err(invalid("agreed", Problem::Required));
    }
    if fingerprint != shown {
        return Err(ChangeError::Changed);
    }
    let now = row.created_at;
    let actor = format!("payer:{email}");
    if let Some(before) = &before {
        let state = EnrolmentState::Superseded;
        storage::autopay::update_ended(&mut session, before.id, state, &actor, "", now).await?;
    }
    let kept = ConsentRow {
        enrolment_id: row.id,
        version: CONSENT_VERSION.to_owned(),
        body: consent.clone(),
        email: email.to_owned(),
        network_address: network_address.to_owned(),
        browser: browser.chars().take(BROWSER_LENGTH_MAX).collect(),
        agreed_at: now,
    };
    storage::autopay::insert(&mut session, &row, &kept).await?;
    let was = match &before {
        Some(before) => {
            let method = storage::methods::find(&mut session, before.method_id).await?;
            letters::terms(before, &method.map(|method| method.label()).unwrap_or_default())
        }
        None => history::facts([]),
    };
    let is = letters::terms(&row, &method.label());
    let what = if before.is_some() { "changed" } else { "enrolled" };
    let activity = match Activity::change(ActivityKind::Autopay, &actor, was, is.clone()) {
        Some(mut activity) => {
            activity.after.insert("autopay".to_owned(), what.to_owned());
            activity
        }
        // Confirmed as it was.
        None => letters::activity(what, &actor, is),
    };
    let merchant = &company.profile.name;
    let id = row.id;
    let letter = AutopayLetter {
        title: match what {
            "changed" => format!("Your autopay at {merchant} was changed"),
            _ => format!("Autopay at {merchant} is on"),
        },
        sentence: format!(
            "{email} agreed that invoices are paid automatically with {}. This is what was agreed:",
            method.label()
        ),
        details: vec![consent],
        occasion: format!("{id}:{what}"),
        actor: &actor,
        ..AutopayLetter::default()
    };
    let plan = Plan::read(&mut session, world, row, None).await?;
    letters::send(&mut session, world, &plan, portal_url, letter).await?;
    let facts = history::facts([("autopay", what), ("by", email), ("method", &method.label())]);
    letters::tell(&mut session, world, customer_id, format!("autopay:{id}:{what}"), facts).await?;
    expectations::queue(&mut session, world, Some(customer.id)).await?;
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(id)
}

/// Ends a customer's autopay: at once, for everything that was not sent yet. False when there is none.
///
/// # Errors
/// When the database fails.
pub async fn cancel(world: &World, agreement: &Agreement<'_>) -> Result<bool, StorageError> {
    let Agreement { customer_id, email, portal_url, .. } = *agreement;
    let ended = Ended {
        actor: &format!("payer:{email}"),
        facts: history::facts([("autopay", "cancelled"), ("by", email)]),
        sentence: format!("{email} cancelled the automatic payment of invoices."),
    };
    let session = world.db.begin().await?;
    Ok(end(session, world, customer_id, portal_url, ended).await?.is_some())
}

/// Ends a customer's autopay because they asked us to, and says who was told.
///
/// # Errors
/// `NotFound`, also of a customer that is not seen; `Changed` when there is none by now.
pub async fn cancel_for(
    world: &World,
    staff: &Staff,
    portal_url: &str,
    id: CustomerId,
) -> Result<Vec<String>, ChangeError> {
    let mut session = world.db.begin().await?;
    let customer = storage::customers::find_seen(&mut session, id, staff.sight()).await?;
    let id = customer.ok_or(ChangeError::NotFound)?.id;
    let merchant = company::load(&mut session).await?.profile.name;
    let ended = Ended {
        actor: &staff.actor(),
        facts: history::facts([("autopay", "cancelled"), ("by", &staff.name)]),
        sentence: format!(
            "{merchant} ended the automatic payment of invoices, as it was asked to."
        ),
    };
    end(session, world, id, portal_url, ended).await?.ok_or(ChangeError::Changed)
}

/// By whom it is ended, as it is kept and said.
struct Ended<'a> {
    actor: &'a str,
    /// What staff are told.
    facts: Facts,
    /// What the payer is told.
    sentence: String,
}

/// Ends it, and says who was told; none when there is none that counts.
async fn end(
    mut session: Session,
    world: &World,
    customer_id: CustomerId,
    portal_url: &str,
    ended: Ended<'_>,
) -> Result<Option<Vec<String>>, StorageError> {
    let Ended { actor, facts, sentence } = ended;
    let Some(row) = storage::autopay::lock_live(&mut session, customer_id).await? else {
        return Ok(None);
    };
    let plan = Plan::read(&mut session, world, row, None).await?;
    let (id, state) = (plan.enrolment.id, EnrolmentState::Cancelled);
    storage::autopay::update_ended(&mut session, id, state, actor, "", world.now()).await?;
    let consent = storage::autopay::find_consent(&mut session, id).await?;
    let merchant = &plan.company.profile.name;
    let mut details = vec![
        "Please pay your invoices yourself from now on. What was sent to a bank before cannot be \
         called back."
            .to_owned(),
    ];
    details
        .extend(consent.map(|consent| format!("This was agreed, and is over: {}", consent.body)));
    let letter = AutopayLetter {
        title: format!("Autopay at {merchant} is off"),
        sentence,
        details,
        occasion: format!("{id}:cancelled"),
        actor,
        ..AutopayLetter::default()
    };
    letters::send(&mut session, world, &plan, portal_url, letter).await?;
    let to = letters::recipients(&mut session, &plan).await?;
    let key = format!("autopay:{id}:cancelled");
    letters::tell(&mut session, world, customer_id, key, facts).await?;
    expectations::queue(&mut session, world, Some(customer_id)).await?;
    let activity = letters::activity("cancelled", actor, history::facts([]));
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(Some(to.into_iter().collect()))
}
