//! One task of a list: what it is, whose, until when, and completing it.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    task_words as words,
    tasks::{Names, TasksAddress, is_stale},
};
use crate::{
    api::{
        staff::tasks::{CompleteTask, ReopenTask},
        view::{TaskDoneView, TaskView},
    },
    domain::task::{CallOutcome, TaskKind},
    ui::{
        components::{chip::Chip, notice::ErrorNotice},
        hooks::focus,
    },
};

/// The id of the button that undoes the last completing in the panel.
const UNDO: &str = "task-undo";
/// The same on the page, over which the panel may lie.
const PAGE_UNDO: &str = "tasks-undo";

/// What was done last.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Done {
    Completed(TaskDoneView),
    Reopened(TaskDoneView),
}

/// Completing and reopening tasks of a list.
#[derive(Clone, Copy)]
pub struct Desk {
    complete: ServerAction<CompleteTask>,
    reopen: ServerAction<ReopenTask>,
    last: RwSignal<Option<Done>>,
    /// The call whose outcome was chosen, and the outcome: it stays when the list is read again.
    chosen: RwSignal<(String, String)>,
    /// The id of the button that undoes the last completing.
    undo: &'static str,
}

impl Desk {
    /// Of the panel's list. `refresh` reads it again.
    pub fn new(refresh: impl Fn() + Clone + Send + Sync + 'static) -> Self {
        Self::with_undo(UNDO, refresh)
    }

    /// Of the page's list. `refresh` reads it again.
    pub fn of_page(refresh: impl Fn() + Clone + Send + Sync + 'static) -> Self {
        Self::with_undo(PAGE_UNDO, refresh)
    }

    fn with_undo(undo: &'static str, refresh: impl Fn() + Clone + Send + Sync + 'static) -> Self {
        let desk = Self {
            complete: ServerAction::new(),
            reopen: ServerAction::new(),
            last: RwSignal::new(None),
            chosen: RwSignal::new((String::new(), String::new())),
            undo,
        };
        let again = refresh.clone();
        Effect::new(move |_| match desk.complete.value().get() {
            Some(Ok(done)) => {
                desk.reopen.clear();
                desk.last.set(Some(Done::Completed(done)));
                again();
                focus::focus_on(undo);
            }
            Some(Err(error)) if is_stale(&error) => again(),
            _ => {}
        });
        Effect::new(move |_| match desk.reopen.value().get() {
            Some(Ok(done)) => {
                desk.complete.clear();
                desk.last.set(Some(Done::Reopened(done)));
                refresh();
            }
            Some(Err(error)) if is_stale(&error) => refresh(),
            _ => {}
        });
        desk
    }

    /// Says no more what was done last.
    pub fn forget(self) {
        self.complete.clear();
        self.reopen.clear();
        self.last.set(None);
    }

    /// What was done last, with a way back, or why it was not.
    pub fn said(self) -> impl IntoView {
        let error = move || {
            let of = |value: Option<Result<TaskDoneView, _>>| value.and_then(Result::err);
            let error = of(self.complete.value().get()).or_else(|| of(self.reopen.value().get()));
            error.map(|error| view! { <ErrorNotice error=error/> })
        };
        let done = move || {
            let last = self.last.get()?;
            let (text, undo) = match last {
                Done::Completed(task) => {
                    let text = format!("Completed: {}", task.title);
                    (text, Some((task.id, task.version.to_string())))
                }
                Done::Reopened(task) => (format!("Open again: {}", task.title), None),
            };
            let undo = undo.map(|(id, version)| {
                view! {
                    <ActionForm action=self.reopen>
                        <input type="hidden" name="id" value=id/>
                        <input type="hidden" name="version" value=version/>
                        <button class="button" id=self.undo type="submit">"Undo"</button>
                    </ActionForm>
                }
            });
            Some(view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body">
                        <p>{text}</p>
                        {undo}
                    </div>
                </div>
            })
        };
        view! { {error} {done} }
    }
}

