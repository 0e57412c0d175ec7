//! Open tasks about the customer, in the summary of its panel.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    list_url::ListAddress,
    panel_tabs::Tab,
    task_row::{Desk, TaskRow},
    tasks::TasksAddress,
};
use crate::api::{
    staff::tasks::list_customer_tasks,
    view::{TaskView, TasksView},
};

/// What is known of them, and completing them.
#[derive(Clone, Copy)]
pub struct PanelTasks {
    tasks: Asked<TasksView>,
    desk: Desk,
    address: Memo<ListAddress>,
}

impl PanelTasks {
    /// Read while the summary is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>, address: Memo<ListAddress>) -> Self {
        let asked = Memo::new(move |_| Tab::Summary.asked(tab, id));
        let tasks = read_while(Told::Figures, asked, list_customer_tasks);
        let desk = Desk::new(move || tasks.refetch());
        // What was done at one customer is not said at another.
        Effect::new(move |before: Option<String>| {
            let id = id.get();
            if before.is_some_and(|before| before != id) {
                desk.forget();
            }
            id
        });
        Self { tasks, desk, address }
    }
}

/// The link that adds one: a form that comes back to this panel.
pub fn add_link(customer_id: &str, address: Memo<ListAddress>) -> AnyView {
    let id = customer_id.to_owned();
    let href = move || TasksAddress::adding(&id, &address.with(ListAddress::href)).href();
    view! { <a class="button" href=href>"Add a task"</a> }.into_any()
}

/// The part of the summary; nothing while there is none.
pub fn section(PanelTasks { tasks, desk, address }: PanelTasks) -> AnyView {
    let body = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let page = tasks.await.and_then(Result::ok)?;
            Some(shown(page, desk, address))
        })
    };
    view! {
        <div class="panel__body panel__body--maybe">
            {desk.said()}
            <Transition>{body}</Transition>
        </div>
    }
    .into_any()
}

fn shown(page: TasksView, desk: Desk, address: Memo<ListAddress>) -> AnyView {
    if page.tasks.is_empty() {
        return ().into_any();
    }
    let may_write = page.may_write;
    let back = address.with_untracked(ListAddress::href);
    let row = |task: TaskView| {
        view! {
            <TaskRow task=task desk=desk may_write=may_write back=back.clone()/>
        }
    };
    let rows = page.tasks.into_iter().map(row).collect_view();
    view! {
        <section class="panel__section" aria-labelledby="panel-tasks">
            <h3 id="panel-tasks">"Open tasks"</h3>
            <ul class="history" aria-labelledby="panel-tasks">{rows}</ul>
        </section>
    }
    .into_any()
}
