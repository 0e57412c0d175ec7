//! Types of documents: which there are, adding, renaming and removing them.

use leptos::prelude::*;

use super::{
    refusal::{above, above_or_now, problem, refused},
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::file_types::{RemoveDocumentType, SaveDocumentType, list_document_types},
        view::UsedDocumentTypeView,
    },
    ui::{
        components::field::{Field, field_error},
        format,
        hooks::focus,
    },
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "document-type-add";
/// The id of the form's first field.
const NAME: &str = "name";

/// What the part can do, and what is open.
#[derive(Clone, Copy)]
struct Desk {
    save: ServerAction<SaveDocumentType>,
    remove: ServerAction<RemoveDocumentType>,
    /// The type that is changed, or a new one, and all of them as they were when it was opened.
    open: RwSignal<Option<(Option<UsedDocumentTypeView>, Vec<UsedDocumentTypeView>)>>,
}

impl Desk {
    fn close(self) {
        self.open.set(None);
        focus::focus_on(ADD);
    }

    fn show(self, one: Option<UsedDocumentTypeView>, all: Vec<UsedDocumentTypeView>) {
        self.save.clear();
        self.remove.clear();
        self.open.set(Some((one, all)));
        focus::focus_on(NAME);
    }
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let types = Resource::new_blocking(|| (), |()| list_document_types());
    let desk =
        Desk { save: ServerAction::new(), remove: ServerAction::new(), open: RwSignal::new(None) };
    Effect::new(move |_| {
        let done = [desk.save.value().get(), desk.remove.value().get()];
        if done.iter().flatten().any(Result::is_ok) {
            desk.close();
        }
        if done.iter().flatten().any(|done| matches!(done, Ok(()) | Err(ApiError::Conflict(_)))) {
            types.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match types.await {
                Ok(types) => shown(&types, desk),
                Err(ApiError::Forbidden) => ().into_any(),
                Err(error) => view! { <Failure error=error id="types-failure"/> }.into_any(),
            }
        })
    };
    let form = move || desk.open.get().map(|(one, all)| form(one, &all, desk));
    view! {
        <Transition fallback=|| view! { <CardSkeleton what="the types of documents"/> }>{body}</Transition>
        {form}
    }
    .into_any()
}

fn shown(types: &[UsedDocumentTypeView], desk: Desk) -> AnyView {
    let rows = types.iter().map(|one| row(one, types, desk)).collect_view();
    let all = types.to_vec();
    let add = move || {
        let all = all.clone();
        let add = move |_| desk.show(None, all.clone());
        desk.open.with(Option::is_none).then(|| {
            view! { <p><button class="button" id=ADD type="button" on:click=add>"Add a type"</button></p> }
        })
    };
    view! {
        <section class="card" aria-labelledby="document-types-title">
            <div class="card__head"><h2 id="document-types-title">"Types of documents"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "Each document of a customer or an invoice has one of these types."
                </p>
                <ul class="history" aria-label="Types">{rows}</ul>
                {add}
            </div>
        </section>
    }
    .into_any()
}

fn row(
    one: &UsedDocumentTypeView,
    all: &[UsedDocumentTypeView],
    desk: Desk,
) -> impl IntoView + use<> {
    let name = one.kind.name.clone();
    let label = format!("Change the type {name}");
    let documents = format::plural(one.documents, "document", "documents");
    let (one, all) = (one.clone(), all.to_vec());
    let change = move |_| desk.show(Some(one.clone()), all.clone());
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">"Receivables · " {documents}</p>
            <button class="button button--quiet" type="button" aria-label=label on:click=change>"Change"</button>
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
    let cancel = move |_| desk.close();
    // The last one stays: a document has a type.
    let remove = one.as_ref().filter(|_| all.len() > 1).map(|one| remove_form(one, all, desk));
    view! {
        <section class="card" aria-labelledby="document-type-form-title">
        <div class="card__head"><h2 id="document-type-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {above_or_now(error, move || desk.close())}
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
            <div class="form__actions">
                <button class="button button--primary" type="submit">"Save the type"</button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
            </div>
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
