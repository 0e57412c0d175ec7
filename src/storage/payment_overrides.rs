//! What customers are granted otherwise than everybody.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    ids::CustomerId,
    payment_override::{OnlinePayments, PaymentOverrides},
};

/// Reads the stored JSON.
///
/// # Errors
/// When it cannot be read.
pub fn read(text: &str) -> Result<PaymentOverrides, StorageError> {
    serde_json::from_str(text)
        .map_err(|error| StorageError::Inconsistent(format!("payment overrides: {error}")))
}

/// What a customer is granted, and how often it was written; none when there is no such customer.
pub async fn find(
    session: &mut Session,
    id: CustomerId,
) -> Result<Option<(PaymentOverrides, i64)>, StorageError> {
    let row = sql!(
        session,
        fetch_optional as (String, i64),
        "SELECT payment_overrides, payment_overrides_version FROM customers WHERE id = $1",
        id
    )?;
    row.map(|(text, version)| Ok((read(&text)?, version))).transpose()
}

/// Writes what a customer is granted; false when it is not of that version any more.
pub async fn update(
    session: &mut Session,
    id: CustomerId,
    overrides: &PaymentOverrides,
    version: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let text = serde_json::to_string(overrides)
        .map_err(|error| StorageError::Inconsistent(format!("payment overrides: {error}")))?;
    let until = match overrides.online {
        OnlinePayments::Disabled { until, .. } => until,
        OnlinePayments::Portal | OnlinePayments::PayLink => None,
    };
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET payment_overrides = $3, online_disabled_until = $4, updated_at = $5,
             payment_overrides_version = payment_overrides_version + 1
         WHERE id = $1 AND payment_overrides_version = $2",
        id,
        version,
        text,
        until,
        now
    )?;
    Ok(rows == 1)
}

/// Customers who may pay online again since a day before `today`, at most `limit`.
pub async fn all_returned(
    session: &mut Session,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<CustomerId>, StorageError> {
    sql!(
        session,
        scalars CustomerId,
        "SELECT id FROM customers
         WHERE online_disabled_until IS NOT NULL AND online_disabled_until < $1
         ORDER BY online_disabled_until, id LIMIT $2",
        today,
        limit
    )
}
