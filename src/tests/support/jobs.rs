//! Jobs, taken one by one.

use chrono::TimeDelta;
use serde::de::DeserializeOwned;

use crate::{services::World, storage};

/// Takes the next job of a kind that is due out of the queue; what it needs to know.
pub async fn take<T: DeserializeOwned>(world: &World, kind: &str) -> Option<T> {
    let mut session = world.db.begin().await.unwrap();
    let now = world.now();
    let until = now + TimeDelta::minutes(10);
    let job = storage::queue::claim(&mut session, now, until, kind).await.unwrap()?;
    storage::queue::delete_done(&mut session, job.id, job.tries).await.unwrap();
    session.commit().await.unwrap();
    Some(serde_json::from_str(&job.payload).unwrap())
}
