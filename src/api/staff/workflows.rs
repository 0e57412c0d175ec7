//! Reminder workflows, and who has which.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{BulkDone, WorkflowView},
    },
    domain::workflow::WorkflowForm,
};

#[cfg(feature = "ssr")]
async fn all(
    call: &crate::api::call::StaffCall,
    is_counted: bool,
) -> Result<Vec<WorkflowView>, ApiError> {
    use std::collections::HashMap;

    use crate::{
        services::company,
        storage::{
            self,
            workflows::{StepRow, WorkflowRow},
        },
    };

    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let usual = company::load(&mut session).await.map_err(fail)?.receivables.workflow;
    let rows = storage::workflows::all(&mut session).await.map_err(fail)?;
    let steps = storage::workflows::all_steps(&mut session).await.map_err(fail)?;
    let used = if is_counted {
        storage::workflows::all_used(&mut session).await.map_err(fail)?
    } else {
        HashMap::new()
    };
    let view = |row: WorkflowRow| WorkflowView {
        steps: steps.iter().filter(|step| step.workflow_id == row.id).map(StepRow::step).collect(),
        customers: used.get(&row.id).copied().unwrap_or(0),
        is_usual: usual.is_some_and(|usual| usual.id == row.id),
        id: row.id.to_string(),
        name: row.name,
        version: row.version,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// All workflows, by name, to choose from.
#[server(name = ListWorkflows, prefix = "/api/staff", endpoint = "workflows/list", input = GetUrl)]
pub async fn list_workflows() -> Result<Vec<WorkflowView>, ApiError> {
    use crate::api::call::StaffCall;

    all(&StaffCall::begin().await?, false).await
}

/// All workflows, by name, for those who may change them.
#[server(name = GetWorkflows, prefix = "/api/staff", endpoint = "settings/workflows", input = GetUrl)]
pub async fn workflow_settings() -> Result<Vec<WorkflowView>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission};

    all(&StaffCall::permitted(Permission::Workflows).await?, true).await
}

/// Adds a workflow, or changes one.
#[server(name = SaveWorkflow, prefix = "/api/staff", endpoint = "workflows/save")]
pub async fn save_workflow(
    #[server(default)] id: String,
    #[server(default)] version: i64,
    #[server(default)] form: WorkflowForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::workflows};

    let call = StaffCall::permitted(Permission::Workflows).await?;
    let saved = if id.is_empty() {
        workflows::add(call.world(), &form).await.map(drop)
    } else {
        let id = call.request.id(&id)?;
        workflows::edit(call.world(), id, version, &form).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a workflow that nobody has.
#[server(name = RemoveWorkflow, prefix = "/api/staff", endpoint = "workflows/remove")]
pub async fn remove_workflow(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::workflows};

    let call = StaffCall::permitted(Permission::Workflows).await?;
    let id = call.request.id(&id)?;
    workflows::remove(call.world(), id, version).await.map_err(|error| call.request.fail(error))
}

/// Makes a workflow the one of customers without one of their own; `before` is what it was when it
/// was read. Both may be empty.
#[server(name = MakeWorkflowUsual, prefix = "/api/staff", endpoint = "workflows/make_usual")]
pub async fn make_workflow_usual(
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::workflows};

    let call = StaffCall::permitted(Permission::Workflows).await?;
    let of = |id: &str| call.request.chosen_or_none("workflow", id);
    let (before, after) = (of(&before)?, of(&after)?);
    workflows::make_usual(call.world(), before, after, &call.staff.actor())
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives a customer a workflow of its own, or none; `before` is what it was when it was read.
#[server(name = AssignWorkflow, prefix = "/api/staff", endpoint = "customers/assign_workflow")]
pub async fn assign_workflow(
    customer_id: String,
    #[server(default)] before: String,
    #[server(default)] after: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::workflows};

    let call = StaffCall::permitted(Permission::Assignments).await?;
    let id = call.request.id(&customer_id)?;
    let of = |id: &str| call.request.chosen_or_none("workflow", id);
    let (before, after) = (of(&before)?, of(&after)?);
    workflows::assign(call.world(), &call.staff, id, before, after)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Gives many customers the same workflow, or none of their own.
#[server(name = AssignWorkflows, prefix = "/api/staff", endpoint = "customers/assign_workflows")]
pub async fn assign_workflows(
    ids: String,
    #[server(default)] after: String,
) -> Result<BulkDone, ApiError> {
    use crate::{
        api::{bulk::each_customer, call::StaffCall},
        domain::permission::Permission,
        services::workflows,
        storage::customers::CustomerRow,
    };

    let call = StaffCall::permitted(Permission::Assignments).await?;
    let after = call.request.chosen_or_none("workflow", &after)?;
    let is_so = move |row: &CustomerRow| row.workflow_id == after;
    each_customer(&call, &ids, is_so, move |world, staff, row| async move {
        workflows::assign(&world, &staff, row.id, row.workflow_id, after).await
    })
    .await
}
