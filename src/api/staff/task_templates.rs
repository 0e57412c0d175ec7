//! Templates of tasks.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{TemplateDraft, TemplateView},
};

/// The templates, by name.
#[server(
    name = ListTaskTemplates, prefix = "/api/staff", endpoint = "settings/task_templates",
    input = GetUrl
)]
pub async fn list_task_templates() -> Result<Vec<TemplateView>, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_tasks},
        domain::permission::Permission,
        storage,
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let mut session = call.request.read().await?;
    let rows = storage::task_templates::all(&mut session).await;
    let rows = rows.map_err(|error| call.request.fail(error))?;
    Ok(rows.into_iter().map(fold_tasks::template).collect())
}

/// Adds a template, or changes one.
#[server(
    name = SaveTaskTemplate, prefix = "/api/staff", endpoint = "settings/save_task_template"
)]
pub async fn save_task_template(
    #[server(default)] template: TemplateDraft,
) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::task_templates::{self, TemplateForm},
    };

    let call = StaffCall::permitted(Permission::Settings).await?;
    let TemplateDraft { id, version, name, kind, notes } = &template;
    let form = TemplateForm { name, kind, notes };
    let saved = if id.is_empty() {
        task_templates::add(call.world(), form).await.map(|_| ())
    } else {
        let id = call.request.id(id)?;
        task_templates::edit(call.world(), id, *version, form).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a template.
#[server(
    name = RemoveTaskTemplate, prefix = "/api/staff", endpoint = "settings/remove_task_template"
)]
pub async fn remove_task_template(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::task_templates};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let id = call.request.id(&id)?;
    task_templates::remove(call.world(), id, version)
        .await
        .map_err(|error| call.request.fail(error))
}
