//! The worker.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::{
    JobError, follow_event, refresh_expectations, refresh_hierarchy, run_autopay, run_import,
    send_message, send_reminders, send_statements,
};
use crate::{
    clock::MovableClock,
    email::Transport,
    pdf::Engine,
    services::{
        World,
        autopay::{self, RUN_AUTOPAY},
        expectations::{self, REFRESH_EXPECTATIONS},
        files,
        hierarchy::REFRESH_HIERARCHY,
        import::{RUN_IMPORT, uploads::Uploads},
        mail::{SEND_LETTER, SEND_MESSAGE},
        payment_overrides, payments, promises,
        reminders::{self, SEND_REMINDERS},
        statements::{self, SEND_STATEMENTS},
        tasks,
    },
    storage::{self, StorageError, queue::JobRow},
    vault::Vault,
};

/// Seconds after which a worker that has not come back is taken for dead.
const LEASE_SECONDS: i64 = 600;

/// Seconds until the next try, by tries so far; after the last one a job is parked.
const RETRY_AFTER_SECONDS: [i64; 9] = [1, 5, 15, 60, 300, 1800, 7200, 21_600, 43_200];

/// How often the queue is looked at when nothing is said to have changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often payments in doubt and the clock are looked after.
const TEND_EVERY: Duration = Duration::from_secs(5);

/// Days for which an uploaded file is kept.
const UPLOAD_DAYS: i64 = 7;

/// Minutes after which contents of a document that no row has are nobody's.
const ORPHAN_MINUTES: i64 = 60;

/// How often sessions and counters that are over are removed.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Jobs that go on beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Imports,
    Mail,
    Letters,
    Expectations,
    Charges,
    Rest,
}

impl Lane {
    const ALL: [Self; 6] =
        [Self::Imports, Self::Mail, Self::Letters, Self::Expectations, Self::Charges, Self::Rest];
}

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
    /// Documents.
    pub vault: Vault,
    /// The address of the portal, for links in mail.
    pub portal_url: String,
}

