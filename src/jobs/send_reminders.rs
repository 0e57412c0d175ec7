//! Mailing the reminders of a day.

use super::JobError;
use crate::services::{World, letters::LetterRun, reminders};

/// Sees to the reminders of some customers.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, portal_url: &str, job: &LetterRun) -> Result<(), JobError> {
    reminders::send_some(world, portal_url, job).await.map_err(JobError::retry)
}
