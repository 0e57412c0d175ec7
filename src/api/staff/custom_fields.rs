//! Custom fields: keeping them, and what customers and invoices have in them.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{BulkDone, FieldDraft, FieldSettingView, FieldValuesView, ValueDraft},
};

/// All fields, those of customers first.
#[server(name = ListFields, prefix = "/api/staff", endpoint = "settings/fields", input = GetUrl)]
pub async fn list_fields() -> Result<Vec<FieldSettingView>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, storage};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let fields = storage::custom_fields::all(&mut session).await.map_err(fail)?;
    let options = storage::custom_fields::all_options(&mut session).await.map_err(fail)?;
    let used = storage::custom_fields::all_used(&mut session).await.map_err(fail)?;
    let field = |row: &storage::custom_fields::FieldRow| {
        let own = options.iter().filter(|option| option.field_id == row.id);
        FieldSettingView {
            field: super::lists::field_view(row, &options),
            level: row.level,
            switches: row.switches(),
            version: row.version,
            used: used.fields.get(&row.id).copied().unwrap_or_default(),
            options_used: own
                .map(|option| used.options.get(&option.id).copied().unwrap_or_default())
                .collect(),
        }
    };
    Ok(fields.iter().map(field).collect())
}

/// Adds a field, or changes one.
#[server(name = SaveField, prefix = "/api/staff", endpoint = "settings/save_field")]
pub async fn save_field(#[server(default)] field: FieldDraft) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{custom_field::FieldSwitches, ids::OptionId, permission::Permission},
        services::custom_fields::{self, FieldForm},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let FieldDraft { id, version, level, kind, name, .. } = &field;
    let FieldDraft { is_shown, is_editable, is_in_portal, .. } = field;
    let mut options: Vec<(Option<OptionId>, &str)> = Vec::new();
    for option in &field.options {
        let id = call.request.chosen_or_none("options", &option.id)?;
        options.push((id, option.name.as_str()));
    }
    let switches = FieldSwitches { is_shown, is_editable, is_in_portal };
    let form = FieldForm { level: *level, kind: *kind, name, switches, options };
    let saved = if id.is_empty() {
        custom_fields::add(call.world(), &form).await.map(|_| ())
    } else {
        let id = call.request.id(id)?;
        custom_fields::edit(call.world(), id, *version, &form).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a field, with the values in it when that is said.
#[server(name = RemoveField, prefix = "/api/staff", endpoint = "settings/remove_field")]
pub async fn remove_field(
    id: String,
    version: i64,
    #[server(default)] takes_values: bool,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::custom_fields};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let id = call.request.id(&id)?;
    custom_fields::remove(call.world(), &call.staff, id, version, takes_values)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Removes a value from a field's list; what has it gets the replacement.
#[server(name = RemoveOption, prefix = "/api/staff", endpoint = "settings/remove_option")]
pub async fn remove_option(
    field_id: String,
    version: i64,
    #[server(default)] option_id: String,
    #[server(default)] value_replacement: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::custom_fields};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let (field, option) = (call.request.id(&field_id)?, call.request.id(&option_id)?);
    let replacement = call.request.chosen_or_none("value_replacement", &value_replacement)?;
    custom_fields::remove_option(call.world(), &call.staff, field, version, option, replacement)
        .await
        .map_err(|error| call.request.fail(error))
}

#[cfg(feature = "ssr")]
async fn values(
    call: &crate::api::call::StaffCall,
    owner: Option<crate::storage::field_values::Owner>,
) -> Result<FieldValuesView, ApiError> {
    use crate::{api::view::FieldValueView, storage};

    let fail = |error| call.request.fail(error);
    let not_found = || call.request.answer(ApiError::NotFound);
    let owner = owner.ok_or_else(not_found)?;
    let mut session = call.request.read().await?;
    let found = storage::field_values::find_owner(&mut session, owner, call.staff.sight()).await;
    let row = found.map_err(fail)?.ok_or_else(not_found)?;
    let fields = storage::custom_fields::all(&mut session).await.map_err(fail)?;
    let options = storage::custom_fields::all_options(&mut session).await.map_err(fail)?;
    let kept = storage::field_values::all(&mut session, owner).await.map_err(fail)?;
    let value = |field: &storage::custom_fields::FieldRow| {
        let kept = kept.iter().find(|value| value.field_id == field.id);
        let option = kept.and_then(|value| value.option_id);
        FieldValueView {
            field: super::lists::field_view(field, &options),
            value: kept.map(|value| value.value.clone()).unwrap_or_default(),
            option: option.map(|id| id.to_string()).unwrap_or_default(),
        }
    };
    let is_shown =
        |field: &&storage::custom_fields::FieldRow| field.level == owner.level() && field.is_shown;
    Ok(FieldValuesView {
        version: row.fields_version,
        values: fields.iter().filter(is_shown).map(value).collect(),
        may_change: super::lists::may_fill(call),
    })
}

/// What a customer has in the fields that are shown.
#[server(name = CustomerFields, prefix = "/api/staff", endpoint = "customers/fields", input = GetUrl)]
pub async fn customer_fields(customer_id: String) -> Result<FieldValuesView, ApiError> {
    use crate::{api::call::StaffCall, services::field_values};

    let call = StaffCall::begin().await?;
    values(&call, field_values::customer(&customer_id)).await
}

/// What an invoice has in the fields that are shown.
#[server(name = InvoiceFields, prefix = "/api/staff", endpoint = "invoices/fields", input = GetUrl)]
pub async fn invoice_fields(invoice_id: String) -> Result<FieldValuesView, ApiError> {
    use crate::{api::call::StaffCall, services::field_values};

    let call = StaffCall::begin().await?;
    values(&call, field_values::invoice(&invoice_id)).await
}

#[cfg(feature = "ssr")]
async fn write(
    owner: impl Fn(&str) -> Option<crate::storage::field_values::Owner> + Send,
    id: &str,
    version: i64,
    values: Vec<ValueDraft>,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::field_values};

    let call = StaffCall::permitted_either(Permission::Invoices, Permission::Assignments).await?;
    let owner = owner(id).ok_or_else(|| call.request.answer(ApiError::NotFound))?;
    let values: std::collections::BTreeMap<String, String> =
        values.into_iter().map(|draft| (draft.field, draft.value)).collect();
    field_values::change(call.world(), &call.staff, owner, version, &values)
        .await
        .map(|_| ())
        .map_err(|error| call.request.fail(error))
}

/// Writes what a customer has in fields: a text or the id of a value for each.
#[server(name = SaveCustomerFields, prefix = "/api/staff", endpoint = "customers/save_fields")]
pub async fn save_customer_fields(
    customer_id: String,
    version: i64,
    #[server(default)] values: Vec<ValueDraft>,
) -> Result<(), ApiError> {
    write(crate::services::field_values::customer, &customer_id, version, values).await
}

/// Writes what an invoice has in fields: a text or the id of a value for each.
#[server(name = SaveInvoiceFields, prefix = "/api/staff", endpoint = "invoices/save_fields")]
pub async fn save_invoice_fields(
    invoice_id: String,
    version: i64,
    #[server(default)] values: Vec<ValueDraft>,
) -> Result<(), ApiError> {
    write(crate::services::field_values::invoice, &invoice_id, version, values).await
}

/// Makes somebody responsible for many customers, or nobody: one after the other, each by itself.
#[server(name = AssignMany, prefix = "/api/staff", endpoint = "customers/assign_many")]
pub async fn assign_many(
    ids: String,
    #[server(default)] after: String,
) -> Result<BulkDone, ApiError> {
    use crate::{
        api::{bulk::each_customer, call::StaffCall},
        domain::{ids::StaffUserId, permission::Permission},
        services::customers,
        storage::customers::CustomerRow,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let after: Option<StaffUserId> = call.request.chosen_or_none("specialist", &after)?;
    let is_so = move |row: &CustomerRow| row.specialist_id == after;
    each_customer(&call, &ids, is_so, move |world, staff, row| async move {
        customers::assign(&world, &staff, row.id, row.specialist_id, after).await
    })
    .await
}

/// Gives each of many customers or invoices one value of a field, or takes theirs away: one after the
/// other, each by itself.
#[cfg(feature = "ssr")]
async fn fill(
    owner: impl Fn(&str) -> Option<crate::storage::field_values::Owner> + Send,
    ids: &str,
    field_id: &str,
    value: &str,
) -> Result<BulkDone, ApiError> {
    use crate::{
        api::{bulk::picked, call::StaffCall},
        domain::{form::Problem, permission::Permission},
        services::{change::ChangeError, field_values},
        storage,
    };

    let call = StaffCall::permitted_either(Permission::Invoices, Permission::Assignments).await?;
    let ids = picked(&call, ids)?;
    let field = call.request.chosen("field_id", field_id)?;
    let mut done = BulkDone::default();
    for id in ids {
        let Some(owner) = owner(&id) else {
            done.missing += 1;
            continue;
        };
        match field_values::give(call.world(), &call.staff, owner, field, value).await {
            Ok(true) => done.changed += 1,
            Ok(false) => done.unchanged += 1,
            Err(ChangeError::NotFound) => done.missing += 1,
            Err(ChangeError::Changed) => {
                let mut session = call.request.read().await?;
                let sight = call.staff.sight();
                let row = storage::field_values::find_owner(&mut session, owner, sight).await;
                let row = row.map_err(|error| call.request.fail(error))?;
                done.conflicts.extend(row.map(|row| row.number));
            }
            Err(ChangeError::Invalid(bad)) => {
                let of = if bad.problem == Problem::NotAChoice { "field_id" } else { "value" };
                return Err(call.request.answer(ApiError::invalid(of, bad.problem)));
            }
            Err(error) => return Err(call.request.fail(error)),
        }
    }
    Ok(done)
}

/// Gives many customers one value of a field: a text, or the id of a value of its list; nothing takes
/// theirs away.
#[server(name = FillMany, prefix = "/api/staff", endpoint = "customers/fill_many")]
pub async fn fill_many(
    ids: String,
    #[server(default)] field_id: String,
    #[server(default)] value: String,
) -> Result<BulkDone, ApiError> {
    fill(crate::services::field_values::customer, &ids, &field_id, &value).await
}

/// The same for many invoices.
#[server(name = FillManyInvoices, prefix = "/api/staff", endpoint = "invoices/fill_many")]
pub async fn fill_many_invoices(
    ids: String,
    #[server(default)] field_id: String,
    #[server(default)] value: String,
) -> Result<BulkDone, ApiError> {
    fill(crate::services::field_values::invoice, &ids, &field_id, &value).await
}
