//! The seller: its profile, its rules, and what day it is there.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        company::CompanyProfile,
        hierarchy::BillingPreference,
        payment_form::Reader,
        payment_override::PortalAccess,
        policy::{PaymentPolicy, PolicyError},
        receivables::ReceivablesSettings,
    },
    services::{World, change::ChangeError, hierarchy, statements},
    storage::{self, Session, StorageError, company::CompanyRow},
};

/// The seller with its time zone resolved.
#[derive(Clone, Debug)]
pub struct Company {
    /// What is printed about it.
    pub profile: CompanyProfile,
    /// How it may be paid online.
    pub policy: PaymentPolicy,
    /// What counts for customers without a say of their own.
    pub receivables: ReceivablesSettings,
    /// Its time zone.
    pub zone: Tz,
}

impl Company {
    /// The local date of an instant: the day that decides discounts and lateness.
    pub fn date_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }

    /// How amounts and dates about payments are typed here.
    pub fn reader(&self, now: DateTime<Utc>) -> Reader {
        Reader { currency: self.profile.currency, today: self.date_of(now) }
    }

    /// Puts what one customer is granted in the place of what counts for everybody, and says what
    /// that leaves of the portal. `overrides` is the stored JSON.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn grant(
        &mut self,
        overrides: &str,
        now: DateTime<Utc>,
    ) -> Result<PortalAccess, StorageError> {
        let overrides = storage::payment_overrides::read(overrides)?;
        let today = self.date_of(now);
        self.policy = overrides.resolve(&self.policy, today);
        Ok(overrides.online.access(today))
    }

    /// Whether an hour of a local day has come by an instant.
    pub fn has_come(&self, day: NaiveDate, hour: u32, now: DateTime<Utc>) -> bool {
        let now = self.local_time(now);
        (day, hour) <= (now.date_naive(), now.hour())
    }

    /// An instant as people there read it.
    pub fn local_time(&self, instant: DateTime<Utc>) -> DateTime<Tz> {
        instant.with_timezone(&self.zone)
    }

    /// The next local midnight after an instant.
    pub fn next_midnight(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let tomorrow = self.date_of(instant).succ_opt().unwrap_or(NaiveDate::MAX);
        tomorrow
            .and_hms_opt(0, 0, 0)
            // Where a clock change skips midnight, the day begins at the first hour that exists.
            .and_then(|midnight| {
                (0..4).find_map(|hours| {
                    (midnight + chrono::TimeDelta::hours(hours))
                        .and_local_timezone(self.zone)
                        .earliest()
                })
            })
            .map_or(instant, |local| local.with_timezone(&Utc))
    }
}

/// Why a profile was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveCompanyError {
    /// No such time zone.
    #[error("there is no time zone {0:?}")]
    UnknownTimeZone(String),
    /// The rules on payments contradict the law or themselves.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The seller; the defaults until something was saved.
///
/// # Errors
/// When the database fails or holds a time zone that does not exist.
pub async fn load(session: &mut Session) -> Result<Company, StorageError> {
    read(&storage::company::find(session).await?)
}

/// The seller of a row.
pub(super) fn read(row: &CompanyRow) -> Result<Company, StorageError> {
    let (profile, policy, receivables) = row.read()?;
    let zone = profile.time_zone.parse().map_err(|_| {
        StorageError::Inconsistent(format!("company: no time zone {:?}", profile.time_zone))
    })?;
    Ok(Company { profile, policy, receivables, zone })
}

/// The seller, held until the transaction ends.
pub(super) async fn hold(session: &mut Session) -> Result<Company, StorageError> {
    read(&storage::company::lock(session).await?)
}

/// Writes the seller that is held.
pub(super) async fn write(
    session: &mut Session,
    world: &World,
    company: &Company,
) -> Result<(), StorageError> {
    let Company { profile, policy, receivables, .. } = company;
    storage::company::update(session, profile, policy, receivables, world.now()).await
}

