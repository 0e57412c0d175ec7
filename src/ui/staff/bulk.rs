//! Rows of a list that are ticked, and the bar that says how many, what can be done with them and what
//! became of it.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, prelude::*};

use super::{icon::StaffIcon, list_url::ListAddress};
use crate::{api::view::BulkDone, ui::format};

/// The rows that are ticked: the ids of what stands in them. To be made where the page is, so that
/// ticks outlive a list that is read again.
#[derive(Clone, Copy)]
pub struct Picked {
    ids: RwSignal<BTreeSet<String>>,
    /// The rows on the screen, in their order, and the one that was ticked last.
    shown: StoredValue<(Vec<String>, Option<String>)>,
}

impl Picked {
    /// Of the list that is at the address. Nothing is ticked at first, and what is not in the list
    /// any more is not ticked either.
    pub fn of_list(address: Memo<ListAddress>) -> Self {
        let picked = Self {
            ids: RwSignal::new(BTreeSet::new()),
            shown: StoredValue::new((Vec::new(), None)),
        };
        let query = Memo::new(move |_| address.with(|address| address.page_after("").list));
        Effect::new(move |before: Option<()>| {
            query.track();
            if before.is_some() {
                picked.clear();
            }
        });
        picked
    }

    /// The ids, in one text with commas between them.
    pub fn joined(self) -> String {
        self.ids.with(|ids| ids.iter().map(String::as_str).collect::<Vec<_>>().join(","))
    }

    /// How many are ticked.
    pub fn count(self) -> i64 {
        self.ids.with(|ids| i64::try_from(ids.len()).unwrap_or(i64::MAX))
    }

    /// Whether a row is ticked.
    pub fn has(self, id: &str) -> bool {
        self.ids.with(|ids| ids.contains(id))
    }

    /// Ticks nothing any more.
    pub fn clear(self) {
        self.ids.set(BTreeSet::new());
    }

    /// Ticks a row, or takes its tick away; with `is_range`, all rows from the last one that was
    /// ticked to this one.
    fn set(self, id: &str, is_on: bool, is_range: bool) {
        let (rows, last) = self.shown.get_value();
        let place = |id: &str| rows.iter().position(|row| row == id);
        let from = last.as_deref().filter(|_| is_range).and_then(place);
        let range = match (from, place(id)) {
            (Some(from), Some(to)) => rows.get(from.min(to)..=from.max(to)).unwrap_or_default(),
            _ => &[],
        };
        self.ids.update(|ids| {
            for id in range.iter().map(String::as_str).chain([id]) {
                if is_on {
                    ids.retain(|other| !is_same(other, id));
                    ids.insert(id.to_owned());
                } else {
                    ids.remove(id);
                }
            }
        });
        self.shown.update_value(|(_, last)| *last = Some(id.to_owned()));
    }
}

/// Whether two ids are of one row: what stands behind a colon is the version that was read.
fn is_same(one: &str, other: &str) -> bool {
    let of = |id: &str| id.split(':').next().unwrap_or_default().to_owned();
    of(one) == of(other)
}

/// What became of a change of many, in words. `one` and `many` name what was changed.
pub fn told(done: &BulkDone, one: &str, many: &str) -> String {
    let mut parts = vec![format!("{} changed.", format::plural(done.changed, one, many))];
    if done.unchanged > 0 {
        parts.push(format!("{} had it before.", format::count(done.unchanged)));
    }
    if done.missing > 0 {
        parts.push(format!("{} not found.", format::count(done.missing)));
    }
    if !done.conflicts.is_empty() {
        parts.push(format!(
            "Not changed, because somebody else changed them at the same time: {}.",
            done.conflicts.join(", ")
        ));
    }
    parts.join(" ")
}

/// The box of a row. `name` is what stands in the row, in words.
pub fn tick(picked: Picked, id: String, name: &str) -> AnyView {
    let label = format!("Choose {name}");
    let own = id.clone();
    let is_on = Memo::new(move |_| picked.has(&own));
    let choose = move |event: MouseEvent| {
        // Asked of the page: the row may be read again by now, and its own memo gone.
        let is_on = picked.ids.with_untracked(|ids| ids.contains(&id));
        picked.set(&id, !is_on, event.shift_key());
    };
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label=label
                prop:checked=move || is_on.get()
                on:click=choose
            />
        </label>
    }
    .into_any()
}

/// The box above the rows that are shown: it ticks them all, or none. `what` is what they are, in
/// words.
pub fn tick_all(picked: Picked, rows: Vec<String>, what: &str) -> AnyView {
    let label = format!("Choose all {what} shown");
    picked.shown.update_value(|(shown, _)| shown.clone_from(&rows));
    let rows = std::sync::Arc::new(rows);
    let all = rows.clone();
    let ticked = Memo::new(move |_| {
        picked.ids.with(|ids| (all.iter().filter(|row| ids.contains(*row)).count(), all.len()))
    });
    let is_all = move || ticked.with(|(some, all)| some == all && *all > 0);
    let is_some = move || ticked.with(|(some, all)| *some > 0 && some < all);
    let choose = move |_| {
        // Asked of the page: the list may be read again by now, and its own memo gone.
        picked.ids.update(|ids| {
            let is_on = !rows.iter().all(|row| ids.contains(row));
            for row in rows.iter() {
                if is_on {
                    ids.retain(|other| !is_same(other, row));
                    ids.insert(row.clone());
                } else {
                    ids.remove(row);
                }
            }
        });
    };
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label=label
                prop:checked=is_all
                prop:indeterminate=is_some
                on:click=choose
            />
        </label>
    }
    .into_any()
}

/// The bar at the bottom, while something is ticked or there is something to tell. `one` and `many`
/// name what is ticked.
pub fn bar(
    picked: Picked,
    one: &'static str,
    many: &'static str,
    told: Signal<Option<String>>,
    close: impl Fn() + Clone + Send + Sync + 'static,
    children: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let has_any = Memo::new(move |_| picked.count() > 0);
    let is_open = Memo::new(move |_| has_any.get() || told.with(Option::is_some));
    let body = move || {
        let (children, close) = (children.clone(), close.clone());
        let count = move || {
            has_any.get().then(|| format!("{} chosen", format::plural(picked.count(), one, many)))
        };
        is_open.get().then(|| {
            view! {
                <section class="bulk" aria-label=format!("Chosen {many}")>
                    <div role="status" class="bulk__said">
                        <p class="bulk__count">{count}</p>
                        {move || told.get().map(|text| view! { <p>{text}</p> })}
                    </div>
                    {move || has_any.get().then(&children)}
                    <button
                        class="button button--quiet button--icon"
                        type="button"
                        aria-label="Choose nothing"
                        on:click=move |_| {
                            picked.clear();
                            close();
                        }
                    >
                        <StaffIcon name="close"/>
                    </button>
                </section>
            }
        })
    };
    view! { {body} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_it_is_told() {
        let done = BulkDone { changed: 1, ..BulkDone::default() };
        assert_eq!(told(&done, "customer", "customers"), "1 customer changed.");
        let done = BulkDone {
            changed: 12,
            unchanged: 2,
            missing: 1,
            conflicts: vec!["Alder".to_owned(), "Birch".to_owned()],
        };
        assert_eq!(
            told(&done, "customer", "customers"),
            "12 customers changed. 2 had it before. 1 not found. Not changed, because somebody \
             else changed them at the same time: Alder, Birch."
        );
    }
}
