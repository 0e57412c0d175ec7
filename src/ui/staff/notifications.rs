//! What somebody is told: the latest first, with a way to what it is about.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    panel::Beside,
    panel_tabs::Tab,
    state::{CardSkeleton, Failure},
    task_words as words,
    tasks::{Names, Naming, Part, TasksAddress},
};
use crate::{
    api::{
        staff::notifications::{ArchiveNotification, MarkAllRead, MarkRead, list_notifications},
        view::{NotificationView, NotificationsView},
    },
    domain::notification::NotificationKind,
    ui::components::{chip::Chip, notice::ErrorNotice},
};

/// What can be done with them.
#[derive(Clone, Copy)]
struct Desk {
    read: ServerAction<MarkRead>,
    archive: ServerAction<ArchiveNotification>,
    read_all: ServerAction<MarkAllRead>,
}

impl Naming for NotificationsView {
    fn named(&self) -> Vec<(&str, &str)> {
        let rows = self.rows.iter().filter(|row| !row.customer_id.is_empty());
        rows.map(|row| (row.customer_id.as_str(), row.id.as_str())).collect()
    }

    fn has_more(&self) -> bool {
        !self.older.is_empty()
    }
}

/// The list, and what the panel has to do with it.
pub fn list(address: Memo<TasksAddress>, names: Names) -> (AnyView, Beside) {
    let asked = Memo::new(move |_| {
        address.with(|address| match address.part {
            Part::News | Part::Away => Some((address.part == Part::Away, address.after.clone())),
            _ => None,
        })
    });
    let page: Asked<NotificationsView> = read_while(Told::News, asked, |(is_archived, before)| {
        list_notifications(is_archived, before)
    });
    let desk = Desk {
        read: ServerAction::new(),
        archive: ServerAction::new(),
        read_all: ServerAction::new(),
    };
    Effect::new(move |before: Option<usize>| {
        let count = desk.read.version().get()
            + desk.archive.version().get()
            + desk.read_all.version().get();
        if before.is_some_and(|before| before != count) {
            page.refetch();
        }
        count
    });
    let problem = move || {
        let last =
            [desk.read.value().get(), desk.archive.value().get(), desk.read_all.value().get()];
        let error = last.into_iter().flatten().find_map(Result::err);
        error.map(|error| view! { <ErrorNotice error=error/> })
    };
    let rows = move || {
        Suspend::new(async move {
            match page.await {
                Some(Ok(page)) => shown(page, address, desk, names),
                Some(Err(error)) => view! { <Failure error=error/> }.into_any(),
                None => ().into_any(),
            }
        })
    };
    let list = view! {
        {problem}
        <Transition fallback=|| view! { <CardSkeleton what="the notifications"/> }>{rows}</Transition>
    };
    (list.into_any(), names.beside(page))
}

fn shown(
    page: NotificationsView,
    address: Memo<TasksAddress>,
    desk: Desk,
    names: Names,
) -> AnyView {
    let (part, is_first) =
        address.with_untracked(|address| (address.part, address.after.is_empty()));
    if page.rows.is_empty() && is_first {
        return empty(part);
    }
    let has_unread = page.rows.iter().any(|row| !row.is_read && !row.is_archived);
    let all = (part == Part::News && has_unread).then(|| {
        view! {
            <ActionForm action=desk.read_all>
                <button class="button" type="submit">"Mark all as read"</button>
            </ActionForm>
        }
    });
    let older = page.older;
    let more = (!older.is_empty()).then(|| {
        let href = address
            .with_untracked(|address| TasksAddress { after: older, ..address.clone() }.href());
        view! { <a class="button" href=href>"Show older"</a> }
    });
    let first =
        (!is_first).then(|| view! { <a class="button" href=part.href()>"Back to the latest"</a> });
    let rows = page.rows.into_iter().map(|one| row(one, desk, names)).collect_view();
    view! {
        {all}
        <ol class="history" aria-label="Notifications, latest first">{rows}</ol>
        <div class="actions">{first} {more}</div>
    }
    .into_any()
}

/// The tab of the customer's panel where more is said; none where it is among the tasks.
pub const fn tab(kind: NotificationKind) -> Option<Tab> {
    match kind {
        NotificationKind::TaskAssigned | NotificationKind::TaskDue => None,
        NotificationKind::PaymentReceived
        | NotificationKind::PaymentFailed
        | NotificationKind::PromiseDue
        | NotificationKind::PromiseBroken
        | NotificationKind::Autopay => Some(Tab::Payments),
        NotificationKind::Mention => Some(Tab::Notes),
        NotificationKind::MailFailed => Some(Tab::History),
    }
}

/// What somebody was told, leading to where it is told in full.
fn title(row: &NotificationView, what: String, names: Names) -> AnyView {
    match tab(row.kind) {
        None => view! { <a class="task__about" href=Part::Mine.href()>{what}</a> }.into_any(),
        Some(_) if row.customer_id.is_empty() => what.into_any(),
        Some(tab) => names.link(&row.id, &row.customer_id, tab.word(), what),
    }
}

fn row(row: NotificationView, desk: Desk, names: Names) -> impl IntoView {
    let what = words::notification(&row);
    let title = title(&row, what.clone(), names);
    let is_new = !row.is_read && !row.is_archived;
    let chip = is_new.then(|| view! { <Chip kind="due-soon" text="New"/> });
    let customer = (!row.customer.is_empty()).then(|| {
        let name = names.link(&row.id, &row.customer_id, "", row.customer.clone());
        view! { {name} " · " }
    });
    let toggle = (!row.is_archived).then(|| {
        let (text, next) =
            if row.is_read { ("Mark as unread", "false") } else { ("Mark as read", "true") };
        let (id, label) = (row.id.clone(), format!("{text}: {what}"));
        view! {
            <ActionForm action=desk.read>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="is_read" value=next/>
                <button class="button button--quiet" type="submit" aria-label=label>{text}</button>
            </ActionForm>
        }
    });
    let (text, next) = if row.is_archived { ("Bring back", "false") } else { ("Archive", "true") };
    let label = format!("{text}: {what}");
    view! {
        <li class="history__item task">
            <p class="task__head">
                <StaffIcon name=words::notification_icon(row.kind)/>
                <span class="history__what">{title}</span>
                {chip}
            </p>
            <p class="history__who">{customer} {row.at}</p>
            <div class="actions">
                {toggle}
                <ActionForm action=desk.archive>
                    <input type="hidden" name="id" value=row.id/>
                    <input type="hidden" name="is_archived" value=next/>
                    <button class="button button--quiet" type="submit" aria-label=label>{text}</button>
                </ActionForm>
            </div>
        </li>
    }
}

fn empty(part: Part) -> AnyView {
    let (title, text) = match part {
        Part::Away => ("The archive is empty", "Notifications that you archive are kept here."),
        _ => (
            "Nothing new",
            "Payments and promises of your customers, tasks you are given, and notes that mention you \
             are told here. On the page of your account you choose what you are mailed too.",
        ),
    };
    view! {
        <section class="state" aria-labelledby="empty-title">
            <span class="state__mark"><StaffIcon name="bell" class="icon--large"/></span>
            <h2 class="state__title" id="empty-title">{title}</h2>
            <p class="state__text">{text}</p>
        </section>
    }
    .into_any()
}
