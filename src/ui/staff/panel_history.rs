//! The panel's tab of what happened: latest first, by topic, page by page.

use leptos::prelude::*;

use super::{
    follow::{Asked, read_while},
    history_words as words,
    list_url::ListAddress,
    panel_tabs::Tab,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::history::list_history,
        view::{ActivityView, FactView, HistoryView},
    },
    domain::activity::{ActivityKind, Topic},
};

/// What is known of the history.
#[derive(Clone, Copy)]
pub struct History(Asked<HistoryView>);

impl History {
    /// Read while its tab is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>, address: Memo<ListAddress>) -> Self {
        let asked = Memo::new(move |_| {
            let id = Tab::History.asked(tab, id)?;
            Some((id, address.with(|address| address.history.clone())))
        });
        Self(read_while(asked, |(id, part)| async move {
            let older = part.older.parse().unwrap_or(0);
            list_history(id, part.topic, older, part.invoices == "yes").await
        }))
    }
}

/// The tab.
pub fn tab(History(history): History, address: Memo<ListAddress>) -> AnyView {
    let rows = move || {
        Suspend::new(async move {
            match history.await {
                Some(Ok(page)) => shown(page, address),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="history-failure"/> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="panel__body">
            {filter(address)}
            <Transition fallback=|| view! { <CardSkeleton what="the history"/> }>{rows}</Transition>
        </div>
    }
    .into_any()
}

fn filter(address: Memo<ListAddress>) -> impl IntoView {
    let topic = move |word: &'static str, label: &'static str| {
        let href = move || {
            let next = |address: &ListAddress| {
                address.with_history(|history| word.clone_into(&mut history.topic))
            };
            address.with(|address| next(address).href())
        };
        let is_current =
            move || address.with(|address| address.history.topic == word).then_some("true");
        view! { <a class="pills__item" href=href aria-current=is_current data-noscroll="">{label}</a> }
    };
    let topics = Topic::ALL.map(|each| topic(each.as_str(), words::topic(each))).collect_view();
    let has_invoices = move || address.with(|address| address.history.invoices == "yes");
    let switch = move || {
        let next = |address: &ListAddress| {
            address.with_history(|history| {
                let word = if history.invoices == "yes" { "" } else { "yes" };
                word.clone_into(&mut history.invoices);
            })
        };
        address.with(|address| next(address).href())
    };
    view! {
        <nav class="pills" aria-label="What to show">
            {topic("", "Everything")}
            {topics}
            <a
                class="pills__item pills__item--apart"
                href=switch
                aria-current=move || has_invoices().then_some("true")
                data-noscroll=""
            >
                "Single invoices too"
            </a>
        </nav>
    }
}

fn shown(page: HistoryView, address: Memo<ListAddress>) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="soft">"Nothing of this kind has happened yet."</p> }.into_any();
    }
    let older = page.older;
    let more = (older > 0).then(|| {
        let href = move || {
            let next = |address: &ListAddress| {
                address.with_history(|history| history.older = older.to_string())
            };
            address.with(|address| next(address).href())
        };
        view! { <p><a class="button" href=href data-noscroll="">"Show older"</a></p> }
    });
    let is_later = address.with_untracked(|address| !address.history.older.is_empty());
    let latest = is_later.then(|| {
        let href = move || address.with(|address| address.with_history(|_| {}).href());
        view! { <p><a href=href data-noscroll="">"Back to the latest"</a></p> }
    });
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        {latest}
        <ol class="history" aria-label="History, latest first">{rows}</ol>
        {more}
    }
    .into_any()
}

/// A row of a history.
pub(super) fn row(row: ActivityView) -> impl IntoView {
    let what = words::what(&row);
    let who = words::actor(&row.actor);
    view! {
        <li class="history__item">
            <p class="history__what">{what}</p>
            <p class="history__who">{who} " · " {row.at.clone()}</p>
            {details(&row)}
        </li>
    }
}

fn details(row: &ActivityView) -> Option<AnyView> {
    match row.kind {
        ActivityKind::PortalViewed => None,
        ActivityKind::Payment | ActivityKind::Message => {
            let text = words::remark(row)?;
            Some(view! { <p class="history__who">{text}</p> }.into_any())
        }
        ActivityKind::NoteAdded => {
            let note = row.facts.first()?.after.clone();
            Some(view! { <p class="history__note">{note}</p> }.into_any())
        }
        _ => {
            let changes = row.facts.iter().map(change).collect_view();
            Some(view! { <dl class="facts">{changes}</dl> }.into_any())
        }
    }
}

fn change(fact: &FactView) -> impl IntoView + use<> {
    let said = |text: &String| words::value(&fact.field, text);
    let (before, after) = (said(&fact.before), said(&fact.after));
    let before = (!before.is_empty()).then(|| {
        view! {
            <del class="history__before">
                <span class="visually-hidden">"was "</span>
                {before}
            </del>
            " "
        }
    });
    let after = if after.is_empty() { "(empty)".to_owned() } else { after };
    view! {
        <div>
            <dt>{words::field(&fact.field)}</dt>
            <dd>{before} <span class="history__after">{after}</span></dd>
        </div>
    }
}
