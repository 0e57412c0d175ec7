//! Following the calendar and the habits of customers in what is expected of open invoices.

use super::JobError;
use crate::services::{
    World,
    expectations::{self, RefreshExpectations},
};

/// Brings it up to date.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, job: &RefreshExpectations) -> Result<(), JobError> {
    expectations::refresh(world, job.customer_id).await.map_err(JobError::retry)
}
