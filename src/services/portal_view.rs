//! Looking at the portal as one of a customer's contacts sees it: for an hour, changing nothing,
//! and kept in the customer's history.

use crate::{
    auth::token,
    domain::{
        activity::{Activity, ActivityKind},
        ids::ContactId,
        permission::Sight,
    },
    services::{World, customers::sees, history, staff::Staff},
    storage,
};

/// Hours after which it ends in any case.
pub const VIEW_HOURS: i64 = 1;

/// Customers paid for that are compared.
const PAID_FOR_MAX: i64 = 1000;

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
    if staff.sight() != Sight::All {
        let limit = PAID_FOR_MAX;
        let all =
            storage::hierarchy::all_paid_for(&mut session, customer_id, Sight::All, limit).await?;
        let seen =
            storage::hierarchy::all_paid_for(&mut session, customer_id, staff.sight(), limit)
                .await?;
        if all.len() != seen.len() {
            return Err(ViewError::ShowsOthers);
        }
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
