//! The seller: one row.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{company::CompanyProfile, policy::PaymentPolicy};

/// The seller as stored; nothing until something was saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanyRow {
    profile: Option<String>,
    payment_policy: Option<String>,
}

impl CompanyRow {
    /// The profile and the rules; the defaults until something was saved.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(&self) -> Result<(CompanyProfile, PaymentPolicy), StorageError> {
        let unreadable =
            |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
        let (Some(profile), Some(policy)) = (&self.profile, &self.payment_policy) else {
            return Ok(Default::default());
        };
        let profile = serde_json::from_str(profile).map_err(unreadable)?;
        Ok((profile, serde_json::from_str(policy).map_err(unreadable)?))
    }
}

/// The seller.
pub async fn find(session: &mut Session) -> Result<CompanyRow, StorageError> {
    let row = sql!(
        session,
        fetch_optional as CompanyRow,
        "SELECT profile, payment_policy FROM company WHERE id = 'company'"
    )?;
    Ok(row.unwrap_or_default())
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
