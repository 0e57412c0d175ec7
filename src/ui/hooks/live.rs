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
    /// Grows with everything new that whoever looks is told, or has to do.
    pub news: ReadSignal<u64>,
}

/// Listens to `/staff/live` for as long as the owner lives; when that cannot be had, looks every
/// five seconds instead. On the server the version stays zero.
pub fn use_live() -> Live {
    let (version, set_version) = signal(0_u64);
    let (customer_id, set_customer_id) = signal(String::new());
    let (news, set_news) = signal(0_u64);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::listen(set_version, set_customer_id, set_news));
    #[cfg(not(feature = "hydrate"))]
    let _ = (set_version, set_customer_id, set_news);
    Live { version, customer_id, news }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, rc::Rc, time::Duration};

    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    /// Seconds between looks when the connection is down.
    const LOOK_EVERY: Duration = Duration::from_secs(5);

    /// The name of the event that tells of something new.
    const NEWS: &str = "news";

    pub(super) fn listen(
        set_version: WriteSignal<u64>,
        set_customer_id: WriteSignal<String>,
        set_news: WriteSignal<u64>,
    ) {
        let is_open = Rc::new(Cell::new(false));
        let bump_news = move || set_news.update(|news| *news += 1);
        let bump = move |customer: String| {
            // Whatever happened unseen may be news too.
            if customer.is_empty() {
                bump_news();
            }
            set_customer_id.set(customer);
            set_version.update(|version| *version += 1);
        };
        if let Ok(source) = EventSource::new("/staff/live") {
            let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                bump(event.data().as_string().unwrap_or_default());
            });
            let on_news = Closure::<dyn Fn(MessageEvent)>::new(move |_: MessageEvent| bump_news());
            // It cannot fail on a source that was just made.
            let _ = source.add_event_listener_with_callback(NEWS, on_news.as_ref().unchecked_ref());
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
            let kept = StoredValue::new_local((source, on_message, on_news, on_open, on_error));
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
