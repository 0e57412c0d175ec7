//! The panel's tab of people: who they are, what is sent to them, adding, changing, removing.

use std::collections::HashMap;

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    follow::{Asked, Told, read_while},
    icon::StaffIcon,
    mail_preview,
    meanwhile::meanwhile,
    panel_tabs::Tab,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::{ApiError, Conflict},
        staff::{
            contact_roles::give_role,
            contacts::{ViewPortal, list_contacts, remove_contact, save_contact},
        },
        view::{ContactDraft, ContactsView, CustomerContactView, RoleView},
    },
    domain::contact::{ContactSource, RoleSwitches},
    ui::{
        components::{
            field::{field_alert, field_error},
            portal_frame::phone_link,
        },
        hooks::focus,
        text,
    },
};

/// The id of the form's first field.
const FIRST: &str = "contact-name";
/// The id of the button that opens an empty form; what closes the form leads back to it.
const ADD: &str = "contact-add";

/// A contact that is being written: what was typed, what it was before, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Writing {
    draft: ContactDraft,
    begun: ContactDraft,
    source: ContactSource,
}

impl Writing {
    fn anew() -> Self {
        let draft = ContactDraft::default();
        Self { begun: draft.clone(), draft, source: ContactSource::Local }
    }

    fn of(contact: &CustomerContactView) -> Self {
        let draft = ContactDraft {
            id: contact.id.clone(),
            version: contact.version,
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            role_id: contact.role_id.clone(),
        };
        Self { begun: draft.clone(), draft, source: contact.source }
    }
}

/// What is known of the people.
#[derive(Clone, Copy)]
pub struct Contacts {
    page: Asked<ContactsView>,
    /// By customer: what was begun is there again when the panel comes back to it.
    drafts: RwSignal<HashMap<String, Writing>>,
}

impl Contacts {
    /// Read while its tab is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>) -> Self {
        let asked = Memo::new(move |_| Tab::Contacts.asked(tab, id));
        let page = read_while(Told::Figures, asked, list_contacts);
        Self { page, drafts: RwSignal::new(HashMap::new()) }
    }
}

/// What a form may do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Save(String, ContactDraft),
    Remove(ContactDraft),
}

/// What the tab's parts share.
#[derive(Clone, Copy)]
struct Desk {
    writing: Memo<Option<Writing>>,
    set: Callback<Option<Writing>>,
    steps: Action<Step, Result<(), ApiError>>,
    /// Giving all of them one role: customer and role.
    give: Action<(String, String), Result<(), ApiError>>,
    customer_id: StoredValue<String>,
    /// What was last read, for the form: it is not made anew when the list is.
    known: RwSignal<ContactsView>,
}

/// The tab of a customer.
pub fn tab(contacts: Contacts, customer_id: String) -> AnyView {
    let Contacts { page, drafts } = contacts;
    let customer_id = StoredValue::new(customer_id);
    let writing = Memo::new(move |_| {
        drafts.with(|drafts| customer_id.with_value(|id| drafts.get(id).cloned()))
    });
    let steps = Action::new(|step: &Step| {
        let step = step.clone();
        async move {
            match step {
                Step::Save(customer_id, draft) => save_contact(customer_id, draft).await,
                Step::Remove(draft) => remove_contact(draft.id, draft.version).await,
            }
        }
    });
    let give = Action::new(|(customer_id, role_id): &(String, String)| {
        give_role(customer_id.clone(), role_id.clone())
    });
    Effect::new(move |_| {
        if give.value().with(Option::is_some) {
            page.refetch();
        }
    });
    let set = Callback::new(move |writing: Option<Writing>| {
        drafts.update(|drafts| {
            let id = customer_id.get_value();
            match writing {
                Some(writing) => drafts.insert(id, writing),
                None => drafts.remove(&id),
            };
        });
    });
    Effect::new(move |_| match steps.value().get() {
        Some(Ok(())) => {
            set.run(None);
            page.refetch();
            focus::focus_on(ADD);
        }
        // What is there now is shown beside what was typed.
        Some(Err(ApiError::Conflict(Conflict::ChangedMeanwhile))) => page.refetch(),
        _ => {}
    });
    let known = RwSignal::new(ContactsView {
        contacts: Vec::new(),
        roles: Vec::new(),
        may_change: false,
        payer: None,
    });
    Effect::new(move |_| {
        if let Some(Some(Ok(page))) = page.get() {
            known.set(page);
        }
    });
    let desk = Desk { writing, set, steps, give, customer_id, known };
    let open = Memo::new(move |_| {
        writing.with(|writing| writing.as_ref().map(|writing| writing.draft.id.clone()))
    });
    let may_change = Memo::new(move |_| known.with(|known| known.may_change));
    let form = move || match open.get() {
        Some(_) => form(desk).into_any(),
        None if !may_change.get() => ().into_any(),
        None => {
            let add = move |_| {
                steps.clear();
                set.run(Some(Writing::anew()));
                focus::focus_on(FIRST);
            };
            view! { <p><button class="button" id=ADD type="button" on:click=add>"Add a contact"</button></p> }
                .into_any()
        }
    };
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Some(Ok(page)) => shown(page, desk),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="contacts-failure"/> }.into_any()
                }
            }
        })
    };
    view! {
        <div class="panel__body">
            <Transition fallback=|| view! { <CardSkeleton what="the contacts"/> }>{body}</Transition>
            {form}
        </div>
    }
    .into_any()
}