/// The row.
#[component]
pub fn TaskRow(
    /// The task.
    task: TaskView,
    /// Completing it.
    desk: Desk,
    /// Whether whoever looks may change what it says.
    may_write: bool,
    /// The page to come back to.
    back: String,
    /// The names on the page that open their customers' panel; none where the customer is known
    /// from what is around the list.
    #[prop(optional)]
    names: Option<Names>,
) -> AnyView {
    let is_open = task.done.is_empty();
    let chip = if is_open {
        let (kind, text) = words::due(task.days, &task.due);
        view! { <Chip kind=kind text=text/> }.into_any()
    } else {
        let outcome = task.outcome.map_or("Completed", words::outcome);
        view! { <Chip kind="paid" text=outcome/> }.into_any()
    };
    let names = names.filter(|_| !task.customer_id.is_empty());
    let about = names.map(|names| {
        let name = names.link(&task.id, &task.customer_id, "", task.customer.clone());
        view! { {name} " · " }
    });
    let invoice = (!task.invoice.is_empty()).then(|| format!("Invoice {} · ", task.invoice));
    let people = words::people(&task);
    let done = (!is_open).then(|| match task.completer.as_str() {
        "" => format!(" · {}", task.done),
        name => format!(" · {}, {name}", task.done),
    });
    let notes = (!task.notes.is_empty()).then(|| {
        let notes = task.notes.clone();
        view! { <p class="history__note">{notes}</p> }
    });
    let change = (is_open && may_write && task.may_change).then(|| {
        let href = TasksAddress::changing(&task.id, &back).href();
        let label = format!("Change {}", task.title);
        view! { <a class="button button--quiet" href=href aria-label=label>"Change"</a> }
    });
    let step =
        task.may_change.then(|| if is_open { complete(&task, desk) } else { reopen(&task, desk) });
    view! {
        <li class="history__item task" data-step="">
            <p class="task__head">
                <StaffIcon name=words::kind_icon(task.kind)/>
                <span class="history__what">
                    <span class="visually-hidden">{words::kind(task.kind)} ": "</span>
                    {task.title.clone()}
                </span>
                {chip}
            </p>
            {notes}
            <p class="history__who">{about} {invoice} {people} {done}</p>
            <div class="actions">{step} {change}</div>
        </li>
    }
    .into_any()
}

fn complete(task: &TaskView, desk: Desk) -> AnyView {
    let (id, version) = (task.id.clone(), task.version.to_string());
    let label = format!("Complete {}", task.title);
    let outcome = (task.kind == TaskKind::Call).then(|| {
        let label = format!("How did this call go: {}", task.title);
        let options = CallOutcome::ALL.map(|outcome| {
            view! { <option value=outcome.as_str()>{words::outcome(outcome)}</option> }
        });
        let options = options.into_iter().collect_view();
        let (own, other) = (task.id.clone(), task.id.clone());
        let chosen = move || {
            desk.chosen.with(|(call, word)| if *call == own { word.clone() } else { String::new() })
        };
        let choose = move |word: String| desk.chosen.set((other.clone(), word));
        view! {
            <select
                class="input input--3"
                name="outcome"
                aria-label=label
                required
                prop:value=chosen
                on:change:target=move |event| choose(event.target().value())
            >
                <option value="">"How did it go?"</option>
                {options}
            </select>
        }
    });
    view! {
        <ActionForm action=desk.complete attr:class="actions">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            {outcome}
            <button class="button" type="submit" aria-label=label>"Complete"</button>
        </ActionForm>
    }
    .into_any()
}

fn reopen(task: &TaskView, desk: Desk) -> AnyView {
    let (id, version) = (task.id.clone(), task.version.to_string());
    let label = format!("Reopen {}", task.title);
    view! {
        <ActionForm action=desk.reopen>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <button class="button button--quiet" type="submit" aria-label=label>"Reopen"</button>
        </ActionForm>
    }
    .into_any()
}
