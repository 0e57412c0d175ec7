//! Types of documents: which there are, adding, renaming and removing them.

use leptos::prelude::*;

use super::{
    list_desk::ListDesk,
    refusal::{above, problem, refused},
};
use crate::{
    api::{
        staff::file_types::{RemoveDocumentType, SaveDocumentType, list_document_types},
        view::UsedDocumentTypeView,
    },
    ui::{
        components::field::{Field, field_error},
        format,
    },
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "document-type-add";
/// The id of the form's first field.
const NAME: &str = "name";

/// The type that is changed, or a new one, and all of them as they were then.
type Begun = (Option<UsedDocumentTypeView>, Vec<UsedDocumentTypeView>);

type Types = ListDesk<UsedDocumentTypeView, Begun>;

/// What the part can do.
#[derive(Clone, Copy)]
struct Desk {
    types: Types,
    save: ServerAction<SaveDocumentType>,
    remove: ServerAction<RemoveDocumentType>,
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let types = Types::new(list_document_types, NAME, |_| ADD);
    let desk = Desk { types, save: types.action(), remove: types.action() };
    types.section(
        "the types of documents",
        "types-failure",
        move |all| shown(&all, types),
        move |(one, all)| form(one, &all, desk),
    )
}

fn shown(types: &[UsedDocumentTypeView], desk: Types) -> AnyView {
    let rows = types.iter().map(|one| row(one, types, desk)).collect_view();
    view! {
        <section class="card" aria-labelledby="document-types-title">
            <div class="card__head"><h2 id="document-types-title">"Types of documents"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "Each document of a customer or an invoice has one of these types."
                </p>
                <ul class="history" aria-label="Types">{rows}</ul>
                {desk.adder("Add a type", (None, types.to_vec()))}
            </div>
        </section>
    }
    .into_any()
}

fn row(
    one: &UsedDocumentTypeView,
    all: &[UsedDocumentTypeView],
    desk: Types,
) -> impl IntoView + use<> {
    let name = one.kind.name.clone();
    let label = format!("Change the type {name}");
    let documents = format::plural(one.documents, "document", "documents");
    let change = desk.changer(label, (Some(one.clone()), all.to_vec()));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">"Receivables · " {documents}</p>
            {change}
        </li>
    }
}

fn form(one: Option<UsedDocumentTypeView>, all: &[UsedDocumentTypeView], desk: Desk) -> AnyView {
    let error = refused(desk.save);
    let title = if one.is_some() { "Change the type" } else { "New type of documents" };
    let (id, version, name) = one.as_ref().map_or_else(
        || (String::new(), 0, String::new()),
        |one| (one.kind.id.clone(), one.version, one.kind.name.clone()),
    );
    // The last one stays: a document has a type.
    let remove = one.as_ref().filter(|_| all.len() > 1).map(|one| remove_form(one, all, desk));
    view! {
        <section class="card" aria-labelledby="document-type-form-title">
        <div class="card__head"><h2 id="document-type-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {desk.types.above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version.to_string()/>
            <Field
                name=NAME
                label="Name"
                problem=problem(error, "type_name")
                autocomplete="off"
                maxlength="200"
                value=name
            />
            {desk.types.actions("Save the type")}
        </ActionForm>
        {remove}
        </div>
        </section>
    }
    .into_any()
}

fn remove_form(one: &UsedDocumentTypeView, all: &[UsedDocumentTypeView], desk: Desk) -> AnyView {
    let error = refused(desk.remove);
    let (id, version) = (one.kind.id.clone(), one.version.to_string());
    let none = (one.documents == 0).then(|| view! { <option value="">"Nothing has it"</option> });
    let others = all.iter().filter(|other| other.kind.id != one.kind.id);
    let options = others.map(|other| {
        let (id, name) = (other.kind.id.clone(), other.kind.name.clone());
        view! { <option value=id>{name}</option> }
    });
    let options = options.collect_view();
    let problem = problem(error, "type_replacement");
    view! {
        <ActionForm action=desk.remove attr:class="form">
            {above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <div class="field">
                <label class="field__label" for="type-replacement">"When the type is removed, its documents get"</label>
                {field_error("type-replacement-error", move || problem.get())}
                <select
                    class="input input--4"
                    id="type-replacement"
                    name="replacement"
                    aria-describedby=move || problem.get().map(|_| "type-replacement-error")
                >
                    {none}
                    {options}
                </select>
            </div>
            <button class="button" type="submit">"Remove the type"</button>
        </ActionForm>
    }
    .into_any()
}
