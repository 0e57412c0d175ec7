//! What one customer is granted otherwise than everybody: writing it, and letting it end.

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        ids::CustomerId,
        payment_override::{OnlinePayments, Override, PaymentOverrides},
    },
    services::{World, change::ChangeError, company, customers, history, staff::Staff},
    storage::{self, Session, StorageError},
};

/// The groups by their names, each as it is stored; those that say nothing are empty.
fn facts(overrides: &PaymentOverrides) -> Result<Facts, StorageError> {
    fn text<T: serde::Serialize>(value: &T, says_nothing: bool) -> Result<String, StorageError> {
        if says_nothing {
            return Ok(String::new());
        }
        serde_json::to_string(value)
            .map_err(|error| StorageError::Inconsistent(format!("payment overrides: {error}")))
    }
    let PaymentOverrides { online, card, surcharge, bank, bank_discount, partial } = overrides;
    Ok(history::facts([
        ("online_payments", &text(online, *online == OnlinePayments::Portal)?),
        ("card", &text(card, matches!(card, Override::Inherit))?),
        ("surcharge", &text(surcharge, matches!(surcharge, Override::Inherit))?),
        ("bank", &text(bank, matches!(bank, Override::Inherit))?),
        ("bank_discount", &text(bank_discount, matches!(bank_discount, Override::Inherit))?),
        ("partial_payments", &text(partial, matches!(partial, Override::Inherit))?),
    ]))
}

/// Writes overrides over those of a version, with a row in the history; false when there is another
/// version by now. The caller commits.
async fn write(
    session: &mut Session,
    world: &World,
    id: CustomerId,
    (before, version): (&PaymentOverrides, i64),
    after: &PaymentOverrides,
    actor: &str,
) -> Result<bool, StorageError> {
    let kind = ActivityKind::ProfileChanged;
    let Some(activity) = Activity::change(kind, actor, facts(before)?, facts(after)?) else {
        return Ok(true);
    };
    let now = world.now();
    if !storage::payment_overrides::update(session, id, after, version, now).await? {
        return Ok(false);
    }
    history::write_all(session, world, vec![(id, activity)]).await?;
    Ok(true)
}

/// Writes what a customer is granted. `version` is that of what was read: what somebody else
/// decided is not written over.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn change(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    version: i64,
    after: &PaymentOverrides,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !customers::sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    let found = storage::payment_overrides::find(&mut session, id).await?;
    let (before, now) = found.ok_or(ChangeError::NotFound)?;
    if now != version {
        return Err(ChangeError::Changed);
    }
    let after = PaymentOverrides { online: after.online.after(before.online), ..after.clone() };
    let before = (&before, version);
    if !write(&mut session, world, id, before, &after, &staff.actor()).await? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}

/// Who is named where a customer begins with what the company's settings say.
const SETTING: &str = "setting";

/// Lets a customer that is new begin with what the company's settings say of new ones. The caller
/// commits.
///
/// # Errors
/// When the database fails.
pub(super) async fn begin_with(
    session: &mut Session,
    world: &World,
    id: CustomerId,
    online: OnlinePayments,
) -> Result<(), StorageError> {
    let before = PaymentOverrides::default();
    let after = PaymentOverrides { online, ..before.clone() };
    write(session, world, id, (&before, 1), &after, SETTING).await?;
    Ok(())
}

/// Switches a customer's online payments on or off, and leaves the rest of its rules as they are.
/// `before` is what it was when it was read: what somebody else decided is not written over.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn switch(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    before: OnlinePayments,
    after: OnlinePayments,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !customers::sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    let found = storage::payment_overrides::find(&mut session, id).await?;
    let (known, version) = found.ok_or(ChangeError::NotFound)?;
    if known.online != before {
        return Err(ChangeError::Changed);
    }
    let after = PaymentOverrides { online: after.after(known.online), ..known.clone() };
    if !write(&mut session, world, id, (&known, version), &after, &staff.actor()).await? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}

/// Customers looked at in one go.
const RETURNED_MAX: i64 = 500;

/// Writes down that customers may pay online again, whose day has come. That they may follows from
/// the day itself; this tells their history.
///
/// # Errors
/// When the database fails.
pub async fn note_returned(world: &World) -> Result<(), StorageError> {
    let mut session = world.db.read().await?;
    let today = company::load(&mut session).await?.date_of(world.now());
    let ids = storage::payment_overrides::all_returned(&mut session, today, RETURNED_MAX).await?;
    drop(session);
    for id in ids {
        let mut session = world.db.begin().await?;
        let found = storage::payment_overrides::find(&mut session, id).await?;
        // Somebody may have chosen otherwise since.
        let is_over = |(before, _): &(PaymentOverrides, i64)| before.online.is_over(today);
        let Some((before, version)) = found.filter(is_over) else { continue };
        let after = PaymentOverrides { online: before.online.afterwards(), ..before.clone() };
        write(&mut session, world, id, (&before, version), &after, "system").await?;
        session.commit().await?;
    }
    Ok(())
}
