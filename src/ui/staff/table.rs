//! Pieces of the tables that lists are.

use leptos::prelude::*;

use super::{icon::StaffIcon, list_url::ListAddress, words};
use crate::ui::format;

/// A column that can be sorted by, or one that cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name it is chosen by (`domain::column`).
    pub key: &'static str,
    /// Its head.
    pub label: &'static str,
    /// The name it is sorted by; empty when it cannot be.
    pub sort: &'static str,
    /// Its classes.
    pub class: &'static str,
}

/// A column.
pub const fn column(
    key: &'static str,
    label: &'static str,
    sort: &'static str,
    class: &'static str,
) -> Column {
    Column { key, label, sort, class }
}

/// What stands above a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its words.
    pub label: String,
    /// The name it is sorted by; empty when it cannot be.
    pub sort: &'static str,
    /// Its classes.
    pub class: String,
}

/// The heads of a table. `standard` is the list's own order: column and direction; `first` stands
/// before the first head's words.
#[component]
pub fn Heads(
    /// The list.
    address: ListAddress,
    /// Its columns.
    heads: Vec<Head>,
    /// Its own order.
    standard: (&'static str, &'static str),
    /// What stands before the words of the first head.
    #[prop(default = None)]
    first: Option<AnyView>,
) -> impl IntoView {
    let (sort, direction) = words::effective_order(&address.list, standard);
    let mut first = first;
    let head = |Head { label, sort: by, class }: Head| {
        let first = first.take();
        let class = (!class.is_empty()).then_some(class);
        if by.is_empty() {
            return view! { <th scope="col" class=class>{first}{label}</th> }.into_any();
        }
        let is_current = by == sort;
        let aria =
            is_current.then_some(if direction == "desc" { "descending" } else { "ascending" });
        let next = match (is_current, direction.as_str()) {
            (true, "desc") => "asc",
            (true, _) => "desc",
            (false, _) if matches!(by, "amount" | "outstanding" | "count" | "settled") => "desc",
            (false, _) => "asc",
        };
        let href = address.sorted(by, next).href();
        view! {
            <th scope="col" class=class aria-sort=aria>
                {first}
                <a class="sort" href=href data-noscroll="">{label}<StaffIcon name="sort"/></a>
            </th>
        }
        .into_any()
    };
    view! { <thead><tr>{heads.into_iter().map(head).collect_view()}</tr></thead> }
}

/// An amount with its currency.
#[component]
pub fn Money(
    /// Minor units.
    minor: i64,
    /// ISO 4217 code.
    currency: String,
) -> impl IntoView {
    let number = format!(" {}", format::amount(minor, &currency));
    view! {
        <span class="money"><span class="money__code">{currency}</span><span>{number}</span></span>
    }
}

/// Whether a row is the first of the customer whose panel is open. To be asked row by row.
pub fn is_first_of(open: &str, customer_id: &str, has_been: &mut bool) -> bool {
    let is_first = !open.is_empty() && open == customer_id && !*has_been;
    *has_been |= is_first;
    is_first
}
