//! What was changed about the company and its payment rules, by whom and when: latest first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    panel_history::row,
    settings_tabs::{SettingsTab, tabs},
    state::{CardSkeleton, Failure},
};
use crate::api::{staff::company::company_changes, view::HistoryView};

/// The page.
#[component]
pub fn ChangesPage() -> AnyView {
    let query = use_query_map();
    let older = Memo::new(move |_| {
        query.with(|query| query.get("older").and_then(|text| text.parse::<i64>().ok()))
    });
    let page =
        Resource::new_blocking(move || older.get(), |older| company_changes(older.unwrap_or(0)));
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(found) => shown(found, older.get_untracked().is_some()),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Changes · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Changes"</h1></div>
            {tabs(SettingsTab::Changes)}
            <p class="soft">
                "Who changed the company, its payment rules or who pays, and how it was before. Nothing here \
                 can be changed or removed."
            </p>
            <Transition fallback=|| view! { <CardSkeleton what="the changes"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn shown(page: HistoryView, is_later: bool) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p>"Nothing was changed yet."</p> }.into_any();
    }
    let href = format!("/staff/settings/changes?older={}", page.older);
    let more =
        (page.older > 0).then(|| view! { <p><a class="button" href=href>"Show older"</a></p> });
    let latest = is_later.then(|| {
        view! { <p><a href="/staff/settings/changes">"Back to the latest"</a></p> }
    });
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        {latest}
        <section class="card" aria-label="Changes">
            <div class="card__body">
                <ol class="history" aria-label="Changes, latest first">{rows}</ol>
            </div>
        </section>
        {more}
    }
    .into_any()
}
