//! The bell: how much is new, on every page, and as it happens.

use leptos::prelude::*;

use super::{
    follow::{Told, follow},
    icon::StaffIcon,
};
use crate::{api::staff::notifications::count_news, ui::format};

/// How much is new: nothing is known until something happens.
#[derive(Clone, Copy)]
pub struct News(RwSignal<Option<i64>>);

/// Counts again whenever something happens.
pub fn use_news() -> News {
    let latest = RwSignal::new(None);
    let look = Action::new(|(): &()| count_news());
    follow(Told::News, move || {
        look.dispatch(());
    });
    Effect::new(move |_| {
        if let Some(Ok(count)) = look.value().get() {
            latest.set(Some(count));
        }
    });
    News(latest)
}

/// The link. `at_first` is how much was new when the page was made.
pub fn bell(at_first: i64, News(latest): News) -> AnyView {
    let count = move || latest.get().unwrap_or(at_first);
    let label = move || match count() {
        0 => "Tasks and notifications".to_owned(),
        count => format!("Tasks and notifications, {} new", format::count(count)),
    };
    let badge = move || {
        let text = match count() {
            0 => return None,
            count @ 1..=99 => count.to_string(),
            _ => "99+".to_owned(),
        };
        Some(view! { <span class="bell__count" aria-hidden="true">{text}</span> })
    };
    view! {
        <a class="button button--quiet button--icon bell" href="/staff/tasks" aria-label=label>
            <StaffIcon name="bell"/>
            {badge}
        </a>
    }
    .into_any()
}
