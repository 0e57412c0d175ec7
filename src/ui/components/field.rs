//! A labelled input that can show what was wrong with it.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{api::error::ApiError, ui::text};

/// A label, the problem if there is one, the input, and the help under it.
#[component]
pub fn Field(
    /// The name the server function expects; the ids are made of it.
    name: &'static str,
    /// What it is.
    label: &'static str,
    /// What to write; may be empty.
    #[prop(optional)]
    help: &'static str,
    /// What was wrong with the last attempt.
    #[prop(optional, into)]
    problem: Signal<Option<&'static str>>,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Further classes of the input.
    #[prop(optional)]
    class: &'static str,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// A pattern the browser checks.
    #[prop(optional)]
    pattern: Option<&'static str>,
    /// The most characters.
    #[prop(optional)]
    maxlength: Option<&'static str>,
    /// What is in it at first.
    #[prop(optional, into)]
    value: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> AnyView {
    let is_bad = move || problem.get().is_some();
    let described_by = move || match (is_bad(), help.is_empty()) {
        (true, false) => Some(format!("{name}-error {name}-help")),
        (true, true) => Some(format!("{name}-error")),
        (false, false) => Some(format!("{name}-help")),
        (false, true) => None,
    };
    let shown = move || {
        problem.get().map(|sentence| {
            view! {
                <p class="field__error" id=format!("{name}-error")>
                    <Icon name="alert"/>
                    <span>{sentence}</span>
                </p>
            }
        })
    };
    let help = (!help.is_empty()).then(|| {
        view! { <p class="field__help" id=format!("{name}-help")>{help}</p> }
    });
    let class = if class.is_empty() { "input".to_owned() } else { format!("input {class}") };
    view! {
        <div class=move || if is_bad() { "field field--bad" } else { "field" }>
            <label class="field__label" for=name>{label}</label>
            {shown}
            <input
                class=class
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                pattern=pattern
                maxlength=maxlength
                required=!is_optional
                aria-invalid=move || is_bad().then_some("true")
                aria-describedby=described_by
            />
            {help}
        </div>
    }
    .into_any()
}

/// The sentence under `field`, when that is what the error is about.
pub fn field_problem(error: Option<&ApiError>, field: &str) -> Option<&'static str> {
    match error {
        Some(ApiError::Invalid(problem)) if problem.field == field => Some(text::problem(problem)),
        _ => None,
    }
}
