//! The bar that stays in sight below the invoices: count, sum, and the way on.

use leptos::prelude::*;

use crate::ui::format::{money, plural};

/// How many invoices are ticked, and what is to be paid on them together in minor units: no sum
/// while an amount cannot be paid. Nothing is known of it until script is there.
pub(super) type Choice = Option<(usize, Option<i64>)>;

/// What is in the bar. Without script it is a plain button, and the server adds up; with it, the
/// sum follows the boxes. `all` is how many there are to tick.
pub(super) fn basket(
    choice: RwSignal<Choice>,
    currency: String,
    all: usize,
    tick_or_clear: impl Fn() + Send + Sync + Clone + 'static,
) -> AnyView {
    let chosen = move || choice.get().filter(|(count, _)| *count > 0);
    let invoices =
        |count: usize| plural(i64::try_from(count).unwrap_or(i64::MAX), "invoice", "invoices");
    let count = move || match chosen() {
        Some((count, _)) => invoices(count),
        None => "Tick what you want to pay".to_owned(),
    };
    // A blank keeps the line's height until there is a sum.
    let total = move || match chosen() {
        Some((_, Some(total))) => money(total, &currency),
        Some((_, None)) => "Check the amounts".to_owned(),
        None => "\u{a0}".to_owned(),
    };
    let review = move || match chosen() {
        Some((count, _)) => format!("Review {}", invoices(count)),
        None => "Review".to_owned(),
    };
    let all_text = move || match choice.get() {
        Some((count, _)) if count == all => "Clear",
        _ => "Tick all",
    };
    view! {
        <p class="basket__sum" role="status">
            <span>{count}</span>
            " "
            <strong class="basket__total">{total}</strong>
        </p>
        <Show when=move || choice.get().is_some()>
            <button
                class="button button--quiet only-wide"
                type="button"
                on:click={
                    let tick_or_clear = tick_or_clear.clone();
                    move |_| tick_or_clear()
                }
            >
                {all_text}
            </button>
        </Show>
        <button class="button button--primary" type="submit">{review}</button>
    }
    .into_any()
}
