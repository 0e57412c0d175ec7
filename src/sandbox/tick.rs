//! What happens by itself: timers that are due, then messages that are due.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{
    Sandbox, SandboxError,
    api::KEYS_ARE_KEPT_FOR,
    book::{self, TimerRow},
    charge::{self, Action, Changes},
    event::EventKind,
    execute::behaviour_of,
    intent::{Intent, Status},
    refund::{Refund, RefundStatus},
};
use crate::storage::{db::Session, error::StorageError};

/// How often the loop looks, in real time.
const LOOKS_EVERY: Duration = Duration::from_millis(500);

/// What a tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Timers that fired.
    pub timers_fired: usize,
    /// Messages that were taken by the receiver.
    pub webhooks_taken: usize,
    /// Messages that were sent in vain.
    pub webhooks_failed: usize,
}

impl Sandbox {
    /// Lets everything happen that is due by now: timers in the order they are due, each as if it
    /// were then, and after them the messages.
    ///
    /// # Errors
    /// When the book fails. What was done until then stays done.
    pub async fn tick(&self) -> Result<TickReport, SandboxError> {
        let now = self.now();
        let mut report = TickReport::default();
        // What fires may set another timer that is due as well: look again each time.
        while self.fire_next(now).await? {
            report.timers_fired += 1;
        }
        (report.webhooks_taken, report.webhooks_failed) = self.deliver_due(now).await?;
        if report != TickReport::default() {
            // Not on every look: it would keep taking the database's one write connection.
            let mut session = self.begin().await?;
            book::delete_keys_before(&mut session, now - KEYS_ARE_KEPT_FOR).await?;
            session.commit().await.map_err(StorageError::from)?;
        }
        Ok(report)
    }

    /// Ticks twice a second until told to stop.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut interval = tokio::time::interval(LOOKS_EVERY);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                _ = interval.tick() => {}
            }
            if let Err(error) = self.tick().await {
                tracing::error!(%error, "the sandbox processor missed a tick");
            }
        }
    }

    /// Fires the timer that is due first. Whoever takes it out of the book fires it, and the
    /// transaction lets both happen or neither.
    async fn fire_next(&self, now: DateTime<Utc>) -> Result<bool, StorageError> {
        let due = book::find_due_timer(&mut self.read().await?, now).await?;
        let Some(timer) = due else { return Ok(false) };
        let mut session = self.begin().await?;
        if book::delete_timer(&mut session, &timer.id).await? {
            self.fire(&mut session, &timer).await?;
        }
        session.commit().await?;
        Ok(true)
    }

    async fn fire(&self, session: &mut Session, timer: &TimerRow) -> Result<(), StorageError> {
        let action: Action = serde_json::from_str(&timer.action)
            .map_err(|error| StorageError::Inconsistent(format!("a sandbox timer: {error}")))?;
        match action {
            Action::RefundSucceeds | Action::RefundFails => {
                self.finish_refund(session, &timer.object_id, action, timer.due_at).await
            }
            _ => self.advance_intent(session, &timer.object_id, action, timer.due_at).await,
        }
    }

    async fn advance_intent(
        &self,
        session: &mut Session,
        id: &str,
        action: Action,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let Some(mut intent) = book::lock::<Intent>(session, id).await? else { return Ok(()) };
        let is_processing = intent.status == Status::Processing;
        let changes = match action {
            Action::Settle if is_processing => {
                let behaviour = behaviour_of(session, &intent).await?;
                charge::succeed(&mut intent, behaviour, now)
            }
            Action::Return(code) if is_processing => {
                charge::refuse(&mut intent, charge::returned(code))
            }
            Action::ReturnLate(code) => {
                charge::take_back(&mut intent, self.id("dp", now), Some(code), now)
            }
            Action::Dispute => charge::take_back(&mut intent, self.id("dp", now), None, now),
            _ => Changes::default(),
        };
        self.record(session, &intent, changes, now).await
    }

    async fn finish_refund(
        &self,
        session: &mut Session,
        id: &str,
        action: Action,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        // The charge is locked before the refund, as everywhere.
        let Some(refund) = book::find::<Refund>(session, id).await? else { return Ok(()) };
        let Some(mut intent) = book::lock::<Intent>(session, &refund.intent).await? else {
            return Ok(());
        };
        let Some(mut refund) = book::lock::<Refund>(session, id).await? else { return Ok(()) };
        let kind = if action == Action::RefundFails {
            refund.status = RefundStatus::Failed;
            intent.refunded -= refund.amount;
            book::update(session, &intent).await?;
            EventKind::RefundFailed
        } else {
            refund.status = RefundStatus::Succeeded;
            EventKind::RefundSucceeded
        };
        book::update(session, &refund).await?;
        self.announce_refund(session, &refund, kind, now).await
    }
}
