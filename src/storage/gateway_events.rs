//! The inbox of processors' messages: each is acted on once.

use chrono::{DateTime, Utc};

use super::{db::Session, db::sql, error::StorageError};

/// Keeps a message; false when it was here before.
pub async fn insert_once(
    session: &mut Session,
    id: &str,
    gateway: &str,
    kind: &str,
    intent_id: &str,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO gateway_events (id, gateway, kind, intent_id, received_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
        id,
        gateway,
        kind,
        intent_id,
        now
    )?;
    Ok(rows == 1)
}
