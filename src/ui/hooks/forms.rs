//! What a form does without loading the page anew: one with method GET is answered, any is taken back.

use leptos::ev::{Event, SubmitEvent};

/// What to do on `submit`: goes to the address that the form makes, without the fields left empty
/// and without moving the page. On the server this does nothing, and without it the form is sent
/// as forms are.
pub fn use_get_form() -> impl Fn(SubmitEvent) + Clone + Send + Sync + 'static {
    #[cfg(feature = "hydrate")]
    let go = use_go();
    move |event: SubmitEvent| {
        #[cfg(feature = "hydrate")]
        if let Some(address) = browser::address(&event) {
            event.prevent_default();
            super::keys::close_menus(true);
            go(&address);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    }
}

/// What to do on `change`: sends the form that the field is in. On the server this does nothing.
pub fn send_form(event: &Event) {
    #[cfg(feature = "hydrate")]
    browser::send_form(event);
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// What to do on a press in a form: every field says again what it was drawn with, so that what is drawn
/// next is seen in those that were typed into as well. On the server this does nothing.
pub fn reset_form(event: &Event) {
    #[cfg(feature = "hydrate")]
    if let Some(form) = browser::form_of(event) {
        form.reset();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}

/// Goes to an address of ours without moving the page. On the server it goes nowhere.
pub fn use_go() -> impl Fn(&str) + Clone + Send + Sync + 'static {
    let navigate = leptos_router::hooks::use_navigate();
    move |address: &str| {
        let options = leptos_router::NavigateOptions { scroll: false, ..Default::default() };
        navigate(address, options);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, FormData, HtmlFormElement, SubmitEvent, UrlSearchParams};

    pub(super) fn address(event: &SubmitEvent) -> Option<String> {
        let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
        let action = form.get_attribute("action")?;
        let data = FormData::new_with_form(&form).ok()?;
        let given = UrlSearchParams::new().ok()?;
        for entry in js_sys::try_iter(&data).ok()?? {
            let pair = entry.ok()?.dyn_into::<js_sys::Array>().ok()?;
            let (name, value) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
            if !value.is_empty() {
                given.append(&name, &value);
            }
        }
        let query = given.to_string().as_string()?;
        Some(if query.is_empty() { action } else { format!("{action}?{query}") })
    }

    pub(super) fn form_of(event: &Event) -> Option<HtmlFormElement> {
        let inside = event.target()?.dyn_into::<Element>().ok()?;
        inside.closest("form").ok().flatten()?.dyn_into().ok()
    }

    pub(super) fn send_form(event: &Event) {
        if let Some(form) = form_of(event) {
            // A form that is not valid says so itself.
            let _ = form.request_submit();
        }
    }
}
