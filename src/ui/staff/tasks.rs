//! Tasks and notifications: what somebody has to do, what they gave to others, what they are told,
//! and what is done and put away.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    list_url::encode,
    notifications, task_form,
    task_row::{Desk, TaskRow},
};
use crate::{
    api::{
        error::ApiError,
        staff::tasks::list_tasks,
        view::{TaskView, TasksView},
    },
    ui::staff::state::{CardSkeleton, Failure},
};

/// What the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Open tasks that somebody has.
    #[default]
    Mine,
    /// Open tasks that they gave to others.
    Created,
    /// What they are told.
    News,
    /// Tasks that are done.
    Done,
    /// What they put away.
    Away,
    /// The form of a task.
    Form,
}

impl Part {
    const ALL: [Self; 6] =
        [Self::Mine, Self::Created, Self::News, Self::Done, Self::Away, Self::Form];

    /// The word in the address; the first needs none.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mine => "",
            Self::Created => "created",
            Self::News => "notifications",
            Self::Done => "done",
            Self::Away => "archived",
            Self::Form => "form",
        }
    }

    /// The part of a word.
    fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|part| part.word() == word).unwrap_or_default()
    }

    /// Its address.
    pub fn href(self) -> String {
        match self.word() {
            "" => "/staff/tasks".to_owned(),
            word => format!("/staff/tasks?view={word}"),
        }
    }
}

/// The page's address, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TasksAddress {
    /// What it shows.
    pub part: Part,
    /// Where the list starts; empty is its beginning.
    pub after: String,
    /// The customer that a new task is about.
    pub customer: String,
    /// The task that is changed.
    pub task: String,
    /// The page to go back to from the form.
    pub back: String,
}

impl TasksAddress {
    fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| get(name).unwrap_or_default();
        Self {
            part: Part::of(&get("view")),
            after: get("after"),
            customer: get("customer"),
            task: get("task"),
            back: get("back"),
        }
    }

    /// The address. Fields that are empty are left out.
    pub fn href(&self) -> String {
        let mut href = self.part.href();
        for (name, value) in [
            ("after", &self.after),
            ("customer", &self.customer),
            ("task", &self.task),
            ("back", &self.back),
        ] {
            if !value.is_empty() {
                href.push(if href.contains('?') { '&' } else { '?' });
                href.push_str(name);
                href.push('=');
                encode(value, &mut href);
            }
        }
        href
    }

    /// The form of a new task about a customer.
    pub fn adding(customer_id: &str, back: &str) -> Self {
        let (customer, back) = (customer_id.to_owned(), back.to_owned());
        Self { part: Part::Form, customer, back, ..Self::default() }
    }

    /// The form of a task that is there.
    pub fn changing(task_id: &str, back: &str) -> Self {
        let (task, back) = (task_id.to_owned(), back.to_owned());
        Self { part: Part::Form, task, back, ..Self::default() }
    }
}

/// The page.
#[component]
pub fn TasksPage() -> AnyView {
    let query = use_query_map();
    let address =
        Memo::new(move |_| query.with(|query| TasksAddress::read(|name| query.get(name))));
    let part = Memo::new(move |_| address.with(|address| address.part));
    let body = move || match part.get() {
        Part::Form => task_form::page(address),
        Part::News | Part::Away => view! { {tabs(part)} {notifications::list(address)} }.into_any(),
        Part::Mine | Part::Created | Part::Done => {
            view! { {tabs(part)} {list(address)} }.into_any()
        }
    };
    view! {
        <Title text="Tasks and notifications · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Tasks and notifications"</h1></div>
            {body}
        </div>
    }
    .into_any()
}

fn tabs(part: Memo<Part>) -> impl IntoView {
    let tab = move |to: Part, label: &'static str, parts: &'static [Part]| {
        let is_current = move || parts.contains(&part.get()).then_some("page");
        view! { <a class="tabs__item" href=to.href() aria-current=is_current>{label}</a> }
    };
    let pill = move |to: Part, label: &'static str| {
        let is_current = move || (part.get() == to).then_some("true");
        view! { <a class="pills__item" href=to.href() aria-current=is_current>{label}</a> }
    };
    let pills = move || match part.get() {
        Part::Mine | Part::Created => Some(
            view! {
                <nav class="pills" aria-label="Which tasks">
                    {pill(Part::Mine, "Assigned to me")}
                    {pill(Part::Created, "Created by me, for others")}
                </nav>
            }
            .into_any(),
        ),
        Part::Done | Part::Away => Some(
            view! {
                <nav class="pills" aria-label="Which archive">
                    {pill(Part::Done, "Completed tasks")}
                    {pill(Part::Away, "Archived notifications")}
                </nav>
            }
            .into_any(),
        ),
        Part::News | Part::Form => None,
    };
    view! {
        <nav class="tabs" aria-label="Tasks and notifications">
            {tab(Part::Mine, "Tasks", &[Part::Mine, Part::Created])}
            {tab(Part::News, "Notifications", &[Part::News])}
            {tab(Part::Done, "Archive", &[Part::Done, Part::Away])}
        </nav>
        {pills}
    }
}