impl Worker {
    /// Runs until told to stop; the job at hand is finished first.
    ///
    /// The lanes of the queue and the looking-after go on beside each other: a long import or a
    /// mail server that hangs keeps no payment from being followed.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        let [imports, mail, letters, expectations, charges, rest] =
            Lane::ALL.map(|lane| self.run_lane(lane, stop.clone()));
        tokio::join!(imports, mail, letters, expectations, charges, rest, self.look_after(stop));
    }

    async fn run_lane(&self, lane: Lane, stop: watch::Receiver<bool>) {
        let mut stopped = stop.clone();
        loop {
            tokio::select! {
                () = async { _ = stopped.wait_for(|stop| *stop).await } => return,
                () = tokio::time::sleep(LOOK_EVERY) => {
                    if let Err(error) = self.drain_lane(lane, &stop).await {
                        tracing::error!(%error, "the queue cannot be read");
                    }
                }
            }
        }
    }

    async fn look_after(&self, stop: watch::Receiver<bool>) {
        let mut stopped = stop;
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
        if let Err(error) = autopay::follow_news(&self.world, &self.portal_url).await {
            tracing::error!(%error, "what became of autopay cannot be followed");
        }
        if let Err(error) = expectations::turn_day(&self.world).await {
            tracing::warn!(%error, "the new day cannot be followed");
        }
        if let Err(error) = statements::turn_month(&self.world).await {
            tracing::error!(%error, "monthly statements cannot be begun");
        }
        if let Err(error) = reminders::turn_day(&self.world).await {
            tracing::error!(%error, "reminders cannot be begun");
        }
        if let Err(error) = autopay::turn_day(&self.world).await {
            tracing::error!(%error, "autopay cannot be begun");
        }
    }

    async fn forget(&self) -> Result<(), StorageError> {
        payment_overrides::note_returned(&self.world).await?;
        tasks::tell_due(&self.world).await?;
        promises::tell_due(&self.world).await?;
        let before = self.world.now() - TimeDelta::days(2);
        let mut session = self.world.db.begin().await?;
        storage::counters::delete_old(&mut session, before).await?;
        storage::sign_in::delete_old(&mut session, before).await?;
        storage::staff_sessions::delete_old(&mut session, before).await?;
        storage::staff_codes::delete_old(&mut session, before).await?;
        session.commit().await?;
        let before = self.world.now() - TimeDelta::days(UPLOAD_DAYS);
        if let Err(error) = self.uploads.forget(before.into()).await {
            tracing::warn!(%error, "old uploads cannot be removed");
        }
        // Files and buckets know only the clock on the wall.
        let offset = TimeDelta::seconds(self.clock.offset_seconds());
        let noted = self.world.now() - TimeDelta::minutes(ORPHAN_MINUTES);
        match files::sweep(&self.world, &self.vault, noted, noted - offset).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "documents without a row were removed"),
            Err(error) => tracing::warn!(%error, "documents without a row cannot be removed"),
        }
        Ok(())
    }

    /// Runs every job that is due, until none is left or it is told to stop. Returns how many.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn drain(&self, stop: &watch::Receiver<bool>) -> Result<usize, StorageError> {
        let mut done = 0;
        for lane in Lane::ALL {
            done += self.drain_lane(lane, stop).await?;
        }
        Ok(done)
    }

    async fn drain_lane(
        &self,
        lane: Lane,
        stop: &watch::Receiver<bool>,
    ) -> Result<usize, StorageError> {
        let mut done = 0;
        while !*stop.borrow() && self.run_next(lane).await? {
            done += 1;
        }
        Ok(done)
    }

    /// Runs the next job of a lane that is due; false when there is none.
    async fn run_next(&self, lane: Lane) -> Result<bool, StorageError> {
        let now = self.world.now();
        let mut session = self.world.db.begin().await?;
        let until = now + TimeDelta::seconds(LEASE_SECONDS);
        let kinds = [RUN_IMPORT, SEND_MESSAGE, SEND_LETTER, REFRESH_EXPECTATIONS, RUN_AUTOPAY];
        let job = match lane {
            Lane::Imports => storage::queue::claim(&mut session, now, until, RUN_IMPORT).await?,
            Lane::Mail => storage::queue::claim(&mut session, now, until, SEND_MESSAGE).await?,
            Lane::Letters => storage::queue::claim(&mut session, now, until, SEND_LETTER).await?,
            Lane::Expectations => {
                storage::queue::claim(&mut session, now, until, REFRESH_EXPECTATIONS).await?
            }
            Lane::Charges => storage::queue::claim(&mut session, now, until, RUN_AUTOPAY).await?,
            Lane::Rest => storage::queue::claim_other(&mut session, now, until, kinds).await?,
        };
        session.commit().await?;
        let Some(job) = job else { return Ok(false) };
        // A job that ended its process each time it was tried is not tried for ever.
        let ended =
            usize::try_from(job.tries).unwrap_or(usize::MAX) > RETRY_AFTER_SECONDS.len() + 1;
        let outcome = if ended && job.kind != follow_event::KIND {
            Err(JobError::give_up("it did not come to an end, however often it was tried"))
        } else {
            self.run_one(&job).await
        };
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
        let last = RETRY_AFTER_SECONDS.last();
        // What a processor says about money is never given up.
        let next =
            RETRY_AFTER_SECONDS.get(tried).or(last.filter(|_| job.kind == follow_event::KIND));
        match (error, next) {
            (JobError::Retry(_), Some(seconds)) => {
                tracing::info!(job.id = %job.id, job.kind, error = text, "job put back");
                let run_at = self.world.now() + TimeDelta::seconds(*seconds);
                storage::queue::update_retry(session, job.id, job.tries, run_at, &text).await
            }
            _ => {
                tracing::error!(job.id = %job.id, job.kind, error = text, "job parked");
                if matches!(job.kind.as_str(), SEND_MESSAGE | SEND_LETTER)
                    && let Ok(job) = read(job)
                {
                    send_message::gave_up(&self.world, session, &job).await?;
                }
                storage::queue::update_parked(session, job.id, job.tries, &text).await
            }
        }
    }

    async fn run_one(&self, job: &JobRow) -> Result<(), JobError> {
        match job.kind.as_str() {
            SEND_MESSAGE | SEND_LETTER => {
                let job = read(job)?;
                send_message::run(&self.world, &self.transport, &self.pdf, &self.portal_url, &job)
                    .await
            }
            RUN_IMPORT => {
                let job = read(job)?;
                run_import::run(&self.world, &self.uploads, &job).await
            }
            follow_event::KIND => follow_event::run(&self.world, &read(job)?).await,
            REFRESH_EXPECTATIONS => refresh_expectations::run(&self.world, &read(job)?).await,
            RUN_AUTOPAY => run_autopay::run(&self.world, &self.portal_url, &read(job)?).await,
            SEND_REMINDERS => send_reminders::run(&self.world, &self.portal_url, &read(job)?).await,
            SEND_STATEMENTS => {
                send_statements::run(&self.world, &self.portal_url, &read(job)?).await
            }
            REFRESH_HIERARCHY => refresh_hierarchy::run(&self.world, &read(job)?).await,
            kind => Err(JobError::give_up(format!("nobody knows jobs of the kind {kind:?}"))),
        }
    }
}

fn read<T: DeserializeOwned>(job: &JobRow) -> Result<T, JobError> {
    serde_json::from_str(&job.payload).map_err(JobError::give_up)
}
