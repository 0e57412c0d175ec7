//! What every use case needs from outside: the database, the time, randomness, the processor.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::clock::{Clock, Entropy, uuid_v7},
    gateways::gateway::Gateway,
    storage::Db,
};

/// The world as a use case sees it. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The payment processor.
    pub gateway: Arc<dyn Gateway>,
}

impl World {
    /// Now, as both databases can store it.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new identifier.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(uuid_v7(self.now(), self.entropy.as_ref()))
    }

    /// A new secret of 256 bits, in hexadecimal.
    pub fn new_secret(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// A new secret of 256 bits for an address: 43 characters of base64url.
    pub fn new_key(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.entropy.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A number below `limit` that nobody can foresee, without a bias worth mentioning.
    pub fn random_below(&self, limit: u32) -> u32 {
        let mut bytes = [0_u8; 8];
        self.entropy.fill(&mut bytes);
        let wide = u64::from_le_bytes(bytes);
        u32::try_from(wide % u64::from(limit.max(1))).unwrap_or(0)
    }
}
