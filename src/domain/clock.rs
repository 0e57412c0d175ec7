//! Time and randomness as arguments.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Answers what time it is. Nothing else may.
pub trait Clock: Send + Sync {
    /// Now, in UTC, truncated to microseconds: both databases then store the same value.
    fn now(&self) -> DateTime<Utc>;
}

/// Fills buffers with unpredictable bytes. Nothing else may.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// Truncates an instant to what both databases can store.
pub fn storable(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

/// Makes a UUID version 7 out of an instant and random bytes.
pub fn uuid_v7(now: DateTime<Utc>, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0_u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
