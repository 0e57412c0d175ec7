//! Doing something when a customer's figures changed.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::prelude::*;

use crate::ui::hooks::live::Live;

/// Changes that come within this time of each other are answered together.
const TOGETHER: Duration = Duration::from_millis(400);

/// Calls `refresh` soon after each change that the page's live connection reports. On the server
/// nothing changes.
pub fn follow(refresh: impl Fn() + 'static) {
    let Some(live) = use_context::<Live>() else { return };
    let refresh = Rc::new(refresh);
    let is_due = Rc::new(Cell::new(false));
    Effect::new(move |seen: Option<u64>| {
        let version = live.version.get();
        if seen.is_some_and(|seen| seen != version) && !is_due.replace(true) {
            let (refresh, is_due) = (refresh.clone(), is_due.clone());
            set_timeout(
                move || {
                    is_due.set(false);
                    refresh();
                },
                TOGETHER,
            );
        }
        version
    });
}
