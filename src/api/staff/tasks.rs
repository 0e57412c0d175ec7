//! Tasks: whose they are, adding, changing, completing and removing them.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{TaskDoneView, TaskDraft, TaskFormView, TasksView},
};

/// Open tasks that a customer's panel shows.
#[cfg(feature = "ssr")]
const PANEL_ROWS: i64 = 20;

/// Invoices whose numbers the form offers.
#[cfg(feature = "ssr")]
const OFFERED_ROWS: i64 = 50;

/// A page of tasks of whoever asks: `of` is `created` for those they gave to others, `done` for those
/// that are done, and else those they have. `after` is where the page starts, or empty.
#[server(name = ListTasks, prefix = "/api/staff", endpoint = "tasks/list", input = GetUrl)]
pub async fn list_tasks(
    #[server(default)] of: String,
    #[server(default)] after: String,
) -> Result<TasksView, ApiError> {
    use chrono::DateTime;

    use crate::{
        api::{call::StaffCall, fold_tasks},
        domain::{
            list::{Cursor, cut},
            permission::Permission,
        },
        services::company,
        storage::{
            self,
            tasks::{NamedTaskRow, PAGE_ROWS, Whose},
        },
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let (user, sight) = (call.staff.id, call.staff.sight());
    let after: Option<Cursor> = after.parse().ok();
    let key = |row: &NamedTaskRow| match row.task.completed_at {
        Some(at) => at.timestamp_micros().to_string(),
        None => row.task.due_on.to_string(),
    };
    let mut rows = if of == "done" {
        let before = after.and_then(|cursor| {
            let at = DateTime::from_timestamp_micros(cursor.key.parse().ok()?)?;
            Some((at, cursor.id.parse().ok()?))
        });
        storage::tasks::list_done(&mut session, user, sight, before).await.map_err(fail)?
    } else {
        let whose = if of == "created" { Whose::Created } else { Whose::Assigned };
        let after =
            after.and_then(|cursor| Some((cursor.key.parse().ok()?, cursor.id.parse().ok()?)));
        storage::tasks::list_open(&mut session, user, whose, sight, after).await.map_err(fail)?
    };
    let has_more = cut(&mut rows, PAGE_ROWS);
    let next = rows.last().filter(|_| has_more);
    let next = next.map(|row| Cursor { key: key(row), id: row.task.id.to_string() });
    Ok(TasksView {
        next: next.map(|cursor| cursor.to_string()).unwrap_or_default(),
        may_write: call.staff.may(Permission::Customers),
        tasks: rows
            .into_iter()
            .map(|row| fold_tasks::task(row, &call.staff, &company, today))
            .collect(),
    })
}

/// The open tasks about a customer.
#[server(
    name = ListCustomerTasks, prefix = "/api/staff", endpoint = "tasks/of_customer", input = GetUrl
)]
pub async fn list_customer_tasks(customer_id: String) -> Result<TasksView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_tasks},
        domain::permission::Permission,
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let rows = storage::tasks::all_open_of_customer(&mut session, customer.id, PANEL_ROWS).await;
    let task = |row| fold_tasks::task(row, &call.staff, &company, today);
    Ok(TasksView {
        tasks: rows.map_err(fail)?.into_iter().map(task).collect(),
        next: String::new(),
        may_write: call.staff.may(Permission::Customers),
    })
}

/// The form of a task that is there, or of a new one: about a customer, or about nothing yet.
#[server(name = GetTaskForm, prefix = "/api/staff", endpoint = "tasks/form", input = GetUrl)]
pub async fn task_form(
    #[server(default)] customer_id: String,
    #[server(default)] task_id: String,
) -> Result<TaskFormView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_tasks, view::SpecialistView},
        domain::{permission::Permission, task::TaskKind},
        services::{company, tasks},
        storage,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let fail = |error| call.request.fail(error);
    let not_found = || call.request.answer(ApiError::NotFound);
    let mut draft = TaskDraft::default();
    let mut session = call.request.read().await?;
    let mut customer = None;
    if !task_id.is_empty() {
        let id = call.request.id(&task_id)?;
        let found = tasks::find(&mut session, &call.staff, id).await;
        let task = found.map_err(|error| call.request.fail(error))?;
        if !tasks::staff_may_change(&call.staff, &task) {
            return Err(call.request.answer(ApiError::Forbidden));
        }
        let named = storage::tasks::find_named(&mut session, id).await.map_err(fail)?;
        let named = named.ok_or_else(not_found)?;
        customer = task.customer_id;
        draft = TaskDraft {
            id: task_id,
            version: task.version,
            kind: task.kind.as_str().to_owned(),
            title: task.title,
            notes: task.notes,
            customer: named.customer_number.unwrap_or_default(),
            invoice: named.invoice_number.unwrap_or_default(),
            due_on: task.due_on.to_string(),
            assignee: task.assignee_id.to_string(),
            ..draft
        };
    } else {
        let company = company::load(&mut session).await.map_err(fail)?;
        draft.kind = TaskKind::ToDo.as_str().to_owned();
        draft.due_on = company.date_of(call.world().now()).to_string();
        draft.assignee = call.staff.id.to_string();
        if !customer_id.is_empty() {
            customer = Some(call.request.id(&customer_id)?);
        }
    }
    let mut name = String::new();
    let mut invoices = Vec::new();
    if let Some(id) = customer {
        let row = storage::customers::find_seen(&mut session, id, call.staff.sight()).await;
        let row = row.map_err(fail)?.ok_or_else(not_found)?;
        draft.customer = row.number;
        name = row.name;
        let rows = storage::invoices::all_of_customer(&mut session, id, OFFERED_ROWS).await;
        invoices = rows.map_err(fail)?.into_iter().map(|row| row.invoice.number).collect();
    }
    let people = storage::notifications::all_colleagues(&mut session).await.map_err(fail)?;
    let templates = storage::task_templates::all(&mut session).await.map_err(fail)?;
    let person = |row: storage::notifications::RecipientRow| SpecialistView {
        id: row.id.to_string(),
        name: if row.name.is_empty() { row.email } else { row.name },
    };
    Ok(TaskFormView {
        draft,
        customer: name,
        invoices,
        people: people.into_iter().map(person).collect(),
        templates: templates.into_iter().map(fold_tasks::template).collect(),
    })
}

