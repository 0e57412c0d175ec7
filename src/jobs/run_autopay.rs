//! Charging invoices by themselves.

use super::JobError;
use crate::services::{
    World,
    autopay::{self, AutopayRun},
};

/// Sees to the invoices of some customers.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, portal_url: &str, job: &AutopayRun) -> Result<(), JobError> {
    autopay::run_some(world, portal_url, job).await.map_err(JobError::retry)
}
