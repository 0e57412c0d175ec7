//! Doing something again and again.

use std::time::Duration;

/// Calls `action` every `period` until the owner goes. On the server this does nothing.
pub fn use_interval(period: Duration, action: impl Fn() + 'static) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::Effect::new({
        let action = std::rc::Rc::new(action);
        move |_| {
            let action = action.clone();
            let handle = leptos::prelude::set_interval_with_handle(move || action(), period);
            if let Ok(handle) = handle {
                leptos::prelude::on_cleanup(move || handle.clear());
            }
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (period, action);
}
