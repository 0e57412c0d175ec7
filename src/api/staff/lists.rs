//! Columns and views of lists.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{ListSetup, ViewDraft},
    },
    domain::column::ListKind,
};

#[cfg(feature = "ssr")]
pub(super) fn field_view(
    row: &crate::storage::custom_fields::FieldRow,
    options: &[crate::storage::custom_fields::OptionRow],
) -> crate::api::view::FieldView {
    use crate::api::view::{FieldView, OptionView};

    let options = options.iter().filter(|option| option.field_id == row.id);
    FieldView {
        id: row.id.to_string(),
        name: row.name.clone(),
        kind: row.kind,
        is_editable: row.is_editable,
        options: options
            .map(|option| OptionView { id: option.id.to_string(), name: option.name.clone() })
            .collect(),
    }
}

/// Whether somebody may change values of custom fields (product.md §2.23).
#[cfg(feature = "ssr")]
pub(super) fn may_fill(call: &crate::api::call::StaffCall) -> bool {
    use crate::domain::permission::Permission;

    [Permission::Invoices, Permission::Assignments].into_iter().any(|one| call.staff.may(one))
}

/// What a list can show, and what was chosen for it.
#[server(name = GetListSetup, prefix = "/api/staff", endpoint = "lists/setup", input = GetUrl)]
pub async fn list_setup(#[server(default)] list: ListKind) -> Result<ListSetup, ApiError> {
    use crate::{
        api::{call::StaffCall, view::ViewView},
        domain::permission::Permission,
        services::{company, list_views},
        storage,
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let fields = storage::custom_fields::all(&mut session).await.map_err(fail)?;
    let options = storage::custom_fields::all_options(&mut session).await.map_err(fail)?;
    let id = call.staff.id;
    let views = storage::list_views::all(&mut session, list, id).await.map_err(fail)?;
    let chosen = storage::list_views::find_choice(&mut session, id, list).await.map_err(fail)?;
    let view = |row: storage::list_views::ViewRow| ViewView {
        may_change: list_views::may_change(&call.staff, &row),
        id: row.id.to_string(),
        name: row.name,
        version: row.version,
        is_shared: row.is_shared,
        query: serde_json::from_str(&row.query).unwrap_or_default(),
        columns: row.columns,
    };
    let shown = fields.iter().filter(|field| field.level == list.level() && field.is_shown);
    Ok(ListSetup {
        fields: shown.map(|field| field_view(field, &options)).collect(),
        columns: chosen.columns,
        views: views.into_iter().map(view).collect(),
        default_view: chosen.view_id.map(|id| id.to_string()).unwrap_or_default(),
        may_assign: call.staff.may(Permission::Customers),
        may_assign_workflows: call.staff.may(Permission::Assignments),
        may_choose_statements: call.staff.may(Permission::Statements),
        may_fill: may_fill(&call),
        may_decide: call.staff.may(Permission::Invoices),
        today: company.date_of(call.world().now()).to_string(),
    })
}

/// Keeps the columns that were chosen: in the view that is open, if it is theirs to change, else for
/// the list. Answers whether it was in the view.
#[server(name = ChooseColumns, prefix = "/api/staff", endpoint = "lists/columns")]
pub async fn choose_columns(
    #[server(default)] list: ListKind,
    #[server(default)] view_id: String,
    #[server(default)] version: i64,
    #[server(default)] columns: String,
) -> Result<bool, ApiError> {
    use crate::{api::call::StaffCall, services::list_views};

    let call = StaffCall::begin().await?;
    let view = match view_id.as_str() {
        "" => None,
        id => Some((call.request.id(id)?, version)),
    };
    list_views::choose_columns(call.world(), &call.staff, list, view, &columns)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Keeps a view, or writes one anew. Answers its id.
#[server(name = SaveView, prefix = "/api/staff", endpoint = "lists/save_view")]
pub async fn save_view(
    #[server(default)] list: ListKind,
    #[server(default)] view: ViewDraft,
) -> Result<String, ApiError> {
    use crate::{
        api::{call::StaffCall, staff::invoices::ListQuery},
        services::list_views::{self, ViewForm},
    };

    let call = StaffCall::begin().await?;
    let ViewDraft { id, version, name, is_shared, query, columns } = view;
    // Where somebody had got to is no part of a view.
    let query = ListQuery { after: String::new(), ..query };
    let query =
        serde_json::to_string(&query).map_err(|_| call.request.answer(ApiError::Internal))?;
    let form = ViewForm { name: &name, is_shared, query: &query, columns: &columns };
    if id.is_empty() {
        let id = list_views::add(call.world(), &call.staff, list, form).await;
        return id.map(|id| id.to_string()).map_err(|error| call.request.fail(error));
    }
    let view = call.request.id(&id)?;
    let saved = list_views::edit(call.world(), &call.staff, view, version, form).await;
    saved.map(|()| id).map_err(|error| call.request.fail(error))
}

/// Removes a view.
#[server(name = RemoveView, prefix = "/api/staff", endpoint = "lists/remove_view")]
pub async fn remove_view(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::list_views};

    let call = StaffCall::begin().await?;
    let id = call.request.id(&id)?;
    list_views::remove(call.world(), &call.staff, id, version)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Has a list begin with a view for whoever asks; an empty one is everything.
#[server(name = BeginWithView, prefix = "/api/staff", endpoint = "lists/begin_with")]
pub async fn begin_with_view(
    #[server(default)] list: ListKind,
    #[server(default)] view_id: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::list_views};

    let call = StaffCall::begin().await?;
    let view = match view_id.as_str() {
        "" => None,
        id => Some(call.request.id(id)?),
    };
    list_views::begin_with(call.world(), &call.staff, list, view)
        .await
        .map_err(|error| call.request.fail(error))
}
