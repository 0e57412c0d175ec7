//! Who pays for whom: working it out anew when the books, a setting or a customer's own say
//! changes, with a row in the history of everybody concerned.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        hierarchy::{self, BillingPreference, Hierarchy, PreferenceOrigin},
        ids::CustomerId,
        receivables::ReceivablesSettings,
    },
    services::{World, busy::Tries, change::ChangeError, customers, history, queue, staff::Staff},
    storage::{
        self, Session, StorageError,
        hierarchy::{NamedRow, PlacedRow},
    },
};

/// The kind of the job that works it out for everybody.
pub const REFRESH_HIERARCHY: &str = "refresh_hierarchy";

/// Customers written by one transaction, so that other writers need not wait long.
const CUSTOMERS_PER_TRANSACTION: usize = 1000;

/// What the job needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshHierarchy {
    /// Who changed the setting.
    pub actor: String,
}

/// Has it worked out for everybody once the transaction is committed.
///
/// # Errors
/// When the database fails.
pub(super) async fn queue(
    session: &mut Session,
    world: &World,
    actor: &str,
) -> Result<(), StorageError> {
    let job = RefreshHierarchy { actor: actor.to_owned() };
    queue::anew(session, world, REFRESH_HIERARCHY, &job).await
}

/// Somebody else pays from now on.
#[derive(Clone, Debug)]
struct Change {
    placed: PlacedRow,
    bill_to_id: CustomerId,
}

fn changes(rows: Vec<PlacedRow>, settings: ReceivablesSettings) -> Vec<Change> {
    let tree = Hierarchy::new(rows.iter().map(|row| (row.id, row.node())));
    let mut changes: Vec<Change> = rows
        .into_iter()
        .map(|placed| {
            let bill_to_id = tree.bill_to(placed.id, settings.billing_preference);
            Change { placed, bill_to_id }
        })
        .filter(|change| change.bill_to_id != change.placed.bill_to_id)
        .collect();
    // In the order of ids, so that two transactions wait for each other in one direction only.
    changes.sort_by_key(|change| change.placed.id);
    changes
}

/// Works out who pays for whom, for everybody, and writes what changed, some at a time. Running it
/// again, or twice at once, is harmless.
///
/// # Errors
/// When the database fails; what was committed until then stays.
pub async fn refresh(world: &World, actor: &str) -> Result<(), StorageError> {
    let mut tries = Tries::default();
    loop {
        match step(world, actor).await {
            Ok(true) => return Ok(()),
            Ok(false) => tries = Tries::default(),
            Err(error) => tries.again(error)?,
        }
    }
}

/// Writes the first of what changed; true when nothing is left. One at a time works it out: the
/// company's row is held from before the books are read until what follows is written.
async fn step(world: &World, actor: &str) -> Result<bool, StorageError> {
    let mut session = world.db.begin().await?;
    let settings = storage::company::lock(&mut session).await?.read()?.2;
    let mut changes = changes(storage::hierarchy::all_placed(&mut session).await?, settings);
    let is_last = changes.len() <= CUSTOMERS_PER_TRANSACTION;
    changes.truncate(CUSTOMERS_PER_TRANSACTION);
    if !changes.is_empty() {
        write(&mut session, world, &changes, Vec::new(), actor).await?;
    }
    session.commit().await?;
    Ok(is_last)
}

/// Names of those who pay, as the history says them.
type Names = HashMap<CustomerId, String>;

async fn name(
    session: &mut Session,
    names: &mut Names,
    id: CustomerId,
) -> Result<String, StorageError> {
    if let Some(name) = names.get(&id) {
        return Ok(name.clone());
    }
    let found = storage::customers::find(session, id).await?;
    let name = found.map(|row| said(&row.number, &row.name)).unwrap_or_default();
    names.insert(id, name.clone());
    Ok(name)
}

fn said(number: &str, name: &str) -> String {
    format!("{name} ({number})")
}

/// Writes that others pay: for each customer itself, for whoever paid and for whoever pays; and what
/// else happened.
async fn write(
    session: &mut Session,
    world: &World,
    changes: &[Change],
    mut rows: Vec<(CustomerId, Activity)>,
    actor: &str,
) -> Result<(), StorageError> {
    let mut names = Names::new();
    for Change { placed, bill_to_id } in changes {
        let now = world.now();
        if !storage::hierarchy::update_bill_to(session, placed, *bill_to_id, now).await? {
            continue;
        }
        let mut tell = |id: CustomerId, field: &str, before: &str, after: &str| {
            let kind = ActivityKind::BillToChanged;
            let fact = |value: &str| history::facts([(field, value)]);
            let told = Activity::change(kind, actor, fact(before), fact(after));
            rows.extend(told.map(|activity| (id, activity)));
        };
        let before = name(session, &mut names, placed.bill_to_id).await?;
        let after = name(session, &mut names, *bill_to_id).await?;
        tell(placed.id, "bill_to", &before, &after);
        let bought = said(&placed.number, &placed.name);
        if placed.bill_to_id != placed.id {
            tell(placed.bill_to_id, "pays_for", &bought, "");
        }
        if *bill_to_id != placed.id {
            tell(*bill_to_id, "pays_for", "", &bought);
        }
    }
    history::write_all(session, world, rows).await
}