/// Whether a page to go back to is one of ours, on the staff's side.
#[cfg(feature = "ssr")]
fn is_ours(page: &str) -> bool {
    let is_plain = page.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    page.starts_with("/staff/") && page.len() <= 2_000 && is_plain
}

/// Adds a task, or changes one.
#[server(name = SaveTask, prefix = "/api/staff", endpoint = "tasks/save")]
pub async fn save_task(#[server(default)] task: TaskDraft) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::tasks::{self, TaskForm},
        storage,
    };

    let call = StaffCall::permitted(Permission::Customers).await?;
    let mut task = task;
    // Without script a template that is chosen fills nothing in.
    if let (true, Ok(id)) = (task.title.trim().is_empty(), task.template.parse()) {
        let mut session = call.request.read().await?;
        let template = storage::task_templates::find(&mut session, id).await;
        if let Some(template) = template.map_err(|error| call.request.fail(error))? {
            template.kind.as_str().clone_into(&mut task.kind);
            task.title = template.name;
            if task.notes.trim().is_empty() {
                task.notes = template.notes;
            }
        }
    }
    let form = TaskForm {
        kind: &task.kind,
        title: &task.title,
        notes: &task.notes,
        customer: &task.customer,
        invoice: &task.invoice,
        due_on: &task.due_on,
        assignee: &task.assignee,
        is_template: task.is_template,
    };
    let saved = if task.id.is_empty() {
        tasks::add(call.world(), &call.staff, &form).await.map(|_| ())
    } else {
        let id = call.request.id(&task.id)?;
        tasks::edit(call.world(), &call.staff, id, task.version, &form).await
    };
    saved.map_err(|error| call.request.fail(error))?;
    let is_own = task.assignee == call.staff.id.to_string();
    leptos_axum::redirect(match task.back.as_str() {
        back if is_ours(back) => back,
        _ if is_own => "/staff/tasks",
        _ => "/staff/tasks?view=created",
    });
    Ok(())
}

#[cfg(feature = "ssr")]
fn done(row: crate::storage::tasks::TaskRow) -> TaskDoneView {
    TaskDoneView { id: row.id.to_string(), version: row.version, title: row.title }
}

/// Completes a task; a call says how it went.
#[server(name = CompleteTask, prefix = "/api/staff", endpoint = "tasks/complete")]
pub async fn complete_task(
    id: String,
    version: i64,
    #[server(default)] outcome: String,
) -> Result<TaskDoneView, ApiError> {
    use crate::{api::call::StaffCall, services::tasks};

    let call = StaffCall::begin().await?;
    let id = call.request.id(&id)?;
    tasks::complete(call.world(), &call.staff, id, version, &outcome)
        .await
        .map(done)
        .map_err(|error| call.request.fail(error))
}

/// Reopens a task.
#[server(name = ReopenTask, prefix = "/api/staff", endpoint = "tasks/reopen")]
pub async fn reopen_task(id: String, version: i64) -> Result<TaskDoneView, ApiError> {
    use crate::{api::call::StaffCall, services::tasks};

    let call = StaffCall::begin().await?;
    let id = call.request.id(&id)?;
    tasks::reopen(call.world(), &call.staff, id, version)
        .await
        .map(done)
        .map_err(|error| call.request.fail(error))
}

/// Removes a task.
#[server(name = RemoveTask, prefix = "/api/staff", endpoint = "tasks/remove")]
pub async fn remove_task(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::tasks};

    let call = StaffCall::begin().await?;
    let id = call.request.id(&id)?;
    tasks::remove(call.world(), &call.staff, id, version)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect("/staff/tasks");
    Ok(())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::is_ours;

    #[test]
    fn only_pages_of_ours_are_gone_back_to() {
        assert!(is_ours("/staff/invoices?panel=0193&tab=notes"));
        for page in [
            "",
            "/",
            "//evil.example",
            "/staff/\\evil",
            "/staff/ x",
            "https://e.example",
            "/staffx",
        ] {
            assert!(!is_ours(page), "{page}");
        }
    }
}
