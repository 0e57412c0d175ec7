//! The seller: its profile, its rules, and what day it is there.

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        company::CompanyProfile,
        company_form::CompanyForm,
        file::FileRefusal,
        form::{FieldProblem, Problem},
        hierarchy::BillingPreference,
        payment_form::Reader,
        payment_override::PortalAccess,
        policy::{PaymentPolicy, PolicyError},
        receivables::ReceivablesSettings,
    },
    services::{
        World,
        change::{ChangeError, invalid},
        company_history, hierarchy, statements,
    },
    storage::{self, Session, StorageError, company::CompanyRow},
    ui::text,
    vault::inspect::inspect_drawing,
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

/// Why the seller was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveCompanyError {
    /// A field of the profile has a problem.
    #[error("{}: {}", .0.field, text::problem(.0))]
    Profile(FieldProblem),
    /// The logo is not taken.
    #[error("logo_svg: {}", text::logo_refusal(*.0))]
    Logo(FileRefusal),
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

/// A time zone by its name, in whatever case.
fn zone(name: &str) -> Option<Tz> {
    chrono_tz::TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name))
}

/// The names of time zones that are offered: those of places, and UTC.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    let is_place = |name: &str| name.contains('/') && !name.starts_with("Etc/");
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(move |name| is_place(name) || *name == "UTC")
}

/// Whether amounts are kept in the currency of the books, which would mean others if it changed: on
/// documents, and as limits of payment rules.
///
/// # Errors
/// When the database fails.
pub async fn is_currency_fixed(
    session: &mut Session,
    policy: &PaymentPolicy,
) -> Result<bool, StorageError> {
    Ok(policy.has_limits() || storage::company::has_amounts(session).await?)
}

/// What is to be the profile, as it is kept; or the field that keeps it from being that.
async fn checked(
    session: &mut Session,
    before: &Company,
    profile: &CompanyProfile,
) -> Result<Result<CompanyProfile, FieldProblem>, StorageError> {
    let bad = |field: &str, problem| Ok(Err(FieldProblem { field: field.to_owned(), problem }));
    let mut profile = match CompanyForm::of(profile).read(profile) {
        Ok(profile) => profile,
        Err(problem) => return Ok(Err(problem)),
    };
    let Some(zone) = zone(&profile.time_zone) else { return bad("time_zone", Problem::NotAChoice) };
    zone.name().clone_into(&mut profile.time_zone);
    if profile.currency != before.profile.currency
        && is_currency_fixed(session, &before.policy).await?
    {
        return bad("currency", Problem::AlreadyUsed);
    }
    Ok(Ok(profile))
}

/// Writes what the seller is from now on, and sees to what follows from it: who pays for whom, and
/// that no statement of the past is made up for. That the day changes with the time zone is seen by
/// whatever is begun once a day; none of it is begun again for a day that was.
pub(super) async fn put(
    session: &mut Session,
    world: &World,
    before: &Company,
    after: &Company,
    actor: &str,
) -> Result<(), StorageError> {
    write(session, world, after).await?;
    company_history::note(session, world, before, after, actor).await?;
    let (was, is) = (&before.receivables, &after.receivables);
    if was.billing_preference != is.billing_preference {
        hierarchy::queue(session, world, actor).await?;
    }
    if was.statements != is.statements {
        statements::skip_past(session, world, after).await?;
    }
    Ok(())
}

/// Saves the seller as a whole. When that changes who pays for whom, the worker sees to it.
///
/// # Errors
/// `Profile`, `Logo`, `Policy`, `Storage`.
pub async fn save(
    world: &World,
    profile: &CompanyProfile,
    policy: &PaymentPolicy,
    receivables: &ReceivablesSettings,
    actor: &str,
) -> Result<(), SaveCompanyError> {
    policy.check()?;
    let mut session = world.db.begin().await.map_err(StorageError::from)?;
    let (was, rules, settings) = storage::company::lock(&mut session).await?.read()?;
    // A zone that is not known any more must not keep another from being chosen.
    let at = zone(&was.time_zone).unwrap_or(Tz::UTC);
    let before = Company { profile: was, policy: rules, receivables: settings, zone: at };
    let mut profile =
        checked(&mut session, &before, profile).await?.map_err(SaveCompanyError::Profile)?;
    if !profile.logo_svg.is_empty() && profile.logo_svg != before.profile.logo_svg {
        let seen = inspect_drawing(profile.logo_svg.as_bytes()).map_err(SaveCompanyError::Logo)?;
        profile.logo_svg = seen.to_owned();
    }
    let after = Company {
        zone: zone(&profile.time_zone).unwrap_or(Tz::UTC),
        profile,
        policy: policy.clone(),
        receivables: *receivables,
    };
    put(&mut session, world, &before, &after, actor).await?;
    session.commit().await.map_err(StorageError::from)?;
    Ok(())
}

/// A text that changes when the profile does, but for its logo.
pub fn profile_version(profile: &CompanyProfile) -> String {
    version_of(&CompanyForm::of(profile))
}

/// Changes what is printed about the seller, and where and in what it counts, from the profile of a
/// version. The logo is not part of it.
///
/// # Errors
/// `Invalid`, and `Changed` when it is not of that version any more.
pub async fn change_profile(
    world: &World,
    version: &str,
    form: &CompanyForm,
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let before = hold(&mut session).await?;
    if profile_version(&before.profile) != version {
        return Err(ChangeError::Changed);
    }
    let typed = form.read(&before.profile).map_err(ChangeError::Invalid)?;
    let profile = checked(&mut session, &before, &typed).await?.map_err(ChangeError::Invalid)?;
    let zone = zone(&profile.time_zone).ok_or_else(|| invalid("time_zone", Problem::NotAChoice))?;
    let after = Company { profile, zone, ..before.clone() };
    put(&mut session, world, &before, &after, actor).await?;
    Ok(session.commit().await?)
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
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let before = hold(&mut session).await?;
    if version_of(&before.policy) != version {
        return Err(ChangeError::Changed);
    }
    let after = Company { policy: after.clone(), ..before.clone() };
    put(&mut session, world, &before, &after, actor).await?;
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
    let was = hold(&mut session).await?;
    if was.receivables.billing_preference != before {
        return Err(ChangeError::Changed);
    }
    let mut is = was.clone();
    is.receivables.billing_preference = after;
    put(&mut session, world, &was, &is, actor).await?;
    Ok(session.commit().await?)
}

/// Changes for how many days a promise to pay is waited for behind its day, from what it was when it
/// was read.
///
/// # Errors
/// `Changed` when it is not `before` any more.
pub async fn change_promise_grace(
    world: &World,
    before: u16,
    after: u16,
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let was = hold(&mut session).await?;
    if was.receivables.promise_grace_days != before {
        return Err(ChangeError::Changed);
    }
    let mut is = was.clone();
    is.receivables.promise_grace_days = after;
    put(&mut session, world, &was, &is, actor).await?;
    Ok(session.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_are_known_by_name() {
        assert_eq!(zone("america/new_york"), Some(Tz::America__New_York));
        assert_eq!(zone("utc"), Some(Tz::UTC));
        for unknown in ["", "New York", "America/Atlantis", "America/New_York "] {
            assert_eq!(zone(unknown), None, "{unknown}");
        }
        assert!(zone_names().any(|name| name == "Europe/Berlin"));
        assert!(zone_names().all(|name| zone(name).is_some_and(|zone| zone.name() == name)));
    }

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
