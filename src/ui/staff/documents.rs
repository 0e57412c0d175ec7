//! Documents of a customer or of an invoice: bringing one, changing what is said of it, removing
//! it. A part of a panel; whoever shows it says whose documents they are.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    refusal::{above, above_or_now, problem, refused},
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::files::{RemoveDocument, SaveDocument, document_choices, list_documents},
        view::{DocumentChoices, DocumentTypeView, DocumentView, DocumentsView},
    },
    domain::file::{FILE_BYTES_MAX, FileRefusal, Visibility},
    ui::{
        components::{
            chip::Chip,
            field::{Field, field_alert, field_error},
        },
        format,
        hooks::{
            focus,
            upload::{self, Upload},
        },
        text,
    },
};

/// The form that brings one.
const FORM: &str = "document-form";
/// Its field of the file.
const FILE: &str = "document-file";
/// The heading of the list; what closes the form of changes leads back there.
const LIST: &str = "documents-title";
/// The first field of the form of changes.
const NAME: &str = "draft[name]";

/// Whose documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentsOf {
    /// The customer; may be empty where the invoice says it.
    pub customer_id: String,
    /// One of its invoices; empty for the customer itself.
    pub invoice_id: String,
}

/// What is known of them, and what is being done.
#[derive(Clone, Copy)]
pub struct Documents {
    list: Asked<DocumentsView>,
    choices: Resource<Option<Result<DocumentChoices, ApiError>>>,
    upload: RwSignal<Upload>,
    save: ServerAction<SaveDocument>,
    remove: ServerAction<RemoveDocument>,
    /// The document that is changed, and the types, as they were when its form was opened.
    open: RwSignal<Option<(DocumentView, Vec<DocumentTypeView>)>>,
}

impl Documents {
    /// Read while `asked` names somebody, and again when that changes.
    pub fn new(asked: Memo<Option<DocumentsOf>>) -> Self {
        let list = read_while(Told::Figures, asked, |of: DocumentsOf| {
            list_documents(of.customer_id, of.invoice_id)
        });
        // Read once: the form that brings a document is not made anew while somebody fills it in.
        let choices = Resource::new_blocking(
            move || asked.get(),
            |of: Option<DocumentsOf>| async move {
                let of = of?;
                Some(document_choices(of.customer_id, of.invoice_id).await)
            },
        );
        let (save, remove) = (ServerAction::new(), ServerAction::new());
        let documents = Self {
            list,
            choices,
            upload: RwSignal::new(Upload::default()),
            save,
            remove,
            open: RwSignal::new(None),
        };
        Effect::new(move |before: Option<Option<DocumentsOf>>| {
            let of = asked.get();
            if before.is_some_and(|before| before != of) {
                documents.upload.set(Upload::default());
                documents.close();
            }
            of
        });
        Effect::new(move |_| {
            if documents.upload.with(|upload| *upload == Upload::Done) {
                upload::empty(FORM);
                list.refetch();
            }
        });
        Effect::new(move |_| {
            let done = [save.value().get(), remove.value().get()];
            if done.iter().flatten().any(Result::is_ok) {
                documents.close();
                focus::focus_on(LIST);
            }
            let is_news =
                |done: &Result<(), ApiError>| matches!(done, Ok(()) | Err(ApiError::Conflict(_)));
            if done.iter().flatten().any(is_news) {
                list.refetch();
            }
        });
        documents
    }

    fn close(self) {
        self.open.set(None);
        self.save.clear();
        self.remove.clear();
    }

    fn show(self, document: DocumentView, types: Vec<DocumentTypeView>) {
        self.close();
        self.open.set(Some((document, types)));
        focus::focus_on(NAME);
    }
}

