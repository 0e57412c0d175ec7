//! What can be done with many open invoices at once: deciding what is expected of them, and giving a value
//! of a custom field. Each is written by itself; what could not be written is told.

use leptos::prelude::*;

use super::{
    bulk::{self, Picked},
    bulk_value::{self, Offered},
    expectation_fields::{Charged, fields},
    list_views::Setup,
    refusal::{above, problem, refused},
};
use crate::{
    api::{
        error::ApiError,
        staff::{custom_fields::fill_many_invoices, invoice::DecideExpectations},
        view::{BulkDone, DecidedView, FieldView},
    },
    domain::expectation::ExpectationForm,
    ui::{components::field::field_alert, format, hooks::focus, text},
};

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// Deciding what is expected.
    Decide,
    /// Giving a value of a custom field.
    Fill,
}

impl Doing {
    /// The button that opens its form, what it says, and the first field of the form.
    const fn opener(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Decide => ("bulk-expect", "Decide when the money comes", "expect-many-status"),
            Self::Fill => ("bulk-fill", "Change a custom field", "bulk-field"),
        }
    }
}

/// What is sent of a custom field: the invoices, the field, and the value.
type Filled = (String, String, String);

/// Deciding on many invoices.
#[derive(Clone, Copy)]
pub struct InvoiceBulk {
    picked: Picked,
    /// Whether somebody may decide, and the fields that they may change.
    may: RwSignal<(bool, Vec<FieldView>)>,
    doing: RwSignal<Option<Doing>>,
    /// The field that is changed, and to what.
    field: RwSignal<String>,
    value: RwSignal<String>,
    decide: ServerAction<DecideExpectations>,
    fill: Action<Filled, Result<BulkDone, ApiError>>,
}

impl InvoiceBulk {
    /// What is ticked are ids, each with the version that was read behind a colon. `refresh` reads
    /// the list again.
    pub fn new(picked: Picked, setup: Setup, refresh: impl Fn() + Send + Sync + 'static) -> Self {
        let decide = ServerAction::<DecideExpectations>::new();
        let fill = Action::new(|(ids, field, value): &Filled| {
            fill_many_invoices(ids.clone(), field.clone(), value.clone())
        });
        let doing = RwSignal::new(None);
        let may = RwSignal::new((false, Vec::new()));
        Effect::new(move |_| {
            if let Some(Ok(setup)) = setup.get() {
                may.set((setup.may_decide, setup.filled().cloned().collect()));
            }
        });
        let (field, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        Effect::new(move |_| {
            let is_decided = matches!(decide.value().get(), Some(Ok(_)));
            if matches!(fill.value().get(), Some(Ok(_))) || is_decided {
                picked.clear();
                doing.set(None);
                refresh();
            }
        });
        Self { picked, may, doing, field, value, decide, fill }
    }

    /// Nothing is told any more.
    fn clear(self) {
        self.decide.clear();
        self.fill.clear();
    }

    /// The bar. `today` is the first day that can be named.
    pub fn bar(self, today: Signal<String>) -> AnyView {
        let told = Signal::derive(move || {
            let decided = self.decide.value().get().and_then(Result::ok);
            let filled = self.fill.value().get().and_then(Result::ok);
            decided
                .map(|came| told(&came))
                .or_else(|| filled.map(|done| bulk::told(&done, "invoice", "invoices")))
        });
        let close = move || {
            self.doing.set(None);
            self.clear();
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
    let InvoiceBulk { doing, may, .. } = bulk;
    let opener = move |one: Doing| {
        let (id, label, first) = one.opener();
        let open = move |_| {
            bulk.clear();
            doing.set(Some(one));
            focus::focus_on(first);
        };
        view! { <button class="button" id=id type="button" on:click=open>{label}</button> }
    };
    let openers = move || {
        let (may_decide, has_fields) = may.with(|(decide, fields)| (*decide, !fields.is_empty()));
        view! {
            {may_decide.then(|| opener(Doing::Decide))}
            {has_fields.then(|| opener(Doing::Fill))}
        }
    };
    let body = move || match doing.get() {
        Some(Doing::Decide) => form(bulk, today),
        Some(Doing::Fill) => fill_form(bulk),
        None => view! { {openers} }.into_any(),
    };
    view! { {body} }.into_any()
}

/// The buttons under a form. `close` is what the second does.
fn actions(is_busy: Signal<bool>, close: impl Fn() + Send + Sync + 'static) -> AnyView {
    let label = move || if is_busy.get() { "Saving …" } else { "Apply to all chosen" };
    view! {
        <div class="form__actions">
            <button
                class="button button--primary"
                type="submit"
                aria-disabled=move || is_busy.get().then_some("true")
            >
                {label}
            </button>
            <button class="button" type="button" on:click=move |_| close()>"Cancel"</button>
        </div>
    }
    .into_any()
}

/// Giving a value of a custom field.
fn fill_form(bulk: InvoiceBulk) -> AnyView {
    let InvoiceBulk { picked, may, doing, field, value, fill, .. } = bulk;
    let (_, fields) = may.get_untracked();
    field.set(fields.first().map(|field| field.id.clone()).unwrap_or_default());
    value.set(String::new());
    let option = |field: &FieldView| {
        view! { <option value=field.id.clone()>{field.name.clone()}</option> }
    };
    let options = fields.iter().map(option).collect_view();
    let offered = Memo::new(move |_| {
        let chosen = fields.iter().find(|one| field.with(|id| one.id == *id));
        chosen.map_or(Offered::Line, Offered::of)
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !fill.pending().get_untracked() {
            // What stands behind a colon is the version of what is expected.
            let ids = picked.joined();
            let ids = ids.split(',').filter_map(|one| one.split(':').next());
            let ids = ids.collect::<Vec<_>>().join(",");
            fill.dispatch((ids, field.get_untracked(), value.get_untracked()));
        }
    };
    let failed = field_alert("", move || {
        let error = fill.value().with(|done| done.clone().and_then(Result::err));
        error.map(|error| text::staff_error_text(&error))
    });
    let close = move || {
        doing.set(None);
        focus::focus_on(Doing::Fill.opener().0);
    };
    view! {
        <form class="form bulk__fields" on:submit=submit>
            {failed}
            <div class="field">
                <label class="field__label" for="bulk-field">"Field"</label>
                <select
                    class="input"
                    id="bulk-field"
                    on:change:target=move |event| {
                        value.set(String::new());
                        field.set(event.target().value());
                    }
                >
                    {options}
                </select>
            </div>
            <div class="field">
                <label class="field__label" for="bulk-field-value">"To what"</label>
                {bulk_value::control("bulk-field-value", offered, value, || {})}
            </div>
            {actions(fill.pending().into(), close)}
        </form>
    }
    .into_any()
}

fn form(bulk: InvoiceBulk, today: Signal<String>) -> AnyView {
    let InvoiceBulk { picked, doing, decide, .. } = bulk;
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
    let close = move || {
        doing.set(None);
        focus::focus_on(Doing::Decide.opener().0);
    };
    view! {
        <ActionForm action=decide attr:class="form bulk__fields" attr:novalidate="">
            <input type="hidden" name="invoices" prop:value=move || picked.joined()/>
            {said}
            {field_alert("", move || too_many.get())}
            {fields}
            {actions(decide.pending().into(), close)}
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