/// Saves the seller. When that changes who pays for whom, the worker sees to it.
///
/// # Errors
/// `UnknownTimeZone`, `Policy`, `Storage`.
pub async fn save(
    world: &World,
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    receivables: &ReceivablesSettings,
    actor: &str,
) -> Result<(), SaveCompanyError> {
    if profile.time_zone.parse::<Tz>().is_err() {
        return Err(SaveCompanyError::UnknownTimeZone(profile.time_zone.clone()));
    }
    policy.check()?;
    let mut session = world.db.begin().await.map_err(StorageError::from)?;
    let (.., before) = storage::company::lock(&mut session).await?.read()?;
    storage::company::update(&mut session, profile, policy, receivables, world.now()).await?;
    if before.billing_preference != receivables.billing_preference {
        hierarchy::queue(&mut session, world, actor).await?;
    }
    if before.statements != receivables.statements {
        let company = load(&mut session).await?;
        statements::skip_past(&mut session, world, &company).await?;
    }
    session.commit().await.map_err(StorageError::from)?;
    Ok(())
}

/// A text that changes when settings do, and tells nothing of them.
pub fn version_of(settings: &impl Serialize) -> String {
    let text = serde_json::to_string(settings).unwrap_or_default();
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Changes the rules about online payments from those of a version.
///
/// # Errors
/// `Changed` when they are not of that version any more.
pub async fn change_policy(
    world: &World,
    version: &str,
    after: &PaymentPolicy,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let mut company = hold(&mut session).await?;
    if version_of(&company.policy) != version {
        return Err(ChangeError::Changed);
    }
    company.policy = after.clone();
    write(&mut session, world, &company).await?;
    Ok(session.commit().await?)
}

/// Changes who pays what a customer buys, where the customer has no say of its own, from what it was
/// when it was read. The worker works out who pays for whom.
///
/// # Errors
/// `Changed` when it is not `before` any more.
pub async fn change_billing_preference(
    world: &World,
    before: BillingPreference,
    after: BillingPreference,
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let mut company = hold(&mut session).await?;
    if company.receivables.billing_preference != before {
        return Err(ChangeError::Changed);
    }
    company.receivables.billing_preference = after;
    write(&mut session, world, &company).await?;
    if before != after {
        hierarchy::queue(&mut session, world, actor).await?;
    }
    Ok(session.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(zone: &str) -> Company {
        Company {
            profile: CompanyProfile::default(),
            policy: PaymentPolicy::default(),
            receivables: ReceivablesSettings::default(),
            zone: zone.parse().unwrap(),
        }
    }

    /// money.md §3.2: the seller's day counts, wherever the payer is.
    #[test]
    fn the_sellers_day_counts() {
        for (instant, zone, date) in [
            ("2026-03-11T03:59:59Z", "America/New_York", "2026-03-10"),
            ("2026-03-11T04:00:00Z", "America/New_York", "2026-03-11"),
            ("2026-03-11T06:00:00Z", "America/New_York", "2026-03-11"),
            ("2026-11-02T04:59:59Z", "America/New_York", "2026-11-01"),
            ("2026-11-02T05:00:00Z", "America/New_York", "2026-11-02"),
        ] {
            let date: NaiveDate = date.parse().unwrap();
            assert_eq!(company(zone).date_of(instant.parse().unwrap()), date, "{instant}");
        }
    }

    #[test]
    fn midnight_follows_clock_changes() {
        for (instant, zone, midnight) in [
            ("2026-03-08T05:30:00Z", "America/New_York", "2026-03-09T04:00:00Z"),
            ("2026-11-01T04:30:00Z", "America/New_York", "2026-11-02T05:00:00Z"),
            ("2026-04-23T12:00:00Z", "Africa/Cairo", "2026-04-23T22:00:00Z"),
        ] {
            let midnight: DateTime<Utc> = midnight.parse().unwrap();
            assert_eq!(company(zone).next_midnight(instant.parse().unwrap()), midnight, "{zone}");
        }
    }
}