fn shown(page: ContactsView, desk: Desk) -> AnyView {
    let silent = mail_preview::silence(&page);
    let warning = silent.map(|sentence| {
        view! {
            <div class="notice notice--warn">
                <StaffIcon name="alert"/>
                <div class="notice__body"><p>{sentence}</p></div>
            </div>
        }
    });
    let rows = page.contacts.iter().map(|contact| row(contact, &page, desk)).collect_view();
    let list = (!page.contacts.is_empty())
        .then(|| view! { <ul class="history" aria-label="Contacts">{rows}</ul> });
    let for_all = (page.may_change && page.contacts.len() > 1).then(|| for_all(&page, desk));
    view! {
        {warning}
        {list}
        {for_all}
        {mail_preview::grid(&page)}
    }
    .into_any()
}

/// What a role gets its contacts, in words.
pub(super) fn sent(role: RoleSwitches) -> &'static str {
    match (role.gets_invoices, role.gets_messages) {
        (true, true) => "Invoices, reminders, statements",
        (true, false) => "Invoices only",
        (false, true) => "Reminders and statements",
        (false, false) => "No e-mail; portal only",
    }
}

/// Giving all of them one role.
fn for_all(page: &ContactsView, desk: Desk) -> impl IntoView + use<> {
    let option = |role: &RoleView| {
        view! { <option value=role.id.clone()>{role.name.clone()}</option> }
    };
    let options = page.roles.iter().map(option).collect_view();
    let chosen = NodeRef::<leptos::html::Select>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let role_id = chosen.get_untracked().map(|select| select.value()).unwrap_or_default();
        if !desk.give.pending().get_untracked() {
            desk.give.dispatch((desk.customer_id.get_value(), role_id));
        }
    };
    let problem = field_alert("", move || {
        let error = desk.give.value().get().and_then(Result::err);
        error.map(|error| text::staff_error_text(&error))
    });
    view! {
        <form class="field" on:submit=submit>
            <label class="field__label" for="contacts-role">"Adjust the role of all contacts"</label>
            {problem}
            <select class="input input--4" id="contacts-role" node_ref=chosen>{options}</select>
            <button class="button" type="submit">"Give it to all of them"</button>
        </form>
    }
}

