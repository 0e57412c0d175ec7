//! The form of a task: a new one, or one that is there.

use leptos::prelude::*;

use super::{
    refusal::{above_or_now, problem, refused},
    state::{CardSkeleton, Failure},
    task_words as words,
    tasks::{Part, TasksAddress},
};
use crate::{
    api::{
        error::ApiError,
        staff::{
            search::find_anything,
            tasks::{RemoveTask, SaveTask, task_form},
        },
        view::{FoundKind, FoundView, TaskFormView, TemplateView},
    },
    domain::task::{TITLE_LENGTH_MAX, TaskKind},
    ui::{
        components::{
            field::{field_error, labelled},
            notice::ErrorNotice,
        },
        hooks::focus,
    },
};

/// The id of the field that is filled in first.
const TITLE: &str = "task[title]";

/// What is asked: the customer of a new task, or the task.
type Asked = Resource<Result<TaskFormView, ApiError>>;

/// The page's part.
pub fn page(address: Memo<TasksAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        address.with(|address| (address.customer.clone(), address.task.clone()))
    });
    let form: Asked =
        Resource::new_blocking(move || asked.get(), |(customer, task)| task_form(customer, task));
    let save = ServerAction::<SaveTask>::new();
    let remove = ServerAction::<RemoveTask>::new();
    let body = move || {
        Suspend::new(async move {
            match form.await {
                Ok(view) => shown(view, address, form, save, remove),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <CardSkeleton what="the task"/> }>{body}</Transition> }
        .into_any()
}

fn shown(
    view: TaskFormView,
    address: Memo<TasksAddress>,
    form: Asked,
    save: ServerAction<SaveTask>,
    remove: ServerAction<RemoveTask>,
) -> AnyView {
    let error = refused(save);
    let TaskFormView { draft, customer, invoices, people, templates } = view;
    let is_new = draft.id.is_empty();
    let back = address.with_untracked(|address| address.back.clone());
    let cancel = if back.starts_with("/staff/") { back.clone() } else { Part::Mine.href() };
    let heading = if is_new { "New task" } else { "Change the task" };
    let title = RwSignal::new(draft.title.clone());
    let notes = RwSignal::new(draft.notes.clone());
    let kind = RwSignal::new(draft.kind.clone());
    let template = (is_new && !templates.is_empty()).then(|| choose(templates, title, notes, kind));
    let kinds = TaskKind::ALL.map(|one| {
        let is_chosen = one.as_str() == draft.kind;
        view! { <option value=one.as_str() selected=is_chosen>{words::kind(one)}</option> }
    });
    let kinds = kinds.into_iter().collect_view();
    let assignees = people.into_iter().map(|one| {
        let is_chosen = one.id == draft.assignee;
        view! { <option value=one.id selected=is_chosen>{one.name}</option> }
    });
    let assignees = assignees.collect_view();
    let keep = is_new.then(|| {
        let of = problem(error, "is_template");
        view! {
            <div class="field">
                {field_error("is-template-error", move || of.get())}
                <label class="check">
                    <input
                        type="checkbox"
                        name="task[is_template]"
                        value="true"
                        aria-describedby=move || of.get().is_some().then_some("is-template-error")
                    />
                    <span>
                        <span>"Save as template"</span>
                        <span class="field__help">
                            "Kind, title and notes can then be chosen for further tasks."
                        </span>
                    </span>
                </label>
            </div>
        }
    });
    let removal = (!is_new).then(|| removal(draft.id.clone(), draft.version, title, remove));
    let customer_help = if customer.is_empty() { None } else { Some(customer) };
    view! {
        <section class="card" aria-labelledby="task-form-title">
            <div class="card__head"><h2 id="task-form-title">{heading}</h2></div>
            <div class="card__body">
                <ActionForm action=save attr:class="form" attr:novalidate="">
                    {above_or_now(error, move || { save.clear(); form.refetch(); })}
                    <input type="hidden" name="task[id]" value=draft.id.clone()/>
                    <input type="hidden" name="task[version]" value=draft.version.to_string()/>
                    <input type="hidden" name="task[back]" value=back/>
                    {template}
                    {labelled("task[kind]", "Kind", "", problem(error, "kind"), |said| view! {
                        <select
                            class="input input--3"
                            id="task[kind]"
                            name="task[kind]"
                            prop:value=move || kind.get()
                            on:change:target=move |event| kind.set(event.target().value())
                            aria-invalid=move || said.invalid()
                            aria-describedby=move || said.described()
                        >
                            {kinds}
                        </select>
                    }.into_any())}
                    {labelled(TITLE, "Title", "", problem(error, "title"), |said| view! {
                        <input
                            class="input"
                            id=TITLE
                            name=TITLE
                            type="text"
                            autocomplete="off"
                            required
                            maxlength=TITLE_LENGTH_MAX.to_string()
                            value=draft.title.clone()
                            prop:value=move || title.get()
                            on:input:target=move |event| title.set(event.target().value())
                            aria-invalid=move || said.invalid()
                            aria-describedby=move || said.described()
                        />
                    }.into_any())}
                    {labelled("task[notes]", "Notes", "May be empty.", problem(error, "notes"), |said| view! {
                        <textarea
                            class="input"
                            id="task[notes]"
                            name="task[notes]"
                            rows="3"
                            prop:value=move || notes.get()
                            on:input:target=move |event| notes.set(event.target().value())
                            aria-invalid=move || said.invalid()
                            aria-describedby=move || said.described()
                        >
                            {draft.notes.clone()}
                        </textarea>
                    }.into_any())}
                    {about(error, draft.customer.clone(), draft.invoice.clone(), customer_help, invoices)}
                    {labelled("task[due_on]", "Due", "", problem(error, "due_on"), |said| view! {
                        <input
                            class="input input--3"
                            id="task[due_on]"
                            name="task[due_on]"
                            type="date"
                            required
                            value=draft.due_on.clone()
                            aria-invalid=move || said.invalid()
                            aria-describedby=move || said.described()
                        />
                    }.into_any())}
                    {labelled("task[assignee]", "Assigned to", "", problem(error, "assignee"), |said| view! {
                        <select
                            class="input input--4"
                            id="task[assignee]"
                            name="task[assignee]"
                            aria-invalid=move || said.invalid()
                            aria-describedby=move || said.described()
                        >
                            {assignees}
                        </select>
                    }.into_any())}
                    {keep}
                    <div class="form__actions">
                        <button
                            class="button button--primary"
                            type="submit"
                            disabled=move || save.pending().get()
                        >
                            {if is_new { "Add the task" } else { "Save the task" }}
                        </button>
                        <a class="button" href=cancel>"Cancel"</a>
                    </div>
                </ActionForm>
                {removal}
            </div>
        </section>
    }
    .into_any()
}

/// Choosing a template fills in what it holds; without script that is done when the form is sent
/// without a title.
fn choose(
    templates: Vec<TemplateView>,
    title: RwSignal<String>,
    notes: RwSignal<String>,
    kind: RwSignal<String>,
) -> AnyView {
    let options = templates.iter().map(|one| {
        let (id, name) = (one.id.clone(), one.name.clone());
        view! { <option value=id>{name}</option> }
    });
    let options = options.collect_view();
    let pick = move |id: String| {
        if let Some(one) = templates.iter().find(|one| one.id == id) {
            title.set(one.name.clone());
            notes.set(one.notes.clone());
            kind.set(one.kind.as_str().to_owned());
            focus::focus_on(TITLE);
        }
    };
    view! {
        <div class="field">
            <label class="field__label" for="task-template">"Template"</label>
            <select
                class="input input--4"
                id="task-template"
                name="task[template]"
                on:change:target=move |event| pick(event.target().value())
            >
                <option value="">"None"</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// What the task is about: a customer, one of its invoices, or nothing.
fn about(
    error: Memo<Option<ApiError>>,
    customer: String,
    invoice: String,
    name: Option<String>,
    invoices: Vec<String>,
) -> AnyView {
    // What was typed last is asked; only customers are offered.
    let typed = RwSignal::new(String::new());
    let found = Resource::new(
        move || typed.get(),
        |words| async move { find_anything(words).await.unwrap_or_default() },
    );
    let offers = move || {
        let is_customer = |one: &FoundView| one.kind == FoundKind::Customer;
        let found = found.get().unwrap_or_default();
        let option = |one: FoundView| view! { <option value=one.number>{one.name}</option> };
        found.into_iter().filter(is_customer).map(option).collect_view()
    };
    let numbers = invoices.into_iter().map(|number| view! { <option value=number></option> });
    let numbers = numbers.collect_view();
    let known = name.map(|name| view! { <p class="field__help">{name}</p> });
    view! {
        <div class="form form--row">
            {labelled(
                "task[customer]",
                "Customer number",
                "Type a number, or a part of the name and choose. Empty when it is about nobody.",
                problem(error, "customer"),
                |said| view! {
                    <input
                        class="input"
                        id="task[customer]"
                        name="task[customer]"
                        type="text"
                        list="task-customers"
                        autocomplete="off"
                        maxlength="200"
                        value=customer
                        on:input:target=move |event| typed.set(event.target().value())
                        aria-invalid=move || said.invalid()
                        aria-describedby=move || said.described()
                    />
                    <datalist id="task-customers"><Transition>{offers}</Transition></datalist>
                    {known}
                }
                .into_any(),
            )}
            {labelled(
                "task[invoice]",
                "Invoice number",
                "Empty when it is about no single invoice.",
                problem(error, "invoice"),
                |said| view! {
                    <input
                        class="input"
                        id="task[invoice]"
                        name="task[invoice]"
                        type="text"
                        list="task-invoices"
                        autocomplete="off"
                        maxlength="200"
                        value=invoice
                        aria-invalid=move || said.invalid()
                        aria-describedby=move || said.described()
                    />
                    <datalist id="task-invoices">{numbers}</datalist>
                }
                .into_any(),
            )}
        </div>
    }
    .into_any()
}

/// Removing the task, which says what is removed.
fn removal(
    id: String,
    version: i64,
    title: RwSignal<String>,
    remove: ServerAction<RemoveTask>,
) -> AnyView {
    let problem = move || {
        let error = remove.value().get().and_then(Result::err);
        error.map(|error| view! { <ErrorNotice error=error/> })
    };
    let label = format!("Remove the task “{}”", title.get_untracked());
    view! {
        <details class="disclosure">
            <summary>"Remove the task"</summary>
            <div class="stack">
                {problem}
                <p>
                    "It goes for everybody, and so does what people were told about it. The customer’s "
                    "history keeps that it was there."
                </p>
                <ActionForm action=remove>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <button class="button" type="submit">{label}</button>
                </ActionForm>
            </div>
        </details>
    }
    .into_any()
}
