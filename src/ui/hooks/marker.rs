//! A mark on the root element once the page is alive: tests wait for it, styles may look at it.

/// Sets the mark when what is being drawn now is on the screen. On the server this does nothing.
pub fn mark_hydrated() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::Effect::new(|_| mark());
}

/// Sets `data-hydrated` on the root element.
#[cfg(feature = "hydrate")]
pub fn mark() {
    if let Some(root) = leptos::prelude::document().document_element() {
        // The attribute's name is fixed and valid.
        let _ = root.set_attribute("data-hydrated", "");
    }
}
