//! The processor's own book: all the SQL of this room. Records are kept as JSON under their kind
//! and the record they belong to; what must be counted or found by time has columns of its own.

use chrono::{DateTime, Utc};

use super::{
    intent::Intent,
    object::{Object, decode, encode},
};
use crate::storage::{
    db::{Session, sql},
    error::StorageError,
};

/// Writes a new record.
pub(super) async fn insert<T: Object>(
    session: &mut Session,
    object: &T,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO sandbox_objects (id, kind, parent_id, body, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        object.id(),
        T::KIND,
        object.parent_id(),
        encode(object)?,
        now
    )?;
    Ok(())
}

/// A record.
pub(super) async fn find<T: Object>(
    session: &mut Session,
    id: &str,
) -> Result<Option<T>, StorageError> {
    let body = sql!(
        session,
        optional String,
        "SELECT body FROM sandbox_objects WHERE id = $1 AND kind = $2",
        id,
        T::KIND
    )?;
    body.map(|body| decode(&body)).transpose()
}

/// A record, which nobody else can change until the transaction ends.
pub(super) async fn lock<T: Object>(
    session: &mut Session,
    id: &str,
) -> Result<Option<T>, StorageError> {
    let body = sql!(
        session,
        optional String,
        "UPDATE sandbox_objects SET kind = kind WHERE id = $1 AND kind = $2 RETURNING body",
        id,
        T::KIND
    )?;
    body.map(|body| decode(&body)).transpose()
}

/// Writes what became of a record.
pub(super) async fn update<T: Object>(
    session: &mut Session,
    object: &T,
) -> Result<(), StorageError> {
    let actual = sql!(
        session,
        execute,
        "UPDATE sandbox_objects SET body = $2 WHERE id = $1",
        object.id(),
        encode(object)?
    )?;
    if actual == 1 { Ok(()) } else { Err(StorageError::RowsAffected { expected: 1, actual }) }
}

/// Records that belong to another, newest first, made at `since` or later, and older than the one
/// called `after`.
pub(super) async fn list<T: Object>(
    session: &mut Session,
    parent_id: &str,
    since: DateTime<Utc>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<T>, StorageError> {
    // One text for both cases: without a record to go on from, every record qualifies.
    let bodies = sql!(
        session,
        scalars String,
        "SELECT o.body FROM sandbox_objects o
         LEFT JOIN sandbox_objects a ON a.id = $4
         WHERE o.kind = $1 AND o.parent_id = $2 AND o.created_at >= $3
           AND (a.id IS NULL OR o.created_at < a.created_at
                OR (o.created_at = a.created_at AND o.id < a.id))
         ORDER BY o.created_at DESC, o.id DESC LIMIT $5",
        T::KIND,
        parent_id,
        since,
        after.unwrap_or_default(),
        limit
    )?;
    bodies.iter().map(|body| decode(body)).collect()
}

/// The newest records of a kind.
pub(super) async fn all_latest<T: Object>(
    session: &mut Session,
    limit: i64,
) -> Result<Vec<T>, StorageError> {
    let bodies = sql!(
        session,
        scalars String,
        "SELECT body FROM sandbox_objects WHERE kind = $1
         ORDER BY created_at DESC, id DESC LIMIT $2",
        T::KIND,
        limit
    )?;
    bodies.iter().map(|body| decode(body)).collect()
}

/// Money that came in for one of the receiver's payments.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChargeTotal {
    /// What the receiver calls the payment.
    pub payment_id: String,
    /// The currency.
    pub currency: String,
    /// Successful charges; more than one is a double charge.
    pub charge_count: i64,
    /// Their sum.
    pub amount_minor: i64,
}

/// Books a success. A second one of the same intent is refused by the table.
pub(super) async fn insert_charge(
    session: &mut Session,
    intent: &Intent,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO sandbox_charges
         (intent_id, payment_id, amount_minor, currency, fee_minor, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &intent.id,
        &intent.payment_id,
        intent.amount,
        intent.currency.code(),
        intent.fee.unwrap_or_default(),
        now
    )?;
    Ok(())
}

/// Successful charges by payment.
pub(super) async fn all_charge_totals(
    session: &mut Session,
) -> Result<Vec<ChargeTotal>, StorageError> {
    sql!(
        session,
        fetch_all as ChargeTotal,
        "SELECT payment_id, currency, COUNT(*) AS charge_count,
                CAST(SUM(amount_minor) AS BIGINT) AS amount_minor
         FROM sandbox_charges GROUP BY payment_id, currency ORDER BY payment_id, currency"
    )
}

/// A key that was used, with what was answered.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) fingerprint: String,
    pub(super) status: i64,
    pub(super) body: String,
}

