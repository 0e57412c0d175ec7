//! Letters, rows of the history and notifications about automatic payment.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::plan::Plan;
use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        contact::MailKind,
        ids::{CustomerId, InvoiceId},
        notification::NotificationKind,
        permission::Permission,
    },
    email::Row,
    services::{
        World,
        company::Company,
        history,
        letters::readers,
        mail::{self, AutopayLetter, MailError},
        notifications::{self, Event, responsible},
    },
    storage::{self, Session, StorageError, autopay::EnrolmentRow},
    ui::{format::money, text},
};

/// The page of the portal, below the portal's address.
pub(super) const PAGE: &str = "/autopay";

/// Who does what is done by itself, as the history says it.
pub(super) const ACTOR: &str = "autopay";

/// A fault of ours in the words of a letter, as one of the database's.
pub(super) fn unsent(error: MailError) -> StorageError {
    match error {
        MailError::Storage(error) => error,
        MailError::Render(error) => StorageError::Inconsistent(format!("message: {error}")),
    }
}

/// Sends a letter to whoever enrolled and to those who get the customer's reminders, which the notice
/// stands in for.
pub(super) async fn send(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    portal_url: &str,
    letter: AutopayLetter<'_>,
) -> Result<(), StorageError> {
    let portal_url = Some(format!("{portal_url}{PAGE}"));
    let portal_url = portal_url.filter(|_| plan.access.lets_in());
    let letter = AutopayLetter { portal_url, ..letter };
    for address in recipients(session, plan).await? {
        mail::autopay(session, world, &plan.company, &plan.customer, &letter, &address)
            .await
            .map_err(unsent)?;
    }
    Ok(())
}

/// How the seller is reached.
pub(super) fn contact(company: &Company) -> String {
    let profile = &company.profile;
    let ways = [&profile.contact_email, &profile.contact_phone];
    let ways: Vec<&str> = ways.into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
    if ways.is_empty() { profile.name.clone() } else { ways.join(" or ") }
}

/// Who is told: whoever enrolled, and those who get the customer's reminders. Somebody who is no
/// contact any more hears nothing more.
pub(super) async fn recipients(
    session: &mut Session,
    plan: &Plan,
) -> Result<BTreeSet<String>, StorageError> {
    let mut to: BTreeSet<String> = BTreeSet::from([plan.enrolment.email.clone()]);
    let others = readers(session, plan.customer.id, MailKind::Reminder).await?;
    to.extend(others.into_iter().map(|contact| contact.email));
    let contacts = storage::contacts::all(session, plan.customer.id).await?;
    to.retain(|address| contacts.iter().any(|contact| contact.email == *address));
    Ok(to)
}

/// An invoice with an amount, for the table of a letter.
pub(super) fn row(number: &str, minor: i64, currency: &str, remark: &str) -> Row {
    let remark = if remark.is_empty() { String::new() } else { format!(", {remark}") };
    Row { label: format!("{number}{remark}"), amount: money(minor, currency) }
}

/// What was agreed to, by the names of its fields.
pub(super) fn terms(row: &EnrolmentRow, method: &str) -> Facts {
    let yes = |flag: bool| if flag { "yes" } else { "no" };
    let ceiling = row.ceiling_minor.map(|minor| money(minor, row.currency.code()));
    history::facts([
        ("autopay_timing", row.timing.as_str()),
        ("autopay_method", method),
        ("autopay_ceiling", &ceiling.unwrap_or_default()),
        ("autopay_credits", yes(row.use_credits)),
        ("autopay_open", yes(row.include_open)),
    ])
}

/// A row for the history.
pub(super) fn activity(what: &str, actor: &str, mut facts: Facts) -> Activity {
    facts.insert("autopay".to_owned(), what.to_owned());
    Activity::new(ActivityKind::Autopay, actor, facts)
}

/// A row for the history of whoever bought.
pub(super) fn of_invoice(what: &str, invoice_id: InvoiceId, facts: Facts) -> Activity {
    Activity { invoice_id: Some(invoice_id), ..activity(what, ACTOR, facts) }
}

/// Tells whoever is responsible for the customer, and everybody who enrols customers.
pub(super) async fn tell(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    once_key: String,
    facts: Facts,
) -> Result<(), StorageError> {
    let mut to = responsible(session, customer_id).await?;
    let others = storage::notifications::all_recipients(session, Permission::Assignments).await?;
    for one in others {
        if to.iter().all(|known| known.id != one.id) {
            to.push(one);
        }
    }
    let event = Event {
        kind: NotificationKind::Autopay,
        once_key,
        customer_id: Some(customer_id),
        task_id: None,
        facts,
    };
    notifications::tell(session, world, &event, &to).await
}

/// Says to the payer, to us and in the history that nothing is charged until somebody looked at it, or
/// that it is over.
pub(super) async fn stopped(
    session: &mut Session,
    world: &World,
    plan: &Plan,
    portal_url: &str,
    (what, problem): (&str, &str),
) -> Result<(), StorageError> {
    let reason = text::autopay::problem(problem);
    let merchant = &plan.company.profile.name;
    let advice = match what {
        "cancelled" => "To have invoices paid automatically again, set it up anew in the portal.",
        _ => "Choose another payment method, or confirm this one again, in the portal.",
    };
    let letter = AutopayLetter {
        title: format!("Autopay at {merchant} has stopped"),
        sentence: format!("We no longer charge your invoices automatically. {reason}"),
        details: vec![
            advice.to_owned(),
            "Until then please pay your invoices yourself; nothing else is charged.".to_owned(),
        ],
        occasion: format!("{}:{what}", plan.enrolment.id),
        actor: ACTOR,
        ..AutopayLetter::default()
    };
    send(session, world, plan, portal_url, letter).await?;
    let facts = history::facts([("autopay", what), ("reason", problem)]);
    let id = plan.customer.id;
    tell(session, world, id, format!("autopay:{}:{what}", plan.enrolment.id), facts.clone())
        .await?;
    history::write(session, world, id, &activity(what, ACTOR, facts)).await?;
    session.announce(id);
    Ok(())
}

/// A day in words.
pub(super) fn day(day: NaiveDate) -> String {
    mail::day(day)
}
