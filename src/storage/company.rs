//! The seller: one row.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    company::CompanyProfile, policy::PaymentPolicy, receivables::ReceivablesSettings,
};

/// The seller as stored; nothing until something was saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanyRow {
    profile: Option<String>,
    payment_policy: Option<String>,
    receivables: Option<String>,
}

impl CompanyRow {
    /// The profile, the rules and the settings; the defaults until something was saved.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(
        &self,
    ) -> Result<(CompanyProfile, PaymentPolicy, ReceivablesSettings), StorageError> {
        let unreadable =
            |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
        let (Some(profile), Some(policy), Some(receivables)) =
            (&self.profile, &self.payment_policy, &self.receivables)
        else {
            return Ok(Default::default());
        };
        Ok((
            serde_json::from_str(profile).map_err(unreadable)?,
            serde_json::from_str(policy).map_err(unreadable)?,
            serde_json::from_str(receivables).map_err(unreadable)?,
        ))
    }
}

/// The seller.
pub async fn find(session: &mut Session) -> Result<CompanyRow, StorageError> {
    let row = sql!(
        session,
        fetch_optional as CompanyRow,
        "SELECT profile, payment_policy, receivables FROM company WHERE id = 'company'"
    )?;
    Ok(row.unwrap_or_default())
}

/// The seller, held until the transaction ends: who pays for whom is worked out by one at a time.
pub async fn lock(session: &mut Session) -> Result<CompanyRow, StorageError> {
    let row = sql!(
        session,
        fetch_optional as CompanyRow,
        "UPDATE company SET updated_at = updated_at WHERE id = 'company'
         RETURNING profile, payment_policy, receivables"
    )?;
    Ok(row.unwrap_or_default())
}

/// Saves the seller's profile, rules and settings.
pub async fn update(
    session: &mut Session,
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    receivables: &ReceivablesSettings,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let unwritable =
        |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
    sql!(
        session,
        execute,
        "INSERT INTO company (id, profile, payment_policy, receivables, updated_at)
         VALUES ('company', $1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET profile = excluded.profile,
             payment_policy = excluded.payment_policy, receivables = excluded.receivables,
             updated_at = excluded.updated_at",
        serde_json::to_string(profile).map_err(unwritable)?,
        serde_json::to_string(policy).map_err(unwritable)?,
        serde_json::to_string(receivables).map_err(unwritable)?,
        now
    )?;
    Ok(())
}
