//! The worker.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::{JobError, follow_event, run_import, send_message};
use crate::{
    clock::MovableClock,
    email::Transport,
    pdf::Engine,
    services::{
        World,
        import::{RUN_IMPORT, uploads::Uploads},
        mail::SEND_MESSAGE,
        payments,
    },
    storage::{self, StorageError, queue::JobRow},
};

/// Seconds after which a worker that has not come back is taken for dead.
const LEASE_SECONDS: i64 = 600;

/// Seconds until the next try, by tries so far; after the last one a job is parked.
const RETRY_AFTER_SECONDS: [i64; 9] = [1, 5, 15, 60, 300, 1800, 7200, 21_600, 43_200];

/// How often the queue is looked at when nothing is said to have changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often payments in doubt and the clock are looked after.
const TEND_EVERY: Duration = Duration::from_secs(5);

/// How often sessions and counters that are over are removed.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Takes jobs and runs them.
#[derive(Clone)]
pub struct Worker {
    /// The world.
    pub world: World,
    /// The clock, to follow its offset.
    pub clock: MovableClock,
    /// The mail server.
    pub transport: Transport,
    /// The printer of documents.
    pub pdf: Arc<Engine>,
    /// Uploaded files.
    pub uploads: Uploads,
}

impl Worker {
    /// Runs until told to stop; the job at hand is finished first.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let mut stopped = stop.clone();
        let mut tend = tokio::time::interval(TEND_EVERY);
        let mut forget = tokio::time::interval(FORGET_EVERY);
        loop {
            tokio::select! {
                () = async { _ = stopped.wait_for(|stop| *stop).await } => return,
                _ = tend.tick() => self.tend().await,
                _ = forget.tick() => {
                    if let Err(error) = self.forget().await {
                        tracing::warn!(%error, "old rows cannot be removed");
                    }
                }
                () = tokio::time::sleep(LOOK_EVERY) => {
                    if let Err(error) = self.drain(&stop).await {
                        tracing::error!(%error, "the queue cannot be read");
                    }
                }
            }
        }
    }

    /// What is due again and again.
    async fn tend(&self) {
        if let Err(error) = self.clock.refresh(&self.world.db).await {
            tracing::warn!(%error, "the clock's offset cannot be read");
        }
        if let Err(error) = payments::resolve_doubts(&self.world).await {
            tracing::error!(%error, "payments in doubt cannot be resolved");
        }
    }

    async fn forget(&self) -> Result<(), StorageError> {
        let before = self.world.now() - TimeDelta::days(2);
        let mut session = self.world.db.begin().await?;
        storage::counters::delete_old(&mut session, before).await?;
        storage::sign_in::delete_old(&mut session, before).await?;
        session.commit().await?;
        Ok(())
    }

    /// Runs every job that is due, until none is left or it is told to stop. Returns how many.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn drain(&self, stop: &watch::Receiver<bool>) -> Result<usize, StorageError> {
        let mut done = 0;
        while !*stop.borrow() && self.run_next().await? {
            done += 1;
        }
        Ok(done)
    }

    /// Runs the next job that is due; false when there is none.
    async fn run_next(&self) -> Result<bool, StorageError> {
        let now = self.world.now();
        let mut session = self.world.db.begin().await?;
        let until = now + TimeDelta::seconds(LEASE_SECONDS);
        let job = storage::queue::claim(&mut session, now, until).await?;
        session.commit().await?;
        let Some(job) = job else { return Ok(false) };
        let outcome = self.run_one(&job).await;
        let mut session = self.world.db.begin().await?;
        match outcome {
            Ok(()) => {
                storage::queue::delete_done(&mut session, job.id, job.tries).await?;
            }
            Err(error) => self.put_back(&mut session, &job, &error).await?,
        }
        session.commit().await?;
        Ok(true)
    }

    async fn put_back(
        &self,
        session: &mut storage::Session,
        job: &JobRow,
        error: &JobError,
    ) -> Result<(), StorageError> {
        let tried = usize::try_from(job.tries).unwrap_or(usize::MAX).saturating_sub(1);
        let text = error.to_string();
        match (error, RETRY_AFTER_SECONDS.get(tried)) {
            (JobError::Retry(_), Some(seconds)) => {
                tracing::info!(job.id = %job.id, job.kind, error = text, "job put back");
                let run_at = self.world.now() + TimeDelta::seconds(*seconds);
                storage::queue::update_retry(session, job.id, job.tries, run_at, &text).await
            }
            _ => {
                tracing::error!(job.id = %job.id, job.kind, error = text, "job parked");
                storage::queue::update_parked(session, job.id, job.tries, &text).await
            }
        }
    }

    async fn run_one(&self, job: &JobRow) -> Result<(), JobError> {
        match job.kind.as_str() {
            SEND_MESSAGE => {
                let job = read(job)?;
                send_message::run(&self.world, &self.transport, &self.pdf, &job).await
            }
            RUN_IMPORT => {
                let job = read(job)?;
                run_import::run(&self.world, &self.uploads, &job).await
            }
            follow_event::KIND => follow_event::run(&self.world, &read(job)?).await,
            kind => Err(JobError::give_up(format!("nobody knows jobs of the kind {kind:?}"))),
        }
    }
}

fn read<T: DeserializeOwned>(job: &JobRow) -> Result<T, JobError> {
    serde_json::from_str(&job.payload).map_err(JobError::give_up)
}
