//! Putting a text where it can be pasted.

/// Puts a text where it can be pasted, then says so. Where the browser does not allow that, the field
/// that holds the text is selected, to be copied by hand. On the server this does nothing.
pub fn copy(field: &'static str, text: &str, done: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    browser::copy(field, text.to_owned(), done);
    #[cfg(not(feature = "hydrate"))]
    let _ = (field, text, done);
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::window;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    use crate::ui::hooks::focus;

    pub(super) fn copy(field: &'static str, text: String, done: impl FnOnce() + 'static) {
        let clipboard = window().navigator().clipboard();
        // On an address without TLS there is none.
        let is_there = !AsRef::<JsValue>::as_ref(&clipboard).is_undefined();
        spawn_local(async move {
            if is_there && JsFuture::from(clipboard.write_text(&text)).await.is_ok() {
                done();
            } else {
                focus::focus_field(field);
            }
        });
    }
}
