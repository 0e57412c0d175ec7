//! Being told when a customer's figures changed.

use leptos::prelude::*;

/// What the live connection last said: a counter that grows with every change, and the customer
/// it was about (empty when several may have changed unseen).
#[derive(Clone, Copy)]
pub struct Live {
    /// Grows with every change.
    pub version: ReadSignal<u64>,
    /// The customer of the latest change.
    pub customer_id: ReadSignal<String>,
}

/// Listens to `/staff/live` for as long as the owner lives; when that cannot be had, looks every
/// five seconds instead. On the server the version stays zero.
pub fn use_live() -> Live {
    let (version, set_version) = signal(0_u64);
    let (customer_id, set_customer_id) = signal(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::listen(set_version, set_customer_id));
    #[cfg(not(feature = "hydrate"))]
    let _ = (set_version, set_customer_id);
    Live { version, customer_id }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, rc::Rc, time::Duration};

    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    /// Seconds between looks when the connection is down.
    const LOOK_EVERY: Duration = Duration::from_secs(5);

    pub(super) fn listen(set_version: WriteSignal<u64>, set_customer_id: WriteSignal<String>) {
        let is_open = Rc::new(Cell::new(false));
        let bump = move |customer: String| {
            set_customer_id.set(customer);
            set_version.update(|version| *version += 1);
        };
        if let Ok(source) = EventSource::new("/staff/live") {
            let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                bump(event.data().as_string().unwrap_or_default());
            });
            let opened = is_open.clone();
            let was_down = Cell::new(false);
            let on_open = Closure::<dyn Fn()>::new(move || {
                opened.set(true);
                // Whatever happened while the connection was down was not heard.
                if was_down.replace(true) {
                    bump(String::new());
                }
            });
            let failed = is_open.clone();
            let on_error = Closure::<dyn Fn()>::new(move || failed.set(false));
            source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
            source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            let kept = StoredValue::new_local((source, on_message, on_open, on_error));
            on_cleanup(move || kept.with_value(|(source, ..)| source.close()));
        }
        let handle = set_interval_with_handle(
            move || {
                if !is_open.get() {
                    bump(String::new());
                }
            },
            LOOK_EVERY,
        );
        if let Ok(handle) = handle {
            on_cleanup(move || handle.clear());
        }
    }
}
