//! Handing work to the queue, in the transaction of what makes it necessary.

use serde::Serialize;

use crate::{
    domain::ids::JobId,
    services::World,
    storage::{self, Session, StorageError},
};

/// Queues a job that is due now; one with the same key that is still here wins. The caller commits.
///
/// # Errors
/// When the database fails.
pub async fn once(
    session: &mut Session,
    world: &World,
    (kind, key): (&str, &str),
    payload: &impl Serialize,
) -> Result<(), StorageError> {
    let payload = serde_json::to_string(payload)
        .map_err(|error| StorageError::Inconsistent(format!("job: {error}")))?;
    let now = world.now();
    storage::queue::insert_once(session, world.new_id(), kind, &payload, key, now, now).await
}

/// Queues a job that is due now, whatever is here of its kind: what runs already may have read what
/// was before. The caller commits.
pub(super) async fn anew(
    session: &mut Session,
    world: &World,
    kind: &str,
    payload: &impl Serialize,
) -> Result<(), StorageError> {
    let key = format!("{kind}:{}", world.new_id::<JobId>());
    once(session, world, (kind, &key), payload).await
}
