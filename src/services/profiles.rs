//! Changing how a customer is reached.

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        ids::CustomerId,
        profile::{ChangedHere, Profile, is_of_books},
    },
    services::{World, change::ChangeError, customers::sees, history, staff::Staff},
    storage::{self, StorageError, customers::CustomerRow},
};

fn facts(profile: &Profile) -> Facts {
    let fields = profile.fields().into_iter();
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Changes how a customer is reached. `version` is that of what was read: what somebody else said
/// is not written over.
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`.
pub async fn change(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    version: i64,
    typed: &Profile,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    let customer = storage::profiles::lock(&mut session, id).await?;
    let customer = customer.ok_or(ChangeError::NotFound)?;
    let (before, now) = storage::profiles::find(&mut session, &customer).await?;
    if now != version {
        return Err(ChangeError::Changed);
    }
    let after = typed.read(&before, customer.synced_from).map_err(ChangeError::Invalid)?;
    let kind = ActivityKind::ProfileChanged;
    let Some(activity) = Activity::change(kind, &staff.actor(), facts(&before), facts(&after))
    else {
        return Ok(());
    };
    let mut here = customer.changed_here()?;
    for ((name, before), (_, after)) in before.fields().into_iter().zip(after.fields()) {
        if is_of_books(name) {
            here.note(name, before, after);
        }
    }
    let customer = CustomerRow { changed_here: write(&here)?, ..customer };
    let now = world.now();
    if !storage::profiles::update(&mut session, &customer, &after, version, now).await? {
        return Err(ChangeError::Changed);
    }
    Ok(history::write_and_commit(session, world, id, &activity).await?)
}

/// What was changed here, as it is stored.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(here: &ChangedHere) -> Result<String, StorageError> {
    serde_json::to_string(here)
        .map_err(|error| StorageError::Inconsistent(format!("changed here: {error}")))
}
