//! What can be done with many customers at once: making somebody responsible, choosing a reminder
//! workflow, saying whether they get statements and may pay online, and giving a value of a custom field.
//! Each customer is written by itself; what was refused is told.

use leptos::prelude::*;

use super::{
    bulk::{self, Picked},
    bulk_value::{self, Offered},
    follow::{Told, read_while},
    list_views::Setup,
    payment_words, statement_words,
};
use crate::{
    api::{
        error::ApiError,
        staff::{
            custom_fields::{assign_many, fill_many},
            customers::list_specialists,
            payment_overrides::switch_online_many,
            statements::choose_statements,
            workflows::{assign_workflows, list_workflows},
        },
        view::{BulkDone, ListSetup, SpecialistView, WorkflowView},
    },
    domain::{payment_override::OnlinePayments, statement::StatementChoice},
    ui::{components::field::field_alert, format, hooks::focus, text},
};

/// The choice that is about who is responsible; the others are ids of fields.
const SPECIALIST: &str = "specialist";
/// The choice that is about statements.
const STATEMENT: &str = "statement";
/// The choice that is about paying online.
const ONLINE: &str = "online";
/// The choice that is about reminders.
const WORKFLOW: &str = "workflow";
/// The button that confirms.
const CONFIRM: &str = "bulk-confirm";

/// What is sent: the customers, what of them, and the value.
type Sent = (String, String, String);

/// What may be changed, who can be responsible, and the workflows.
type Known = (ListSetup, Vec<SpecialistView>, Vec<WorkflowView>);

/// Changing many customers.
#[derive(Clone, Copy)]
pub struct CustomerBulk {
    picked: Picked,
    /// What can be chosen from; a form that somebody writes in is not made anew when the same is read
    /// again.
    known: RwSignal<Option<Known>>,
    /// What is changed, and to what.
    what: RwSignal<String>,
    value: RwSignal<String>,
    /// Whether it has to be confirmed now.
    is_asked: RwSignal<bool>,
    apply: Action<Sent, Result<BulkDone, ApiError>>,
}

impl CustomerBulk {
    /// `refresh` reads the list again.
    pub fn new(picked: Picked, setup: Setup, refresh: impl Fn() + Send + Sync + 'static) -> Self {
        let asked = Memo::new(move |_| (picked.count() > 0).then_some(()));
        let specialists = read_while(Told::Figures, asked, |()| list_specialists());
        let workflows = read_while(Told::Figures, asked, |()| list_workflows());
        let apply = Action::new(|(ids, what, value): &Sent| {
            let (ids, what, value) = (ids.clone(), what.clone(), value.clone());
            async move {
                match what.as_str() {
                    SPECIALIST => assign_many(ids, value).await,
                    WORKFLOW => assign_workflows(ids, value).await,
                    STATEMENT => choose_statements(ids, value).await,
                    ONLINE => switch_online_many(ids, value).await,
                    _ => fill_many(ids, what, value).await,
                }
            }
        });
        let known = RwSignal::new(None);
        Effect::new(move |_| {
            let (Some(Ok(setup)), Some(Some(specialists)), Some(Some(workflows))) =
                (setup.get(), specialists.get(), workflows.get())
            else {
                return;
            };
            let now = Some((setup, specialists.unwrap_or_default(), workflows.unwrap_or_default()));
            if known.with_untracked(|before| *before != now) {
                known.set(now);
            }
        });
        let is_asked = RwSignal::new(false);
        Effect::new(move |_| {
            if let Some(Ok(_)) = apply.value().get() {
                picked.clear();
                refresh();
            }
        });
        let (what, value) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        Self { picked, known, what, value, is_asked, apply }
    }

    /// The bar.
    pub fn bar(self) -> AnyView {
        let told = Signal::derive(move || {
            let done = self.apply.value().get()?.ok()?;
            Some(bulk::told(&done, "customer", "customers"))
        });
        let close = move || {
            self.is_asked.set(false);
            self.apply.clear();
        };
        bulk::bar(self.picked, "customer", "customers", told, close, move || controls(self))
    }
}

fn controls(bulk: CustomerBulk) -> AnyView {
    let body = move || {
        bulk.known
            .get()
            .map(|(setup, specialists, workflows)| form(bulk, setup, specialists, workflows))
    };
    view! { {body} }.into_any()
}

