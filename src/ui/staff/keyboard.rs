//! What the keys do, and the list of them.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    panel::{CLOSE, NEXT, PREVIOUS},
};
use crate::ui::hooks::{focus, keys, unsaved};

/// The search in the top bar.
pub const SEARCH: &str = "search";
/// The question before what was typed is lost.
pub const UNSAVED: &str = "unsaved";
/// The list of keys.
const LIST: &str = "keys";

const KEYS: [(&str, &str); 7] = [
    ("/", "Search"),
    ("Ctrl K", "Find a customer, invoice or payment"),
    ("j", "Next row; next customer while the panel is open"),
    ("k", "Previous row; previous customer while the panel is open"),
    ("Enter", "Open the panel of the row’s customer"),
    ("Esc", "Close the panel or a menu"),
    ("?", "Show this list"),
];

/// Listens to keys for as long as the owner lives.
pub fn use_keyboard() {
    keys::use_closing_menus();
    unsaved::use_unsaved(UNSAVED);
    keys::use_keys(|key| match key {
        "/" => focus::focus_field(SEARCH),
        "j" => focus::press(NEXT) || (!focus::is_there(CLOSE) && focus::step_rows(1)),
        "k" => focus::press(PREVIOUS) || (!focus::is_there(CLOSE) && focus::step_rows(-1)),
        "Escape" => keys::close_menus(true) || focus::press(CLOSE),
        "?" => keys::open_dialog(LIST),
        _ => false,
    });
}

/// The list of keys, shown by `?`.
#[component]
pub fn KeyList() -> AnyView {
    let entry = |(key, what)| {
        view! {
            <div>
                <dt><kbd class="key">{key}</kbd></dt>
                <dd>{what}</dd>
            </div>
        }
    };
    view! {
        <dialog class="keys" id=LIST aria-labelledby="keys-title">
            <form class="keys__head" method="dialog">
                <h2 id="keys-title">"Keys"</h2>
                <button class="button button--quiet button--icon" type="submit" aria-label="Close">
                    <StaffIcon name="close"/>
                </button>
            </form>
            <dl class="facts">{KEYS.into_iter().map(entry).collect_view()}</dl>
        </dialog>
    }
    .into_any()
}

/// The question before a link leads away from what was typed and not saved.
#[component]
pub fn UnsavedQuestion() -> AnyView {
    view! {
        <dialog class="keys" id=UNSAVED aria-labelledby="unsaved-title">
            <form class="form" method="dialog">
                <h2 id="unsaved-title">"Leave without saving?"</h2>
                <p>"What you typed in the panel is not saved."</p>
                <div class="form__actions">
                    <button class="button button--primary" type="submit" autofocus="">"Stay"</button>
                    <button class="button" type="button" on:click=|_| unsaved::leave(UNSAVED)>"Leave"</button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}
