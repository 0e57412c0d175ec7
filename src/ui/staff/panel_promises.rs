//! What the customer promised to pay: recording a promise, cancelling one, and what became of them.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    desk::Desk,
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    panel_tabs::Tab,
    promise_form::{self, Ticked},
    promise_words as words,
    question::{Question, question},
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::promises::{RecordPromise, cancel_promise, list_promises},
        view::{PromiseView, PromisesView},
    },
    domain::promise::PromiseStatus,
    ui::{
        components::{chip::Chip, notice::ErrorNotice},
        text,
    },
};

/// The id of the button that opens the form.
const RECORD: &str = "promise-record";
/// The button that confirms that a promise is cancelled.
const CONFIRM: &str = "promise-cancel-confirm";

/// Recording one.
pub(super) type Recording = Desk<RecordPromise, PromisesView>;

/// Cancelling one of a version, and what became of that; both with the customer.
type Cancelling = Action<(String, String, i64), (String, Result<(), ApiError>)>;

/// What is known of them, and what can be done.
#[derive(Clone, Copy)]
pub struct Promises {
    found: Asked<PromisesView>,
    desk: Recording,
    ticked: Ticked,
    cancel: Cancelling,
    /// The promise that is cancelled once that is confirmed.
    asked: RwSignal<String>,
}

impl Promises {
    /// Read while the tab of payments is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>) -> Self {
        let asked = Memo::new(move |_| Tab::Payments.asked(tab, id));
        let found = read_while(Told::Figures, asked, list_promises);
        let about = |call: RecordPromise| call.customer_id;
        let desk = Recording::new(id, about, move || found.refetch(), RECORD);
        let ticked = Ticked::nothing();
        // A form that is opened begins with nothing.
        Effect::new(move |_| {
            desk.begun();
            ticked.clear();
        });
        let cancel: Cancelling =
            Action::new(|(customer_id, promise_id, version): &(String, String, i64)| {
                let (customer_id, promise_id) = (customer_id.clone(), promise_id.clone());
                let version = *version;
                async move { (customer_id, cancel_promise(promise_id, version).await) }
            });
        Effect::new(move |_| {
            if cancel.value().with(Option::is_some) {
                found.refetch();
            }
        });
        Self { found, desk, ticked, cancel, asked: RwSignal::new(String::new()) }
    }
}

/// The part of the tab.
pub fn section(promises: Promises, id: Memo<String>) -> AnyView {
    let Promises { found, desk, ticked, cancel, .. } = promises;
    let known = move || {
        Suspend::new(async move {
            match found.await {
                Some(Ok(found)) => shown(found, promises, id),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="promises-failure"/> }.into_any()
                }
            }
        })
    };
    let body = move || {
        match desk.begun() {
        Some(found) => promise_form::form(found, id.get_untracked(), desk, ticked),
        None => {
            view! { <Transition fallback=|| view! { <CardSkeleton what="the promises"/> }>{known}</Transition> }
                .into_any()
        }
    }
    };
    let cancelled = move || {
        cancel.value().get().filter(|(customer, _)| *customer == id.get()).map(|(_, done)| {
            match done {
                Ok(()) => view! {
                    <div class="notice notice--good" role="status">
                        <StaffIcon name="check"/>
                        <div class="notice__body"><p>"The promise is cancelled."</p></div>
                    </div>
                }
                .into_any(),
                Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
            }
        })
    };
    view! {
        <div class="panel__body">
            <section class="panel__section" aria-labelledby="panel-promises">
                <h3 id="panel-promises">"Promises to pay"</h3>
                {desk.saved("Recorded. Its invoices get no reminder while it is waited for.")}
                {cancelled}
                {body}
            </section>
        </div>
    }
    .into_any()
}

fn shown(found: PromisesView, promises: Promises, id: Memo<String>) -> AnyView {
    let has_choice = found.invoices.iter().any(|invoice| invoice.already.is_empty());
    let record = found.may_record.then(|| {
        if has_choice {
            promises.desk.opener("Record promise", &found)
        } else {
            view! { <p class="soft">"No open invoice is left to be promised."</p> }.into_any()
        }
    });
    let PromisesView { promises: rows, has_more, may_record, .. } = found;
    let more = has_more.then(|| {
        view! { <p class="soft">"There are more. The list of unpaid invoices shows all that is promised."</p> }
    });
    let rows = if rows.is_empty() {
        view! { <p class="soft">"Nothing was promised yet."</p> }.into_any()
    } else {
        let row = |promise| row(promise, may_record, promises, id);
        let rows = rows.into_iter().map(row).collect_view();
        view! { <ul class="history" aria-labelledby="panel-promises">{rows}</ul> }.into_any()
    };
    view! {
        {record}
        {rows}
        {more}
    }
    .into_any()
}

fn row(
    promise: PromiseView,
    may_cancel: bool,
    promises: Promises,
    id: Memo<String>,
) -> impl IntoView {
    let title = words::title(&promise);
    let (kind, status) = (words::chip(promise.status), text::promise::status(promise.status));
    let details = words::details(&promise);
    let note = (!promise.note.is_empty()).then(|| {
        view! { <p class="history__note">{promise.note.clone()}</p> }
    });
    let is_open = promise.status == PromiseStatus::Open;
    let cancel = (is_open && may_cancel).then(|| cancelling(&promise, title.clone(), promises, id));
    view! {
        <li class="history__item task">
            <p class="task__head">
                <StaffIcon name="clock"/>
                <span class="history__what">{title}</span>
                <Chip kind=kind text=status/>
            </p>
            {note}
            <p class="history__who">{details}</p>
            {cancel}
        </li>
    }
}

/// The button that cancels a promise, once it was asked for and confirmed.
fn cancelling(
    promise: &PromiseView,
    title: String,
    Promises { cancel, asked, .. }: Promises,
    customer: Memo<String>,
) -> AnyView {
    let (id, version) = (promise.id.clone(), promise.version);
    let buttons = question(Question {
        asked,
        about: id.clone(),
        button: (format!("promise-cancel-{id}"), "button button--quiet"),
        label: ("Cancel", Some(format!("Cancel the promise of {title}")), "Cancelling …"),
        sentence: "Its invoices are expected as the calendar says, and may get reminders again.",
        yes: (CONFIRM, "Cancel the promise", ""),
        no: "Keep it",
        then: RECORD.to_owned(),
        // Others may be asked about while one is cancelled.
        is_busy: Arc::new(|| false),
        begin: Arc::new(move || cancel.value().set(None)),
        act: Arc::new(move || {
            cancel.dispatch((customer.get_untracked(), id.clone(), version));
        }),
    });
    view! { <div class="stack stack--tight">{buttons}</div> }.into_any()
}
