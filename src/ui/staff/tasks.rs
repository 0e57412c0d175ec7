//! Tasks and notifications: what somebody has to do, what they gave to others, what they are told,
//! and what is done and put away.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    list_url::{ListAddress, encode},
    notifications,
    pages::use_list_address,
    panel::{Beside, Panel, neighbours},
    task_form,
    task_row::{Desk, TaskRow},
};
use crate::{
    api::{
        error::ApiError,
        staff::tasks::list_tasks,
        view::{TaskView, TasksView},
    },
    ui::{
        hooks::focus,
        staff::state::{CardSkeleton, Failure},
    },
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

/// What is read of a list whose rows may be about customers.
pub trait Naming: Clone + Send + Sync + 'static {
    /// Of each row that is about a customer, in their order: the customer's id and the row's.
    fn named(&self) -> Vec<(&str, &str)>;
    /// Whether more rows follow.
    fn has_more(&self) -> bool;
}

impl Naming for TasksView {
    fn named(&self) -> Vec<(&str, &str)> {
        let tasks = self.tasks.iter().filter(|task| !task.customer_id.is_empty());
        tasks.map(|task| (task.customer_id.as_str(), task.id.as_str())).collect()
    }

    fn has_more(&self) -> bool {
        !self.next.is_empty()
    }
}

/// The links on the page that open a customer's panel over it.
#[derive(Clone, Copy)]
pub struct Names {
    address: Memo<ListAddress>,
    /// The id of the one that was pressed last, and its customer.
    pressed: RwSignal<(String, String)>,
}

impl Names {
    fn new(address: Memo<ListAddress>) -> Self {
        Self { address, pressed: RwSignal::new((String::new(), String::new())) }
    }

    /// The link in a row that opens a tab of the customer's panel. Of each tab a row has one.
    pub fn link(self, row: &str, customer_id: &str, tab: &str, text: String) -> AnyView {
        let to = |address: &ListAddress| {
            address.without_panel().with_panel(customer_id).with_tab(tab).href()
        };
        let href = self.address.with_untracked(to);
        let id = link_id(row, tab);
        let pressed = (id.clone(), customer_id.to_owned());
        let press = move |_| self.pressed.set(pressed.clone());
        view! {
            <a class="task__about" id=id href=href data-noscroll="" on:click=press>{text}</a>
        }
        .into_any()
    }

    /// What the panel has to do with the list that is read as `list`.
    pub fn beside<T: Naming>(self, list: Asked<T>) -> Beside {
        Beside::new(
            move |open| async move {
                let page = list.await?.ok()?;
                let customers: Vec<&str> = page.named().into_iter().map(|(of, _)| of).collect();
                Some(neighbours(&customers, None, page.has_more(), &open))
            },
            move |customer| {
                let (id, of) = self.pressed.get_untracked();
                if of == customer {
                    focus::focus_on(id);
                    return;
                }
                // Its address opened it, or a step from one customer to another.
                let Some(Ok(page)) = list.get_untracked().flatten() else { return };
                let first = page.named().into_iter().find(|(of, _)| *of == customer);
                if let Some((_, row)) = first {
                    focus::focus_on(link_id(row, ""));
                }
            },
        )
    }
}

/// The id of the link in a row that opens a tab of the customer's panel.
fn link_id(row: &str, tab: &str) -> String {
    format!("row-{row}-{tab}")
}

/// The page.
#[component]
pub fn TasksPage() -> AnyView {
    let query = use_query_map();
    let address =
        Memo::new(move |_| query.with(|query| TasksAddress::read(|name| query.get(name))));
    let part = Memo::new(move |_| address.with(|address| address.part));
    // The same address as the panel reads it: it keeps the view and where the list starts, which
    // are said there as they are of every list.
    let at = use_list_address();
    let body = move || {
        let names = Names::new(at);
        let (rows, beside) = match part.get() {
            // Nothing in it opens a panel, which would not keep what only a form's address says.
            Part::Form => {
                return view! { <div class="page">{head()} {task_form::page(address)}</div> }
                    .into_any();
            }
            Part::News | Part::Away => notifications::list(address, names),
            Part::Mine | Part::Created | Part::Done => list(address, names),
        };
        view! {
            <div class="page" data-behind="">{head()} {tabs(part)} {rows}</div>
            <Panel address=at list=beside/>
        }
        .into_any()
    };
    view! {
        <Title text="Tasks and notifications · Quittance"/>
        {body}
    }
    .into_any()
}

fn head() -> impl IntoView {
    view! { <div class="page__head"><h1>"Tasks and notifications"</h1></div> }
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

/// The list, and what the panel has to do with it.
fn list(address: Memo<TasksAddress>, names: Names) -> (AnyView, Beside) {
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
    let desk = Desk::of_page(move || tasks.refetch());
    let rows = move || {
        Suspend::new(async move {
            match tasks.await {
                Some(Ok(page)) => shown(page, address, desk, names),
                Some(Err(error)) => view! { <Failure error=error/> }.into_any(),
                None => ().into_any(),
            }
        })
    };
    let list = view! {
        {desk.said()}
        <Transition fallback=|| view! { <CardSkeleton what="the tasks"/> }>{rows}</Transition>
    };
    (list.into_any(), names.beside(tasks))
}

fn shown(page: TasksView, address: Memo<TasksAddress>, desk: Desk, names: Names) -> AnyView {
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
        view! {
            <TaskRow task=task desk=desk may_write=may_write back=back.clone() names=names/>
        }
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

    #[test]
    fn a_panel_lies_over_the_page_as_it_is() {
        let read = |query: &'static [(&'static str, &'static str)]| {
            move |name: &str| {
                query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            }
        };
        let here = &[("view", "done"), ("after", "x y")];
        let list = ListAddress::read("/staff/tasks", read(here));
        let open = list.with_panel("7").with_tab("notes");
        assert_eq!(open.href(), "/staff/tasks?after=x%20y&view=done&panel=7&tab=notes");
        assert_eq!(open.without_panel(), list);
        let over = &[("view", "done"), ("after", "x y"), ("panel", "7"), ("tab", "notes")];
        assert_eq!(TasksAddress::read(read(over)), TasksAddress::read(read(here)));
    }
}
