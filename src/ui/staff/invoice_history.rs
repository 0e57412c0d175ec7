//! The tab of an invoice's panel of what happened to it alone.

use leptos::prelude::*;

use super::{
    follow::Asked,
    list_url::ListAddress,
    panel_history::{pager, row},
    state::{CardSkeleton, Failure},
};
use crate::api::{error::ApiError, view::HistoryView};

/// The tab.
pub fn tab(history: Asked<HistoryView>, address: Memo<ListAddress>) -> AnyView {
    let rows = move || {
        Suspend::new(async move {
            match history.await {
                Some(Ok(page)) => shown(page, address),
                // The head says that there is no such invoice.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="history-failure"/> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="panel__body">
            <Transition fallback=|| view! { <CardSkeleton what="the history"/> }>{rows}</Transition>
        </div>
    }
    .into_any()
}

fn shown(page: HistoryView, address: Memo<ListAddress>) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <p class="soft">
                "Nothing was decided about this invoice yet. What concerns its customer is in the \
                 customer’s history."
            </p>
        }
        .into_any();
    }
    let older = if page.older > 0 { page.older.to_string() } else { String::new() };
    let (latest, more) = pager(older, address);
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        {latest}
        <ol class="history" aria-label="History, latest first">{rows}</ol>
        {more}
    }
    .into_any()
}