/// The part of a panel. `back` is the address of the page, for forms without script.
pub fn section(documents: Documents, of: DocumentsOf, back: String) -> AnyView {
    let Documents { list, choices, open, .. } = documents;
    let rows = move || {
        Suspend::new(async move {
            let (list, choices) = (list.await, choices.await);
            let choices = choices.and_then(Result::ok);
            match list {
                Some(Ok(list)) => shown(list, choices, documents),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="documents-failure"/> }.into_any()
                }
            }
        })
    };
    let composer = move || {
        let (of, back) = (of.clone(), back.clone());
        Suspend::new(async move {
            let choices = choices.await.and_then(Result::ok);
            let choices = choices.filter(|choices| choices.may_change);
            choices.map(|choices| composer(&choices.types, of, back, documents))
        })
    };
    let form = move || open.get().map(|(document, types)| form(&document, &types, documents));
    view! {
        <div class="panel__body">
            <Transition>{composer}</Transition>
            {form}
            <section class="panel__section" aria-labelledby=LIST>
                <h3 id=LIST tabindex="-1">"Documents"</h3>
                <Transition fallback=|| view! { <CardSkeleton what="the documents"/> }>{rows}</Transition>
            </section>
        </div>
    }
    .into_any()
}

fn options(types: &[DocumentTypeView], chosen: &str) -> AnyView {
    let option = |one: &DocumentTypeView| {
        let is_chosen = one.id == chosen;
        view! { <option value=one.id.clone() selected=is_chosen>{one.name.clone()}</option> }
    };
    types.iter().map(option).collect_view().into_any()
}

