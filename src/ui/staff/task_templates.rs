//! Templates of tasks in the settings: adding, changing and removing them.

use leptos::prelude::*;

use super::{
    refusal::{above, above_or_now, problem, refused},
    state::{CardSkeleton, Failure},
    task_words as words,
};
use crate::{
    api::{
        error::ApiError,
        staff::task_templates::{RemoveTaskTemplate, SaveTaskTemplate, list_task_templates},
        view::TemplateView,
    },
    domain::task::TaskKind,
    ui::{
        components::field::{Field, field_error},
        hooks::focus,
    },
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "template-add";
/// The id of the form's first field.
const NAME: &str = "template[name]";

/// What the part can do, and what is open.
#[derive(Clone, Copy)]
struct Desk {
    save: ServerAction<SaveTaskTemplate>,
    remove: ServerAction<RemoveTaskTemplate>,
    /// The template that is changed, or a new one.
    open: RwSignal<Option<Option<TemplateView>>>,
}

impl Desk {
    fn close(self) {
        self.open.set(None);
        focus::focus_on(ADD);
    }

    fn show(self, template: Option<TemplateView>) {
        self.save.clear();
        self.remove.clear();
        self.open.set(Some(template));
        focus::focus_on(NAME);
    }
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let templates = Resource::new_blocking(|| (), |()| list_task_templates());
    let desk =
        Desk { save: ServerAction::new(), remove: ServerAction::new(), open: RwSignal::new(None) };
    Effect::new(move |_| {
        let done = [desk.save.value().get(), desk.remove.value().get()];
        if done.iter().flatten().any(Result::is_ok) {
            desk.close();
        }
        if done.iter().flatten().any(|done| matches!(done, Ok(()) | Err(ApiError::Conflict(_)))) {
            templates.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match templates.await {
                Ok(templates) => shown(templates, desk),
                Err(ApiError::Forbidden) => ().into_any(),
                Err(error) => view! { <Failure error=error id="templates-failure"/> }.into_any(),
            }
        })
    };
    let form = move || desk.open.get().map(|template| form(template, desk));
    view! {
        <Transition fallback=|| view! { <CardSkeleton what="the templates of tasks"/> }>{body}</Transition>
        {form}
    }
    .into_any()
}

fn shown(templates: Vec<TemplateView>, desk: Desk) -> AnyView {
    let list = if templates.is_empty() {
        view! { <p class="soft">"There is no template yet."</p> }.into_any()
    } else {
        let rows = templates.into_iter().map(|one| row(one, desk)).collect_view();
        view! { <ul class="history" aria-label="Templates">{rows}</ul> }.into_any()
    };
    let add = move || {
        let add = move |_| desk.show(None);
        desk.open.with(Option::is_none).then(|| {
            view! { <p><button class="button" id=ADD type="button" on:click=add>"Add a template"</button></p> }
        })
    };
    view! {
        <section class="card" aria-labelledby="templates-title">
            <div class="card__head"><h2 id="templates-title">"Tasks"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "A template fills in the kind, the title and the notes of a task that begins with it."
                </p>
                {list}
                {add}
            </div>
        </section>
    }
    .into_any()
}

fn row(template: TemplateView, desk: Desk) -> impl IntoView {
    let name = template.name.clone();
    let label = format!("Change the template {name}");
    let kind = words::kind(template.kind);
    let notes = (!template.notes.is_empty()).then(|| {
        let notes = template.notes.clone();
        view! { <p class="history__note">{notes}</p> }
    });
    let change = move |_| desk.show(Some(template.clone()));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">{kind}</p>
            {notes}
            <button class="button button--quiet" type="button" aria-label=label on:click=change>"Change"</button>
        </li>
    }
}

fn form(template: Option<TemplateView>, desk: Desk) -> AnyView {
    let error = refused(desk.save);
    let title = if template.is_some() { "Change the template" } else { "New template" };
    let removal = template.as_ref().map(|template| removal(template, desk));
    let (id, version, name, chosen, notes) = template.map_or_else(
        || (String::new(), 0, String::new(), TaskKind::ToDo, String::new()),
        |one| (one.id, one.version, one.name, one.kind, one.notes),
    );
    let kinds = TaskKind::ALL.map(|kind| {
        view! { <option value=kind.as_str() selected=kind == chosen>{words::kind(kind)}</option> }
    });
    let kinds = kinds.into_iter().collect_view();
    let of_notes = problem(error, "notes");
    let cancel = move |_| desk.close();
    view! {
        <section class="card" aria-labelledby="template-form-title">
        <div class="card__head"><h2 id="template-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {above_or_now(error, move || desk.close())}
            <input type="hidden" name="template[id]" value=id/>
            <input type="hidden" name="template[version]" value=version.to_string()/>
            <Field
                name=NAME
                label="Name"
                help="It becomes the title of the task."
                problem=problem(error, "template_name")
                autocomplete="off"
                maxlength="200"
                value=name
            />
            <div class="field">
                <label class="field__label" for="template-kind">"Kind"</label>
                <select class="input input--3" id="template-kind" name="template[kind]">{kinds}</select>
            </div>
            <div class="field">
                <label class="field__label" for="template-notes">"Notes"</label>
                {field_error("template-notes-error", move || of_notes.get())}
                <textarea
                    class="input"
                    id="template-notes"
                    name="template[notes]"
                    rows="3"
                    aria-invalid=move || of_notes.get().is_some().then_some("true")
                    aria-describedby=move || of_notes.get().is_some().then_some("template-notes-error")
                >
                    {notes}
                </textarea>
            </div>
            <div class="form__actions">
                <button class="button button--primary" type="submit">"Save the template"</button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
            </div>
        </ActionForm>
        {removal}
        </div>
        </section>
    }
    .into_any()
}

fn removal(template: &TemplateView, desk: Desk) -> AnyView {
    let error = refused(desk.remove);
    let (id, version) = (template.id.clone(), template.version.to_string());
    view! {
        <ActionForm action=desk.remove attr:class="form">
            {above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <button class="button" type="submit">"Remove the template"</button>
        </ActionForm>
    }
    .into_any()
}
