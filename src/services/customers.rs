//! Who sees a customer, who is responsible for it, and which books keep it.

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        form::Problem,
        ids::{CustomerId, StaffUserId},
        profile::Books,
    },
    services::{
        World,
        change::{ChangeError, invalid},
        history,
        staff::Staff,
    },
    storage::{self, Session, StorageError},
};

/// Whether somebody sees a customer.
///
/// # Errors
/// When the database fails.
pub(super) async fn sees(
    session: &mut Session,
    staff: &Staff,
    id: CustomerId,
) -> Result<bool, StorageError> {
    Ok(storage::customers::find_seen(session, id, staff.sight()).await?.is_some())
}

async fn name(session: &mut Session, id: Option<StaffUserId>) -> Result<String, StorageError> {
    let Some(id) = id else { return Ok(String::new()) };
    let user = storage::staff::find(session, id).await?;
    Ok(user.map(|user| format!("{} ({})", user.name, user.email)).unwrap_or_default())
}

/// Makes somebody responsible for a customer, or nobody. `before` is who was when it was read: what
/// somebody else decided is not written over.
///
/// # Errors
/// `NotFound`, `Invalid`, `Changed`.
pub async fn assign(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    before: Option<StaffUserId>,
    after: Option<StaffUserId>,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    if let Some(after) = after {
        let user = storage::staff::find(&mut session, after).await?;
        if !user.is_some_and(|user| user.is_active) {
            return Err(invalid("specialist", Problem::NotAChoice));
        }
    }
    let named = |name: String| history::facts([("specialist", &name)]);
    let was = named(name(&mut session, before).await?);
    let is = named(name(&mut session, after).await?);
    if !storage::customers::update_specialist(&mut session, id, before, after, world.now()).await? {
        return Err(ChangeError::Changed);
    }
    let kind = ActivityKind::ProfileChanged;
    let Some(activity) = Activity::change(kind, &staff.actor(), was, is) else {
        return Ok(());
    };
    Ok(history::write_and_commit(session, world, id, &activity).await?)
}

/// Says which books a customer is synchronised with, if any: from then on its own facts are changed
/// there only.
///
/// # Errors
/// When the database fails.
pub async fn sync_from(
    session: &mut Session,
    world: &World,
    id: CustomerId,
    synced_from: Option<Books>,
    actor: &str,
) -> Result<(), StorageError> {
    let Some(known) = storage::profiles::lock(session, id).await? else { return Ok(()) };
    let named = |books: Option<Books>| {
        history::facts([("synced_from", books.map(Books::as_str).unwrap_or_default())])
    };
    let (was, is) = (named(known.synced_from), named(synced_from));
    let Some(activity) = Activity::change(ActivityKind::ProfileChanged, actor, was, is) else {
        return Ok(());
    };
    storage::customers::update_synced_from(session, id, synced_from, world.now()).await?;
    history::write_all(session, world, vec![(id, activity)]).await
}
