//! Deciding on many open invoices at once what is expected of them. Each is decided by itself; what
//! could not be decided is told.

use leptos::prelude::*;

use super::{
    bulk::{self, Picked},
    expectation_fields::{Charged, fields},
    refusal::{above, problem, refused},
};
use crate::{
    api::{staff::invoice::DecideExpectations, view::DecidedView},
    domain::expectation::ExpectationForm,
    ui::{components::field::field_alert, format, hooks::focus},
};

/// The button that opens the form.
const OPEN: &str = "bulk-expect";
/// The first field of the form.
const FIRST: &str = "expect-many-status";

/// Deciding on many invoices.
#[derive(Clone, Copy)]
pub struct InvoiceBulk {
    picked: Picked,
    is_open: RwSignal<bool>,
    decide: ServerAction<DecideExpectations>,
}

impl InvoiceBulk {
    /// What is ticked are ids, each with the version that was read behind a colon. `refresh` reads
    /// the list again.
    pub fn new(picked: Picked, refresh: impl Fn() + Send + Sync + 'static) -> Self {
        let decide = ServerAction::<DecideExpectations>::new();
        let is_open = RwSignal::new(false);
        Effect::new(move |_| {
            if let Some(Ok(_)) = decide.value().get() {
                picked.clear();
                is_open.set(false);
                refresh();
            }
        });
        Self { picked, is_open, decide }
    }

    /// The bar. `today` is the first day that can be named.
    pub fn bar(self, today: Signal<String>) -> AnyView {
        let told = Signal::derive(move || self.decide.value().get()?.ok().map(|came| told(&came)));
        let close = move || {
            self.is_open.set(false);
            self.decide.clear();
        };
        bulk::bar(self.picked, "invoice", "invoices", told, close, move || controls(self, today))
    }
}

/// What became of it, in words.
fn told(came: &DecidedView) -> String {
    let mut parts =
        vec![format!("{} decided.", format::plural(came.decided, "invoice", "invoices"))];
    for (numbers, why) in [
        (&came.changed, "somebody else changed them meanwhile"),
        (&came.closed, "nothing is open on them any more"),
        (
            &came.automatic,
            "this cannot follow their status: they are charged by themselves, or are not",
        ),
    ] {
        if !numbers.is_empty() {
            parts.push(format!("Not decided, because {why}: {}.", numbers.join(", ")));
        }
    }
    if came.missing > 0 {
        parts.push(format!("{} not found.", format::count(came.missing)));
    }
    parts.join(" ")
}

fn controls(bulk: InvoiceBulk, today: Signal<String>) -> AnyView {
    let InvoiceBulk { is_open, decide, .. } = bulk;
    let body = move || {
        if is_open.get() {
            return form(bulk, today);
        }
        let open = move |_| {
            decide.clear();
            is_open.set(true);
            focus::focus_on(FIRST);
        };
        view! {
            <button class="button" id=OPEN type="button" on:click=open>
                "Decide when the money comes"
            </button>
        }
        .into_any()
    };
    view! { {body} }.into_any()
}

fn form(bulk: InvoiceBulk, today: Signal<String>) -> AnyView {
    let InvoiceBulk { picked, is_open, decide } = bulk;
    let error = refused(decide);
    let said = above(error);
    let too_many = problem(error, "invoices");
    let fields = fields(
        "expect-many",
        &ExpectationForm::default(),
        &today.get_untracked(),
        Charged::Perhaps,
        error,
    );
    let cancel = move |_| {
        is_open.set(false);
        focus::focus_on(OPEN);
    };
    let label = move || {
        if decide.pending().get() { "Saving …" } else { "Apply to all chosen" }
    };
    view! {
        <ActionForm action=decide attr:class="form bulk__fields" attr:novalidate="">
            <input type="hidden" name="invoices" prop:value=move || picked.joined()/>
            {said}
            {field_alert("", move || too_many.get())}
            {fields}
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || decide.pending().get().then_some("true")
                >
                    {label}
                </button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_it_is_told() {
        let came = DecidedView { decided: 1, ..DecidedView::default() };
        assert_eq!(told(&came), "1 invoice decided.");
        let came = DecidedView {
            decided: 3,
            changed: vec!["A-1".to_owned()],
            closed: vec!["A-2".to_owned(), "A-3".to_owned()],
            automatic: Vec::new(),
            missing: 2,
        };
        assert_eq!(
            told(&came),
            "3 invoices decided. Not decided, because somebody else changed them meanwhile: A-1. \
             Not decided, because nothing is open on them any more: A-2, A-3. 2 not found."
        );
    }
}
