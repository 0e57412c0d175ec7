//! The bell: how much is new, on every page and as it happens, and a menu with what it is.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, follow, read_while},
    icon::StaffIcon,
    list_url::ListAddress,
    notifications,
    pages::use_list_address,
    state::{CardSkeleton, Failure},
    task_words as words,
    tasks::Part,
};
use crate::{
    api::{
        staff::{
            notifications::{MarkAllRead, count_news, list_notifications},
            tasks::list_tasks,
        },
        view::{NotificationView, NotificationsView, TaskView, TasksView},
    },
    ui::{components::chip::Chip, format, hooks::keys},
};

/// Tasks, and notifications, that the menu shows; the page has the others.
const SHOWN: usize = 5;

/// Pages over which a panel opens.
const WITH_PANEL: [&str; 5] =
    ["/staff", "/staff/customers", "/staff/invoices", "/staff/paid", "/staff/tasks"];

/// What the bell knows.
#[derive(Clone, Copy)]
pub struct Bell {
    /// How much is new: nothing is known until something happens.
    latest: RwSignal<Option<i64>>,
    is_open: RwSignal<bool>,
    at: Memo<ListAddress>,
    tasks: Asked<TasksView>,
    news: Asked<NotificationsView>,
    read_all: ServerAction<MarkAllRead>,
}

/// Counts again whenever something happens, and reads what it is while the menu is open.
pub fn use_bell() -> Bell {
    let latest = RwSignal::new(None);
    let look = Action::new(|(): &()| count_news());
    follow(Told::News, move || {
        look.dispatch(());
    });
    Effect::new(move |_| {
        if let Some(Ok(count)) = look.value().get() {
            latest.set(Some(count));
        }
    });
    let is_open = RwSignal::new(false);
    let asked = Memo::new(move |_| is_open.get().then_some(()));
    Bell {
        latest,
        is_open,
        at: use_list_address(),
        tasks: read_while(Told::News, asked, |()| list_tasks(String::new(), String::new())),
        news: read_while(Told::News, asked, |()| list_notifications(false, String::new())),
        read_all: ServerAction::new(),
    }
}

/// The button with its menu. `at_first` is how much was new when the page was made.
pub fn bell(at_first: i64, bell: Bell) -> AnyView {
    let count = move || bell.latest.get().unwrap_or(at_first);
    let label = move || match count() {
        0 => "Tasks and notifications".to_owned(),
        count => format!("Tasks and notifications, {} new", format::count(count)),
    };
    let badge = move || {
        let text = match count() {
            0 => return None,
            count @ 1..=99 => count.to_string(),
            _ => "99+".to_owned(),
        };
        Some(view! { <span class="bell__count" aria-hidden="true">{text}</span> })
    };
    let tasks = move || {
        Suspend::new(async move {
            match bell.tasks.await {
                Some(Ok(page)) => tasks(page, bell.at),
                Some(Err(error)) => view! { <Failure error=error/> }.into_any(),
                None => ().into_any(),
            }
        })
    };
    let news = move || {
        Suspend::new(async move {
            match bell.news.await {
                Some(Ok(page)) => news(page, bell),
                Some(Err(error)) => view! { <Failure error=error/> }.into_any(),
                None => ().into_any(),
            }
        })
    };
    // Only in an open menu is anything read, which the server does not draw.
    let menu = move || {
        bell.is_open.get().then(|| {
            view! {
                <section aria-labelledby="bell-tasks">
                    <h2 class="bell__title" id="bell-tasks">"Tasks"</h2>
                    <Transition fallback=|| {
                        view! { <CardSkeleton what="the tasks"/> }
                    }>{tasks}</Transition>
                    {way(Part::Mine.href(), "All tasks")}
                </section>
                <section aria-labelledby="bell-news">
                    <h2 class="bell__title" id="bell-news">"Notifications"</h2>
                    <Transition fallback=|| {
                        view! { <CardSkeleton what="the notifications"/> }
                    }>{news}</Transition>
                    {way(Part::News.href(), "All notifications")}
                </section>
            }
        })
    };
    view! {
        <details class="menu" on:toggle:target=move |event| bell.is_open.set(event.target().open())>
            <summary class="button button--quiet button--icon bell" aria-label=label>
                <StaffIcon name="bell"/>
                {badge}
            </summary>
            <div class="menu__list bell__menu">{menu}</div>
        </details>
    }
    .into_any()
}

/// A link that closes the menu.
fn way(href: String, text: impl IntoView + 'static) -> AnyView {
    let close = |_| {
        keys::close_menus(false);
    };
    view! { <a class="menu__item" href=href data-noscroll="" on:click=close>{text}</a> }.into_any()
}

/// Where a customer's panel opens: over the list on the screen, or else over a page of tasks.
fn panel_href(at: Memo<ListAddress>, part: Part, customer_id: &str, tab: &str) -> String {
    let here = at.get_untracked();
    let list = if WITH_PANEL.contains(&here.path.trim_end_matches('/')) {
        here.without_panel()
    } else {
        let view = part.word().to_owned();
        ListAddress { path: "/staff/tasks".to_owned(), view, ..ListAddress::default() }
    };
    list.with_panel(customer_id).with_tab(tab).href()
}

fn tasks(page: TasksView, at: Memo<ListAddress>) -> AnyView {
    if page.tasks.is_empty() {
        return view! { <p class="bell__none">"Nothing to do."</p> }.into_any();
    }
    let row = |task: TaskView| {
        let href = match task.customer_id.as_str() {
            "" => Part::Mine.href(),
            customer => panel_href(at, Part::Mine, customer, ""),
        };
        let (kind, due) = words::due(task.days, &task.due);
        let text = view! {
            <StaffIcon name=words::kind_icon(task.kind)/>
            <span class="bell__text">
                <span>{task.title}</span>
                <span class="bell__about">{task.customer}</span>
            </span>
            <Chip kind=kind text=due/>
        };
        view! { <li>{way(href, text)}</li> }
    };
    let rows = page.tasks.into_iter().take(SHOWN).map(row).collect_view();
    view! { <ul aria-label="Your tasks, those due first">{rows}</ul> }.into_any()
}

fn news(page: NotificationsView, bell: Bell) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="bell__none">"Nothing new."</p> }.into_any();
    }
    let has_unread = page.rows.iter().any(|row| !row.is_read);
    let row = |row: NotificationView| {
        let href = match notifications::tab(row.kind) {
            None => Part::Mine.href(),
            Some(_) if row.customer_id.is_empty() => Part::News.href(),
            Some(tab) => panel_href(bell.at, Part::News, &row.customer_id, tab.word()),
        };
        let chip = (!row.is_read).then(|| view! { <Chip kind="due-soon" text="New"/> });
        let about = match row.customer.as_str() {
            "" => row.at.clone(),
            customer => format!("{customer} · {}", row.at),
        };
        let text = view! {
            <StaffIcon name=words::notification_icon(row.kind)/>
            <span class="bell__text">
                <span>{words::notification(&row)}</span>
                <span class="bell__about">{about}</span>
            </span>
            {chip}
        };
        view! { <li>{way(href, text)}</li> }
    };
    let rows = page.rows.into_iter().take(SHOWN).map(row).collect_view();
    let all = has_unread.then(|| {
        view! {
            <ActionForm action=bell.read_all>
                <button class="menu__item" type="submit">"Mark all as read"</button>
            </ActionForm>
        }
    });
    view! {
        <ul aria-label="Your notifications, latest first">{rows}</ul>
        {all}
    }
    .into_any()
}
