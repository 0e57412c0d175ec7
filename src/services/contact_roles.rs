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
        busy::{MayBeBusy, Tries},
        customers::sees,
        history,
        staff::Staff,
    },
    storage::{self, Session, StorageError, contact_roles::RoleRow, contacts::ContactRow},
};

/// Contacts given another role by one transaction, so that other writers need not wait long.
const CONTACTS_PER_TRANSACTION: i64 = 300;

/// What was typed about a role.
#[derive(Clone, Copy, Debug)]
pub struct RoleForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it gets its contacts.
    pub switches: RoleSwitches,
}

/// Why a role was not kept or given.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// A field has a problem.
    #[error("the field {field} has a problem")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong.
        problem: Problem,
    },
    /// There is no such role or customer.
    #[error("not found")]
    NotFound,
    /// It was changed meanwhile.
    #[error("it was changed meanwhile")]
    Changed,
    /// Contacts of the books get the first role.
    #[error("it is the role of new contacts of the books")]
    First,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl MayBeBusy for RoleError {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Busy))
    }
}

impl From<sqlx::Error> for RoleError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

fn read(form: RoleForm<'_>) -> Result<String, RoleError> {
    let bad = |problem| RoleError::Invalid { field: "role_name", problem };
    parse_name(form.name, NAME_LENGTH_MAX).map_err(bad)
}

fn unless_taken(error: StorageError) -> RoleError {
    if error.constraint() == Some("contact_roles_name_key_key") {
        RoleError::Invalid { field: "role_name", problem: Problem::AlreadyUsed }
    } else {
        error.into()
    }
}

fn row(id: RoleId, name: String, switches: RoleSwitches, version: i64) -> RoleRow {
    let RoleSwitches { gets_invoices, gets_messages } = switches;
    RoleRow { id, name, gets_invoices, gets_messages, version }
}

/// Adds a role.
///
/// # Errors
/// `Invalid`.
pub async fn add(world: &World, form: RoleForm<'_>) -> Result<RoleId, RoleError> {
    let name = read(form)?;
    let id = world.new_id();
    let mut session = world.db.begin().await?;
    let row = row(id, name, form.switches, 1);
    storage::contact_roles::insert(&mut session, &row, world.now()).await.map_err(unless_taken)?;
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
) -> Result<(), RoleError> {
    let row = row(id, read(form)?, form.switches, version);
    let mut session = world.db.begin().await?;
    if !storage::contact_roles::update(&mut session, &row).await.map_err(unless_taken)? {
        return Err(RoleError::Changed);
    }
    Ok(session.commit().await?)
}

async fn known(session: &mut Session, id: RoleId) -> Result<RoleRow, RoleError> {
    storage::contact_roles::find(session, id).await?.ok_or(RoleError::NotFound)
}

/// Gives contacts a role, with a row in the history of each one's customer. The caller commits.
async fn give(
    session: &mut Session,
    world: &World,
    mut contacts: Vec<ContactRow>,
    role: &RoleRow,
    actor: &str,
) -> Result<(), RoleError> {
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
) -> Result<(), RoleError> {
    if from == to {
        return Err(RoleError::Invalid { field: "replacement", problem: Problem::NotAChoice });
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
) -> Result<bool, RoleError> {
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
    let role = roles.iter().find(|role| role.id == id).ok_or(RoleError::NotFound)?;
    if role.version != version {
        return Err(RoleError::Changed);
    }
    if let Some(replacement) = replacement {
        move_all(world, staff, id, replacement).await?;
    }
    let mut session = world.db.begin().await?;
    if !storage::contacts::all_of_role(&mut session, id, 1).await?.is_empty() {
        return Err(RoleError::Invalid { field: "replacement", problem: Problem::Required });
    }
    // Those who were removed keep a role that is there.
    let first = roles.first().map_or(id, |first| first.id);
    storage::contacts::update_role_of_removed(&mut session, id, first).await?;
    if !storage::contact_roles::delete(&mut session, id, version).await? {
        return Err(RoleError::Changed);
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
) -> Result<(), RoleError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(RoleError::NotFound);
    }
    let role = known(&mut session, role_id).await?;
    let contacts = storage::contacts::all(&mut session, customer_id).await?;
    give(&mut session, world, contacts, &role, &staff.actor()).await?;
    Ok(session.commit().await?)
}
