//! The real clock and the real randomness. The clock can be moved forward, in development and
//! demo only, so that months can be seen in minutes: the offset lies in the database, and every
//! process that shares it follows.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::clock::{Clock, Entropy, storable},
    storage::{self, Db, StorageError},
};

/// Under which key the offset lies in the database.
const OFFSET_KEY: &str = "clock-offset-seconds";

/// The most the clock may be moved ahead in all: ten years.
const OFFSET_SECONDS_MAX: i64 = 10 * 366 * 86_400;

/// The system's clock plus an offset.
#[derive(Clone, Debug, Default)]
pub struct MovableClock {
    offset_seconds: Arc<AtomicI64>,
}

impl MovableClock {
    /// How far ahead it is.
    pub fn offset_seconds(&self) -> i64 {
        self.offset_seconds.load(Ordering::Relaxed)
    }

    /// Follows the offset in the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, db: &Db) -> Result<(), StorageError> {
        let mut session = db.read().await?;
        let value = storage::app_state::find(&mut session, OFFSET_KEY).await?;
        let offset = value.and_then(|value| value.parse().ok()).unwrap_or(0);
        self.offset_seconds.store(offset, Ordering::Relaxed);
        Ok(())
    }

    /// Moves it ahead. It never goes back: what was done stays done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advance(&self, db: &Db, by: TimeDelta) -> Result<(), StorageError> {
        let mut session = db.begin().await?;
        let value = storage::app_state::find(&mut session, OFFSET_KEY).await?;
        let offset: i64 = value.and_then(|value| value.parse().ok()).unwrap_or(0);
        let offset = (offset + by.num_seconds().max(0)).min(OFFSET_SECONDS_MAX);
        storage::app_state::update(&mut session, OFFSET_KEY, &offset.to_string()).await?;
        session.commit().await?;
        self.offset_seconds.store(offset, Ordering::Relaxed);
        Ok(())
    }
}

impl Clock for MovableClock {
    #[expect(clippy::disallowed_methods, reason = "the one reader of the system's clock")]
    fn now(&self) -> DateTime<Utc> {
        storable(Utc::now() + TimeDelta::seconds(self.offset_seconds()))
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness there are no secrets, and nothing may go on.
        if getrandom::fill(buffer).is_err() {
            tracing::error!("the operating system gives no randomness");
            std::process::abort();
        }
    }
}
