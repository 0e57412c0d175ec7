//! Customers out of a file.

use super::report::Outcome;
use crate::{
    domain::{form::parse_email, ids::CustomerId, payment_override::OnlinePayments},
    import::ImportedCustomer,
    services::{World, history, payment_overrides, profiles},
    storage::{self, Session, StorageError, contacts::NewContact, customers::CustomerRow},
};

/// What the file says over what is known: what it does not say stays, and so does what was changed
/// here while the books say what they said then.
fn merged(mut row: CustomerRow, imported: &ImportedCustomer) -> Result<CustomerRow, StorageError> {
    let mut here = row.changed_here()?;
    let address = &imported.address;
    let currency = imported.currency.map(|currency| currency.code().into());
    for (name, field, value) in [
        ("email", &mut row.email, &imported.email),
        ("phone", &mut row.phone, &imported.phone),
        ("website", &mut row.website, &imported.website),
        ("address_line1", &mut row.address_line1, &address.line1),
        ("address_line2", &mut row.address_line2, &address.line2),
        ("address_city", &mut row.address_city, &address.city),
        ("address_region", &mut row.address_region, &address.region),
        ("address_postal_code", &mut row.address_postal_code, &address.postal_code),
        ("address_country", &mut row.address_country, &address.country),
        ("name", &mut row.name, &imported.name),
        ("terms", &mut row.terms, &imported.terms),
        ("currency", &mut row.currency, &currency),
        ("parent_number", &mut row.parent_number, &imported.parent_number),
    ] {
        if let Some(value) = value {
            here.take(name, field, value);
        }
    }
    row.changed_here = profiles::write(&here)?;
    row.is_project = imported.is_project.unwrap_or(row.is_project);
    Ok(row)
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
        currency: String::new(),
        parent_number: String::new(),
        is_project: false,
        billing_preference: None,
        bill_to_id: id,
        payment_overrides: "{}".to_owned(),
        statement_choice: None,
        workflow_id: None,
        workflow_since: None,
        specialist_id: None,
        changed_here: "{}".to_owned(),
        synced_from: None,
    }
}

/// Stores a customer. What the books keep by synchronising stays as they have it. One with an e-mail
/// address gets a contact who may sign in with it; one that is new pays online as `new_online` says.
pub(super) async fn store(
    session: &mut Session,
    world: &World,
    imported: &ImportedCustomer,
    new_online: OnlinePayments,
    actor: &str,
) -> Result<(CustomerRow, Outcome), StorageError> {
    let now = world.now();
    let known = match storage::customers::find_by_number(session, &imported.number).await? {
        // Held until what follows is written: somebody may change it here at the same time.
        Some(row) => storage::profiles::lock(session, row.id).await?,
        None => None,
    };
    let (row, outcome) = match known {
        None => {
            let row = merged(empty(world.new_id(), &imported.number), imported)?;
            storage::customers::insert(session, &row, now).await?;
            history::customer_added(session, world, &row, actor).await?;
            payment_overrides::begin_with(session, world, row.id, new_online).await?;
            (row, Outcome::New)
        }
        Some(known) if known.synced_from.is_some() => {
            let outcome = if merged(known.clone(), imported)? == known {
                Outcome::Unchanged
            } else {
                Outcome::Kept
            };
            (known, outcome)
        }
        Some(known) => {
            let row = merged(known.clone(), imported)?;
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
    if matches!(outcome, Outcome::New | Outcome::Changed)
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