fn form(
    bulk: CustomerBulk,
    setup: ListSetup,
    specialists: Vec<SpecialistView>,
    workflows: Vec<WorkflowView>,
) -> AnyView {
    let CustomerBulk { picked, what, value, is_asked, apply, .. } = bulk;
    let mut choices: Vec<(String, String)> = Vec::new();
    if setup.may_assign {
        choices.push((SPECIALIST.to_owned(), "AR specialist".to_owned()));
        choices.push((ONLINE.to_owned(), "Online payments".to_owned()));
    }
    if setup.may_assign_workflows {
        choices.push((WORKFLOW.to_owned(), "Reminder workflow".to_owned()));
    }
    if setup.may_choose_statements {
        choices.push((STATEMENT.to_owned(), "Monthly statement".to_owned()));
    }
    let fields: Vec<_> = setup.filled().cloned().collect();
    choices.extend(fields.iter().map(|field| (field.id.clone(), field.name.clone())));
    let Some((first, _)) = choices.first().cloned() else { return ().into_any() };
    if !choices.iter().any(|(id, _)| *id == what.get_untracked()) {
        what.set(first);
        value.set(String::new());
    }
    let values = StoredValue::new((specialists, workflows, fields));
    let offered = Memo::new(move |_| {
        let what = what.get();
        values.with_value(|(specialists, workflows, fields)| {
            let (none, each): (&str, Vec<(String, String)>) = match what.as_str() {
                SPECIALIST => (
                    "Nobody",
                    specialists.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
                ),
                WORKFLOW => (
                    "Inherited",
                    workflows.iter().map(|one| (one.id.clone(), one.name.clone())).collect(),
                ),
                STATEMENT => {
                    let pair = |choice: StatementChoice| {
                        (choice.as_str().to_owned(), statement_words::choice(choice).to_owned())
                    };
                    ("Inherited", StatementChoice::ALL.map(pair).to_vec())
                }
                ONLINE => {
                    let said = payment_words::online_choice;
                    let off = OnlinePayments::CHOICES.into_iter().skip(1);
                    let pair =
                        |one: OnlinePayments| (one.as_str().to_owned(), said(one).to_owned());
                    (said(OnlinePayments::Portal), off.map(pair).collect())
                }
                id => {
                    let field = fields.iter().find(|field| field.id == id);
                    return field.map_or(Offered::Line, Offered::of);
                }
            };
            let none = (String::new(), none.to_owned());
            Offered::Choices(std::iter::once(none).chain(each).collect())
        })
    });
    let names = StoredValue::new(choices.clone());
    let question = move || {
        let (what, value) = (what.get(), value.get());
        let name = names.with_value(|names| {
            names.iter().find(|(id, _)| *id == what).map(|(_, name)| name.clone())
        });
        let chosen = offered.with(|offered| offered.said(&value));
        format!(
            "Set {} to “{}” for {}?",
            name.unwrap_or_default(),
            chosen,
            format::plural(picked.count(), "customer", "customers")
        )
    };
    let option = |(id, name): (String, String), chosen: &str| {
        let is_chosen = id == chosen;
        view! { <option value=id selected=is_chosen>{name}</option> }
    };
    let whats = {
        let chosen = what.get_untracked();
        choices.into_iter().map(|one| option(one, &chosen)).collect_view()
    };
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_asked.set(true);
        focus::focus_on(CONFIRM);
    };
    let confirm = move |_| {
        is_asked.set(false);
        apply.dispatch((picked.joined(), what.get_untracked(), value.get_untracked()));
    };
    let failed = field_alert("", move || {
        let error = apply.value().with(|done| done.clone().and_then(Result::err));
        error.map(|error| text::staff_error_text(&error))
    });
    let asked = move || {
        is_asked.get().then(|| {
            view! {
                <p>{question}</p>
                <button
                    class="button button--primary"
                    id=CONFIRM
                    type="button"
                    on:click=confirm
                >
                    "Confirm"
                </button>
                <button class="button" type="button" on:click=move |_| is_asked.set(false)>
                    "Cancel"
                </button>
            }
        })
    };
    view! {
        <form class="bulk__form" on:submit=ask>
            <label class="visually-hidden" for="bulk-what">"What to change"</label>
            <select
                class="input input--2"
                id="bulk-what"
                on:change:target=move |event| {
                    value.set(String::new());
                    is_asked.set(false);
                    what.set(event.target().value());
                }
            >
                {whats}
            </select>
            <label class="visually-hidden" for="bulk-value">"To what"</label>
            {bulk_value::control("bulk-value", offered, value, move || is_asked.set(false))}
            <button
                class="button"
                type="submit"
                aria-disabled=move || apply.pending().get().then_some("true")
            >
                "Apply to all chosen"
            </button>
            {asked}
            {failed}
        </form>
    }
    .into_any()
}
