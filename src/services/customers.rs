//! Who sees a customer, and who is responsible for it.

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        form::Problem,
        ids::{CustomerId, StaffUserId},
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
