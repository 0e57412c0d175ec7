//! The sandbox processor: a payment processor of our own in which no money moves, shaped after
//! Stripe's. It is another company: the rest of the system reaches it only over HTTP, through the
//! gateway client of the same name, and it has its own pages, style and tables.
//!
//! `api` takes requests, `command` reads them, `execute` carries them out, each in one transaction
//! together with the key of the request; `charge` holds the rules, without input or output; `tick`
//! lets happen what is due and `deliver` sends messages; `pages` is what people see; `numbers`
//! lists the test numbers and `faults` the ways to misbehave. May import `domain` and
//! `storage::{db, error}`; all SQL is in `book`.
//!
//! # Decisions
//! * 2026-11-22: what a card or account does is looked up when it is added. The number itself is
//!   dropped there and then; identifiers are written in letters, so that a search of the tables
//!   for card numbers finds nothing at all.
//! * 2026-11-22: an intent that was refused stays refused. Stripe lets it be confirmed again with
//!   another method; our payments never do that, and a repeated confirmation must not charge.
//! * 2026-11-22: set-up sessions may be made without an idempotency key. Nothing is charged there,
//!   and a repeat is merely another page.
//! * 2026-11-22: the numbers that are declined decline when charged, not when saved, so that every
//!   refusal can be seen from the payer's side.

mod answer;
mod api;
mod book;
mod charge;
mod command;
mod customer;
mod deliver;
mod event;
mod execute;
mod faults;
mod intent;
mod method;
mod numbers;
mod object;
mod pages;
mod params;
mod refund;
mod router;
mod secret;
mod session;
#[cfg(test)]
mod tests;
mod tick;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::{DateTime, Utc};

pub use book::ChargeTotal;
pub use faults::{Call, Fault, Faults};
pub use router::router;
pub use tick::TickReport;

use crate::{
    domain::clock::{Clock, Entropy},
    storage::{db::Db, error::StorageError},
};

/// What the processor is told when it is opened.
pub struct SandboxSettings {
    /// What callers of its interface must send as a bearer token.
    pub secret_key: String,
    /// What its messages are signed with.
    pub webhook_secret: String,
    /// Where its messages go.
    pub webhook_url: String,
    /// Where its pages are, without a slash at the end: `http://127.0.0.1:3000/sandbox`.
    pub public_url: String,
    /// What its messages are sent with; it should follow no redirects and have time-outs.
    pub http: reqwest::Client,
    /// How to misbehave.
    pub faults: Faults,
}

/// The processor's book failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SandboxError(#[from] StorageError);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: SandboxSettings,
    /// The path under which the pages are.
    base_path: String,
    /// Keys of the requests that are being worked on.
    running: Mutex<HashSet<String>>,
    /// How many identifiers were made.
    id_count: AtomicU32,
}

/// The processor. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

impl Sandbox {
    /// Opens the processor on a migrated database.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        mut settings: SandboxSettings,
    ) -> Self {
        settings.public_url = settings.public_url.trim_end_matches('/').to_owned();
        let base_path = reqwest::Url::parse(&settings.public_url)
            .map_or_else(|_| "/sandbox".to_owned(), |url| url.path().to_owned());
        let base_path = base_path.trim_end_matches('/').to_owned();
        let running = Mutex::new(HashSet::new());
        let id_count = AtomicU32::new(0);
        let inner = Inner { db, clock, entropy, settings, base_path, running, id_count };
        Self { inner: Arc::new(inner) }
    }

    /// Successful charges for each of the receiver's payments: what a test compares our ledger
    /// with.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn charges(&self) -> Result<Vec<ChargeTotal>, SandboxError> {
        let mut session = self.read().await?;
        Ok(book::all_charge_totals(&mut session).await?)
    }

    /// The knobs.
    pub fn faults(&self) -> &Faults {
        &self.inner.settings.faults
    }

    fn settings(&self) -> &SandboxSettings {
        &self.inner.settings
    }

    fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    fn entropy(&self) -> &dyn Entropy {
        self.inner.entropy.as_ref()
    }

    /// A new identifier, which sorts after those made before.
    fn id(&self, prefix: &str, now: DateTime<Utc>) -> String {
        let count = self.inner.id_count.fetch_add(1, Ordering::Relaxed);
        secret::ordered_id(prefix, now, count, self.entropy())
    }

    fn public_url(&self) -> &str {
        &self.inner.settings.public_url
    }

    fn setup_url(&self, id: &str) -> String {
        format!("{}/setup/{id}", self.public_url())
    }

    fn base_path(&self) -> &str {
        &self.inner.base_path
    }

    async fn read(&self) -> Result<crate::storage::db::Session, StorageError> {
        Ok(self.inner.db.read().await?)
    }

    async fn begin(&self) -> Result<crate::storage::db::Session, StorageError> {
        Ok(self.inner.db.begin().await?)
    }
}
