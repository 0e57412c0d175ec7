//! The panel's tab of our notes: writing one, writing one anew, reading them.

use std::collections::HashMap;

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    list_url::ListAddress,
    mention_field::MentionField,
    panel_history::pager,
    panel_tabs::Tab,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::{ApiError, Conflict},
        staff::notes::{
            AddInvoiceNote, AddNote, add_invoice_note, add_note, edit_note, list_colleagues,
            list_invoice_notes, list_notes,
        },
        view::{NoteView, NotesView},
    },
    domain::{
        form::Problem,
        mention::{self, Colleague, Part},
    },
    ui::{
        components::{field::field_alert, notice::returned_error},
        hooks::{focus, forms::use_go, unsaved},
        text,
    },
};

/// The field's id.
const FIELD: &str = "note-body";

/// What is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    text: String,
    /// The note that is written anew, and its version; none for a new one.
    of: Option<(String, i64)>,
    /// What it began with.
    begun: String,
    /// What the note says since somebody else wrote it; empty while nobody did.
    meanwhile: String,
    /// A new note that was begun before this one is changed; it comes back afterwards.
    aside: String,
}

impl Draft {
    fn is_unsaved(&self) -> bool {
        self.text.trim() != self.begun.trim() || !self.aside.trim().is_empty()
    }

    /// What is there once this is saved, or not wanted any more.
    fn afterwards(&self) -> Self {
        Self { text: self.aside.clone(), ..Self::default() }
    }

    /// Changing a note in the place of this.
    fn changing(&self, note: &NoteView) -> Self {
        Self {
            text: note.body.clone(),
            of: Some((note.id.clone(), note.version)),
            begun: note.body.clone(),
            meanwhile: String::new(),
            aside: if self.of.is_none() { self.text.clone() } else { self.aside.clone() },
        }
    }
}

/// What notes are about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The customer.
    pub customer_id: String,
    /// One of its invoices; empty when they are about the customer itself.
    pub invoice_id: String,
}

/// What was begun, by what it is about: it is there again when a panel comes back to it, on whichever
/// page that is.
#[derive(Clone, Copy)]
pub struct Drafts(RwSignal<HashMap<Subject, Draft>>);

/// Keeps drafts for as long as the owner lives, and asks before the page goes with some of them.
pub fn use_drafts() -> Drafts {
    let drafts = RwSignal::new(HashMap::<Subject, Draft>::new());
    Effect::new(move |_| {
        unsaved::keep_elsewhere(drafts.with(|drafts| drafts.values().any(Draft::is_unsaved)));
    });
    Drafts(drafts)
}

/// What is known of the notes.
#[derive(Clone, Copy)]
pub struct Notes {
    page: Asked<NotesView>,
    drafts: Drafts,
    address: Memo<ListAddress>,
}

/// Whose notes, and before which of them the page begins.
fn part(id: Option<String>, address: Memo<ListAddress>) -> Option<(String, String)> {
    Some((id?, address.with(|address| address.history.older.clone())))
}

impl Notes {
    /// Of a customer: read while its tab is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>, address: Memo<ListAddress>) -> Self {
        let asked = Memo::new(move |_| part(Tab::Notes.asked(tab, id), address));
        let page = read_while(Told::Figures, asked, |(id, older)| list_notes(id, older));
        Self::known(page, address)
    }

    /// Of the invoice that is asked about.
    pub fn of_invoice(asked: Memo<Option<String>>, address: Memo<ListAddress>) -> Self {
        let asked = Memo::new(move |_| part(asked.get(), address));
        let page = read_while(Told::Figures, asked, |(id, older)| list_invoice_notes(id, older));
        Self::known(page, address)
    }

    fn known(page: Asked<NotesView>, address: Memo<ListAddress>) -> Self {
        // The frame keeps them; what stands alone keeps its own.
        let drafts = use_context::<Drafts>().unwrap_or_else(use_drafts);
        Self { page, drafts, address }
    }
}

/// What is sent: what it is about, and the draft.
type Sent = (Subject, Draft);

/// Writes a note, or writes one anew.
async fn send((subject, draft): Sent) -> Result<(), ApiError> {
    match draft.of {
        Some((id, version)) => edit_note(id, version, draft.text).await,
        None if subject.invoice_id.is_empty() => add_note(subject.customer_id, draft.text).await,
        None => add_invoice_note(subject.invoice_id, draft.text).await,
    }
}

