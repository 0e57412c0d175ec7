//! A select of the summary whose choice is written at once, unless somebody chose otherwise
//! meanwhile.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::follow::Asked;
use crate::{
    api::error::ApiError,
    ui::{components::field::field_alert, text},
};

/// Customer, what was chosen, what shall be.
pub type Choice = (String, String, String);

/// Writing a choice, and for which customer the last one was.
pub type Choosing = Action<Choice, (String, Result<(), ApiError>)>;

/// Writes choices with a call. `refresh` reads the customer again, unless nothing can be read now
/// either: what is shown stays then, and the select is put back by itself.
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
        let is_answered = action.value().with(|value| match value {
            Some((_, Err(ApiError::Unreachable | ApiError::TryAgain | ApiError::Internal))) => {
                false
            }
            value => value.is_some(),
        });
        if is_answered {
            refresh();
        }
    });
    action
}

/// Options that are read: `own` is what is chosen, and is shown whatever became of the list.
pub fn listed<T>(
    all: Asked<Vec<T>>,
    own: Option<(String, String)>,
    option: fn(T) -> (String, String),
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let options = move || {
        let own = own.clone();
        Suspend::new(async move {
            let all = all.await.and_then(Result::ok).unwrap_or_default();
            let mut all: Vec<(String, String)> = all.into_iter().map(option).collect();
            if let Some(own) = own.clone().filter(|(own, _)| all.iter().all(|(id, _)| id != own)) {
                all.push(own);
            }
            let option = |(id, name): (String, String)| {
                let is_chosen = own.as_ref().is_some_and(|(own, _)| *own == id);
                view! { <option value=id selected=is_chosen>{name}</option> }
            };
            all.into_iter().map(option).collect_view()
        })
    };
    view! { <Transition>{options}</Transition> }
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
            Some((customer, Err(error))) if *customer == own => Some(text::staff_error_text(error)),
            _ => None,
        })
    });
    let place = NodeRef::<leptos::html::Select>::new();
    {
        let (own, was) = (customer.clone(), was.clone());
        Effect::new(move |_| {
            let is_refused = action
                .value()
                .with(|value| matches!(value, Some((customer, Err(_))) if *customer == own));
            if let (true, Some(select)) = (is_refused, place.get_untracked()) {
                select.set_value(&was);
            }
        });
    }
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
                node_ref=place
                disabled=move || action.pending().get()
                on:change:target=move |event| choose(event.target().value())
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}
