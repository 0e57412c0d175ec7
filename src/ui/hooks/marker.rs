//! A mark on the root element once the page is alive.

/// Sets `data-hydrated` on the root element. On the server this does nothing.
pub fn mark_hydrated() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::Effect::new(|_| {
        let document = leptos::prelude::document();
        if let Some(root) = document.document_element() {
            // The attribute's name is fixed and valid.
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
