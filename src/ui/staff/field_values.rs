//! What a customer or an invoice has in custom fields: seeing it, and changing it.

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    meanwhile::{meanwhile, since},
    panel_tabs::Tab,
    refusal::{above_or_now, problem_of},
};
use crate::{
    api::{
        error::ApiError,
        staff::custom_fields::{
            customer_fields, invoice_fields, save_customer_fields, save_invoice_fields,
        },
        view::{FieldValueView, FieldValuesView, ValueDraft},
    },
    domain::custom_field::FieldKind,
    ui::{components::field::field_alert, hooks::focus},
};

/// What is sent: whose, the version, and what is typed.
type Sent = (String, i64, Vec<ValueDraft>);

/// What is known of the values, and writing them.
#[derive(Clone, Copy)]
pub struct FieldValues {
    found: Asked<FieldValuesView>,
    save: Action<Sent, (String, Result<(), ApiError>)>,
    /// What the form began with: it is not made anew when what is known is read again.
    open: RwSignal<Option<FieldValuesView>>,
    /// Whose values are shown.
    id: Memo<String>,
    /// Made into the ids of the heading and of the button that opens the form.
    name: &'static str,
}

impl FieldValues {
    /// Those of a customer, read while the summary is open.
    pub fn of_customer(id: Memo<String>, tab: Memo<Tab>) -> Self {
        let asked = Memo::new(move |_| Tab::Summary.asked(tab, id));
        let found = read_while(Told::Figures, asked, customer_fields);
        let save = Action::new(|(id, version, values): &Sent| {
            let (id, version, values) = (id.clone(), *version, values.clone());
            async move { (id.clone(), save_customer_fields(id, version, values).await) }
        });
        Self::new(found, save, id, "customer-fields")
    }

    /// Those of an invoice, read while its id is not empty.
    pub fn of_invoice(id: Memo<String>) -> Self {
        let asked = Memo::new(move |_| Some(id.get()).filter(|id| !id.is_empty()));
        let found = read_while(Told::Figures, asked, invoice_fields);
        let save = Action::new(|(id, version, values): &Sent| {
            let (id, version, values) = (id.clone(), *version, values.clone());
            async move { (id.clone(), save_invoice_fields(id, version, values).await) }
        });
        Self::new(found, save, id, "invoice-fields")
    }

    fn new(
        found: Asked<FieldValuesView>,
        save: Action<Sent, (String, Result<(), ApiError>)>,
        id: Memo<String>,
        name: &'static str,
    ) -> Self {
        let open = RwSignal::new(None);
        let values = Self { found, save, open, id, name };
        Effect::new(move |_| {
            id.track();
            open.set(None);
            save.clear();
        });
        Effect::new(move |_| {
            let done = save.value().get();
            match done.filter(|(of, _)| *of == id.get_untracked()) {
                Some((_, Ok(()))) => {
                    found.refetch();
                    values.close();
                }
                Some((_, Err(error))) => {
                    if matches!(error, ApiError::Conflict(_)) {
                        found.refetch();
                    }
                    focus::reveal_problem();
                }
                None => {}
            }
        });
        values
    }

    fn close(self) {
        if self.open.get_untracked().is_some() {
            self.open.set(None);
            focus::focus_on(format!("{}-change", self.name));
        }
    }
}

/// The part of a panel; nothing where there are no fields.
pub fn section(values: FieldValues) -> AnyView {
    let FieldValues { found, open, name, .. } = values;
    let known = move || {
        Suspend::new(async move {
            // What failed is said by the head of the panel.
            let found = found.await.and_then(Result::ok);
            found.filter(|found| !found.values.is_empty()).map(|found| shown(&found, values))
        })
    };
    let form = move || open.get().map(|found| form(&found, values));
    let has_any = move || {
        let found = found.get();
        matches!(found, Some(Some(Ok(found))) if !found.values.is_empty())
    };
    let title = format!("{name}-title");
    view! {
        <section class="panel__section">
            <Transition>
                {move || has_any().then(|| view! { <h3 id=title.clone()>"Custom fields"</h3> })}
            </Transition>
            {move || open.with(Option::is_none).then(|| view! { <Transition>{known}</Transition> })}
            {form}
        </section>
    }
    .into_any()
}