fn row(contact: &CustomerContactView, page: &ContactsView, desk: Desk) -> impl IntoView + use<> {
    let role = page.roles.iter().find(|role| role.id == contact.role_id);
    let role = role.map(|role| {
        let icon = role.switches.gets_messages.then(|| {
            view! {
                <StaffIcon name="speech"/>
                <span class="visually-hidden">"Communication contact: "</span>
            }
        });
        view! {
            <p class="history__who">
                {icon} " " {role.name.clone()} ": " {sent(role.switches)}
            </p>
        }
    });
    let source = (contact.source == ContactSource::Books)
        .then(|| view! { <span class="history__who">" · from your books"</span> });
    let name = if contact.name.is_empty() { contact.email.clone() } else { contact.name.clone() };
    let mail = format!("mailto:{}", contact.email);
    let phone = (!contact.phone.is_empty()).then(|| {
        let href = phone_link(&contact.phone);
        view! { " · " <a href=href>{contact.phone.clone()}</a> }
    });
    let writing = Writing::of(contact);
    let label = format!("Change {name}");
    let change = move |_| {
        desk.steps.clear();
        desk.set.run(Some(writing.clone()));
        focus::focus_on(FIRST);
    };
    let button = page.may_change.then(|| {
        view! {
            <button class="button button--quiet" type="button" aria-label=label on:click=change>
                "Change"
            </button>
        }
    });
    let view_as = page.may_change.then(|| {
        let label = format!("View the portal as {name}");
        view! {
            <form action=ViewPortal::PATH method="post" target="_blank">
                <input type="hidden" name="id" value=contact.id.clone()/>
                <button class="button button--quiet" type="submit" aria-label=label>
                    "View the portal"
                </button>
            </form>
        }
    });
    view! {
        <li class="history__item">
            <p class="history__what">{name} {source}</p>
            <p><a href=mail>{contact.email.clone()}</a> {phone}</p>
            {role}
            <div class="form__actions">{button} {view_as}</div>
        </li>
    }
}

/// What somebody else wrote meanwhile: once the list is read again, what the contact is there.
fn written(desk: Desk) -> Option<AnyView> {
    let begun =
        desk.writing.with(|writing| writing.as_ref().map(|writing| writing.begun.clone()))?;
    desk.known.with(|known| {
        let Some(now) = known.contacts.iter().find(|contact| contact.id == begun.id) else {
            return Some(view! { <p>"The contact is not there any more."</p> }.into_any());
        };
        let role = |id: &str| {
            let role = known.roles.iter().find(|role| role.id == id);
            role.map(|role| role.name.clone()).unwrap_or_default()
        };
        let field = |name: &str, before: &str, now: &str| {
            (name.to_owned(), before.to_owned(), now.to_owned())
        };
        meanwhile([
            field("Name", &begun.name, &now.name),
            field("E-mail", &begun.email, &now.email),
            field("Phone", &begun.phone, &now.phone),
            field("Role", &role(&begun.role_id), &role(&now.role_id)),
        ])
    })
}

