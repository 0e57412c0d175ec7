//! What customers and invoices have in the fields of the company's own: writing it for one, for
//! many, and taking it away everywhere (product.md §2.23).

use std::collections::BTreeMap;

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        custom_field::{Value, parse_value},
        form::Problem,
        ids::{CustomerId, FieldId, InvoiceId, OptionId},
    },
    services::{
        World,
        change::{ChangeError, bad, invalid},
        history,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        custom_fields::{FieldRow, OptionRow},
        field_values::{Owner, OwnerRow, ValueRow},
    },
};

/// Customers or invoices written by one transaction, so that other writers need not wait long.
const OWNERS_PER_TRANSACTION: i64 = 300;

/// The name under which a history keeps the value of a field.
fn fact_name(field: &str) -> String {
    format!("custom:{field}")
}

/// A row of the history: of the customer, or of the invoice it belongs to. None when nothing
/// differs.
fn told(
    owner: Owner,
    row: &OwnerRow,
    actor: &str,
    before: Facts,
    after: Facts,
) -> Option<(CustomerId, Activity)> {
    let kind = ActivityKind::ProfileChanged;
    let mut activity = Activity::change(kind, actor, before, after)?;
    if let Owner::Invoice(id) = owner {
        activity.invoice_id = Some(id);
        activity.after.insert("invoice".to_owned(), row.number.clone());
    }
    Some((row.customer_id, activity))
}

/// The fields that our side may change, with the values that their lists offer.
async fn editable(
    session: &mut Session,
    owner: Owner,
) -> Result<(Vec<FieldRow>, Vec<OptionRow>), StorageError> {
    let fields = storage::custom_fields::all(session).await?;
    let is_meant = |field: &FieldRow| field.level == owner.level() && field.is_editable;
    let fields = fields.into_iter().filter(is_meant).collect();
    Ok((fields, storage::custom_fields::all_options(session).await?))
}

fn shown(value: &Value, options: &[OptionRow]) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Choice(id) => {
            let option = options.iter().find(|option| option.id == *id);
            option.map(|option| option.name.clone()).unwrap_or_default()
        }
    }
}

fn kept(values: &[ValueRow], field: FieldId) -> String {
    let value = values.iter().find(|value| value.field_id == field);
    value.map(|value| value.value.clone()).unwrap_or_default()
}

/// Writes values over those of a version: `typed` holds what was typed or chosen by the id of the
/// field. Fields that are not in it stay as they are. False when nothing differs.
///
/// # Errors
/// `Invalid` of the id of a field, `NotFound`, `Changed`.
pub async fn change(
    world: &World,
    staff: &Staff,
    owner: Owner,
    version: i64,
    typed: &BTreeMap<String, String>,
) -> Result<bool, ChangeError> {
    let mut session = world.db.begin().await?;
    let found = storage::field_values::find_owner(&mut session, owner, staff.sight()).await?;
    let row = found.ok_or(ChangeError::NotFound)?;
    let (fields, options) = editable(&mut session, owner).await?;
    let values = storage::field_values::all(&mut session, owner).await?;
    let (mut before, mut after) = (Facts::new(), Facts::new());
    let mut next = Vec::new();
    for (id, text) in typed {
        let field = fields.iter().find(|field| field.id.to_string() == *id);
        let field = field.ok_or_else(|| invalid(id, Problem::NotAChoice))?;
        let is_known =
            |id| options.iter().any(|option| option.id == id && option.field_id == field.id);
        let value = parse_value(field.kind, text, is_known).map_err(bad(id))?;
        before.insert(fact_name(&field.name), kept(&values, field.id));
        after.insert(fact_name(&field.name), shown(&value, &options));
        next.push((field.id, value));
    }
    if row.fields_version != version {
        return Err(ChangeError::Changed);
    }
    let Some((customer_id, activity)) = told(owner, &row, &staff.actor(), before, after) else {
        return Ok(false);
    };
    if !storage::field_values::update_version(&mut session, owner, version).await? {
        return Err(ChangeError::Changed);
    }
    for (field, value) in &next {
        storage::field_values::update(&mut session, owner, *field, value).await?;
    }
    history::write_and_commit(session, world, customer_id, &activity).await?;
    Ok(true)
}

/// Gives a customer or an invoice one value, a text or the id of a value of the list, whatever it has;
/// nothing takes it away. False when it had it before.
///
/// # Errors
/// As [`change`].
pub async fn give(
    world: &World,
    staff: &Staff,
    owner: Owner,
    field_id: FieldId,
    typed: &str,
) -> Result<bool, ChangeError> {
    let mut session = world.db.read().await?;
    let found = storage::field_values::find_owner(&mut session, owner, staff.sight()).await?;
    let version = found.ok_or(ChangeError::NotFound)?.fields_version;
    drop(session);
    let typed = BTreeMap::from([(field_id.to_string(), typed.to_owned())]);
    change(world, staff, owner, version, &typed).await
}

/// Gives everything that has a field, or one value of its list, another value, or none. The field is
/// locked by each transaction, so that it is still there.
///
/// # Errors
/// `NotFound` when there is no such field any more.
pub(super) async fn replace_all(
    world: &World,
    staff: &Staff,
    field: &FieldRow,
    option: Option<OptionId>,
    replacement: &Value,
) -> Result<(), ChangeError> {
    loop {
        let mut session = world.db.begin().await?;
        if storage::custom_fields::lock(&mut session, field.id).await?.is_none() {
            return Err(ChangeError::NotFound);
        }
        let limit = OWNERS_PER_TRANSACTION;
        let owners =
            storage::field_values::all_owners(&mut session, field.level, field.id, option, limit);
        let owners = owners.await?;
        let options = storage::custom_fields::all_options(&mut session).await?;
        let is_last = i64::try_from(owners.len()).unwrap_or(limit) < limit;
        let mut rows = Vec::with_capacity(owners.len());
        for owner in owners {
            let everybody = crate::domain::permission::Sight::All;
            let row = storage::field_values::find_owner(&mut session, owner, everybody).await?;
            let row = row.ok_or(ChangeError::NotFound)?;
            let values = storage::field_values::all(&mut session, owner).await?;
            let fact = |value: String| Facts::from([(fact_name(&field.name), value)]);
            let before = fact(kept(&values, field.id));
            let after = fact(shown(replacement, &options));
            if !storage::field_values::update_version(&mut session, owner, row.fields_version)
                .await?
            {
                return Err(StorageError::Busy.into());
            }
            storage::field_values::update(&mut session, owner, field.id, replacement).await?;
            rows.extend(told(owner, &row, &staff.actor(), before, after));
        }
        history::write_all(&mut session, world, rows).await?;
        session.commit().await?;
        if is_last {
            return Ok(());
        }
    }
}

/// The owner that a browser names.
pub fn customer(id: &str) -> Option<Owner> {
    id.parse::<CustomerId>().ok().map(Owner::Customer)
}

/// The owner that a browser names.
pub fn invoice(id: &str) -> Option<Owner> {
    id.parse::<InvoiceId>().ok().map(Owner::Invoice)
}
