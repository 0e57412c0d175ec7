//! Templates of tasks in the settings: adding, changing and removing them.

use leptos::prelude::*;

use super::{
    list_desk::ListDesk,
    refusal::{above, problem, refused},
    task_words as words,
};
use crate::{
    api::{
        staff::task_templates::{RemoveTaskTemplate, SaveTaskTemplate, list_task_templates},
        view::TemplateView,
    },
    domain::task::TaskKind,
    ui::components::field::{Field, field_error},
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "template-add";
/// The id of the form's first field.
const NAME: &str = "template[name]";

/// With the template that is changed, or none for a new one.
type Templates = ListDesk<TemplateView, Option<TemplateView>>;

/// What the part can do.
#[derive(Clone, Copy)]
struct Desk {
    templates: Templates,
    save: ServerAction<SaveTaskTemplate>,
    remove: ServerAction<RemoveTaskTemplate>,
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let templates = Templates::new(list_task_templates, NAME, |_| ADD);
    let desk = Desk { templates, save: templates.action(), remove: templates.action() };
    templates.section(
        "the templates of tasks",
        "templates-failure",
        move |all| shown(all, templates),
        move |template| form(template, desk),
    )
}

fn shown(templates: Vec<TemplateView>, desk: Templates) -> AnyView {
    let list = if templates.is_empty() {
        view! { <p class="soft">"There is no template yet."</p> }.into_any()
    } else {
        let rows = templates.into_iter().map(|one| row(one, desk)).collect_view();
        view! { <ul class="history" aria-label="Templates">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="templates-title">
            <div class="card__head"><h2 id="templates-title">"Tasks"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "A template fills in the kind, the title and the notes of a task that begins with it."
                </p>
                {list}
                {desk.adder("Add a template", None)}
            </div>
        </section>
    }
    .into_any()
}

fn row(template: TemplateView, desk: Templates) -> impl IntoView {
    let name = template.name.clone();
    let label = format!("Change the template {name}");
    let kind = words::kind(template.kind);
    let notes = (!template.notes.is_empty()).then(|| {
        let notes = template.notes.clone();
        view! { <p class="history__note">{notes}</p> }
    });
    let change = desk.changer(label, Some(template));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">{kind}</p>
            {notes}
            {change}
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
    view! {
        <section class="card" aria-labelledby="template-form-title">
        <div class="card__head"><h2 id="template-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {desk.templates.above(error)}
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
            {desk.templates.actions("Save the template")}
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