fn form(desk: Desk) -> impl IntoView {
    let first = desk.writing.get_untracked().unwrap_or_else(Writing::anew);
    let is_new = first.draft.id.is_empty();
    let is_local = first.source == ContactSource::Local;
    let error = Memo::new(move |_| desk.steps.value().get().and_then(Result::err));
    let problem = move |field: &'static str| {
        error.with(|error| match error {
            Some(ApiError::Invalid(problem)) if problem.field == field => {
                Some(text::problem(problem))
            }
            _ => None,
        })
    };
    let write = move |change: fn(&mut ContactDraft, String), value: String| {
        if let Some(mut writing) = desk.writing.get_untracked() {
            change(&mut writing.draft, value);
            desk.set.run(Some(writing));
        }
    };
    let input = move |name: &'static str,
                      label: &'static str,
                      kind: &'static str,
                      read: fn(&ContactDraft) -> &String,
                      change: fn(&mut ContactDraft, String)| {
        let id = format!("contact-{name}");
        let (error_id, for_id) = (format!("{id}-error"), id.clone());
        let described = error_id.clone();
        let shown = field_error(error_id, move || problem(name));
        let is_bad = move || problem(name).is_some();
        let value = move || {
            desk.writing.with(|writing| {
                writing.as_ref().map(|writing| read(&writing.draft).clone()).unwrap_or_default()
            })
        };
        view! {
            <div class=move || if is_bad() { "field field--bad" } else { "field" }>
                <label class="field__label" for=for_id>{label}</label>
                {shown}
                <input
                    class="input"
                    id=id
                    type=kind
                    autocomplete="off"
                    readonly=!is_local
                    aria-invalid=move || is_bad().then_some("true")
                    aria-describedby=move || is_bad().then(|| described.clone())
                    prop:value=value
                    on:input:target=move |event| write(change, event.target().value())
                />
            </div>
        }
    };
    let options = move || {
        desk.known.with(|known| {
            let option = |role: &RoleView| {
                let label = format!("{} ({})", role.name, sent(role.switches).to_lowercase());
                let (id, own) = (role.id.clone(), role.id.clone());
                let is_chosen = move || {
                    desk.writing.with(|writing| {
                        writing.as_ref().is_some_and(|writing| writing.draft.role_id == own)
                    })
                };
                view! { <option value=id prop:selected=is_chosen>{label}</option> }
            };
            known.roles.iter().map(option).collect_view()
        })
    };
    let whole = move || {
        error.get().filter(|error| !matches!(error, ApiError::Invalid(_))).map(|error| {
            let is_changed = error == ApiError::Conflict(Conflict::ChangedMeanwhile);
            let take = move |_| {
                let id = desk.writing.get_untracked().map(|writing| writing.draft.id);
                let now = desk.known.with_untracked(|known| {
                    let mut contacts = known.contacts.iter();
                    contacts.find(|contact| Some(&contact.id) == id.as_ref()).map(Writing::of)
                });
                desk.steps.clear();
                desk.set.run(now);
            };
            let action = is_changed.then(|| {
                view! {
                    <p>
                        <button class="button" type="button" on:click=take>
                            "Show what is there now"
                        </button>
                    </p>
                }
            });
            let told = is_changed.then_some(move || written(desk));
            view! {
                <div class="notice notice--warn" role="alert">
                    <StaffIcon name="alert"/>
                    <div class="notice__body">
                        <p class="notice__title">{text::error_title(&error)}</p>
                        <p>{text::staff_error_text(&error)}</p>
                        {told}
                        {action}
                    </div>
                </div>
            }
        })
    };
    let is_busy = move || desk.steps.pending().get();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let (false, Some(writing)) =
            (desk.steps.pending().get_untracked(), desk.writing.get_untracked())
        {
            desk.steps.dispatch(Step::Save(desk.customer_id.get_value(), writing.draft));
        }
    };
    let asks = RwSignal::new(false);
    let remove = (is_local && !is_new).then(|| {
        let press = move |_| {
            if !asks.get_untracked() {
                asks.set(true);
            } else if let Some(writing) = desk.writing.get_untracked() {
                desk.steps.dispatch(Step::Remove(writing.draft));
            }
        };
        let label = move || {
            if asks.get() { "Remove for good: they can no longer sign in" } else { "Remove" }
        };
        view! { <button class="button button--quiet" type="button" on:click=press>{label}</button> }
    });
    let cancel = move |_| {
        desk.steps.clear();
        desk.set.run(None);
        focus::focus_on(ADD);
    };
    let title = if is_new { "New contact" } else { "Change the contact" };
    let books = (!is_local).then(|| {
        view! {
            <p class="soft">"From your books: only the role can be changed here."</p>
        }
    });
    view! {
        <form class="form" novalidate on:submit=submit aria-label=title>
            <h3>{title}</h3>
            {books}
            {whole}
            {input("name", "Name", "text", |draft| &draft.name, |draft, value| draft.name = value)}
            {input("email", "E-mail", "email", |draft| &draft.email, |draft, value| {
                draft.email = value;
            })}
            {input("phone", "Phone", "tel", |draft| &draft.phone, |draft, value| {
                draft.phone = value;
            })}
            <div class=move || {
                if problem("role_id").is_some() { "field field--bad" } else { "field" }
            }>
                <label class="field__label" for="contact-role">"Role"</label>
                {field_error("contact-role-error", move || problem("role_id"))}
                <select
                    class="input"
                    id="contact-role"
                    aria-invalid=move || problem("role_id").is_some().then_some("true")
                    aria-describedby=move || {
                        problem("role_id").is_some().then_some("contact-role-error")
                    }
                    on:change:target=move |event| {
                        write(|draft, value| draft.role_id = value, event.target().value());
                    }
                >
                    <option value="">"Choose a role"</option>
                    {options}
                </select>
            </div>
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || is_busy().then_some("true")
                >
                    {move || if is_busy() { "Saving …" } else { "Save" }}
                </button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
                {remove}
            </div>
        </form>
    }
}
