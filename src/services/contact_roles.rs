//! Roles of contacts: adding, changing and removing them, and giving many contacts another one
//! (product.md §2.3).

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        contact::{NAME_LENGTH_MAX, RoleSwitches},
        form::{Problem, parse_name},
        ids::{CustomerId, RoleId},
    },
    services::{
        World,
        busy::Tries,
        change::{ChangeError, bad, invalid, unless_taken},
        customers::sees,
        history,
        staff::Staff,
    },
    storage::{self, Session, contact_roles::RoleRow, contacts::ContactRow},
};

/// Contacts given another role by one transaction, so that other writers need not wait long.
const CONTACTS_PER_TRANSACTION: i64 = 300;

/// The constraint that no two have one name, and the field in which it is typed.
const TAKEN: (&str, &str) = ("contact_roles_name_key_key", "role_name");

/// What was typed about a role.
#[derive(Clone, Copy, Debug)]
pub struct RoleForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it gets its contacts.
    pub switches: RoleSwitches,
}

/// Why a role was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// Contacts of the books get the first role.
    #[error("it is the role of new contacts of the books")]
    First,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for RoleError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

fn read(form: RoleForm<'_>) -> Result<String, ChangeError> {
    parse_name(form.name, NAME_LENGTH_MAX).map_err(bad("role_name"))
}

fn row(id: RoleId, name: String, switches: RoleSwitches, version: i64) -> RoleRow {
    let RoleSwitches { gets_invoices, gets_messages } = switches;
    RoleRow { id, name, gets_invoices, gets_messages, version }
}

/// Adds a role.
///
/// # Errors
/// `Invalid`.
pub async fn add(world: &World, form: RoleForm<'_>) -> Result<RoleId, ChangeError> {
    let name = read(form)?;
    let id = world.new_id();
    let mut session = world.db.begin().await?;
    let row = row(id, name, form.switches, 1);
    storage::contact_roles::insert(&mut session, &row, world.now())
        .await
        .map_err(unless_taken(TAKEN))?;
    session.commit().await?;
    Ok(id)
}

/// Changes a role of the version that was read.
///
/// # Errors
/// `Invalid`, `Changed`.
pub async fn edit(
    world: &World,
    id: RoleId,
    version: i64,
    form: RoleForm<'_>,
) -> Result<(), ChangeError> {
    let row = row(id, read(form)?, form.switches, version);
    let mut session = world.db.begin().await?;
    if !storage::contact_roles::update(&mut session, &row).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}

async fn known(session: &mut Session, id: RoleId) -> Result<RoleRow, ChangeError> {
    storage::contact_roles::find(session, id).await?.ok_or(ChangeError::NotFound)
}

/// Gives contacts a role, with a row in the history of each one's customer. The caller commits.
async fn give(
    session: &mut Session,
    world: &World,
    mut contacts: Vec<ContactRow>,
    role: &RoleRow,
    actor: &str,
) -> Result<(), ChangeError> {
    let roles = storage::contact_roles::all(session).await?;
    let name = |id: RoleId| {
        let role = roles.iter().find(|role| role.id == id);
        role.map(|role| role.name.as_str()).unwrap_or_default()
    };
    // All contacts before any history, each in one order, so that two transactions wait for each
    // other in one direction only.
    contacts.sort_by_key(|contact| contact.id);
    let mut rows = Vec::with_capacity(contacts.len());
    for contact in contacts {
        let fact = |name: &str| history::facts([("role", name)]);
        let (before, after) = (fact(name(contact.role_id)), fact(&role.name));
        let kind = ActivityKind::ContactChanged;
        let Some(mut activity) = Activity::change(kind, actor, before, after) else { continue };
        let (customer_id, email) = (contact.customer_id, contact.email.clone());
        let next = ContactRow { role_id: role.id, ..contact };
        if !storage::contacts::update(session, &next).await? {
            // Somebody else is at it, and decides.
            continue;
        }
        activity.after.insert("contact".to_owned(), email);
        rows.push((customer_id, activity));
    }
    Ok(history::write_all(session, world, rows).await?)
}

/// Gives everybody of one role another.
///
/// # Errors
/// `NotFound`; `Invalid` when the two are the same.
pub async fn move_all(
    world: &World,
    staff: &Staff,
    from: RoleId,
    to: RoleId,
) -> Result<(), ChangeError> {
    if from == to {
        return Err(invalid("replacement", Problem::NotAChoice));
    }
    let mut tries = Tries::default();
    loop {
        match move_some(world, staff, from, to).await {
            Ok(true) => return Ok(()),
            Ok(false) => tries = Tries::default(),
            Err(error) => tries.again(error)?,
        }
    }
}

/// Gives the first of them the other role; true when nobody is left.
async fn move_some(
    world: &World,
    staff: &Staff,
    from: RoleId,
    to: RoleId,
) -> Result<bool, ChangeError> {
    let mut session = world.db.begin().await?;
    known(&mut session, from).await?;
    let role = known(&mut session, to).await?;
    let limit = CONTACTS_PER_TRANSACTION;
    let some = storage::contacts::all_of_role(&mut session, from, limit).await?;
    let is_last = i64::try_from(some.len()).unwrap_or(limit) < limit;
    give(&mut session, world, some, &role, &staff.actor()).await?;
    session.commit().await?;
    Ok(is_last)
}

/// Removes a role of the version that was read. Whoever has it gets another first.
///
/// # Errors
/// `NotFound`, `Changed`; `First` for the one that contacts of the books get; `Invalid` when
/// somebody has it and no other is named.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: RoleId,
    version: i64,
    replacement: Option<RoleId>,
) -> Result<(), RoleError> {
    let mut session = world.db.read().await?;
    let roles = storage::contact_roles::all(&mut session).await?;
    drop(session);
    if roles.first().is_some_and(|first| first.id == id) {
        return Err(RoleError::First);
    }
    let role = roles.iter().find(|role| role.id == id).ok_or(ChangeError::NotFound)?;
    if role.version != version {
        return Err(ChangeError::Changed.into());
    }
    if let Some(replacement) = replacement {
        move_all(world, staff, id, replacement).await?;
    }
    let mut session = world.db.begin().await?;
    if !storage::contacts::all_of_role(&mut session, id, 1).await?.is_empty() {
        return Err(invalid("replacement", Problem::Required).into());
    }
    // Those who were removed keep a role that is there.
    let first = roles.first().map_or(id, |first| first.id);
    storage::contacts::update_role_of_removed(&mut session, id, first).await?;
    if !storage::contact_roles::delete(&mut session, id, version).await? {
        return Err(ChangeError::Changed.into());
    }
    Ok(session.commit().await?)
}

/// Gives all contacts of a customer one role.
///
/// # Errors
/// `NotFound`.
pub async fn give_to_customer(
    world: &World,
    staff: &Staff,
    customer_id: CustomerId,
    role_id: RoleId,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(ChangeError::NotFound);
    }
    let role = known(&mut session, role_id).await?;
    let contacts = storage::contacts::all(&mut session, customer_id).await?;
    give(&mut session, world, contacts, &role, &staff.actor()).await?;
    Ok(session.commit().await?)
}