/// The tab of a customer or an invoice.
pub fn tab(notes: Notes, subject: Subject) -> AnyView {
    let Notes { page, drafts: Drafts(drafts), address } = notes;
    let id = StoredValue::new(subject.clone());
    let draft = Memo::new(move |_| {
        drafts.with(|drafts| id.with_value(|id| drafts.get(id).cloned().unwrap_or_default()))
    });
    let set = Callback::new(move |draft: Draft| {
        drafts.update(|drafts| {
            drafts.insert(id.get_value(), draft);
        });
    });
    let save = Action::new(move |sent: &Sent| {
        let sent = sent.clone();
        async move {
            let done = send(sent.clone()).await;
            if done.is_ok() {
                // Also where the tab is gone by now. What was typed since stays.
                let (subject, draft) = sent;
                let _ = drafts.try_update(|drafts| {
                    if drafts.get(&subject) == Some(&draft) {
                        drafts.insert(subject, draft.afterwards());
                    }
                });
            }
            done
        }
    });
    let was_new = RwSignal::new(true);
    Effect::new(move |_| {
        if let Some((_, sent)) = save.input().get() {
            was_new.set(sent.of.is_none());
        }
    });
    let go = use_go();
    Effect::new(move |_| match save.value().get() {
        Some(Ok(())) => {
            page.refetch();
            // A new note stands among the latest; a change stays where it was.
            let was_new = was_new.get_untracked();
            if was_new && address.with_untracked(|address| !address.history.older.is_empty()) {
                go(&address.with_untracked(|address| address.with_history(|_| {}).href()));
            }
        }
        Some(Err(ApiError::Conflict(Conflict::ChangedMeanwhile))) => page.refetch(),
        _ => {}
    });
    // What is there now is shown beside what was typed, and the next try is about that.
    Effect::new(move |_| {
        let is_late = |done: &Option<Result<(), ApiError>>| {
            matches!(done, Some(Err(ApiError::Conflict(Conflict::ChangedMeanwhile))))
        };
        if !save.value().with(is_late) {
            return;
        }
        let Some(Some(Ok(page))) = page.get() else { return };
        let typed = draft.get_untracked();
        let Some((id, version)) = &typed.of else { return };
        let found = page.notes.into_iter().find(|note| note.id == *id);
        if let Some(note) = found.filter(|note| note.version != *version) {
            let of = Some((note.id, note.version));
            set.run(Draft { of, meanwhile: note.body, ..typed });
        }
    });
    let change = Callback::new(move |note: NoteView| {
        set.run(draft.with_untracked(|draft| draft.changing(&note)));
    });
    // Most may; who may not is told so by the page that is read.
    let may_write = RwSignal::new(true);
    Effect::new(move |_| {
        if let Some(Some(Ok(page))) = page.get() {
            may_write.set(page.may_write);
        }
    });
    // What somebody has typed does not go with their rights: they are told when they send it.
    let may_write = Memo::new(move |_| may_write.get() || draft.with(Draft::is_unsaved));
    let rows = move || {
        Suspend::new(async move {
            match page.await {
                Some(Ok(page)) => shown(page, change, address),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => view! { <Failure error=error id="notes-failure"/> }.into_any(),
            }
        })
    };
    view! {
        <div class="panel__body">
            {move || may_write.get().then(|| composer(subject.clone(), draft, set, save))}
            <Transition fallback=|| view! { <CardSkeleton what="the notes"/> }>{rows}</Transition>
        </div>
    }
    .into_any()
}

