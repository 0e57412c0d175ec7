//! People at customers: adding, changing and removing them. What comes from the books stays as it
//! is there, but for the role (product.md §2.3).

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        contact::{ContactSource, NAME_LENGTH_MAX, PHONE_LENGTH_MAX},
        form::{Problem, parse_email, parse_line},
        ids::{ContactId, CustomerId, RoleId},
    },
    services::{
        World,
        change::{ChangeError, bad, invalid, unless_taken},
        customers::sees,
        history,
        staff::Staff,
    },
    storage::{self, Session, contact_roles::RoleRow, contacts::ContactRow},
};

/// The constraint that no two have one address, and the field in which it is typed.
const TAKEN: (&str, &str) = ("contacts_customer_id_email_key", "email");

/// What was typed about a contact.
#[derive(Clone, Copy, Debug)]
pub struct ContactForm<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their phone.
    pub phone: &'a str,
    /// Their role's id.
    pub role_id: &'a str,
}

/// Why a contact was not kept.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The books have it so; only the role is ours.
    #[error("it comes from the books")]
    FromBooks,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for ContactError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// What was typed, read.
struct Typed {
    name: String,
    email: String,
    phone: String,
    role: RoleRow,
}

async fn read(session: &mut Session, form: ContactForm<'_>) -> Result<Typed, ChangeError> {
    let email = parse_email(form.email).map_err(bad("email"))?;
    let name = parse_line(form.name, NAME_LENGTH_MAX).map_err(bad("name"))?;
    let phone = parse_line(form.phone, PHONE_LENGTH_MAX).map_err(bad("phone"))?;
    if form.role_id.is_empty() {
        return Err(invalid("role_id", Problem::Required));
    }
    let no_choice = || invalid("role_id", Problem::NotAChoice);
    let role_id: RoleId = form.role_id.parse().map_err(|_| no_choice())?;
    let role = storage::contact_roles::find(session, role_id).await?.ok_or_else(no_choice)?;
    Ok(Typed { name, email, phone, role })
}

fn facts(contact: &ContactRow, role: &str) -> Facts {
    history::facts([
        ("name", &contact.name),
        ("email", &contact.email),
        ("phone", &contact.phone),
        ("role", role),
    ])
}

/// Adds a contact of ours.
///
/// # Errors
/// `Invalid`, `NotFound`.
pub async fn add(
    world: &World,
    staff: &Staff,
    customer_id: CustomerId,
    form: ContactForm<'_>,
) -> Result<ContactId, ContactError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(ChangeError::NotFound.into());
    }
    let typed = read(&mut session, form).await?;
    let contact = ContactRow {
        id: world.new_id(),
        customer_id,
        role_id: typed.role.id,
        source: ContactSource::Local,
        email: typed.email,
        name: typed.name,
        phone: typed.phone,
        version: 1,
    };
    storage::contacts::insert(&mut session, &contact, world.now())
        .await
        .map_err(unless_taken(TAKEN))?;
    let after = facts(&contact, &typed.role.name);
    let activity = Activity::new(ActivityKind::ContactAdded, &staff.actor(), after);
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(contact.id)
}

/// A contact of a customer that somebody sees.
async fn find(
    session: &mut Session,
    staff: &Staff,
    id: ContactId,
) -> Result<ContactRow, ChangeError> {
    let known = storage::contacts::find(session, id).await?.ok_or(ChangeError::NotFound)?;
    if sees(session, staff, known.customer_id).await? {
        Ok(known)
    } else {
        Err(ChangeError::NotFound)
    }
}

/// Changes a contact. `version` is the one that was read.
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`; `FromBooks` when more than the role of a contact of the books
/// would change.
pub async fn edit(
    world: &World,
    staff: &Staff,
    id: ContactId,
    version: i64,
    form: ContactForm<'_>,
) -> Result<(), ContactError> {
    let mut session = world.db.begin().await?;
    let known = find(&mut session, staff, id).await?;
    let role = storage::contact_roles::find(&mut session, known.role_id).await?;
    let role = role.map(|role| role.name).unwrap_or_default();
    let typed = read(&mut session, form).await?;
    let next = ContactRow {
        role_id: typed.role.id,
        email: typed.email,
        name: typed.name,
        phone: typed.phone,
        version,
        ..known.clone()
    };
    let stays = (&next.email, &next.name, &next.phone) == (&known.email, &known.name, &known.phone);
    if known.source == ContactSource::Books && !stays {
        return Err(ContactError::FromBooks);
    }
    let (before, after) = (facts(&known, &role), facts(&next, &typed.role.name));
    let kind = ActivityKind::ContactChanged;
    let Some(mut activity) = Activity::change(kind, &staff.actor(), before, after) else {
        return Ok(());
    };
    if !storage::contacts::update(&mut session, &next).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed.into());
    }
    if next.email != known.email {
        storage::pay_links::update_keys_revoked(&mut session, id, world.now()).await?;
    }
    activity.after.insert("contact".to_owned(), known.email.clone());
    history::write_and_commit(session, world, known.customer_id, &activity).await?;
    Ok(())
}

/// Removes a contact of ours: it can no longer sign in, payment links mailed to it open nothing, and it
/// stays in the history.
///
/// # Errors
/// `NotFound`, `FromBooks`, `Changed`.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: ContactId,
    version: i64,
) -> Result<(), ContactError> {
    let mut session = world.db.begin().await?;
    let known = find(&mut session, staff, id).await?;
    if known.source == ContactSource::Books {
        return Err(ContactError::FromBooks);
    }
    if !storage::contacts::update_removed(&mut session, id, version, world.now()).await? {
        return Err(ChangeError::Changed.into());
    }
    storage::pay_links::update_keys_revoked(&mut session, id, world.now()).await?;
    let after = history::facts([("name", &known.name), ("email", &known.email)]);
    let activity = Activity::new(ActivityKind::ContactRemoved, &staff.actor(), after);
    history::write_and_commit(session, world, known.customer_id, &activity).await?;
    Ok(())
}
