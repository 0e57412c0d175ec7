//! The fields that say when the money is expected: of one invoice, or of several.

use leptos::prelude::*;

use super::{expectation_words as words, refusal::problem};
use crate::{
    api::error::ApiError,
    domain::expectation::{AUTOMATIC, ExpectationForm, ExpectationStatus, HoldReason},
    ui::components::{field::Field, icon::Icon},
};

/// The fields, as they are to begin with. `today` is the first day that can be named; what is
/// charged by itself has one choice of its own.
pub fn fields(
    form: &ExpectationForm,
    today: &str,
    is_autopay: bool,
    error: Memo<Option<ApiError>>,
) -> AnyView {
    let begun = ExpectationStatus::from_word(&form.status);
    let chosen = RwSignal::new(begun);
    let choices: &[ExpectationStatus] = if is_autopay {
        &[ExpectationStatus::AutopayHold]
    } else {
        &[ExpectationStatus::Estimated, ExpectationStatus::Promised, ExpectationStatus::OnHold]
    };
    let option = |status: &ExpectationStatus| {
        let is_chosen = begun == Some(*status);
        view! {
            <option value=status.as_str() selected=is_chosen>{words::status(*status)}</option>
        }
    };
    let options = choices.iter().map(option).collect_view();
    let automatic = (!is_autopay).then(|| {
        view! {
            <option value=AUTOMATIC selected=begun.is_none()>"Work it out (predicted or late)"</option>
        }
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
    let said = |id: &'static str, sentence: Signal<Option<&'static str>>| {
        move || {
            sentence.get().map(|sentence| {
                view! {
                    <p class="field__error" id=id role="alert">
                        <Icon name="alert"/>
                        <span>{sentence}</span>
                    </p>
                }
            })
        }
    };
    let none = form.reason.is_empty();
    let (day, note, today) = (form.expected_on.clone(), form.note.clone(), today.to_owned());
    let bad_day = problem(error, "expected_on");
    view! {
        <div class=move || if bad_status.get().is_some() { "field field--bad" } else { "field" }>
            <label class="field__label" for="expect-status">"Status"</label>
            {said("expect-status-error", bad_status)}
            <select
                class="input"
                id="expect-status"
                name="form[status]"
                aria-invalid=move || bad_status.get().is_some().then_some("true")
                aria-describedby=move || bad_status.get().is_some().then_some("expect-status-error")
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
            <label class="field__label" for="expect-day">
                {move || if is_held() { "Expected after all on (may stay empty)" } else { "Expected on" }}
            </label>
            {said("expect-day-error", bad_day)}
            <input
                class="input"
                id="expect-day"
                name="form[expected_on]"
                type="date"
                min=today
                value=day
                aria-invalid=move || bad_day.get().is_some().then_some("true")
                aria-describedby=move || bad_day.get().is_some().then_some("expect-day-error")
            />
        </div>
        <div
            class=move || if bad_reason.get().is_some() { "field field--bad" } else { "field" }
            hidden=move || !is_held()
        >
            <label class="field__label" for="expect-reason">"Why"</label>
            {said("expect-reason-error", bad_reason)}
            <select
                class="input"
                id="expect-reason"
                name="form[reason]"
                aria-invalid=move || bad_reason.get().is_some().then_some("true")
                aria-describedby=move || bad_reason.get().is_some().then_some("expect-reason-error")
            >
                <option value="" selected=none>"Choose one"</option>
                {reasons}
            </select>
        </div>
        <div hidden=move || !is_held()>
            <Field
                name="form[note]"
                label="What else is to be known"
                help="For your colleagues only: the customer never sees it."
                value=note
                maxlength="500"
                is_optional=true
                problem=problem(error, "note")
            />
        </div>
    }
    .into_any()
}
