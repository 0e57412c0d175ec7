//! The boxes of a form, as a person left them.

use leptos::{html, prelude::NodeRef};

/// The values of the ticked boxes called `name`, in their order. On the server: none.
pub fn ticked(form: NodeRef<html::Form>, name: &str) -> Vec<String> {
    #[cfg(feature = "hydrate")]
    return browser::boxes(form, name)
        .into_iter()
        .filter(|item| item.checked())
        .map(|item| item.value())
        .collect();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (form, name);
        Vec::new()
    }
}

/// Ticks or clears every box called `name`. On the server this does nothing.
pub fn tick_all(form: NodeRef<html::Form>, name: &str, is_ticked: bool) {
    #[cfg(feature = "hydrate")]
    for item in browser::boxes(form, name) {
        item.set_checked(is_ticked);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, name, is_ticked);
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        html,
        prelude::{GetUntracked, NodeRef},
    };
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    pub(super) fn boxes(form: NodeRef<html::Form>, name: &str) -> Vec<HtmlInputElement> {
        let Some(form) = form.get_untracked() else { return Vec::new() };
        let length = u32::try_from(form.length()).unwrap_or(0);
        (0..length)
            .filter_map(|index| form.get_with_index(index)?.dyn_into::<HtmlInputElement>().ok())
            .filter(|item| item.type_() == "checkbox" && item.name() == name)
            .collect()
    }
}
