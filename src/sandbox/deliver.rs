//! Sends messages to the receiver, again and again until it takes them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::{
    Sandbox,
    book::{self, EventRow},
    event::{self, EventKind},
    secret::signature,
};
use crate::storage::error::StorageError;

/// How many messages are sent in one go.
const BATCH_SIZE_MAX: i64 = 200;
/// How long the receiver may take, in real time.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long nobody else sends a message that one of us is sending.
const LEASE: TimeDelta = TimeDelta::seconds(60);

impl Sandbox {
    /// Sends what is due, and counts what was taken and what was not.
    pub(super) async fn deliver_due(
        &self,
        now: DateTime<Utc>,
    ) -> Result<(usize, usize), StorageError> {
        let faults = self.faults().webhooks();
        let mut events = book::all_due_events(&mut self.read().await?, now, BATCH_SIZE_MAX).await?;
        if faults.reverse {
            events.reverse();
        }
        let (mut taken, mut failed) = (0, 0);
        for event in &events {
            let mut session = self.begin().await?;
            let is_ours = book::claim_event(&mut session, event, now, now + LEASE).await?;
            session.commit().await?;
            if !is_ours {
                continue;
            }
            if self.deliver(event).await? {
                taken += 1;
            } else {
                failed += 1;
            }
        }
        Ok((taken, failed))
    }

    async fn deliver(&self, event: &EventRow) -> Result<bool, StorageError> {
        let faults = self.faults().webhooks();
        let mut status = 200;
        if !faults.lose {
            status = self.send(&event.body).await;
            for _ in 0..faults.duplicates {
                self.send(&event.body).await;
            }
            if faults.stray {
                self.send(&self.stray()).await;
            }
        }
        let now = self.now();
        let is_taken = (200..300).contains(&status);
        let first_try_at = event.first_try_at.unwrap_or(now);
        let next_try_at =
            if is_taken { None } else { event::next_try(event.tries + 1, first_try_at, now) };
        let mut session = self.begin().await?;
        book::update_event(&mut session, &event.id, status, next_try_at).await?;
        session.commit().await?;
        Ok(is_taken)
    }

    /// Sends a message once; 0 when there is no answer.
    async fn send(&self, body: &str) -> i64 {
        let settings = self.settings();
        let sent = settings
            .http
            .post(&settings.webhook_url)
            .header(CONTENT_TYPE, "application/json")
            .header("sandbox-signature", signature(&settings.webhook_secret, self.now(), body))
            .timeout(TIMEOUT)
            .body(body.to_owned())
            .send()
            .await;
        sent.map_or(0, |answer| i64::from(answer.status().as_u16()))
    }

    /// A message about a charge of nobody's.
    fn stray(&self) -> String {
        let now = self.now();
        let object =
            json!({ "id": self.id("pi", now), "object": "payment_intent", "status": "succeeded" });
        event::body(&self.id("evt", now), EventKind::IntentSucceeded, &object, now)
    }
}
