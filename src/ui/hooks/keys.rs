//! Keys that do something wherever the focus is.

/// Calls `act` with the name of each key that is pressed without modifiers and outside fields
/// (`Escape` also inside them); what `act` answers with true does nothing else. While a dialog of
/// the browser's own is open, keys belong to it. On the server this does nothing.
pub fn use_keys(act: impl Fn(&str) -> bool + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let listener = leptos::prelude::window_event_listener(leptos::ev::keydown, move |event| {
            if browser::is_ours(&event) && act(&event.key()) {
                event.prevent_default();
            }
        });
        leptos::prelude::on_cleanup(move || listener.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = act;
}

/// Calls `act` when a key is pressed together with Ctrl, or with Command, wherever the focus is; what
/// it answers with true does nothing else. On the server this does nothing.
pub fn use_chord(key: &'static str, act: impl Fn() -> bool + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let listener = leptos::prelude::window_event_listener(leptos::ev::keydown, move |event| {
            if browser::is_chord(&event, key) && act() {
                event.prevent_default();
            }
        });
        leptos::prelude::on_cleanup(move || listener.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, act);
}

/// Closes a `<dialog>`. On the server this does nothing.
pub fn close_dialog(id: &str) {
    #[cfg(feature = "hydrate")]
    browser::close_dialog(id);
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Opens a `<dialog>` over everything else. False when it is not there, and on the server.
pub fn open_dialog(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::open_dialog(id);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        false
    }
}

/// Closes open menus; with `returns`, the focus goes to the one that was closed. False when none
/// was open, and on the server.
pub fn close_menus(returns: bool) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::close_menus(returns);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = returns;
        false
    }
}

/// Closes open menus when something outside them is pressed. On the server this does nothing.
pub fn use_closing_menus() {
    #[cfg(feature = "hydrate")]
    {
        let listener = leptos::prelude::window_event_listener(leptos::ev::pointerdown, |event| {
            if !browser::is_in_menu(&event) {
                browser::close_menus(false);
            }
        });
        leptos::prelude::on_cleanup(move || listener.remove());
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

    const OPEN_MENU: &str = "details.menu[open]";

    fn target(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()
    }

    pub(super) fn is_ours(event: &KeyboardEvent) -> bool {
        if event.default_prevented()
            || event.is_composing()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
        {
            return false;
        }
        if let Ok(Some(_)) = document().query_selector("dialog[open]") {
            return false;
        }
        let is_field = target(event).is_some_and(|element| {
            matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
        !is_field || event.key() == "Escape"
    }

    pub(super) fn is_chord(event: &KeyboardEvent, key: &str) -> bool {
        let is_modified = event.ctrl_key() != event.meta_key();
        let is_plain = !event.alt_key() && !event.shift_key() && !event.is_composing();
        let has_dialog = matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
        is_modified && is_plain && !has_dialog && event.key().eq_ignore_ascii_case(key)
    }

    fn dialog(id: &str) -> Option<HtmlDialogElement> {
        document().get_element_by_id(id)?.dyn_into::<HtmlDialogElement>().ok()
    }

    pub(super) fn open_dialog(id: &str) -> bool {
        dialog(id).is_some_and(|dialog| dialog.show_modal().is_ok())
    }

    pub(super) fn close_dialog(id: &str) {
        if let Some(dialog) = dialog(id) {
            dialog.close();
        }
    }

    pub(super) fn close_menus(returns: bool) -> bool {
        let mut has_closed = false;
        while let Ok(Some(menu)) = document().query_selector(OPEN_MENU) {
            if menu.remove_attribute("open").is_err() {
                break;
            }
            has_closed = true;
            let summary = menu.query_selector("summary").ok().flatten();
            let summary = summary.and_then(|found| found.dyn_into::<HtmlElement>().ok());
            if let (true, Some(summary)) = (returns, summary) {
                // It cannot fail on an element of the page.
                let _ = summary.focus();
            }
        }
        has_closed
    }

    pub(super) fn is_in_menu(event: &Event) -> bool {
        let menu = target(event).and_then(|element| element.closest(OPEN_MENU).ok().flatten());
        menu.is_some()
    }
}
