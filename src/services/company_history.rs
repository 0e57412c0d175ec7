//! Writing the history of the company itself, in the transaction of what changed.

use sha2::{Digest, Sha256};

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        company::{CompanyProfile, Person},
        payment_override::{BankAcceptance, CardAcceptance, Override, SurchargeTerms},
        policy::{PaymentPolicy, When},
        receivables::ReceivablesSettings,
    },
    services::{World, company::Company, history::facts, workflows},
    storage::{self, Session, StorageError},
};

/// Notes what of the company's settings is not as it was; nothing when all of it is.
///
/// # Errors
/// When the database fails.
pub(super) async fn note(
    session: &mut Session,
    world: &World,
    before: &Company,
    after: &Company,
    actor: &str,
) -> Result<(), StorageError> {
    let kind = ActivityKind::ProfileChanged;
    let (before, after) = (told(session, before).await?, told(session, after).await?);
    let Some(activity) = Activity::change(kind, actor, before, after) else { return Ok(()) };
    storage::company_activity::insert(session, world.new_id(), &activity, world.now()).await
}

async fn told(session: &mut Session, company: &Company) -> Result<Facts, StorageError> {
    let mut all = profile(&company.profile);
    all.extend(policy(&company.policy)?);
    let usual = company.receivables.workflow.map(|usual| usual.id);
    let usual = workflows::name(session, usual).await?;
    all.extend(receivables(&company.receivables, &usual));
    Ok(all)
}

fn receivables(settings: &ReceivablesSettings, usual_workflow: &str) -> Facts {
    let ReceivablesSettings { billing_preference, statements, promise_grace_days, .. } = settings;
    facts([
        ("billing_preference", billing_preference.as_str()),
        ("statements_mailed", yes(statements.is_on)),
        ("statements_for_everybody", yes(statements.for_everybody)),
        ("statements_week", statements.week.as_str()),
        ("statements_weekday", &statements.weekday.to_string()),
        ("statements_paid_days", &statements.paid_days.to_string()),
        ("usual_workflow", usual_workflow),
        ("promise_grace_days", &promise_grace_days.to_string()),
    ])
}

fn said(person: &Person) -> String {
    let Person { name, email, phone } = person;
    let parts = [name, email, phone].into_iter().filter(|part| !part.is_empty());
    parts.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn profile(profile: &CompanyProfile) -> Facts {
    let logo = match profile.logo_svg.as_str() {
        "" => String::new(),
        svg => {
            let hash = hex::encode(Sha256::digest(svg.as_bytes()));
            format!("{} bytes, SHA-256 {hash}", svg.len())
        }
    };
    facts([
        ("name", &profile.name),
        ("company_address", &profile.address.join(", ")),
        ("tax_id", &profile.tax_id),
        ("contact_name", &profile.contact_name),
        ("contact_email", &profile.contact_email),
        ("contact_phone", &profile.contact_phone),
        ("check_address", &profile.check_address.join(", ")),
        ("account_manager", &said(&profile.account_manager)),
        ("support", &said(&profile.support)),
        ("sales", &said(&profile.sales)),
        ("po_numbers_shown", yes(profile.shows_po_number)),
        ("time_zone", &profile.time_zone),
        ("currency", profile.currency.code()),
        ("logo", &logo),
    ])
}

const fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

/// The groups as a customer's history has them, on with their values or off.
fn policy(policy: &PaymentPolicy) -> Result<Facts, StorageError> {
    fn text(value: &impl serde::Serialize) -> Result<String, StorageError> {
        serde_json::to_string(value)
            .map_err(|error| StorageError::Inconsistent(format!("company: {error}")))
    }
    fn group<T>(is_on: bool, values: impl FnOnce() -> T) -> Override<T> {
        if is_on { Override::On(values()) } else { Override::Off }
    }
    let (cards, banks) = (&policy.card, &policy.bank);
    let card = group(cards.accepted != When::Never, || CardAcceptance {
        accepted: cards.accepted,
        invoice_total_min: cards.invoice_total_min,
        invoice_total_max: cards.invoice_total_max,
    });
    let bank = group(banks.accepted, || BankAcceptance {
        invoice_total_min: banks.invoice_total_min,
        invoice_total_max: banks.invoice_total_max,
    });
    let rule = cards.surcharge.as_ref();
    let surcharge = match rule.filter(|rule| rule.when != When::Never) {
        Some(rule) => Override::On(SurchargeTerms::of(rule)),
        None => Override::Off,
    };
    let discount = match banks.discount.as_ref().filter(|rule| rule.when != When::Never) {
        Some(rule) => Override::On(rule.clone()),
        None => Override::Off,
    };
    let of = |said: Option<String>| said.unwrap_or_default();
    Ok(facts([
        ("payments_enabled", yes(policy.enabled)),
        ("card", &text(&card)?),
        ("surcharge", &text(&surcharge)?),
        ("bank", &text(&bank)?),
        ("bank_discount", &text(&discount)?),
        ("surcharge_cost", &of(rule.map(|rule| rule.cost_of_acceptance.percent()))),
        ("surcharge_notified_on", &of(rule.map(|rule| rule.acquirer_notified_on.to_string()))),
        ("surcharge_starts_on", &of(rule.map(|rule| rule.starts_on.to_string()))),
        ("seller_state", &of(rule.and_then(|rule| rule.seller_state.clone()))),
        ("surcharge_account", &policy.accounts.surcharge),
        ("fees_account", &policy.accounts.fees),
        ("discounts_account", &policy.accounts.discounts),
        ("new_customers", &text(&policy.new_customers)?),
    ]))
}
