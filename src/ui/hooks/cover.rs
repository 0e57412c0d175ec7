//! What is behind the side panel while the panel covers the screen.
//!
//! Narrower than 900 px the panel is all there is to see, so it is modal there: everything marked
//! `data-behind` cannot be reached. Wider, both can be used.

/// Does what the panel's presence and the window's width ask for, now and whenever the width
/// changes, until the owner goes. On the server this does nothing.
pub fn use_cover() {
    #[cfg(feature = "hydrate")]
    {
        let listener =
            leptos::prelude::window_event_listener(leptos::ev::resize, |_| browser::apply());
        leptos::prelude::on_cleanup(move || {
            listener.remove();
            browser::reach_everything();
        });
    }
}

/// The same, once, when what is being drawn now is on the screen. On the server this does nothing.
pub fn cover() {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(browser::apply);
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::{document, window};

    /// Narrower than this, in CSS pixels, the panel covers the screen (`panel.css`).
    const WIDTH: f64 = 900.0;

    pub(super) fn apply() {
        let panel = document().get_element_by_id("panel");
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        let is_narrow = width.is_some_and(|width| width < WIDTH);
        if let Some(panel) = &panel {
            // The attribute's name and value are fixed and valid.
            let _ = panel.set_attribute("aria-modal", if is_narrow { "true" } else { "false" });
        }
        set_inert(panel.is_some() && is_narrow);
    }

    pub(super) fn reach_everything() {
        set_inert(false);
    }

    fn set_inert(is_inert: bool) {
        let todo = if is_inert { "[data-behind]:not([inert])" } else { "[data-behind][inert]" };
        while let Ok(Some(element)) = document().query_selector(todo) {
            if element.toggle_attribute_with_force("inert", is_inert).is_err() {
                break;
            }
        }
    }
}
