//! A select of the summary whose choice is written at once, unless somebody chose otherwise
//! meanwhile.

use leptos::prelude::*;

use crate::{
    api::error::ApiError,
    ui::{components::field::field_alert, text},
};

/// Customer, what was chosen, what shall be.
pub type Choice = (String, String, String);

/// Writing a choice, and for which customer the last one was.
pub type Choosing = Action<Choice, (String, Result<(), ApiError>)>;

/// Writes choices with a call. `refresh` reads the customer again, whatever came of it: a choice
/// that was refused is taken back.
pub fn choosing<F>(
    call: impl Fn(String, String, String) -> F + Send + Sync + 'static,
    refresh: impl Fn() + Send + Sync + 'static,
) -> Choosing
where
    F: Future<Output = Result<(), ApiError>> + Send + 'static,
{
    let action = Action::new(move |(customer, before, after): &Choice| {
        let name = customer.clone();
        let done = call(customer.clone(), before.clone(), after.clone());
        async move { (name, done.await) }
    });
    Effect::new(move |_| {
        if action.value().with(Option::is_some) {
            refresh();
        }
    });
    action
}

/// The select. `was` is the value that is chosen so far.
pub fn select(
    id: &'static str,
    label: &'static str,
    (customer, was): (String, String),
    action: Choosing,
    options: impl IntoView + 'static,
) -> AnyView {
    let own = customer.clone();
    let problem = field_alert(format!("{id}-error"), move || {
        action.value().with(|value| match value {
            Some((customer, Err(error))) if *customer == own => Some(text::error_text(error)),
            _ => None,
        })
    });
    let choose = move |after: String| {
        action.dispatch((customer.clone(), was.clone(), after));
    };
    view! {
        <div class="field">
            <label class="visually-hidden" for=id>{label}</label>
            {problem}
            <select
                class="input"
                id=id
                disabled=move || action.pending().get()
                on:change:target=move |event| choose(event.target().value())
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}
