//! Customers out of a file.

use std::sync::Arc;

use super::report::Outcome;
use crate::{
    domain::{form::parse_email, ids::CustomerId},
    import::ImportedCustomer,
    services::{World, history},
    storage::{self, Session, StorageError, contacts::NewContact, customers::CustomerRow},
};

fn take(field: &mut String, value: Option<&Arc<str>>) {
    if let Some(value) = value {
        value.as_ref().clone_into(field);
    }
}

/// What the file says over what is known: what it does not say stays.
fn merged(mut row: CustomerRow, imported: &ImportedCustomer) -> CustomerRow {
    take(&mut row.name, imported.name.as_ref());
    take(&mut row.email, imported.email.as_ref());
    take(&mut row.phone, imported.phone.as_ref());
    take(&mut row.website, imported.website.as_ref());
    take(&mut row.address_line1, imported.address.line1.as_ref());
    take(&mut row.address_line2, imported.address.line2.as_ref());
    take(&mut row.address_city, imported.address.city.as_ref());
    take(&mut row.address_region, imported.address.region.as_ref());
    take(&mut row.address_postal_code, imported.address.postal_code.as_ref());
    take(&mut row.address_country, imported.address.country.as_ref());
    take(&mut row.terms, imported.terms.as_ref());
    take(&mut row.parent_number, imported.parent_number.as_ref());
    row.is_project = imported.is_project.unwrap_or(row.is_project);
    row
}

fn empty(id: CustomerId, number: &str) -> CustomerRow {
    CustomerRow {
        id,
        number: number.to_owned(),
        name: number.to_owned(),
        email: String::new(),
        phone: String::new(),
        website: String::new(),
        address_line1: String::new(),
        address_line2: String::new(),
        address_city: String::new(),
        address_region: String::new(),
        address_postal_code: String::new(),
        address_country: String::new(),
        terms: String::new(),
        parent_number: String::new(),
        is_project: false,
        billing_preference: None,
        bill_to_id: id,
        payment_overrides: "{}".to_owned(),
        specialist_id: None,
    }
}

/// Stores a customer. One with an e-mail address gets a contact who may sign in with it.
pub(super) async fn store(
    session: &mut Session,
    world: &World,
    imported: &ImportedCustomer,
    actor: &str,
) -> Result<(CustomerRow, Outcome), StorageError> {
    let now = world.now();
    let known = storage::customers::find_by_number(session, &imported.number).await?;
    let (row, outcome) = match known {
        None => {
            let row = merged(empty(world.new_id(), &imported.number), imported);
            storage::customers::insert(session, &row, now).await?;
            history::customer_added(session, world, &row, actor).await?;
            (row, Outcome::New)
        }
        Some(known) => {
            let row = merged(known.clone(), imported);
            if row == known {
                (row, Outcome::Unchanged)
            } else {
                storage::customers::update(session, &row, now).await?;
                history::profile_changed(session, world, &known, &row, actor).await?;
                session.announce(row.id);
                (row, Outcome::Changed)
            }
        }
    };
    if outcome != Outcome::Unchanged
        && let Ok(email) = parse_email(&row.email)
    {
        let contact =
            NewContact { id: world.new_id(), customer_id: row.id, email, name: row.name.clone() };
        if storage::contacts::insert_once(session, &contact, now).await? {
            history::contact_added(session, world, &contact, actor).await?;
        }
    }
    Ok((row, outcome))
}
