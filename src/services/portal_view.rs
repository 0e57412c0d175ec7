//! Looking at the portal as one of a customer's contacts sees it: for an hour, changing nothing,
//! and kept in the customer's history.

use crate::{
    auth::token,
    domain::{
        activity::{Activity, ActivityKind},
        ids::{ContactId, CustomerId, StaffUserId},
        permission::{Duties, Permission, Sight},
    },
    services::{World, customers::sees, history, staff::Staff},
    storage::{self, Session},
};

/// Hours after which it ends in any case.
pub const VIEW_HOURS: i64 = 1;

/// Why the portal is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// There is no such contact, or whoever asks does not see its customer.
    #[error("not found")]
    NotFound,
    /// It would show customers whom whoever asks does not see.
    #[error("it shows customers of others")]
    ShowsOthers,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::StorageError),
}

impl From<sqlx::Error> for ViewError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// Begins to look, and returns the token of the session, for the cookie.
///
/// # Errors
/// `NotFound`, `ShowsOthers`.
pub async fn begin(world: &World, staff: &Staff, id: ContactId) -> Result<String, ViewError> {
    let mut session = world.db.begin().await?;
    let contact = storage::contacts::find(&mut session, id).await?.ok_or(ViewError::NotFound)?;
    let customer_id = contact.customer_id;
    if !sees(&mut session, staff, customer_id).await? {
        return Err(ViewError::NotFound);
    }
    let (all, seen) =
        storage::hierarchy::count_paid_for(&mut session, customer_id, staff.sight()).await?;
    if all != seen {
        return Err(ViewError::ShowsOthers);
    }
    let secret = world.new_secret();
    let hash = token::hash(&secret);
    let now = world.now();
    storage::sign_in::insert_view(&mut session, &hash, &contact.email, customer_id, staff.id, now)
        .await?;
    let after = history::facts([("contact", &contact.email)]);
    let activity = Activity::new(ActivityKind::PortalViewed, &staff.actor(), after);
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(secret)
}

/// Whether somebody who looks may go on: what allowed it may have been taken away since.
///
/// # Errors
/// When the database fails.
pub(super) async fn may_go_on(
    session: &mut Session,
    viewer_id: StaffUserId,
    customer_id: CustomerId,
) -> Result<bool, storage::StorageError> {
    let Some(user) = storage::staff::find(session, viewer_id).await? else { return Ok(false) };
    let duties: Duties = user.duties.into();
    if !user.is_active || !duties.permissions.has(Permission::Customers) {
        return Ok(false);
    }
    let sight = if duties.own_customers_only { Sight::Own(viewer_id) } else { Sight::All };
    if storage::customers::find_seen(session, customer_id, sight).await?.is_none() {
        return Ok(false);
    }
    let (all, seen) = storage::hierarchy::count_paid_for(session, customer_id, sight).await?;
    Ok(all == seen)
}
