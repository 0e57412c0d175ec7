//! What somebody has typed into a form of the side panel and not saved: they are asked before a link
//! leads away from it.
//!
//! A form is begun (`data-begun`) once something in it is typed or chosen, and again after it was
//! refused. Forms that keep what is typed say so (`data-keeps`).

/// Asks with a `<dialog>` before what was begun would be lost, for as long as the page is there. On the
/// server this does nothing.
pub fn use_unsaved(dialog: &'static str) {
    #[cfg(feature = "hydrate")]
    browser::listen(dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = dialog;
}

/// Leads where the link leads that was stopped; what was begun is lost. On the server this does
/// nothing.
pub fn leave(dialog: &'static str) {
    #[cfg(feature = "hydrate")]
    browser::leave(dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = dialog;
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};

    use leptos::{
        ev,
        prelude::{document, window, window_event_listener},
    };
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Element, Event, HtmlElement, MouseEvent};

    use super::super::keys::{close_dialog, open_dialog};

    const FORM: &str = "#panel form.form:not([data-keeps])";
    const BEGUN: &str = "data-begun";
    const UNSAVED: &str = "#panel form[data-begun], \
        #panel form.form:not([data-keeps]):has(.field__error, .notice--bad)";

    thread_local! {
        /// Whether somebody listens already.
        static LISTENS: Cell<bool> = const { Cell::new(false) };
        /// The link that was stopped.
        static STOPPED: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
    }

    fn target(event: &Event) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()
    }

    fn form(event: &Event) -> Option<Element> {
        target(event)?.closest(FORM).ok().flatten()
    }

    fn has_unsaved() -> bool {
        matches!(document().query_selector(UNSAVED), Ok(Some(_)))
    }

    /// The link that a press follows in this window.
    fn link(event: &Event) -> Option<HtmlElement> {
        let is_plain = event.dyn_ref::<MouseEvent>().is_none_or(|mouse| {
            mouse.button() == 0
                && !(mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.alt_key())
        });
        let link = target(event)?.closest("a[href]").ok().flatten()?;
        let leads_away = !link.has_attribute("target")
            && !link.has_attribute("download")
            && !link.get_attribute("href")?.starts_with('#');
        if is_plain && leads_away { link.dyn_into().ok() } else { None }
    }

    pub(super) fn listen(dialog: &'static str) {
        if LISTENS.replace(true) {
            return;
        }
        window_event_listener(ev::input, |event| {
            if let Some(form) = form(&event) {
                // The attribute's name is fixed and valid.
                let _ = form.set_attribute(BEGUN, "");
            }
        });
        window_event_listener(ev::submit, |event| {
            if let Some(form) = form(&event) {
                let _ = form.remove_attribute(BEGUN);
            }
        });
        window_event_listener(ev::beforeunload, |event| {
            if has_unsaved() {
                event.prevent_default();
            }
        });
        // Before anybody else hears of the press, the router above all.
        let pressed = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let Some(link) = link(&event).filter(|_| has_unsaved()) else { return };
            if open_dialog(dialog) {
                event.prevent_default();
                event.stop_immediate_propagation();
                STOPPED.with_borrow_mut(|stopped| *stopped = Some(link));
            }
        });
        let listener = pressed.as_ref().unchecked_ref::<js_sys::Function>();
        // Adding a listener to the window cannot fail.
        let _ = window().add_event_listener_with_callback_and_bool("click", listener, true);
        pressed.forget();
    }

    pub(super) fn leave(dialog: &'static str) {
        close_dialog(dialog);
        while let Ok(Some(form)) = document().query_selector(UNSAVED) {
            // What is not begun any more and marked as kept asks nobody.
            if form.remove_attribute(BEGUN).is_err()
                || form.set_attribute("data-keeps", "").is_err()
            {
                break;
            }
        }
        if let Some(link) = STOPPED.take() {
            link.click();
        }
    }
}
