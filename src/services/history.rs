//! Writing the history of customers, in the transaction of what happened.

use std::collections::BTreeSet;

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        ids::CustomerId,
        payment::PaymentState,
    },
    services::{World, pay_links},
    storage::{
        self, Session, StorageError, contacts::NewContact, customers::CustomerRow,
        messages::MessageRow, payments::PaymentRow,
    },
};

/// Adds a row to a customer's history.
///
/// # Errors
/// When the database fails.
pub async fn write(
    session: &mut Session,
    world: &World,
    customer_id: CustomerId,
    activity: &Activity,
) -> Result<(), StorageError> {
    storage::activity::insert(session, world.new_id(), customer_id, activity, world.now()).await
}

/// Adds a row to a customer's history, commits what it tells of, and tells the screens.
///
/// # Errors
/// When the database fails.
pub async fn write_and_commit(
    mut session: Session,
    world: &World,
    customer_id: CustomerId,
    activity: &Activity,
) -> Result<(), StorageError> {
    write(&mut session, world, customer_id, activity).await?;
    session.announce(customer_id);
    Ok(session.commit().await?)
}

/// Adds rows to the histories of customers, and tells the screens once the transaction is committed:
/// in the order of their ids, so that two transactions wait for each other in one direction only.
///
/// # Errors
/// When the database fails.
pub async fn write_all(
    session: &mut Session,
    world: &World,
    mut rows: Vec<(CustomerId, Activity)>,
) -> Result<(), StorageError> {
    rows.sort_by_key(|(customer_id, _)| *customer_id);
    for (customer_id, activity) in rows {
        write(session, world, customer_id, &activity).await?;
        session.announce(customer_id);
    }
    Ok(())
}

/// Holds the ends of some histories until the transaction ends, in the order of ids, as everybody takes
/// them who writes into several.
///
/// # Errors
/// When the database fails.
pub(super) async fn hold_all(
    session: &mut Session,
    customers: impl IntoIterator<Item = CustomerId>,
) -> Result<(), StorageError> {
    for id in customers.into_iter().collect::<BTreeSet<_>>() {
        storage::activity::lock_head(session, id).await?;
    }
    Ok(())
}

/// Values by the names of their fields.
pub fn facts<const N: usize>(pairs: [(&str, &str); N]) -> Facts {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What is known of a customer, by the names of its fields.
fn profile(customer: &CustomerRow) -> Facts {
    facts([
        ("name", &customer.name),
        ("email", &customer.email),
        ("phone", &customer.phone),
        ("website", &customer.website),
        ("address_line1", &customer.address_line1),
        ("address_line2", &customer.address_line2),
        ("address_city", &customer.address_city),
        ("address_region", &customer.address_region),
        ("address_postal_code", &customer.address_postal_code),
        ("address_country", &customer.address_country),
        ("terms", &customer.terms),
        ("currency", &customer.currency),
        ("parent_number", &customer.parent_number),
        ("is_project", if customer.is_project { "yes" } else { "" }),
    ])
}

/// A customer came into the books.
///
/// # Errors
/// When the database fails.
pub async fn customer_added(
    session: &mut Session,
    world: &World,
    customer: &CustomerRow,
    actor: &str,
) -> Result<(), StorageError> {
    let activity = Activity::new(ActivityKind::CustomerAdded, actor, profile(customer));
    write(session, world, customer.id, &activity).await
}

/// Something about a customer changed.
///
/// # Errors
/// When the database fails.
pub async fn profile_changed(
    session: &mut Session,
    world: &World,
    before: &CustomerRow,
    after: &CustomerRow,
    actor: &str,
) -> Result<(), StorageError> {
    let kind = ActivityKind::ProfileChanged;
    match Activity::change(kind, actor, profile(before), profile(after)) {
        Some(activity) => write(session, world, after.id, &activity).await,
        None => Ok(()),
    }
}

/// Somebody of the books may sign in for a customer from now on, with the role that all of them begin with.
///
/// # Errors
/// When the database fails.
pub async fn contact_added(
    session: &mut Session,
    world: &World,
    contact: &NewContact,
    actor: &str,
) -> Result<(), StorageError> {
    let role = storage::contact_roles::first(session).await?;
    let role = role.map(|role| role.name).unwrap_or_default();
    let after = facts([("name", &contact.name), ("email", &contact.email), ("role", &role)]);
    let activity = Activity::new(ActivityKind::ContactAdded, actor, after);
    write(session, world, contact.customer_id, &activity).await
}

/// Most invoices that are named in one row.
const NAMED_MAX: usize = 10;

/// Numbers in one text; of many the first.
fn named(numbers: &[&str]) -> String {
    let first = numbers.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    match numbers.len().saturating_sub(NAMED_MAX) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A payment came to where it stands. While nothing is decided yet there is nothing to keep. Those
/// for whom somebody else pays have it in their history too, with their part of it.
///
/// # Errors
/// When the database fails.
pub async fn payment_moved(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
    actor: &str,
) -> Result<(), StorageError> {
    if matches!(
        payment.state,
        PaymentState::Created | PaymentState::Unknown | PaymentState::RequiresAction
    ) {
        return Ok(());
    }
    let numbers = storage::payments::all_paid_numbers(session, payment.id).await?;
    // Each customer's history names its own invoices: who reads it may not see the others.
    let told = |customer_id: CustomerId, minor: i64, payer: &str| {
        let own = numbers.iter().filter(|(whose, _)| *whose == customer_id);
        let own: Vec<&str> = own.map(|(_, number)| number.as_str()).collect();
        let after = facts([
            ("payment", &payment.reference),
            ("state", payment.state.as_str()),
            ("minor", &minor.to_string()),
            ("currency", payment.currency.code()),
            ("method", &payment.method_label),
            ("reason", payment.failure_code.as_deref().unwrap_or_default()),
            ("payer", payer),
            ("paid_invoices", &named(&own)),
        ]);
        Activity::new(ActivityKind::Payment, actor, after)
    };
    let others = storage::payments::all_for_others(session, payment).await?;
    let mut rows =
        vec![(payment.customer_id, told(payment.customer_id, payment.charge_minor(), ""))];
    if !others.is_empty() {
        let payer = storage::customers::find(session, payment.customer_id).await?;
        let payer = payer.map(|row| row.name).unwrap_or_default();
        rows.extend(others.into_iter().map(|(buyer, minor)| (buyer, told(buyer, minor, &payer))));
    }
    if payment.state == PaymentState::Succeeded {
        rows.extend(pay_links::used_up(session, payment, actor).await?);
    }
    write_all(session, world, rows).await
}

/// A message about a customer was made and is on its way.
///
/// # Errors
/// When the database fails.
pub async fn message_made(
    session: &mut Session,
    world: &World,
    message: &MessageRow,
    actor: &str,
) -> Result<(), StorageError> {
    let Some(customer_id) = message.customer_id else { return Ok(()) };
    let after = facts([
        ("message", &message.kind),
        ("to", &message.to_email),
        ("subject", &message.subject),
    ]);
    let activity = Activity::new(ActivityKind::Message, actor, after);
    write(session, world, customer_id, &activity).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_invoices_the_first_are_named() {
        assert_eq!(named(&[]), "");
        assert_eq!(named(&["A", "B"]), "A, B");
        assert_eq!(named(&["A"; 10]), ["A"; 10].join(", "));
        assert_eq!(named(&["A"; 12]), format!("{} and 2 more", ["A"; 10].join(", ")));
    }
}
