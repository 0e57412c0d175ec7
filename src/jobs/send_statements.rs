//! Mailing the statements of a month.

use super::JobError;
use crate::services::{World, letters::LetterRun, statements};

/// Sees to the statements of some customers.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, portal_url: &str, job: &LetterRun) -> Result<(), JobError> {
    statements::send_some(world, portal_url, job).await.map_err(JobError::retry)
}