fn shown(found: &FieldValuesView, values: FieldValues) -> AnyView {
    let fact = |value: &FieldValueView| {
        let said = if value.value.is_empty() { "—".to_owned() } else { value.value.clone() };
        view! { <div><dt>{value.field.name.clone()}</dt><dd>{said}</dd></div> }
    };
    let facts = found.values.iter().map(fact).collect_view();
    let is_editable = found.may_change && found.values.iter().any(|one| one.field.is_editable);
    let begun = found.clone();
    let change = is_editable.then(|| {
        let first = begun.values.iter().find(|one| one.field.is_editable);
        let first = first.map(|one| input_id(&one.field.id)).unwrap_or_default();
        view! {
            <p>
                <button
                    class="button"
                    id=format!("{}-change", values.name)
                    type="button"
                    on:click=move |_| {
                        values.save.clear();
                        values.open.set(Some(begun.clone()));
                        focus::focus_on(first.clone());
                    }
                >
                    "Change the fields"
                </button>
            </p>
        }
    });
    view! { <dl class="facts">{facts}</dl> {change} }.into_any()
}

fn input_id(field: &str) -> String {
    format!("field-{field}")
}

/// What somebody else wrote meanwhile. A field that is gone since is not told: it is not there any more.
fn written(before: &FieldValuesView, now: &FieldValuesView) -> Option<AnyView> {
    let field = |now: &FieldValueView| {
        let before = before.values.iter().find(|one| one.field.id == now.field.id);
        let before = before.map(|one| one.value.clone()).unwrap_or_default();
        (now.field.name.clone(), before, now.value.clone())
    };
    meanwhile(now.values.iter().map(field))
}

fn form(found: &FieldValuesView, values: FieldValues) -> AnyView {
    let FieldValues { save, id, .. } = values;
    let error = Memo::new(move |_| {
        let done = save.value().get();
        done.filter(|(of, _)| *of == id.get()).and_then(|(_, done)| done.err())
    });
    let begun = found.clone();
    let late = since(error, values.found, move |now: &FieldValuesView| written(&begun, now));
    let version = found.version;
    let inputs: Vec<(FieldValueView, RwSignal<String>)> = found
        .values
        .iter()
        .filter(|value| value.field.is_editable)
        .map(|value| {
            let text = match value.field.kind {
                FieldKind::List => value.option.clone(),
                FieldKind::Text => value.value.clone(),
            };
            (value.clone(), RwSignal::new(text))
        })
        .collect();
    let typed: Vec<(String, RwSignal<String>)> =
        inputs.iter().map(|(value, signal)| (value.field.id.clone(), *signal)).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !save.pending().get_untracked() {
            let typed = typed.iter().map(|(field, text)| ValueDraft {
                field: field.clone(),
                value: text.get_untracked(),
            });
            save.dispatch((id.get_untracked(), version, typed.collect()));
        }
    };
    let fields = inputs.into_iter().map(|(value, text)| input(value, text, error)).collect_view();
    view! {
        <form class="form" novalidate="" on:submit=submit>
            {above_or_now(error, move || values.close())}
            {late}
            {fields}
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || save.pending().get().then_some("true")
                >
                    "Save the fields"
                </button>
                <button class="button" type="button" on:click=move |_| values.close()>
                    "Cancel"
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn input(value: FieldValueView, text: RwSignal<String>, error: Memo<Option<ApiError>>) -> AnyView {
    let field = value.field;
    let id = input_id(&field.id);
    let error_id = format!("{id}-error");
    let sentence = problem_of(error, field.id.clone());
    let is_bad = move || sentence.get().is_some();
    let described = error_id.clone();
    let described = move || is_bad().then(|| described.clone());
    let control = match field.kind {
        FieldKind::List => {
            let chosen = text.get_untracked();
            let option = |one: crate::api::view::OptionView| {
                let is_chosen = one.id == chosen;
                view! { <option value=one.id selected=is_chosen>{one.name}</option> }
            };
            let options = field.options.into_iter().map(option).collect_view();
            view! {
                <select
                    class="input"
                    id=id.clone()
                    aria-invalid=move || is_bad().then_some("true")
                    aria-describedby=described
                    on:change:target=move |event| text.set(event.target().value())
                >
                    <option value="" selected=chosen.is_empty()>"Nothing"</option>
                    {options}
                </select>
            }
            .into_any()
        }
        FieldKind::Text => view! {
            <input
                class="input"
                id=id.clone()
                type="text"
                autocomplete="off"
                aria-invalid=move || is_bad().then_some("true")
                aria-describedby=described
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            />
        }
        .into_any(),
    };
    view! {
        <div class=move || if is_bad() { "field field--bad" } else { "field" }>
            <label class="field__label" for=id>{field.name}</label>
            {field_alert(error_id, move || sentence.get())}
            {control}
        </div>
    }
    .into_any()
}
