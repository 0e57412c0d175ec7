//! What somebody has typed into a form of the side panel and not saved: they are asked before a link,
//! a search, a way found with the keyboard or the browser's *Back* leads away from it.
//!
//! A form is begun (`data-begun`) once something in it is typed or chosen, and again after it was
//! refused, and while it is being sent with a file (`data-sending`). Forms whose text is kept elsewhere
//! say so (`data-keeps`): of those the browser alone is told, which asks before the page goes with it.

/// Asks with a `<dialog>` before what was begun would be lost, for as long as the page is there. On the
/// server this does nothing.
pub fn use_unsaved(dialog: &'static str) {
    #[cfg(feature = "hydrate")]
    browser::listen(dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = dialog;
}

/// Hears of the browser's *Back* and *Forward*. A window tells its listeners in the order in which they
/// came, so this is called before there is a router. On the server it does nothing.
pub fn hear_back() {
    #[cfg(feature = "hydrate")]
    browser::hear_back();
}

/// Goes somewhere, unless something is not saved: then the question of [`use_unsaved`] is asked first.
/// On the server it goes nowhere.
pub fn go(dialog: &'static str, way: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    browser::go(dialog, way);
    #[cfg(not(feature = "hydrate"))]
    let _ = (dialog, way);
}

/// Goes where somebody was stopped from going; what was begun is lost. On the server this does
/// nothing.
pub fn leave(dialog: &'static str) {
    #[cfg(feature = "hydrate")]
    browser::leave(dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = dialog;
}

/// Says whether something that is not saved is kept where a link does not lose it, but closing or
/// loading the page does. On the server this does nothing.
pub fn keep_elsewhere(is_kept: bool) {
    #[cfg(feature = "hydrate")]
    browser::keep_elsewhere(is_kept);
    #[cfg(not(feature = "hydrate"))]
    let _ = is_kept;
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};

    use leptos::{
        ev,
        prelude::{GetUntracked, document, window, window_event_listener},
    };
    use leptos_router::{hooks::use_location, location::Location};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{Element, Event, HtmlElement, HtmlFormElement, MouseEvent};

    use super::super::keys::{close_dialog, open_dialog};

    const FORM: &str = "#panel form.form:not([data-keeps])";
    const BEGUN: &str = "data-begun";
    const SENDING: &str = "data-sending";
    const UNSAVED: &str = "#panel form[data-begun], #panel form[data-sending], \
        #panel form.form:not([data-keeps]):has(.field__error, .notice--bad)";

    thread_local! {
        /// Whether somebody listens already.
        static LISTENS: Cell<bool> = const { Cell::new(false) };
        /// Who asks, and where the page is.
        static PLACE: RefCell<Option<(&'static str, Location)>> = const { RefCell::new(None) };
        /// The way that was stopped.
        static STOPPED: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
        /// Whether closing the page loses what links do not.
        static ELSEWHERE: Cell<bool> = const { Cell::new(false) };
        /// Whether the form that was sent last is answered by a file (`data-download`).
        static SAVES_FILE: Cell<bool> = const { Cell::new(false) };
    }

    /// Whether the question is asked: there is something to lose.
    fn is_asked(dialog: &'static str) -> bool {
        has_unsaved() && open_dialog(dialog)
    }

    /// Keeps a way for the answer.
    fn keep(way: impl FnOnce() + 'static) {
        STOPPED.with_borrow_mut(|stopped| *stopped = Some(Box::new(way)));
    }

    /// Stops an event on its way.
    fn stop(event: &Event, way: impl FnOnce() + 'static) {
        event.prevent_default();
        event.stop_immediate_propagation();
        keep(way);
    }

    pub(super) fn go(dialog: &'static str, way: impl FnOnce() + 'static) {
        if is_asked(dialog) { keep(way) } else { way() }
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

    /// Where the page is, whatever the browser's address says.
    fn address(location: &Location) -> Option<String> {
        let path = location.pathname.try_get_untracked()?;
        let search = location.search.try_get_untracked()?;
        let hash = location.hash.try_get_untracked()?;
        // With or without its mark, as the page was come by.
        Some(match search.trim_start_matches('?') {
            "" => format!("{path}{hash}"),
            search => format!("{path}?{search}{hash}"),
        })
    }

    /// The browser has gone already: the page's address is put on top again, from where *Back* leads to
    /// where it went.
    pub(super) fn hear_back() {
        first_to_hear("popstate", |event| {
            let place = PLACE.with_borrow(Clone::clone);
            let Some((dialog, location)) = place else { return };
            let Some(address) = address(&location).filter(|_| is_asked(dialog)) else { return };
            let Ok(history) = window().history() else { return };
            // An address of this page is one of this origin.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address));
            stop(event, move || {
                // Whoever was led somewhere can be led back there.
                let _ = history.back();
            });
        });
    }

    pub(super) fn listen(dialog: &'static str) {
        PLACE.set(Some((dialog, use_location())));
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
            // A file that is saved leaves the page where it is.
            if !SAVES_FILE.take() && (has_unsaved() || ELSEWHERE.get()) {
                event.prevent_default();
            }
        });
        first_to_hear("submit", |event| {
            SAVES_FILE.set(target(event).is_some_and(|form| form.has_attribute("data-download")));
        });
        first_to_hear("click", move |event| {
            if let Some(link) = link(event).filter(|_| is_asked(dialog)) {
                stop(event, move || link.click());
            }
        });
        first_to_hear("submit", move |event| {
            if let Some(form) = search(event).filter(|_| is_asked(dialog)) {
                stop(event, move || {
                    // A form that is not valid says so itself.
                    let _ = form.request_submit();
                });
            }
        });
    }

    /// Listens before anybody else hears of an event, the router above all.
    fn first_to_hear(event: &str, hear: impl Fn(&Event) + 'static) {
        let hear = Closure::<dyn Fn(Event)>::new(move |event: Event| hear(&event));
        let listener = hear.as_ref().unchecked_ref::<js_sys::Function>();
        // Adding a listener to the window cannot fail.
        let _ = window().add_event_listener_with_callback_and_bool(event, listener, true);
        hear.forget();
    }

    /// The form outside the panel that leads to another address.
    fn search(event: &Event) -> Option<HtmlFormElement> {
        let form = target(event)?.dyn_into::<HtmlFormElement>().ok()?;
        let leads_away = form.method() == "get" && form.closest("#panel").ok()?.is_none();
        leads_away.then_some(form)
    }

    pub(super) fn keep_elsewhere(is_kept: bool) {
        ELSEWHERE.set(is_kept);
    }

    pub(super) fn leave(dialog: &'static str) {
        close_dialog(dialog);
        while let Ok(Some(form)) = document().query_selector(UNSAVED) {
            // What is not begun any more and marked as kept asks nobody.
            if form.remove_attribute(BEGUN).is_err()
                || form.remove_attribute(SENDING).is_err()
                || form.set_attribute("data-keeps", "").is_err()
            {
                break;
            }
        }
        if let Some(way) = STOPPED.take() {
            way();
        }
    }
}