fn list(address: Memo<TasksAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        address.with(|address| match address.part {
            Part::Mine | Part::Created | Part::Done => {
                Some((address.part.word().to_owned(), address.after.clone()))
            }
            _ => None,
        })
    });
    let tasks: Asked<TasksView> =
        read_while(Told::News, asked, |(of, after)| list_tasks(of, after));
    let desk = Desk::new(move || tasks.refetch());
    let rows = move || {
        Suspend::new(async move {
            match tasks.await {
                Some(Ok(page)) => shown(page, address, desk),
                Some(Err(error)) => view! { <Failure error=error/> }.into_any(),
                None => ().into_any(),
            }
        })
    };
    view! {
        {desk.said()}
        <Transition fallback=|| view! { <CardSkeleton what="the tasks"/> }>{rows}</Transition>
    }
    .into_any()
}

fn shown(page: TasksView, address: Memo<TasksAddress>, desk: Desk) -> AnyView {
    let part = address.with_untracked(|address| address.part);
    let is_first = address.with_untracked(|address| address.after.is_empty());
    let (next, may_write) = (page.next, page.may_write);
    let add = (may_write && part != Part::Done).then(|| {
        view! { <a class="button button--primary" href=Part::Form.href()>"Add a task"</a> }
            .into_any()
    });
    if page.tasks.is_empty() && is_first {
        return empty(part, add);
    }
    let back = part.href();
    let row = |task: TaskView| {
        view! { <TaskRow task=task desk=desk may_write=may_write back=back.clone()/> }
    };
    let rows = page.tasks.into_iter().map(row).collect_view();
    let more = (!next.is_empty()).then(|| {
        let href = address
            .with_untracked(|address| TasksAddress { after: next, ..address.clone() }.href());
        view! { <a class="button" href=href>"Show more"</a> }
    });
    let first =
        (!is_first).then(|| view! { <a class="button" href=part.href()>"Back to the first"</a> });
    let label = match part {
        Part::Done => "Completed tasks, latest first",
        _ => "Tasks, those due first",
    };
    view! {
        <div class="actions">{add}</div>
        <ul class="history" aria-label=label>{rows}</ul>
        <div class="actions">{first} {more}</div>
    }
    .into_any()
}

fn empty(part: Part, add: Option<AnyView>) -> AnyView {
    let (title, text) = match part {
        Part::Created => (
            "Nobody has a task of yours",
            "Tasks that you add for colleagues are here until they are done.",
        ),
        Part::Done => {
            ("Nothing is completed yet", "Tasks that you had or made are here once they are done.")
        }
        _ => (
            "Nothing to do",
            "Tasks that you add for yourself, and those that colleagues give you, are here with the \
             day on which they are due.",
        ),
    };
    view! {
        <section class="state" aria-labelledby="empty-title">
            <span class="state__mark"><StaffIcon name="tick" class="icon--large"/></span>
            <h2 class="state__title" id="empty-title">{title}</h2>
            <p class="state__text">{text}</p>
            {add}
        </section>
    }
    .into_any()
}

/// Whether an error is about what the list no longer shows as it is.
pub fn is_stale(error: &ApiError) -> bool {
    matches!(error, ApiError::Conflict(_) | ApiError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        let back = "/staff/invoices?panel=7&tab=notes";
        for (address, href) in [
            (TasksAddress::default(), "/staff/tasks"),
            (
                TasksAddress { part: Part::Done, after: "x y".to_owned(), ..Default::default() },
                "/staff/tasks?view=done&after=x%20y",
            ),
            (
                TasksAddress::adding("7", back),
                "/staff/tasks?view=form&customer=7&back=%2Fstaff%2Finvoices%3Fpanel%3D7%26tab%3Dnotes",
            ),
            (TasksAddress::changing("9", ""), "/staff/tasks?view=form&task=9"),
        ] {
            assert_eq!(address.href(), href);
        }
        for part in Part::ALL {
            assert_eq!(Part::of(part.word()), part);
        }
        assert_eq!(Part::of("nonsense"), Part::Mine);
    }
}
