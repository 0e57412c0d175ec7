//! Importing an uploaded file.

use super::JobError;
use crate::services::{
    World,
    import::{RunImport, run, uploads::Uploads},
};

/// Runs the import to its end.
///
/// # Errors
/// When the database fails.
pub async fn run(world: &World, uploads: &Uploads, job: &RunImport) -> Result<(), JobError> {
    let upload = uploads.find(&job.upload_id).await;
    let upload = upload.ok_or_else(|| JobError::give_up("the uploaded file is gone"))?;
    run::run(world, job, &upload.file).await.map_err(JobError::retry)
}
