//! Folding tasks, and what people are told, into what screens receive.

use chrono::NaiveDate;

use crate::{
    api::{
        dates,
        view::{NotificationView, TaskView, TemplateView},
    },
    services::{company::Company, staff::Staff, tasks},
    storage::{
        notifications::NamedNotificationRow, task_templates::TemplateRow, tasks::NamedTaskRow,
    },
};

/// A task, as somebody sees it on a day.
pub fn task(row: NamedTaskRow, staff: &Staff, company: &Company, today: NaiveDate) -> TaskView {
    let NamedTaskRow { task, assignee, creator, completer, customer, invoice_number, .. } = row;
    TaskView {
        id: task.id.to_string(),
        version: task.version,
        kind: task.kind,
        customer_id: task.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        customer: customer.unwrap_or_default(),
        invoice: invoice_number.unwrap_or_default(),
        due: dates::weekday(task.due_on),
        days: (task.due_on - today).num_days(),
        is_mine: task.assignee_id == staff.id,
        is_own: task.creator_id == staff.id,
        may_change: tasks::staff_may_change(staff, &task),
        done: task.completed_at.map(|at| dates::instant(company, at)).unwrap_or_default(),
        completer: completer.unwrap_or_default(),
        outcome: task.outcome,
        title: task.title,
        notes: task.notes,
        assignee,
        creator,
    }
}

/// A template.
pub fn template(row: TemplateRow) -> TemplateView {
    let TemplateRow { id, name, kind, notes, version } = row;
    TemplateView { id: id.to_string(), version, name, kind, notes }
}

/// Something that somebody is told.
pub fn notification(row: NamedNotificationRow, company: &Company) -> NotificationView {
    let NamedNotificationRow { notification, customer } = row;
    NotificationView {
        id: notification.id.to_string(),
        kind: notification.kind,
        customer_id: notification.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        customer: customer.unwrap_or_default(),
        facts: notification.facts(),
        at: dates::instant(company, notification.created_at),
        is_read: notification.read_at.is_some(),
        is_archived: notification.archived_at.is_some(),
    }
}
