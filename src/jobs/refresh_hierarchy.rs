//! Working out who pays for whom, after a setting changed.

use super::JobError;
use crate::services::{
    World,
    hierarchy::{self, RefreshHierarchy},
};

/// Works it out for everybody.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, job: &RefreshHierarchy) -> Result<(), JobError> {
    hierarchy::refresh(world, &job.actor).await.map_err(JobError::retry)
}
