//! A processor's message: its record is fetched and followed.

use serde::{Deserialize, Serialize};

use super::JobError;
use crate::{
    services::{World, payments},
    storage::{self, StorageError},
};

/// The kind of job.
pub const KIND: &str = "follow-event";

/// What it needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowEvent {
    /// The processor's record.
    pub intent_id: String,
}

/// Follows the record. A message that came before we kept the record's id waits for that.
///
/// # Errors
/// When the payment is not known yet, or the processor or the database fails.
pub async fn run(world: &World, job: &FollowEvent) -> Result<(), JobError> {
    let mut session = world.db.read().await.map_err(JobError::retry)?;
    let found: Result<_, StorageError> =
        storage::payments::find_by_intent(&mut session, &job.intent_id).await;
    drop(session);
    let payment = found.map_err(JobError::retry)?;
    let payment = payment.ok_or_else(|| JobError::retry("the payment is not known yet"))?;
    payments::look_up(world, payment.id, "webhook").await.map_err(JobError::retry)?;
    Ok(())
}