fn composer(
    subject: Subject,
    draft: Memo<Draft>,
    set: Callback<Draft>,
    save: Action<Sent, Result<(), ApiError>>,
) -> impl IntoView {
    let Subject { customer_id, invoice_id } = subject.clone();
    let is_invoice = !invoice_id.is_empty();
    let returned =
        if is_invoice { returned_error::<AddInvoiceNote>() } else { returned_error::<AddNote>() };
    let error = Memo::new(move |_| match save.value().get() {
        Some(Err(error)) => Some(error),
        Some(Ok(())) => None,
        None => returned.clone(),
    });
    let is_anew = Memo::new(move |_| draft.with(|draft| draft.of.is_some()));
    // Who can be named is asked with the first `@`.
    let look = Action::new(|customer_id: &String| list_colleagues(customer_id.clone()));
    let has_sign = Memo::new(move |_| draft.with(|draft| draft.text.contains('@')));
    let asked_id = customer_id.clone();
    Effect::new(move |_| {
        if has_sign.get() {
            look.dispatch(asked_id.clone());
        }
    });
    let colleagues = Memo::new(move |_| match look.value().get() {
        Some(Ok(colleagues)) => colleagues,
        _ => Vec::new(),
    });
    let problem = move || {
        error.get().map(|error| {
            let blind =
                |all: &Vec<Colleague>| draft.with_untracked(|draft| unseen(&draft.text, all));
            match &error {
                ApiError::Invalid(problem) if problem.problem == Problem::NotSeen => {
                    let said = text::problem(problem);
                    colleagues.with_untracked(blind).unwrap_or_else(|| said.to_owned())
                }
                ApiError::Invalid(problem) => text::problem(problem).to_owned(),
                error => text::staff_error_text(error).to_owned(),
            }
        })
    };
    let sent = subject;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !save.pending().get_untracked() {
            save.dispatch((sent.clone(), draft.get_untracked()));
        }
    };
    let written = Memo::new(move |_| draft.with(|draft| draft.text.clone()));
    let write = Callback::new(move |text: String| {
        let before = draft.get_untracked();
        set.run(Draft { text, ..before });
    });
    let meanwhile = Memo::new(move |_| draft.with(|draft| draft.meanwhile.clone()));
    let meanwhile = move || {
        let said = meanwhile.get();
        (!said.is_empty()).then(|| {
            view! {
                <div class="notice notice--warn">
                    <StaffIcon name="alert"/>
                    <div class="notice__body">
                        <p class="notice__title">"It says now:"</p>
                        <p class="history__note">{said}</p>
                        <p>"What you typed is kept. Saving again puts it in the place of this."</p>
                    </div>
                </div>
            }
        })
    };
    let is_bad = Signal::derive(move || error.with(Option::is_some));
    let described_by = Signal::derive(move || {
        if error.with(Option::is_some) { "note-error note-help" } else { "note-help" }
    });
    let label = move || if is_anew.get() { "Change your note" } else { "New note" };
    let cancel = move || {
        is_anew.get().then(|| {
            view! {
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=move |_| set.run(draft.with_untracked(Draft::afterwards))
                >
                    "Cancel"
                </button>
            }
        })
    };
    let button = move || match (save.pending().get(), is_anew.get()) {
        (true, _) => "Saving …",
        (false, true) => "Save the change",
        (false, false) => "Add the note",
    };
    let (action, name, value) = if is_invoice {
        (AddInvoiceNote::PATH, "id", invoice_id)
    } else {
        (AddNote::PATH, "customer_id", customer_id)
    };
    view! {
        <form class="form" data-keeps="" action=action method="post" on:submit=submit>
            <input type="hidden" name=name value=value/>
            {meanwhile}
            <div class=move || if error.with(Option::is_some) { "field field--bad" } else { "field" }>
                <label class="field__label" for=FIELD>{label}</label>
                {field_alert("note-error", problem)}
                <MentionField
                    id=FIELD
                    name="body"
                    text=written
                    set=write
                    colleagues=colleagues
                    described_by=described_by
                    is_bad=is_bad
                />
                <p class="field__help" id="note-help">
                    "For your colleagues only: the customer never sees it. Type @ to mention one of "
                    "them. It can be changed for 15 minutes."
                </p>
            </div>
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || save.pending().get().then_some("true")
                >
                    {button}
                </button>
                {cancel}
            </div>
        </form>
    }
}

fn shown(page: NotesView, change: Callback<NoteView>, address: Memo<ListAddress>) -> AnyView {
    if page.notes.is_empty() {
        return view! { <p class="soft">"Nobody has noted anything yet."</p> }.into_any();
    }
    let rows = page.notes.into_iter().map(|note| row(note, change)).collect_view();
    let (latest, more) = pager(page.older, address);
    view! {
        {latest}
        <ol class="history" aria-label="Notes, latest first">{rows}</ol>
        {more}
    }
    .into_any()
}

/// Who of those whom a note names does not see the customer, in a sentence.
fn unseen(text: &str, colleagues: &[Colleague]) -> Option<String> {
    let mentions = mention::find(text, colleagues).ok()?;
    let mut names: Vec<&str> = mentions
        .iter()
        .filter(|mention| !mention.colleague.sees)
        .map(|mention| mention.colleague.name.as_str())
        .collect();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    Some(format!(
        "{} cannot see this customer. Take them out of the note, or make them its AR specialist.",
        names.join(", ")
    ))
}

fn piece(part: Part) -> AnyView {
    if part.is_mention {
        view! { <span class="mention">{part.text}</span> }.into_any()
    } else {
        part.text.into_any()
    }
}

fn row(note: NoteView, change: Callback<NoteView>) -> impl IntoView {
    let edited = (!note.edited.is_empty()).then(|| format!(" · changed {}", note.edited));
    let parts = note.parts.clone().into_iter().map(piece).collect_view();
    let (author, at) = (note.author.clone(), note.at.clone());
    let button = note.may_edit.then(|| {
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=move |_| {
                    change.run(note.clone());
                    focus::focus_on(FIELD);
                }
            >
                "Change"
            </button>
        }
    });
    view! {
        <li class="history__item">
            <p class="history__note">{parts}</p>
            <p class="history__who">{author} " · " {at} {edited}</p>
            {button}
        </li>
    }
}
