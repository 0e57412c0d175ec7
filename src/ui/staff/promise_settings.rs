//! Days of grace of promises to pay: a part of the settings.

use leptos::prelude::*;

use super::{
    panel_choice::{Choosing, choosing, select},
    promise_words as words,
};
use crate::{api::staff::promises::save_promise_grace, domain::promise::GRACE_DAYS_MAX};

/// Choosing them. `refresh` reads the settings again.
pub fn choosing_grace(refresh: impl Fn() + Send + Sync + 'static) -> Choosing {
    choosing(|_, before, after| save_promise_grace(before, after), refresh)
}

/// The part.
pub fn section(days: u16, action: Choosing) -> AnyView {
    let option = |one: u16| {
        view! { <option value=one.to_string() selected=one == days>{words::grace(one)}</option> }
    };
    // What a file of settings says may be more than is chosen here.
    let more = (days > GRACE_DAYS_MAX).then_some(days);
    let options = (0..=GRACE_DAYS_MAX).chain(more).map(option).collect_view();
    let label = "When a promise counts as broken";
    view! {
        <section class="card" aria-labelledby="promises">
            <div class="card__head"><h2 id="promises">"Promises to pay"</h2></div>
            <div class="card__body">
                <p class="field__label">"A promise that was not paid is broken"</p>
                {select("promise-grace", label, (String::new(), days.to_string()), action, options)}
                <p class="field__help">
                    "Until then its invoices get no reminder. Whoever is responsible for the customer is \
                     told the day before it is due, and gets a task when it was broken."
                </p>
            </div>
        </section>
    }
    .into_any()
}
