//! The fields that say when the money is expected: of one invoice, or of several.

use leptos::prelude::*;

use super::{expectation_words as words, refusal::problem};
use crate::{
    api::error::ApiError,
    domain::expectation::{AUTOMATIC, ExpectationForm, ExpectationStatus, HoldReason},
    ui::components::field::field_alert,
};

/// What can be chosen of invoices that are charged by themselves, or may be among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charged {
    /// None is.
    No,
    /// It is.
    Yes,
    /// It was, and somebody stopped that.
    Stopped,
    /// Some may be.
    Perhaps,
}

/// The fields, as they are to begin with. `today` is the first day that can be named; what is
/// charged by itself has one choice of its own. `id` is what the ids begin with.
pub fn fields(
    id: &'static str,
    form: &ExpectationForm,
    today: &str,
    charged: Charged,
    error: Memo<Option<ApiError>>,
) -> AnyView {
    use ExpectationStatus::{AutopayHold, Estimated, OnHold, Promised};

    let begun = ExpectationStatus::from_word(&form.status);
    let chosen = RwSignal::new(begun);
    let choices: &[ExpectationStatus] = match charged {
        Charged::No => &[Estimated, Promised, OnHold],
        Charged::Yes | Charged::Stopped => &[AutopayHold],
        Charged::Perhaps => &[Estimated, Promised, OnHold, AutopayHold],
    };
    let option = |status: &ExpectationStatus| {
        let is_chosen = begun == Some(*status);
        view! {
            <option value=status.as_str() selected=is_chosen>{words::status(*status)}</option>
        }
    };
    let options = choices.iter().map(option).collect_view();
    let automatic = (charged != Charged::Yes).then(|| {
        let label = match charged {
            Charged::Stopped => "Charge it by itself again",
            _ => "Work it out (predicted or late)",
        };
        view! { <option value=AUTOMATIC selected=begun.is_none()>{label}</option> }
    });
    let reason = |reason: HoldReason| {
        let is_chosen = form.reason == reason.as_str();
        view! { <option value=reason.as_str() selected=is_chosen>{words::reason(reason)}</option> }
    };
    let reasons = HoldReason::CHOICES.map(reason).into_iter().collect_view();
    let needs_day =
        move || chosen.get().is_some_and(|one| one.needs_day() || one == ExpectationStatus::OnHold);
    let is_held = move || chosen.get() == Some(ExpectationStatus::OnHold);
    let bad_reason = problem(error, "reason");
    let bad_status = problem(error, "status");
    let none = form.reason.is_empty();
    let (day, note, today) = (form.expected_on.clone(), form.note.clone(), today.to_owned());
    let (bad_day, bad_note) = (problem(error, "expected_on"), problem(error, "note"));
    view! {
        <div class=move || if bad_status.get().is_some() { "field field--bad" } else { "field" }>
            <label class="field__label" for=format!("{id}-status")>"Status"</label>
            {field_alert(format!("{id}-status-error"), move || bad_status.get())}
            <select
                class="input"
                id=format!("{id}-status")
                name="form[status]"
                aria-invalid=move || bad_status.get().is_some().then_some("true")
                aria-describedby=move || bad_status.get().is_some().then(|| format!("{id}-status-error"))
                on:change:target=move |event| {
                    chosen.set(ExpectationStatus::from_word(&event.target().value()));
                }
            >
                {automatic}
                {options}
            </select>
        </div>
        <div
            class=move || if bad_day.get().is_some() { "field field--bad" } else { "field" }
            hidden=move || !needs_day()
        >
            <label class="field__label" for=format!("{id}-day")>
                {move || if is_held() { "Expected after all on (may stay empty)" } else { "Expected on" }}
            </label>
            {field_alert(format!("{id}-day-error"), move || bad_day.get())}
            <input
                class="input"
                id=format!("{id}-day")
                name="form[expected_on]"
                type="date"
                min=today
                value=day
                aria-invalid=move || bad_day.get().is_some().then_some("true")
                aria-describedby=move || bad_day.get().is_some().then(|| format!("{id}-day-error"))
            />
        </div>
        <div
            class=move || if bad_reason.get().is_some() { "field field--bad" } else { "field" }
            hidden=move || !is_held()
        >
            <label class="field__label" for=format!("{id}-reason")>"Why"</label>
            {field_alert(format!("{id}-reason-error"), move || bad_reason.get())}
            <select
                class="input"
                id=format!("{id}-reason")
                name="form[reason]"
                aria-invalid=move || bad_reason.get().is_some().then_some("true")
                aria-describedby=move || bad_reason.get().is_some().then(|| format!("{id}-reason-error"))
            >
                <option value="" selected=none>"Choose one"</option>
                {reasons}
            </select>
        </div>
        <div
            class=move || if bad_note.get().is_some() { "field field--bad" } else { "field" }
            hidden=move || !is_held()
        >
            <label class="field__label" for=format!("{id}-note")>"What else is to be known"</label>
            {field_alert(format!("{id}-note-error"), move || bad_note.get())}
            <input
                class="input"
                id=format!("{id}-note")
                name="form[note]"
                type="text"
                value=note
                maxlength="500"
                aria-invalid=move || bad_note.get().is_some().then_some("true")
                aria-describedby=move || {
                    let help = format!("{id}-note-help");
                    if bad_note.get().is_some() { format!("{id}-note-error {help}") } else { help }
                }
            />
            <p class="field__help" id=format!("{id}-note-help")>
                "For your colleagues only: the customer never sees it."
            </p>
        </div>
    }
    .into_any()
}