/// Gives a customer a say of its own in who pays what it buys, or none, and works out who does.
/// `before` is what it was when it was read: what somebody else decided is not written over.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn prefer(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    before: Option<BillingPreference>,
    after: Option<BillingPreference>,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let settings = storage::company::lock(&mut session).await?.read()?.2;
    if !customers::sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    let now = world.now();
    if !storage::hierarchy::update_preference(&mut session, id, before, after, now).await? {
        return Err(ChangeError::Changed);
    }
    let actor = staff.actor();
    let said = |own: Option<BillingPreference>| {
        history::facts([("billing_preference", own.map_or("", |own| own.as_str()))])
    };
    let kind = ActivityKind::ProfileChanged;
    let preferred = Activity::change(kind, &actor, said(before), said(after));
    let rows = preferred.map(|activity| (id, activity)).into_iter().collect();
    let above = storage::hierarchy::all_above(&mut session, id).await?;
    let own = changes(above, settings).into_iter().find(|change| change.placed.id == id);
    write(&mut session, world, own.as_slice(), rows, &actor).await?;
    session.commit().await?;
    Ok(())
}

/// Others for whom a customer pays that are named on its page.
const NAMED_MAX: i64 = 50;

/// Who pays for a customer, and for whom it pays, as far as whoever asks may know.
#[derive(Clone, Debug)]
pub struct Billing {
    /// Its own say.
    pub own: Option<BillingPreference>,
    /// What counts.
    pub preference: BillingPreference,
    /// Where that comes from.
    pub origin: PreferenceOrigin,
    /// What would count without a say of its own.
    pub inherited: BillingPreference,
    /// The customer it belongs to.
    pub parent: Option<NamedRow>,
    /// Whether it belongs to itself in the books.
    pub is_in_circle: bool,
    /// Who pays.
    pub bill_to: NamedRow,
    /// Others for whom it pays, by name: the first of those that whoever asks sees.
    pub pays_for: Vec<NamedRow>,
    /// How many others it pays for.
    pub pays_for_count: i64,
    /// How many of them whoever asks sees.
    pub pays_for_seen: i64,
}

/// What there is to say about a customer's bills.
///
/// # Errors
/// When the database fails or holds no such customer.
pub async fn of_customer(
    session: &mut Session,
    settings: ReceivablesSettings,
    staff: &Staff,
    id: CustomerId,
) -> Result<Billing, StorageError> {
    let gone = || StorageError::Inconsistent(format!("customer {id} is gone"));
    let above = storage::hierarchy::all_above(session, id).await?;
    let placed = above.iter().find(|row| row.id == id).cloned().ok_or_else(gone)?;
    let tree = Hierarchy::new(above.iter().map(|row| (row.id, row.node())));
    let node = placed.node();
    let (preference, origin) = hierarchy::preference(&node, settings.billing_preference);
    let without = hierarchy::Node { preference: None, ..node };
    let (inherited, _) = hierarchy::preference(&without, settings.billing_preference);
    let sight = staff.sight();
    let parent = match tree.parent(id) {
        Some(parent) => storage::hierarchy::find_named(session, parent, sight).await?,
        None => None,
    };
    let bill_to = storage::hierarchy::find_named(session, placed.bill_to_id, sight).await?;
    let (pays_for_count, pays_for_seen) =
        storage::hierarchy::count_paid_for(session, id, sight).await?;
    let mut pays_for = Vec::new();
    if pays_for_seen > 0 {
        pays_for = storage::hierarchy::all_paid_for(session, id, sight, NAMED_MAX).await?;
    }
    Ok(Billing {
        own: placed.billing_preference,
        preference,
        origin,
        inherited,
        parent,
        is_in_circle: tree.is_in_circle(id),
        bill_to: bill_to.ok_or_else(gone)?,
        pays_for,
        pays_for_count,
        pays_for_seen,
    })
}

impl Billing {
    /// Whether sums of all it pays for say more than its own, and only of customers that whoever
    /// asks sees.
    pub const fn tells_all(&self) -> bool {
        self.pays_for_count > 0 && self.pays_for_count == self.pays_for_seen
    }
}
