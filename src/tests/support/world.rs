//! A world whose time and randomness a test holds in its hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::clock::{Clock, Entropy},
    gateways::{gateway::Gateway, none::NoGateway},
    services::World,
    storage::Db,
};

/// A clock that stands still until it is moved. It starts on 2026-03-05 at 15:00 UTC.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> Self {
        let start: DateTime<Utc> = "2026-03-05T15:00:00Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.timestamp_micros())))
    }
}

impl TestClock {
    /// Moves it ahead to an instant.
    pub fn advance_to(&self, instant: &str) {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        self.advance(instant - self.now());
    }

    /// Moves it ahead.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        // A microsecond passes with every look, as in life: rows made one after the other differ.
        let micros = self.0.fetch_add(1, Ordering::SeqCst);
        DateTime::from_timestamp_micros(micros).unwrap()
    }
}

/// Randomness that is the same in every run (SplitMix64).
#[derive(Debug)]
pub struct TestEntropy(AtomicU64);

impl TestEntropy {
    /// Randomness of a seed.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let bytes = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// A world on a database, with a clock and a processor.
pub fn world_with(db: &Db, clock: &TestClock, gateway: Arc<dyn Gateway>) -> World {
    World {
        db: db.clone(),
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(TestEntropy::new(u64::from(std::process::id()) << 20)),
        gateway,
    }
}

/// A world on a database, without a processor.
pub fn world(db: &Db) -> World {
    world_with(db, &TestClock::default(), Arc::new(NoGateway))
}

/// Fails when an invariant of the books does not hold.
pub async fn assert_books_hold(db: &Db) {
    let mut session = db.read().await.unwrap();
    for invariant in crate::storage::verify::INVARIANTS {
        let finding = crate::storage::verify::check(&mut session, invariant).await.unwrap();
        assert_eq!(finding.offender, None, "{}", invariant.name);
    }
}
