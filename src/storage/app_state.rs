//! Small values of the installation: the clock's offset, generated secrets.

use super::{db::Session, db::sql, error::StorageError};

/// The value of a key.
pub async fn find(session: &mut Session, key: &str) -> Result<Option<String>, StorageError> {
    sql!(session, optional String, "SELECT value FROM app_state WHERE key = $1", key)
}

/// Sets a key.
pub async fn update(session: &mut Session, key: &str, value: &str) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO app_state (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key,
        value
    )?;
    Ok(())
}

/// Moves a key ahead to a value, if what it is comes before that in the order of text; false when it
/// does not.
pub async fn advance(session: &mut Session, key: &str, value: &str) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO app_state (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value
             WHERE app_state.value < excluded.value",
        key,
        value
    )?;
    Ok(rows == 1)
}

/// Sets a key unless it is set, and returns what it then is.
pub async fn insert_once(
    session: &mut Session,
    key: &str,
    value: &str,
) -> Result<String, StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO app_state (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
        key,
        value
    )?;
    sql!(session, scalar String, "SELECT value FROM app_state WHERE key = $1", key)
}
