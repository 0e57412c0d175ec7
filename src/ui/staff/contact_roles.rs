//! Roles of contacts: what each gets, who has it, adding, changing and removing them.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    list_desk::ListDesk,
    panel_contacts::sent,
    refusal::{above, problem, refused},
};
use crate::{
    api::{
        staff::contact_roles::{MoveContacts, RemoveRole, SaveRole, list_roles},
        view::UsedRoleView,
    },
    ui::{
        components::field::{Field, field_error},
        format,
    },
};

/// The id of the button that opens an empty form; what closes a form leads back to it.
const ADD: &str = "role-add";
/// The id of the form's first field.
const NAME: &str = "role[name]";

/// The role that is changed, or a new one, and all of them as they were then.
type Begun = (Option<UsedRoleView>, Vec<UsedRoleView>);

type Roles = ListDesk<UsedRoleView, Begun>;

/// What the part can do.
#[derive(Clone, Copy)]
struct Desk {
    roles: Roles,
    save: ServerAction<SaveRole>,
    remove: ServerAction<RemoveRole>,
    moving: ServerAction<MoveContacts>,
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let roles = Roles::new(list_roles, NAME, |_| ADD);
    let (save, remove, moving) = (roles.action(), roles.action(), roles.action());
    let desk = Desk { roles, save, remove, moving };
    roles.section(
        "the roles of contacts",
        "failure-title",
        move |all| shown(&all, roles),
        move |(role, all)| form(role, &all, desk),
    )
}

fn shown(roles: &[UsedRoleView], desk: Roles) -> AnyView {
    let rows =
        roles.iter().enumerate().map(|(place, role)| row(role, place, roles, desk)).collect_view();
    view! {
        <section class="card" aria-labelledby="roles-title">
            <div class="card__head"><h2 id="roles-title">"Customer contact roles"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "A role says which mail its contacts get. Every contact may open the portal, whatever \
                     their role. Contacts that come with your books get the first one."
                </p>
                <ul class="history" aria-label="Roles">{rows}</ul>
                {desk.adder("Add a role", (None, roles.to_vec()))}
            </div>
        </section>
    }
    .into_any()
}

fn row(
    role: &UsedRoleView,
    place: usize,
    all: &[UsedRoleView],
    desk: Roles,
) -> impl IntoView + use<> {
    let is_first = place == 0;
    let name = role.role.name.clone();
    let label = format!("Change the role {name}");
    let contacts = format::plural(role.contacts, "contact", "contacts");
    let first = is_first.then_some(" · for new contacts of your books");
    let icon = role.role.switches.gets_messages.then(|| {
        view! {
            <StaffIcon name="speech"/>
            <span class="visually-hidden">"Communication contact: "</span>
        }
    });
    let what = sent(role.role.switches);
    let change = desk.changer(label, (Some(role.clone()), all.to_vec()));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">{icon} " " {what} " · " {contacts} {first}</p>
            {change}
        </li>
    }
}

fn form(role: Option<UsedRoleView>, all: &[UsedRoleView], desk: Desk) -> AnyView {
    let error = refused(desk.save);
    let is_first = role
        .as_ref()
        .is_some_and(|role| all.first().is_some_and(|first| first.role.id == role.role.id));
    let title = if role.is_some() { "Change the role" } else { "New role" };
    let (id, version, name, switches) = role.as_ref().map_or_else(
        || (String::new(), 0, String::new(), None),
        |role| {
            let UsedRoleView { role, version, .. } = role.clone();
            (role.id, version, role.name, Some(role.switches))
        },
    );
    let switch = |name: &'static str, label: &'static str, help: &'static str, is_on: bool| {
        view! {
            <label class="check">
                <input type="checkbox" name=name value="true" checked=is_on/>
                <span><span>{label}</span> <span class="field__help">{help}</span></span>
            </label>
        }
    };
    let invoices = switches.is_some_and(|switches| switches.gets_invoices);
    let messages = switches.is_some_and(|switches| switches.gets_messages);
    let others = role.as_ref().map(|role| other_steps(role, is_first, all, desk));
    view! {
        <section class="card" aria-labelledby="role-form-title">
        <div class="card__head"><h2 id="role-form-title">{title}</h2></div>
        <div class="card__body">
        <ActionForm action=desk.save attr:class="form" attr:novalidate="">
            {desk.roles.above(error)}
            <input type="hidden" name="role[id]" value=id/>
            <input type="hidden" name="role[version]" value=version.to_string()/>
            <Field
                name=NAME
                label="Name"
                problem=problem(error, "role_name")
                autocomplete="off"
                maxlength="200"
                value=name
            />
            {switch("role[gets_invoices]", "Invoice presentment", "Mails that bring invoices.", invoices)}
            {switch(
                "role[gets_messages]",
                "Communication contact",
                "Reminders and monthly statements.",
                messages,
            )}
            {desk.roles.actions("Save the role")}
        </ActionForm>
        {others}
        </div>
        </section>
    }
    .into_any()
}

/// Giving everybody of the role another, and removing it.
fn other_steps(
    role: &UsedRoleView,
    is_first: bool,
    all: &[UsedRoleView],
    desk: Desk,
) -> impl IntoView + use<> {
    let choices = |with_none: bool| {
        let none = with_none.then(|| view! { <option value="">"Nobody has it"</option> });
        let others = all.iter().filter(|other| other.role.id != role.role.id);
        let options = others.map(|other| {
            let (id, name) = (other.role.id.clone(), other.role.name.clone());
            view! { <option value=id>{name}</option> }
        });
        view! { {none} {options.collect_view()} }.into_any()
    };
    let moving = (role.contacts > 0).then(|| move_form(role, choices(false), desk));
    let remove = (!is_first).then(|| remove_form(role, choices(role.contacts == 0), desk));
    view! { {moving} {remove} }
}

fn move_form(role: &UsedRoleView, choices: AnyView, desk: Desk) -> AnyView {
    let error = refused(desk.moving);
    let id = role.role.id.clone();
    let contacts = format::plural(role.contacts, "contact", "contacts");
    let label = format!("Give all {contacts} another role");
    view! {
        <ActionForm action=desk.moving attr:class="form">
            {above(error)}
            <input type="hidden" name="from" value=id/>
            <div class="field">
                <label class="field__label" for="role-to">{label}</label>
                <select class="input input--4" id="role-to" name="to">{choices}</select>
            </div>
            <button class="button" type="submit">"Give it to all of them"</button>
        </ActionForm>
    }
    .into_any()
}

fn remove_form(role: &UsedRoleView, choices: AnyView, desk: Desk) -> AnyView {
    let error = refused(desk.remove);
    let (id, version) = (role.role.id.clone(), role.version.to_string());
    let problem = problem(error, "replacement");
    view! {
        <ActionForm action=desk.remove attr:class="form">
            {above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <div class="field">
                <label class="field__label" for="role-replacement">"When the role is removed, its contacts get"</label>
                {field_error("role-replacement-error", move || problem.get())}
                <select class="input input--4" id="role-replacement" name="replacement">{choices}</select>
            </div>
            <button class="button" type="submit">"Remove the role"</button>
        </ActionForm>
    }
    .into_any()
}
