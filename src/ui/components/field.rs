//! A labelled input that can show what was wrong with it, and the sentence that says so.

use leptos::{oco::Oco, prelude::*};

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
    let class = if class.is_empty() { "input".to_owned() } else { format!("input {class}") };
    let input = move |said: Said| {
        view! {
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
                aria-invalid=move || said.invalid()
                aria-describedby=move || said.described()
            />
        }
        .into_any()
    };
    labelled(name, label, help, problem, input)
}

/// What an input says of itself beside its value.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    name: &'static str,
    has_help: bool,
    problem: Signal<Option<&'static str>>,
}

impl Said {
    /// `aria-invalid`.
    pub fn invalid(self) -> Option<&'static str> {
        self.problem.with(Option::is_some).then_some("true")
    }

    /// `aria-describedby`: the problem and the help, where there are any.
    pub fn described(self) -> Option<String> {
        let Self { name, has_help, problem } = self;
        match (problem.with(Option::is_some), has_help) {
            (true, true) => Some(format!("{name}-error {name}-help")),
            (true, false) => Some(format!("{name}-error")),
            (false, true) => Some(format!("{name}-help")),
            (false, false) => None,
        }
    }
}

/// A label, the problem if there is one, what `input` makes, and the help under it, which may be
/// empty. The ids are made of the name, which is also the input's id.
pub fn labelled(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    problem: Signal<Option<&'static str>>,
    input: impl FnOnce(Said) -> AnyView,
) -> AnyView {
    let said = Said { name, has_help: !help.is_empty(), problem };
    let shown = field_error(format!("{name}-error"), move || problem.get());
    let input = input(said);
    let help = said.has_help.then(|| {
        view! { <p class="field__help" id=format!("{name}-help")>{help}</p> }
    });
    view! {
        <div class=move || if problem.get().is_some() { "field field--bad" } else { "field" }>
            <label class="field__label" for=name>{label}</label>
            {shown}
            {input}
            {help}
        </div>
    }
    .into_any()
}

/// What was wrong with a field, while something is. `id` is what its input is described by; may be
/// empty.
pub fn field_error<S: Into<Oco<'static, str>>>(
    id: impl Into<Oco<'static, str>>,
    problem: impl Fn() -> Option<S> + Send + 'static,
) -> AnyView {
    said_wrong(id.into(), None, move || problem().map(Into::into))
}

/// The same, read out as soon as it is there.
pub fn field_alert<S: Into<Oco<'static, str>>>(
    id: impl Into<Oco<'static, str>>,
    problem: impl Fn() -> Option<S> + Send + 'static,
) -> AnyView {
    said_wrong(id.into(), Some("alert"), move || problem().map(Into::into))
}

fn said_wrong(
    id: Oco<'static, str>,
    role: Option<&'static str>,
    problem: impl Fn() -> Option<Oco<'static, str>> + Send + 'static,
) -> AnyView {
    let id = (!id.is_empty()).then_some(id);
    let shown = move || {
        problem().map(|sentence| {
            view! {
                <p class="field__error" id=id.clone() role=role>
                    <Icon name="alert"/>
                    <span>{sentence}</span>
                </p>
            }
        })
    };
    shown.into_any()
}

/// The sentence under `field`, when that is what the error is about.
pub fn field_problem(error: Option<&ApiError>, field: &str) -> Option<&'static str> {
    match error {
        Some(ApiError::Invalid(problem)) if problem.field == field => Some(text::problem(problem)),
        _ => None,
    }
}
