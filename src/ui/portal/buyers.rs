//! Looking at the invoices of one of those for whom an account pays.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::view::Buyers;

/// The buyer that the page's address names; empty for all.
pub(super) fn buyer_of_page() -> String {
    use_query_map().with_untracked(|query| query.get_str("buyer").unwrap_or_default().to_owned())
}

/// The choice, where there is one. It works without script.
pub(super) fn choice_of_buyer(path: &'static str, buyers: &Buyers) -> Option<AnyView> {
    if buyers.all.is_empty() {
        return None;
    }
    let option = |id: &str, name: String| {
        let is_chosen = id == buyers.chosen;
        view! { <option value=id.to_owned() selected=is_chosen>{name}</option> }
    };
    let all = i64::try_from(buyers.all.len()).unwrap_or(i64::MAX);
    let every = option("", format!("All {all}"));
    let each = buyers.all.iter().map(|one| option(&one.id, one.name.clone())).collect_view();
    Some(
        view! {
            <form class="buyers" action=path method="get">
                <label for="buyer">"Invoices of"</label>
                <select class="input" id="buyer" name="buyer">{every} {each}</select>
                <button class="button" type="submit">"Show"</button>
            </form>
        }
        .into_any(),
    )
}
