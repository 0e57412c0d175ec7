//! Leaving a page to the server.

/// Loads the page at the current address as a whole, for pages that are not in the program for the
/// browser. On the server this does nothing.
pub fn load_whole_page() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::Effect::new(|_| {
        // Should the browser refuse, the page stays as it is.
        let _ = leptos::prelude::window().location().reload();
    });
}
