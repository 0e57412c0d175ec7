//! What stands between a list's title and its rows: the views that are kept, the columns, and the
//! list as a file.

use std::future::Future;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect};

use super::{
    columns,
    icon::StaffIcon,
    list_url::{EVERYTHING, ListAddress},
    pages::{List, Page, Shown},
    refusal::{above_or_now, problem_of},
    state::Failure,
    table::Column,
};
use crate::{
    api::{
        error::ApiError,
        staff::lists::{begin_with_view, list_setup, remove_view, save_view},
        view::{ListSetup, ViewDraft, ViewView},
    },
    domain::column::ListKind,
    ui::{
        components::{field::field_error, notice::ErrorNotice},
        hooks::{focus, forms::use_go, keys},
    },
};

/// The dialog's id, and that of its first field.
const DIALOG: &str = "view-form";
const NAME: &str = "view-name";

/// What a list can show and what was chosen for it.
pub type Setup = Resource<Result<ListSetup, ApiError>>;

/// Reads it. To be called where the route's data is made.
pub fn use_setup(list: ListKind) -> Setup {
    Resource::new_blocking(|| (), move |()| list_setup(list))
}

/// What stands below the row: `body` makes it of what was read, what it can show, and the address that
/// links are made of. It is made anew when another view is opened.
pub fn below<P: Page, F>(
    list: List<P>,
    setup: Setup,
    address: Memo<ListAddress>,
    skeleton: fn() -> AnyView,
    body: impl Fn(Shown<P>, ListSetup, ListAddress) -> F + Copy + Send + Sync + 'static,
) -> AnyView
where
    F: Future<Output = AnyView> + Send + 'static,
{
    let view =
        Memo::new(move |_| address.with(|address| (address.view.clone(), address.is_bare())));
    let rows = move || {
        view.track();
        Suspend::new(async move {
            let (shown, setup) = (list.shown.await, setup.await.unwrap_or_default());
            let address = address.try_get_untracked().unwrap_or_default();
            if let Some(there) = begin(&setup, &address) {
                return there;
            }
            let address = said(&setup, address);
            match shown {
                Ok(shown) => body(shown, setup, address).await,
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=skeleton>{rows}</Transition> }.into_any()
}

/// Where a list goes that was opened without saying what of it: to the view that it begins with.
fn begin(setup: &ListSetup, address: &ListAddress) -> Option<AnyView> {
    let view = setup.view(&setup.default_view).filter(|_| address.is_bare())?;
    let href = address.in_view(&view.id, &view.query).href();
    // In place of the bare address, so that the way back leads past it.
    let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    Some(view! { <Redirect path=href options=options/> }.into_any())
}

/// The address that links are made of: where a list begins with a view, everything is said.
fn said(setup: &ListSetup, mut address: ListAddress) -> ListAddress {
    if address.view.is_empty() && !setup.default_view.is_empty() {
        EVERYTHING.clone_into(&mut address.view);
    }
    address
}

/// What the dialog is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    New,
    Rename,
    Remove,
}

/// The row. `files` is where the list as a file is; `all` are the list's own columns.
pub fn row(
    list: ListKind,
    setup: Setup,
    address: Memo<ListAddress>,
    files: &'static str,
    all: &'static [Column],
) -> AnyView {
    // What is shown in the panel does not matter here, and the row is not made anew for it.
    let alone = Memo::new(move |_| address.with(ListAddress::without_panel));
    let body = move || {
        let address = alone.get();
        Suspend::new(async move {
            // What failed is said by the list.
            setup.await.ok().map(|found| {
                let address = said(&found, address);
                shown(list, found, &address, setup, files, all)
            })
        })
    };
    view! { <Transition>{body}</Transition> }.into_any()
}

fn shown(
    list: ListKind,
    found: ListSetup,
    address: &ListAddress,
    setup: Setup,
    files: &'static str,
    all: &'static [Column],
) -> AnyView {
    let current = found.view(&address.view).cloned();
    let refresh = move || setup.refetch();
    let columns = columns::dialog(list, &found, address, all, refresh);
    let tabs = tabs(&found, address, current.as_ref());
    let menu = menu(list, &found, address, current, setup);
    view! {
        <div class="views">
            {tabs}
            {menu}
            <div class="views__end">
                {columns}
                {export_menu(address, files)}
            </div>
        </div>
    }
    .into_any()
}

/// Links to the views; nothing while there are none.
fn tabs(found: &ListSetup, address: &ListAddress, current: Option<&ViewView>) -> Option<AnyView> {
    if found.views.is_empty() {
        return None;
    }
    let link = |href: String, name: String, is_shared: bool, is_current: bool| {
        let shared = is_shared.then(|| view! { <span class="visually-hidden">" (shared)"</span> });
        view! {
            <li>
                <a
                    class="views__item"
                    href=href
                    aria-current=is_current.then_some("page")
                    data-noscroll=""
                >
                    {name}
                    {shared}
                </a>
            </li>
        }
    };
    let everything = {
        let mut everything = address.in_view("", &Default::default());
        if !found.default_view.is_empty() {
            EVERYTHING.clone_into(&mut everything.view);
        }
        everything.href()
    };
    let is_everything = current.is_none() && !address.is_filtered();
    let first = link(everything, "All".to_owned(), false, is_everything);
    let each = found.views.iter().map(|view| {
        let is_current = current.is_some_and(|current| current.id == view.id);
        let href = address.in_view(&view.id, &view.query).href();
        link(href, view.name.clone(), view.is_shared, is_current)
    });
    let links = each.collect_view();
    Some(
        view! { <nav aria-label="Views"><ul class="views__list">{first} {links}</ul></nav> }
            .into_any(),
    )
}

fn menu(
    list: ListKind,
    found: &ListSetup,
    address: &ListAddress,
    current: Option<ViewView>,
    setup: Setup,
) -> AnyView {
    let step = RwSignal::new(Step::New);
    let name = RwSignal::new(String::new());
    let is_shared = RwSignal::new(false);
    let query = address.changed(|_| ()).list;
    let columns = found.columns_of(&address.view).to_owned();
    let go = use_go();
    let base = StoredValue::new(address.clone());
    let save = Action::new(move |view: &ViewDraft| {
        let view = view.clone();
        async move {
            let query = view.query.clone();
            save_view(list, view).await.map(|id| (id, query))
        }
    });
    let remove = Action::new(|(id, version): &(String, i64)| remove_view(id.clone(), *version));
    let begin = Action::new(move |id: &String| begin_with_view(list, id.clone()));
    Effect::new({
        let go = go.clone();
        move |_| {
            if let Some(Ok((id, query))) = save.value().get() {
                keys::close_dialog(DIALOG);
                setup.refetch();
                go(&base.with_value(|base| base.in_view(&id, &query).href()));
            }
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            keys::close_dialog(DIALOG);
            setup.refetch();
            go(&base.with_value(|base| base.in_view(EVERYTHING, &Default::default()).href()));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = begin.value().get() {
            setup.refetch();
        }
    });
    let error = Memo::new(move |_| {
        let saved = save.value().with(|done| done.clone().and_then(Result::err));
        saved.or_else(|| remove.value().with(|done| done.clone().and_then(Result::err)))
    });
    let open = {
        let current = current.clone();
        move |what: Step| {
            save.clear();
            remove.clear();
            keys::close_menus(false);
            let view = current.as_ref().filter(|_| what != Step::New);
            name.set(view.map(|view| view.name.clone()).unwrap_or_default());
            is_shared.set(view.is_some_and(|view| view.is_shared));
            step.set(what);
            if keys::open_dialog(DIALOG) && what != Step::Remove {
                focus::focus_on(NAME);
            }
        }
    };
    let item = |label: &'static str, what: Step| {
        let open = open.clone();
        view! {
            <button class="menu__item" type="button" on:click=move |_| open(what)>{label}</button>
        }
    };
    let is_mine = current.as_ref().is_some_and(|view| view.may_change);
    let is_changed = current.as_ref().is_some_and(|view| view.query != query);
    let draft = ViewDraft { query, columns, ..ViewDraft::default() };
    let replace = current.clone().filter(|_| is_mine && is_changed).map(|view| {
        let draft = ViewDraft {
            id: view.id,
            version: view.version,
            name: view.name,
            is_shared: view.is_shared,
            columns: view.columns,
            ..draft.clone()
        };
        view! {
            <button
                class="button"
                type="button"
                on:click=move |_| {
                    save.dispatch(draft.clone());
                }
            >
                "Save the changed view"
            </button>
        }
    });
    let own = is_mine.then(|| {
        view! {
            {item("Rename or share this view …", Step::Rename)}
            {item("Remove this view …", Step::Remove)}
        }
    });
    let id = current.as_ref().map(|view| view.id.clone()).unwrap_or_default();
    let begins_here = id == found.default_view;
    let beginning = (!id.is_empty() || !begins_here).then(|| {
        let (label, wanted) = match (id.is_empty(), begins_here) {
            (true, _) => ("Begin with all rows", String::new()),
            (false, true) => ("Do not begin with this view", String::new()),
            (false, false) => ("Begin with this view", id),
        };
        view! {
            <button
                class="menu__item"
                type="button"
                on:click=move |_| {
                    keys::close_menus(true);
                    begin.dispatch(wanted.clone());
                }
            >
                {label}
            </button>
        }
    });
    let failed = move || {
        // What is said in the dialog is not said twice.
        let replaced = is_changed.then(|| error.get()).flatten();
        let begun = begin.value().with(|done| done.clone().and_then(Result::err));
        begun.or(replaced).map(|error| view! { <ErrorNotice error=error/> })
    };
    let dialog = dialog(step, current, draft, (name, is_shared), (save, remove), error, setup);
    view! {
        <details class="menu">
            <summary class="button">"Views"<StaffIcon name="down"/></summary>
            <div class="menu__list menu__list--start">
                {item("Save as a new view …", Step::New)}
                {own}
                {beginning}
            </div>
        </details>
        {replace}
        {dialog}
        {failed}
    }
    .into_any()
}

type Saving = Action<ViewDraft, Result<(String, crate::api::staff::invoices::ListQuery), ApiError>>;
type Removing = Action<(String, i64), Result<(), ApiError>>;

fn dialog(
    step: RwSignal<Step>,
    current: Option<ViewView>,
    draft: ViewDraft,
    (name, is_shared): (RwSignal<String>, RwSignal<bool>),
    (save, remove): (Saving, Removing),
    error: Memo<Option<ApiError>>,
    setup: Setup,
) -> AnyView {
    let called = current.as_ref().map(|view| view.name.clone()).unwrap_or_default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = ViewDraft {
            name: name.get_untracked(),
            is_shared: is_shared.get_untracked(),
            ..draft.clone()
        };
        match (step.get_untracked(), &current) {
            (Step::Remove, Some(view)) => {
                remove.dispatch((view.id.clone(), view.version));
            }
            // Another name does not change what is shown in it.
            (Step::Rename, Some(view)) => {
                save.dispatch(ViewDraft {
                    id: view.id.clone(),
                    version: view.version,
                    query: view.query.clone(),
                    columns: view.columns.clone(),
                    ..typed
                });
            }
            _ => {
                save.dispatch(typed);
            }
        }
    };
    let title = move || match step.get() {
        Step::New => "Save as a new view",
        Step::Rename => "Rename or share the view",
        Step::Remove => "Remove the view?",
    };
    let button = move || match step.get() {
        Step::Remove => "Remove the view",
        _ => "Save the view",
    };
    let class = move || match step.get() {
        Step::Remove => "button button--danger",
        _ => "button button--primary",
    };
    let sentence = problem_of(error, "view_name".to_owned());
    let is_bad = move || sentence.get().is_some();
    let fields = move || {
        if step.get() == Step::Remove {
            let text = format!(
                "“{called}” goes, also from colleagues who have it. What it shows stays as it is."
            );
            return view! { <p>{text}</p> }.into_any();
        }
        view! {
            <div class=move || if is_bad() { "field field--bad" } else { "field" }>
                <label class="field__label" for=NAME>"Name"</label>
                {field_error("view-name-error", move || sentence.get())}
                <input
                    class="input"
                    id=NAME
                    type="text"
                    autocomplete="off"
                    maxlength="60"
                    aria-invalid=move || is_bad().then_some("true")
                    aria-describedby=move || is_bad().then_some("view-name-error")
                    prop:value=move || name.get()
                    on:input:target=move |event| name.set(event.target().value())
                />
                <p class="field__help">"It keeps the filters, the order and the columns you see now."</p>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || is_shared.get()
                    on:change:target=move |event| is_shared.set(event.target().checked())
                />
                <span>
                    <span>"Share with the team"</span>
                    <span class="field__help">"Everybody sees in it what they may see anyway."</span>
                </span>
            </label>
        }
        .into_any()
    };
    view! {
        <dialog class="keys" id=DIALOG aria-labelledby="view-form-title">
            <form class="form" novalidate="" on:submit=submit>
                <div class="keys__head"><h2 id="view-form-title">{title}</h2></div>
                {above_or_now(error, move || {
                    keys::close_dialog(DIALOG);
                    setup.refetch();
                })}
                {fields}
                <div class="form__actions">
                    <button class=class type="submit">{button}</button>
                    <button
                        class="button"
                        type="button"
                        on:click=move |_| keys::close_dialog(DIALOG)
                    >
                        "Cancel"
                    </button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// The list as a file, with its filters, order and columns: a form, so that it needs no script.
fn export_menu(address: &ListAddress, files: &'static str) -> AnyView {
    let field = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    let fields = address.carried(&[]).into_iter().map(field).collect_view();
    view! {
        <details class="menu">
            <summary class="button"><StaffIcon name="download"/>"Export"</summary>
            <div class="menu__list">
                <form method="get" action=format!("{files}/export.csv") data-download="">
                    {fields}
                    <button class="menu__item" type="submit">"CSV"</button>
                    <button
                        class="menu__item"
                        type="submit"
                        formaction=format!("{files}/export.xlsx")
                    >
                        "Excel (XLSX)"
                    </button>
                </form>
                <p class="menu__note">
                    "All rows of this list as it is filtered, with its columns. Excel holds up to \
                     1,048,575 rows."
                </p>
            </div>
        </details>
    }
    .into_any()
}