fn visibilities(name: &'static str, chosen: Visibility) -> AnyView {
    let choice = |visibility: Visibility| {
        let help = match visibility {
            Visibility::Internal => "Only your colleagues see it.",
            Visibility::Shared => "Whoever pays sees it in the portal too.",
        };
        let word = visibility.as_str();
        view! {
            <label class="check">
                <input type="radio" name=name value=word checked=visibility == chosen/>
                <span>
                    <span>{text::visibility(visibility)}</span>
                    <span class="field__help">{help}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>"Who sees it"</legend>
            {Visibility::ALL.map(choice).into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

fn composer(
    types: &[DocumentTypeView],
    of: DocumentsOf,
    back: String,
    documents: Documents,
) -> AnyView {
    let state = documents.upload;
    let returned = use_query_map()
        .with_untracked(|query| query.get_str("refused").and_then(FileRefusal::from_word));
    let refusal = Memo::new(move |_| match state.get() {
        Upload::Refused(refusal) => Some(refusal),
        Upload::Idle => returned,
        _ => None,
    });
    let problem = field_alert("document-error", move || refusal.get().map(text::file_refusal));
    let failed = Memo::new(move |_| match state.get() {
        Upload::Failed(error) => Some(error),
        _ => None,
    });
    let done = move || {
        state.with(|state| *state == Upload::Done).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>"Uploaded. It is in the list below."</p></div>
                </div>
            }
        })
    };
    let progress = move || match state.get() {
        Upload::Sending(percent) => {
            let words = if percent < 100 {
                format!("{percent} % sent")
            } else {
                "Sent. It is being looked into …".to_owned()
            };
            Some(view! {
                <div class="progress">
                    <progress
                        class="progress__meter"
                        max="100"
                        value=percent.to_string()
                        aria-label="Upload"
                    ></progress>
                    <p class="progress__text" role="status">{words}</p>
                </div>
            })
        }
        _ => None,
    };
    let is_busy = move || state.with(Upload::is_busy);
    let is_bad = move || refusal.with(Option::is_some);
    let types = options(types, "");
    let DocumentsOf { customer_id, invoice_id } = of;
    view! {
        <form
            class="form"
            data-sending=move || is_busy().then_some("")
            id=FORM
            action="/staff/documents/upload"
            method="post"
            enctype="multipart/form-data"
            aria-label="New document"
            on:submit=move |event| upload::send(&event, FILE_BYTES_MAX, state)
        >
            {done}
            {above(failed)}
            <input type="hidden" name="customer_id" value=customer_id/>
            <input type="hidden" name="invoice_id" value=invoice_id/>
            <input type="hidden" name="back" value=back/>
            <div class="field">
                <label class="field__label" for="document-type">"Type"</label>
                <select class="input input--4" id="document-type" name="type_id">{types}</select>
            </div>
            {visibilities("visibility", Visibility::Internal)}
            <div class=move || if is_bad() { "field field--bad" } else { "field" }>
                <div class="drop">
                    <label class="drop__label" for=FILE>"Choose a file, or drop it into the box"</label>
                    {problem}
                    <p class="field__help" id="document-help">
                        "PDF, PNG, JPG, Word, Excel, CSV or TXT, up to 25 MB."
                    </p>
                    <input
                        class="input"
                        id=FILE
                        name="file"
                        type="file"
                        accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.csv,.txt"
                        aria-invalid=move || is_bad().then_some("true")
                        aria-describedby=move || {
                            if is_bad() { "document-error document-help" } else { "document-help" }
                        }
                    />
                </div>
            </div>
            {progress}
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || is_busy().then_some("true")
                >
                    {move || if is_busy() { "Uploading …" } else { "Upload the document" }}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn shown(list: DocumentsView, choices: Option<DocumentChoices>, documents: Documents) -> AnyView {
    let DocumentsView { documents: all, max } = list;
    if all.is_empty() {
        return view! { <p class="soft">"There are no documents yet."</p> }.into_any();
    }
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let room = format!("{} of {} places taken", format::count(count), format::count(max));
    let types = choices.filter(|choices| choices.may_change).map(|choices| choices.types);
    let rows = all.into_iter().map(|one| row(one, types.clone(), documents)).collect_view();
    view! {
        <p class="soft">{room}</p>
        <ul class="history" aria-label="Documents, latest first">{rows}</ul>
    }
    .into_any()
}

fn row(
    document: DocumentView,
    types: Option<Vec<DocumentTypeView>>,
    documents: Documents,
) -> impl IntoView {
    let href = format!("/staff/documents/{}", document.id);
    let name = document.name.clone();
    let size = format::bytes(document.bytes);
    let what = format!("{} · {size}", document.type_name);
    let who = format!("{} · {}", document.uploader, document.at);
    let chip = match document.visibility {
        Visibility::Shared => "paid",
        Visibility::Internal => "open",
    };
    let seen = text::visibility(document.visibility);
    let label = format!("Change {name}");
    let change = types.map(|types| {
        let press = move |_| documents.show(document.clone(), types.clone());
        view! {
            <button class="button button--quiet" type="button" aria-label=label on:click=press>
                "Change"
            </button>
        }
    });
    view! {
        <li class="history__item">
            <p class="history__what"><a href=href rel="external" download="">{name}</a></p>
            <p class="actions"><Chip kind=chip text=seen/> <span>{what}</span></p>
            <p class="history__who">{who}</p>
            {change}
        </li>
    }
}

fn form(document: &DocumentView, types: &[DocumentTypeView], documents: Documents) -> AnyView {
    let error = refused(documents.save);
    let DocumentView { id, version, name, type_id, visibility, .. } = document.clone();
    let type_problem = problem(error, "document_type");
    let cancel = move |_| {
        documents.close();
        focus::focus_on(LIST);
    };
    let types = options(types, &type_id);
    let remove = remove_form(id.clone(), version, documents);
    view! {
        <section class="panel__section" aria-labelledby="document-change">
        <h3 id="document-change">"Change the document"</h3>
        <ActionForm action=documents.save attr:class="form" attr:novalidate="">
            {above_or_now(error, move || documents.close())}
            <input type="hidden" name="draft[id]" value=id/>
            <input type="hidden" name="draft[version]" value=version.to_string()/>
            <Field
                name=NAME
                label="Name"
                problem=problem(error, "document_name")
                autocomplete="off"
                maxlength="255"
                value=name
            />
            <div class="field">
                <label class="field__label" for="draft-type">"Type"</label>
                {field_error("draft-type-error", move || type_problem.get())}
                <select
                    class="input input--4"
                    id="draft-type"
                    name="draft[type_id]"
                    aria-describedby=move || type_problem.get().map(|_| "draft-type-error")
                >
                    {types}
                </select>
            </div>
            {visibilities("draft[visibility]", visibility)}
            <div class="form__actions">
                <button class="button button--primary" type="submit">"Save the change"</button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
            </div>
        </ActionForm>
        {remove}
        </section>
    }
    .into_any()
}

/// Removing it, which asks once more.
fn remove_form(id: String, version: i64, documents: Documents) -> AnyView {
    let error = refused(documents.remove);
    let asks = RwSignal::new(false);
    let press = move |_| {
        if asks.get_untracked() {
            documents.remove.dispatch(RemoveDocument { id: id.clone(), version });
        } else {
            asks.set(true);
        }
    };
    let label = move || if asks.get() { "Remove for good" } else { "Remove the document" };
    view! {
        {above(error)}
        <p>
            <button class="button button--danger" type="button" on:click=press>{label}</button>
        </p>
    }
    .into_any()
}
