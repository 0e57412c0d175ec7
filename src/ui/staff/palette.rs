//! The command palette: a customer, invoice or payment by any part of its number or name, without
//! leaving the keyboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{icon::StaffIcon, keyboard::UNSAVED, list_url::ListAddress};
use crate::{
    api::{
        error::ApiError,
        staff::search::find_anything,
        view::{FoundKind, FoundView},
    },
    ui::{
        format,
        hooks::{keys, unsaved},
        text,
    },
};

/// The dialog.
const PALETTE: &str = "palette";
/// Its list.
const LIST: &str = "palette-list";

/// What is typed within this time of each other is asked together.
const TOGETHER: Duration = Duration::from_millis(150);

/// Opens it by Ctrl and K, or Command and K.
pub fn use_palette() {
    keys::use_chord("k", || keys::open_dialog(PALETTE));
}

/// Where something that was found is shown.
fn href(found: &FoundView) -> String {
    let at = |path: &str| ListAddress { path: path.to_owned(), ..Default::default() };
    let searched = |path: &str| at(path).changed(|list| list.search.clone_from(&found.number));
    let customer = &found.customer_id;
    match found.kind {
        FoundKind::Customer => at("/staff/customers").with_panel(customer).href(),
        FoundKind::OpenInvoice => searched("/staff/invoices").with_panel(customer).href(),
        // The list of paid ones goes back some months only.
        FoundKind::PaidInvoice => {
            at("/staff/customers").with_panel(customer).with_tab("invoices").href()
        }
        FoundKind::Payment => {
            at("/staff/customers").with_panel(customer).with_tab("payments").href()
        }
    }
}

const fn kind(kind: FoundKind) -> &'static str {
    match kind {
        FoundKind::Customer => "Customer",
        FoundKind::OpenInvoice => "Open invoice",
        FoundKind::PaidInvoice => "Paid invoice",
        FoundKind::Payment => "Payment",
    }
}

const fn icon(kind: FoundKind) -> &'static str {
    match kind {
        FoundKind::Customer => "customers",
        FoundKind::OpenInvoice => "invoice",
        FoundKind::PaidInvoice | FoundKind::Payment => "paid",
    }
}

/// The dialog, closed until its keys are pressed.
#[component]
pub fn Palette() -> AnyView {
    let words = RwSignal::new(String::new());
    let typed = StoredValue::new(0_u64);
    let at = RwSignal::new(0_usize);
    // What stands in the field, before it is asked.
    let field = RwSignal::new(String::new());
    let found = Resource::new(
        move || words.get(),
        |words| async move { (words.clone(), find_anything(words).await) },
    );
    // Nothing that was found for other words can be chosen.
    let rows = Memo::new(move |_| match found.get() {
        Some((words, Ok(rows))) if field.with(|field| *field == words) => rows,
        _ => Vec::new(),
    });
    let is_waiting = RwSignal::new(false);
    let type_in = move |value: String| {
        typed.update_value(|typed| *typed += 1);
        is_waiting.set(false);
        field.set(value.clone());
        let mine = typed.get_value();
        set_timeout(
            move || {
                if typed.try_get_value() == Some(mine) {
                    at.set(0);
                    words.set(value);
                }
            },
            TOGETHER,
        );
    };
    let navigate = use_navigate();
    let go = move |place: usize| {
        let target = rows.with_untracked(|rows| rows.get(place).map(href));
        if let Some(target) = target {
            keys::close_dialog(PALETTE);
            let navigate = navigate.clone();
            unsaved::go(UNSAVED, move || {
                navigate(&target, leptos_router::NavigateOptions::default());
            });
        }
    };
    let press = {
        let go = go.clone();
        move |event: leptos::ev::KeyboardEvent| {
            if event.is_composing() {
                return;
            }
            let last = rows.with_untracked(Vec::len).saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
                "ArrowUp" => at.update(|at| *at = if *at == 0 { last } else { *at - 1 }),
                // Before the answer is there, it is waited for.
                "Enter" if rows.with_untracked(Vec::is_empty) => is_waiting.set(true),
                "Enter" => go(at.get_untracked()),
                _ => return,
            }
            event.prevent_default();
        }
    };
    {
        let go = go.clone();
        Effect::new(move |_| {
            if rows.with(|rows| !rows.is_empty()) && is_waiting.get_untracked() {
                is_waiting.set(false);
                go(0);
            }
        });
    }
    let option = move |(place, row): (usize, FoundView)| {
        let is_at = move || at.get() == place;
        let amount =
            row.amount.as_ref().map(|amount| format::money(amount.minor, &amount.currency));
        let go = go.clone();
        let detail = match row.kind {
            FoundKind::Customer => row.number.clone(),
            _ => row.name.clone(),
        };
        let title = match row.kind {
            FoundKind::Customer => row.name.clone(),
            _ => row.number.clone(),
        };
        view! {
            <li
                class="palette__item"
                id=format!("palette-{place}")
                role="option"
                aria-selected=move || if is_at() { "true" } else { "false" }
                on:click=move |_| go(place)
            >
                <StaffIcon name=icon(row.kind)/>
                <span class="palette__title">{title}</span>
                <span class="palette__detail">{detail}</span>
                <span class="palette__amount">{amount}</span>
                <span class="palette__kind">{kind(row.kind)}</span>
            </li>
        }
    };
    let list = move || {
        let rows = rows.get();
        rows.into_iter().enumerate().map(option.clone()).collect_view()
    };
    let said = move || {
        let is_short = words.with(|words| words.trim().chars().count() < 2);
        match found.get() {
            _ if is_short => "Type two characters or more of a number or a name.".to_owned(),
            Some((_, Err(error))) => failure(&error),
            Some((_, Ok(rows))) if rows.is_empty() => "Nothing of that number or name.".to_owned(),
            Some((_, Ok(rows))) => {
                format::plural(i64::try_from(rows.len()).unwrap_or(i64::MAX), "result", "results")
            }
            None => String::new(),
        }
    };
    let active = move || (!rows.with(Vec::is_empty)).then(|| format!("palette-{}", at.get()));
    let is_open = move || if rows.with(Vec::is_empty) { "false" } else { "true" };
    view! {
        <dialog class="palette" id=PALETTE aria-label="Find a customer, invoice or payment">
            <div class="palette__head">
                <StaffIcon name="search"/>
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autofocus
                    autocomplete="off"
                    maxlength="100"
                    placeholder="Customer, invoice or payment"
                    aria-label="Customer, invoice or payment"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-expanded=is_open
                    aria-activedescendant=active
                    on:input:target=move |event| type_in(event.target().value())
                    on:keydown=press
                />
            </div>
            <ul class="palette__list" id=LIST role="listbox" aria-label="Results">
                <Transition>{list}</Transition>
            </ul>
            <p class="palette__said" role="status"><Transition>{said}</Transition></p>
        </dialog>
    }
    .into_any()
}

fn failure(error: &ApiError) -> String {
    text::staff_error_text(error).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_has_an_address() {
        let found = |kind| FoundView {
            kind,
            customer_id: "c7".to_owned(),
            number: "INV 1".to_owned(),
            name: "Alder".to_owned(),
            amount: None,
        };
        for (kind, expected) in [
            (FoundKind::Customer, "/staff/customers?panel=c7"),
            (FoundKind::OpenInvoice, "/staff/invoices?search=INV%201&panel=c7"),
            (FoundKind::PaidInvoice, "/staff/customers?panel=c7&tab=invoices"),
            (FoundKind::Payment, "/staff/customers?panel=c7&tab=payments"),
        ] {
            assert_eq!(href(&found(kind)), expected);
        }
    }
}
