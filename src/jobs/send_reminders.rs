//! Mailing the reminders of a day.

use super::JobError;
use crate::services::{
    World,
    reminders::{self, SendReminders},
};

/// Sees to the reminders of some customers.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, portal_url: &str, job: &SendReminders) -> Result<(), JobError> {
    reminders::send_some(world, portal_url, job).await.map_err(JobError::retry)
}
