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

/// The seller, held until the transaction ends: who pays for whom is worked out by one at a time, and
/// nobody writes over what somebody else saved meanwhile. Before the first saving there is nothing to
/// hold, so the defaults are put there.
pub async fn lock(session: &mut Session) -> Result<CompanyRow, StorageError> {
    if let Some(row) = touch(session).await? {
        return Ok(row);
    }
    let [profile, policy, receivables] =
        written(&Default::default(), &Default::default(), &Default::default())?;
    sql!(
        session,
        execute,
        "INSERT INTO company (id, profile, payment_policy, receivables, updated_at)
         VALUES ('company', $1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
        profile,
        policy,
        receivables,
        DateTime::<Utc>::UNIX_EPOCH
    )?;
    Ok(touch(session).await?.unwrap_or_default())
}

async fn touch(session: &mut Session) -> Result<Option<CompanyRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CompanyRow,
        "UPDATE company SET updated_at = updated_at WHERE id = 'company'
         RETURNING profile, payment_policy, receivables"
    )
}

fn written(
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    receivables: &ReceivablesSettings,
) -> Result<[String; 3], StorageError> {
    let unwritable =
        |error: serde_json::Error| StorageError::Inconsistent(format!("company: {error}"));
    Ok([
        serde_json::to_string(profile).map_err(unwritable)?,
        serde_json::to_string(policy).map_err(unwritable)?,
        serde_json::to_string(receivables).map_err(unwritable)?,
    ])
}

/// Whether amounts are kept in the seller's currency, on documents or in rules of a customer's own.
pub async fn has_amounts(session: &mut Session) -> Result<bool, StorageError> {
    sql!(
        session,
        scalar bool,
        "SELECT EXISTS (SELECT 1 FROM invoices) OR EXISTS (SELECT 1 FROM credits)
             OR EXISTS (SELECT 1 FROM customers
                        WHERE payment_overrides LIKE '%\"invoice_total_min\"%')"
    )
}

/// Saves the seller's profile, rules and settings.
pub async fn update(
    session: &mut Session,
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    receivables: &ReceivablesSettings,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let [profile, policy, receivables] = written(profile, policy, receivables)?;
    sql!(
        session,
        execute,
        "INSERT INTO company (id, profile, payment_policy, receivables, updated_at)
         VALUES ('company', $1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET profile = excluded.profile,
             payment_policy = excluded.payment_policy, receivables = excluded.receivables,
             updated_at = excluded.updated_at",
        profile,
        policy,
        receivables,
        now
    )?;
    Ok(())
}
