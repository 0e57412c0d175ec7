//! The seller: one row.

use chrono::{DateTime, Utc};

use super::{db::Session, db::sql, error::StorageError};
use crate::domain::{company::CompanyProfile, policy::PaymentPolicy};

/// The seller's profile and rules; the defaults until something was saved.
pub async fn find(
    session: &mut Session,
) -> Result<Option<(CompanyProfile, PaymentPolicy)>, StorageError> {
    let row = sql!(
        session,
        fetch_optional as (String, String),
        "SELECT profile, payment_policy FROM company WHERE id = 'company'"
    )?;
    let Some((profile, policy)) = row else { return Ok(None) };
    let unreadable =
        |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
    Ok(Some((
        serde_json::from_str(&profile).map_err(unreadable)?,
        serde_json::from_str(&policy).map_err(unreadable)?,
    )))
}

/// Saves the seller's profile and rules.
pub async fn update(
    session: &mut Session,
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let unwritable =
        |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
    sql!(
        session,
        execute,
        "INSERT INTO company (id, profile, payment_policy, updated_at)
         VALUES ('company', $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET profile = excluded.profile,
             payment_policy = excluded.payment_policy, updated_at = excluded.updated_at",
        serde_json::to_string(profile).map_err(unwritable)?,
        serde_json::to_string(policy).map_err(unwritable)?,
        now
    )?;
    Ok(())
}