/// Claims a key until the transaction ends; false when it was used since `forgotten_before`.
/// Whoever claims the same key meanwhile waits for the end of the transaction.
pub(super) async fn claim_key(
    session: &mut Session,
    key: &str,
    fingerprint: &str,
    now: DateTime<Utc>,
    forgotten_before: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO sandbox_keys (key, fingerprint, status, body, created_at)
         VALUES ($1, $2, 0, '', $3)
         ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, status = 0, body = '',
             created_at = excluded.created_at
         WHERE sandbox_keys.created_at < $4",
        key,
        fingerprint,
        now,
        forgotten_before
    )?;
    Ok(rows == 1)
}

/// What was answered under a key.
pub(super) async fn find_key(
    session: &mut Session,
    key: &str,
) -> Result<Option<KeyRow>, StorageError> {
    sql!(
        session,
        fetch_optional as KeyRow,
        "SELECT fingerprint, status, body FROM sandbox_keys WHERE key = $1",
        key
    )
}

/// Keeps what is answered under a key.
pub(super) async fn update_key(
    session: &mut Session,
    key: &str,
    status: i64,
    body: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE sandbox_keys SET status = $2, body = $3 WHERE key = $1",
        key,
        status,
        body
    )?;
    Ok(())
}

/// Forgets all keys used before an instant.
pub(super) async fn delete_keys_before(
    session: &mut Session,
    instant: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(session, execute, "DELETE FROM sandbox_keys WHERE created_at < $1", instant)?;
    Ok(())
}

/// Something that is going to happen.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct TimerRow {
    pub(super) id: String,
    pub(super) object_id: String,
    pub(super) action: String,
    pub(super) due_at: DateTime<Utc>,
}

/// Sets a timer.
pub(super) async fn insert_timer(
    session: &mut Session,
    timer: &TimerRow,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO sandbox_timers (id, object_id, action, due_at) VALUES ($1, $2, $3, $4)",
        &timer.id,
        &timer.object_id,
        &timer.action,
        timer.due_at
    )?;
    Ok(())
}

/// The timer that is due first.
pub(super) async fn find_due_timer(
    session: &mut Session,
    now: DateTime<Utc>,
) -> Result<Option<TimerRow>, StorageError> {
    sql!(
        session,
        fetch_optional as TimerRow,
        "SELECT id, object_id, action, due_at FROM sandbox_timers WHERE due_at <= $1
         ORDER BY due_at, id LIMIT 1",
        now
    )
}

/// Takes a timer; false when somebody else did.
pub(super) async fn delete_timer(session: &mut Session, id: &str) -> Result<bool, StorageError> {
    Ok(sql!(session, execute, "DELETE FROM sandbox_timers WHERE id = $1", id)? == 1)
}

/// A message.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct EventRow {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) object_id: String,
    pub(super) body: String,
    pub(super) tries: i64,
    /// What the receiver last answered; 0 when it could not be reached.
    pub(super) last_status: Option<i64>,
    pub(super) first_try_at: Option<DateTime<Utc>>,
    /// None: it was taken, or given up.
    pub(super) next_try_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
}

/// Keeps a message until it is taken.
pub(super) async fn insert_event(
    session: &mut Session,
    event: &EventRow,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO sandbox_events (id, kind, object_id, body, tries, next_try_at, created_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6)",
        &event.id,
        &event.kind,
        &event.object_id,
        &event.body,
        event.next_try_at,
        event.created_at
    )?;
    Ok(())
}

/// Messages that are due, oldest first.
pub(super) async fn all_due_events(
    session: &mut Session,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<EventRow>, StorageError> {
    sql!(
        session,
        fetch_all as EventRow,
        "SELECT id, kind, object_id, body, tries, last_status, first_try_at, next_try_at, created_at
         FROM sandbox_events WHERE next_try_at IS NOT NULL AND next_try_at <= $1
         ORDER BY created_at, id LIMIT $2",
        now,
        limit
    )
}

/// Takes a message for sending until `leased_until`; false when somebody else did.
pub(super) async fn claim_event(
    session: &mut Session,
    event: &EventRow,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE sandbox_events
         SET tries = tries + 1, next_try_at = $4, first_try_at = COALESCE(first_try_at, $3)
         WHERE id = $1 AND tries = $2 AND next_try_at IS NOT NULL",
        &event.id,
        event.tries,
        now,
        leased_until
    )?;
    Ok(rows == 1)
}

/// Notes what the receiver answered, and when to send again.
pub(super) async fn update_event(
    session: &mut Session,
    id: &str,
    last_status: i64,
    next_try_at: Option<DateTime<Utc>>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE sandbox_events SET last_status = $2, next_try_at = $3 WHERE id = $1",
        id,
        last_status,
        next_try_at
    )?;
    Ok(())
}

/// The newest messages.
pub(super) async fn all_latest_events(
    session: &mut Session,
    limit: i64,
) -> Result<Vec<EventRow>, StorageError> {
    sql!(
        session,
        fetch_all as EventRow,
        "SELECT id, kind, object_id, body, tries, last_status, first_try_at, next_try_at, created_at
         FROM sandbox_events ORDER BY created_at DESC, id DESC LIMIT $1",
        limit
    )
}
