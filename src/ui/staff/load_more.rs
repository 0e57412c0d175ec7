//! What stands under a list that goes on.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    list_url::ListAddress,
    pages::{List, Page, Shown},
};
use crate::{domain::list::PAGE_ROWS, ui::format};

/// How much of a list is shown, and how to see more: a link to the next page, or, once the page is
/// alive, a button that puts the next rows under these.
pub fn load_more<P: Page>(
    list: List<P>,
    shown: &Shown<P>,
    address: &ListAddress,
    total: i64,
    what: &'static str,
    is_alive: ReadSignal<bool>,
) -> AnyView {
    let pages = shown.pages;
    let next = shown.page.next();
    let rows = i64::try_from(shown.page.customers().len()).unwrap_or(i64::MAX);
    let props = MoreProps {
        rows,
        total,
        what,
        next: (!next.is_empty()).then(|| address.page_after(next).href()),
        first: (!address.list.after.is_empty()).then(|| address.page_after("").href()),
        has_problem: shown.problem.is_some(),
        is_alive,
        more: Arc::new(move || list.read_more(pages)),
        is_busy: Arc::new(move || list.is_behind(pages)),
    };
    more(props).into_any()
}

struct MoreProps {
    rows: i64,
    total: i64,
    what: &'static str,
    next: Option<String>,
    first: Option<String>,
    has_problem: bool,
    is_alive: ReadSignal<bool>,
    more: Arc<dyn Fn() + Send + Sync>,
    is_busy: Arc<dyn Fn() -> bool + Send + Sync>,
}

fn more(props: MoreProps) -> impl IntoView {
    let MoreProps { rows, total, what, next, first, has_problem, is_alive, more, is_busy } = props;
    if next.is_none() && first.is_none() {
        return None;
    }
    let shown = format!("Showing {} of {}", format::count(rows), format::count(total));
    let left = total - rows;
    let label = match &first {
        // A page from the middle does not know how many are left.
        None if left < PAGE_ROWS => format!("Load the last {}", format::count(left)),
        _ => format!("Load {PAGE_ROWS} more"),
    };
    let step = next.map(|href| {
        move || {
            if !is_alive.get() {
                return view! { <a class="button" href=href.clone()>"Next page"</a> }.into_any();
            }
            let (more, is_busy) = (more.clone(), is_busy.clone());
            let busy = move || (!has_problem && is_busy()).then_some("true");
            view! {
                <button class="button" type="button" aria-busy=busy on:click=move |_| more()>
                    {label.clone()}
                </button>
            }
            .into_any()
        }
    });
    let start = first.map(|href| view! { <a class="button" href=href>"First page"</a> });
    Some(view! {
        <nav class="load-more" aria-label=format!("More {what}")>
            <span>{shown}</span>
            {start}
            {step}
        </nav>
    })
}

/// Whether the page is alive: false on the server and while the browser takes the page over.
pub fn use_alive() -> ReadSignal<bool> {
    let (is_alive, set_alive) = signal(false);
    Effect::new(move |_| set_alive.set(true));
    is_alive
}
