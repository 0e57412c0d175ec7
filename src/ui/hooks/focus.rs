//! Moving the keyboard's focus, and marking the row it came from.
//!
//! A row is a `<tr data-row=CUSTOMER_ID>`; the link in it that opens the customer has `data-open`. What is
//! no table is walked through by its `<li data-step>`.

/// Puts the focus on an element, once what is being drawn now is on the screen. On the server this
/// does nothing.
pub fn focus_on(id: impl Into<String>) {
    #[cfg(feature = "hydrate")]
    {
        let id = id.into();
        leptos::prelude::request_animation_frame(move || browser::focus(browser::by_id(&id)));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Puts the focus on an element when nothing else has it: what had it was drawn anew. On the server this
/// does nothing.
pub fn regain_focus(id: &'static str) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || {
        if browser::active().is_none_or(|element| element.tag_name() == "BODY") {
            browser::focus(browser::by_id(id));
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Hands the focus on from one element to another, if the first has it. On the server this does
/// nothing.
pub fn pass_focus(from: &'static str, to: &'static str) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || {
        if browser::active().is_some_and(|element| element.id() == from) {
            browser::focus(browser::by_id(to));
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (from, to);
}

/// Marks the row of a customer as the current one: the row that has the focus, if it is theirs;
/// else the one already marked; else their first. On the server this does nothing.
pub fn mark_row(customer_id: &str) {
    #[cfg(feature = "hydrate")]
    browser::mark_row(customer_id);
    #[cfg(not(feature = "hydrate"))]
    let _ = customer_id;
}

/// Gives the focus back to the marked row and takes the mark away. On the server this does
/// nothing.
pub fn return_to_row() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(browser::return_to_row);
}

/// Moves the focus up or down by rows. False when there is none, and on the server.
pub fn step_rows(step: i32) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::step_rows(step);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = step;
        false
    }
}

/// Puts the focus into a field and selects what is in it. False when it is not there, and on the
/// server.
pub fn focus_field(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::focus_field(id);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        false
    }
}

/// Writes a text into a large field, puts the focus there and the cursor to a place in it, counted in
/// units of UTF-16: at once, so that what is typed next stands there. On the server this does nothing.
pub fn write(id: &str, text: &str, units: u32) {
    #[cfg(feature = "hydrate")]
    browser::write(id, text, units);
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, text, units);
}

/// Moves a row of links, which may be wider than the screen, so that its current one is seen, once what is
/// being drawn now is on the screen. On the server this does nothing.
pub fn reveal_current(id: &'static str) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || browser::reveal_current(id));
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Brings what is wrong with a form of the side panel to the eye, once what is being drawn now is on the
/// screen: the first field that was refused, which gets the focus, or else what is said above them. On the
/// server this does nothing.
pub fn reveal_problem() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(browser::reveal_problem);
}

/// Presses a link or button. False when it is not there or has no address, and on the server.
pub fn press(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::press(id);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        false
    }
}

/// Whether an element is on the page. False on the server.
pub fn is_there(id: &str) -> bool {
    #[cfg(feature = "hydrate")]
    return browser::by_id(id).is_some();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        false
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

    const ROWS: &str = "tr[data-row]";
    const STEPS: &str = "tr[data-row], li[data-step]";
    const MARKED: &str = "tr[data-row][aria-current]";
    const LINKS: [&str; 3] = ["a[data-open]", "th[scope=row] a", "a, button, select"];

    pub(super) fn by_id(id: &str) -> Option<Element> {
        document().get_element_by_id(id)
    }

    pub(super) fn active() -> Option<Element> {
        document().active_element()
    }

    pub(super) fn focus(element: Option<Element>) {
        if let Some(element) = element.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // It cannot fail on an element of the page.
            let _ = element.focus();
        }
    }

    /// The rows: brothers and sisters in one body of a table.
    fn rows() -> Vec<Element> {
        let first = document().query_selector(ROWS).ok().flatten();
        std::iter::successors(first, Element::next_element_sibling).collect()
    }

    /// The link that opens a row's customer, or its first where that column is not shown.
    fn link_of(row: &Element) -> Option<Element> {
        LINKS.iter().find_map(|link| row.query_selector(link).ok().flatten())
    }

    fn row_with_focus() -> Option<Element> {
        active()?.closest(ROWS).ok().flatten()
    }

    pub(super) fn mark_row(customer_id: &str) {
        let is_theirs =
            |row: &Element| row.get_attribute("data-row").as_deref() == Some(customer_id);
        let marked = document().query_selector(MARKED).ok().flatten();
        let chosen = row_with_focus()
            .filter(is_theirs)
            .or_else(|| marked.filter(is_theirs))
            .or_else(|| rows().into_iter().find(is_theirs));
        for row in rows() {
            // The attribute's name and value are fixed and valid.
            let _ = match &chosen {
                Some(chosen) if *chosen == row => row.set_attribute("aria-current", "true"),
                _ => row.remove_attribute("aria-current"),
            };
        }
    }

    pub(super) fn return_to_row() {
        if let Ok(Some(row)) = document().query_selector(MARKED) {
            focus(link_of(&row));
        }
        mark_row("");
    }

    pub(super) fn step_rows(step: i32) -> bool {
        let Ok(rows) = document().query_selector_all(STEPS) else { return false };
        let row = |index| rows.get(index).and_then(|row| row.dyn_into::<Element>().ok());
        let current = active().and_then(|element| element.closest(STEPS).ok().flatten());
        let here = current
            .and_then(|current| (0..rows.length()).find(|at| row(*at).as_ref() == Some(&current)));
        let target = here.map_or(0, |here| here.saturating_add_signed(step));
        let target = target.min(rows.length().saturating_sub(1));
        let link = row(target).and_then(|row| link_of(&row));
        let is_found = link.is_some();
        focus(link);
        is_found
    }

    pub(super) fn focus_field(id: &str) -> bool {
        let field = by_id(id).and_then(|found| found.dyn_into::<HtmlInputElement>().ok());
        let Some(field) = field else { return false };
        // It cannot fail on an element of the page.
        let _ = field.focus();
        field.select();
        true
    }

    pub(super) fn write(id: &str, text: &str, units: u32) {
        let field = by_id(id).and_then(|found| found.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(field) = field {
            field.set_value(text);
            // Neither can fail on an element of the page.
            let _ = field.focus();
            let _ = field.set_selection_range(units, units);
        }
    }

    pub(super) fn reveal_current(id: &str) {
        let row = by_id(id).and_then(|found| found.dyn_into::<HtmlElement>().ok());
        let Some(row) = row else { return };
        let current = row.query_selector("[aria-current]").ok().flatten();
        if let Some(current) = current.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // Half of what is free before it and half after it.
            let free = row.client_width() - current.offset_width();
            row.set_scroll_left(current.offset_left() - row.offset_left() - free / 2);
        }
    }

    pub(super) fn reveal_problem() {
        let first = |what: &str| document().query_selector(what).ok().flatten();
        match first("#panel form [aria-invalid=true]") {
            Some(field) => focus(Some(field)),
            None => {
                if let Some(said) = first("#panel form [role=alert]") {
                    said.scroll_into_view_with_bool(true);
                }
            }
        }
    }

    pub(super) fn press(id: &str) -> bool {
        let found = by_id(id).filter(|element| !element.has_attribute("aria-disabled"));
        let found = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = &found {
            element.click();
        }
        found.is_some()
    }
}
