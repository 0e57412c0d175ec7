//! People on our side: who they are, adding them, what they may do and see.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    icon::StaffIcon,
    refusal::{above, problem},
    role_words as words,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::team::{
            ForgetSecondFactor, InviteUser, SaveUser, SendUserCode, SignOutUser, list_team,
        },
        view::{TeamUserView, TeamView, UserState},
    },
    domain::permission::{Permission, Permissions, Role},
    ui::{
        components::{
            chip::Chip,
            field::{Field, field_error},
            notice::returned_error,
        },
        format,
    },
};

/// The word in the address that opens an empty form.
const NEW: &str = "new";

/// What the page can do. Each is kept by the page, so that what it said outlives the form.
#[derive(Clone, Copy)]
struct Steps {
    invite: ServerAction<InviteUser>,
    save: ServerAction<SaveUser>,
    send_code: ServerAction<SendUserCode>,
    sign_out: ServerAction<SignOutUser>,
    forget_factor: ServerAction<ForgetSecondFactor>,
}

impl Steps {
    fn new() -> Self {
        Self {
            invite: ServerAction::new(),
            save: ServerAction::new(),
            send_code: ServerAction::new(),
            sign_out: ServerAction::new(),
            forget_factor: ServerAction::new(),
        }
    }

    fn clear(self) {
        self.invite.clear();
        self.save.clear();
        self.send_code.clear();
        self.sign_out.clear();
        self.forget_factor.clear();
    }

    /// How often something was done.
    fn count(self) -> usize {
        self.invite.version().get()
            + self.save.version().get()
            + self.send_code.version().get()
            + self.sign_out.version().get()
            + self.forget_factor.version().get()
    }

    /// What the last try came to, when it was refused.
    fn error(self) -> Option<ApiError> {
        let failed = |value: Option<Result<(), ApiError>>| value.and_then(Result::err);
        failed(self.invite.value().get())
            .or_else(|| failed(self.save.value().get()))
            .or_else(|| failed(self.send_code.value().get()))
            .or_else(|| failed(self.sign_out.value().get()))
            .or_else(|| failed(self.forget_factor.value().get()))
    }
}

/// The page.
#[component]
pub fn TeamPage() -> AnyView {
    let team = Resource::new_blocking(|| (), |()| list_team());
    let query = use_query_map();
    let open = Memo::new(move |_| query.with(|query| query.get("user").unwrap_or_default()));
    let done = move || query.with(|query| query.get("done").as_deref().and_then(words::done));
    let steps = Steps::new();
    Effect::new(move |before: Option<usize>| {
        let count = steps.count();
        // What was refused changed nothing, and what was typed stays.
        if before.is_some_and(|before| before != count) && steps.error().is_none() {
            team.refetch();
        }
        count
    });
    Effect::new(move |before: Option<String>| {
        let now = open.get();
        if before.is_some_and(|before| before != now) {
            steps.clear();
        }
        now
    });
    let notice = move || {
        done().map(|sentence| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>{sentence}</p></div>
                </div>
            }
        })
    };
    let body = move || {
        Suspend::new(async move {
            match team.await {
                Ok(team) => shown(team, open, steps),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Team · Quittance"/>
        <div class="page">
            <div class="page__head">
                <h1>"Team"</h1>
                <a class="button button--primary" href=format!("/staff/team?user={NEW}")>"Invite somebody"</a>
            </div>
            {notice}
            <Transition fallback=|| view! { <CardSkeleton what="the team"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn shown(team: TeamView, open: Memo<String>, steps: Steps) -> AnyView {
    let rows = team.users.iter().map(|user| row(user, open)).collect_view();
    let form = move || {
        open.with(|open| match open.as_str() {
            "" => None,
            NEW => Some(form(&team, None, steps)),
            id => {
                let user = team.users.iter().find(|user| user.id == id);
                user.map(|user| form(&team, Some(user), steps))
            }
        })
    };
    view! {
        {form}
        <div class="table-scroll" role="region" aria-label="Team" tabindex="0">
            <table class="data-table data-table--cards data-table--stacked">
                <caption class="visually-hidden">"Team, by name"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Sees"</th>
                        <th scope="col">"Last here"</th>
                        <th scope="col">"State"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(user: &TeamUserView, open: Memo<String>) -> impl IntoView + use<> {
    let href = format!("/staff/team?user={}", user.id);
    let own = user.id.clone();
    let is_current = move || open.with(|open| (*open == own).then_some("true"));
    let (kind, state) = words::state(user.state);
    let you = user.is_self.then(|| view! { <span class="soft">" (you)"</span> });
    let last_seen =
        if user.last_seen.is_empty() { "–".to_owned() } else { user.last_seen.clone() };
    view! {
        <tr aria-current=is_current>
            <th scope="row">
                <a href=href>{user.name.clone()}</a>
                {you}
                <br/>
                <span class="soft">{user.email.clone()}</span>
            </th>
            <td data-label="Role">{words::of_user(user)}</td>
            <td data-label="Sees">{words::sees(user)}</td>
            <td data-label="Last here">{last_seen}</td>
            <td class="data-table__end"><Chip kind=kind text=state.to_owned()/></td>
        </tr>
    }
}

/// What the form of a user begins with.
struct Start {
    id: String,
    version: i64,
    email: String,
    name: String,
    role: Role,
    permissions: Permissions,
    is_limited: bool,
    is_disabled: bool,
    has_second_factor: bool,
}

impl Start {
    fn of(user: Option<&TeamUserView>, team: &TeamView) -> Self {
        match user {
            Some(user) => Self {
                id: user.id.clone(),
                version: user.version,
                email: user.email.clone(),
                name: user.name.clone(),
                role: user.role,
                permissions: user.permissions.clone(),
                is_limited: user.own_customers_only,
                is_disabled: user.state == UserState::Disabled,
                has_second_factor: user.has_second_factor,
            },
            None => Self {
                id: String::new(),
                version: 0,
                email: String::new(),
                name: String::new(),
                role: Role::Specialist,
                permissions: Role::Specialist.preset().within(&team.permissions),
                is_limited: false,
                is_disabled: false,
                has_second_factor: false,
            },
        }
    }
}

fn form(team: &TeamView, user: Option<&TeamUserView>, steps: Steps) -> AnyView {
    if let Some(user) = user.filter(|user| !user.may_change) {
        return not_theirs(user);
    }
    let start = Start::of(user, team);
    let is_new = user.is_none();
    let is_self = user.is_some_and(|user| user.is_self);
    let returned = returned_error::<InviteUser>().or_else(returned_error::<SaveUser>);
    let error = Memo::new(move |_| steps.error().or_else(|| returned.clone()));
    let hidden = view! {
        <input type="hidden" name="user[id]" value=start.id.clone()/>
        <input type="hidden" name="user[version]" value=start.version.to_string()/>
    };
    let email = if is_new {
        view! {
            <Field
                name="user[email]"
                label="E-mail"
                kind="email"
                problem=problem(error, "email")
                autocomplete="off"
                maxlength="254"
            />
        }
        .into_any()
    } else {
        view! { <p class="soft">{start.email.clone()}</p> }.into_any()
    };
    let duties =
        if is_self { kept_duties(&start) } else { duties(team, &start, problem(error, "role")) };
    let disabled = (!is_new && !is_self).then(|| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name="user[is_disabled]"
                    value="true"
                    checked=start.is_disabled
                />
                <span>"May not sign in: signed out at once, everything they did stays"</span>
            </label>
        }
    });
    let name = start.name.clone();
    let fields = view! {
        {above(error)}
        {hidden}
        <Field
            name="user[name]"
            label="Name"
            problem=problem(error, "name")
            value=name
            autocomplete="off"
            maxlength="200"
            is_optional=true
        />
        {email}
        {duties}
        {disabled}
        <div class="form__actions">
            <button class="button button--primary" type="submit">
                {if is_new { "Send the invitation" } else { "Save" }}
            </button>
            <a class="button" href="/staff/team">"Cancel"</a>
        </div>
    };
    let title = if is_new { "Invite somebody" } else { "Change a user" };
    let form = if is_new {
        view! { <ActionForm action=steps.invite attr:class="form" attr:novalidate="">{fields}</ActionForm> }.into_any()
    } else {
        view! { <ActionForm action=steps.save attr:class="form" attr:novalidate="">{fields}</ActionForm> }.into_any()
    };
    let others = (!is_new && !is_self && !start.is_disabled).then(|| {
        let [first, second, third] = std::array::from_fn(|_| {
            view! { <input type="hidden" name="id" value=start.id.clone()/> }
        });
        let forget = start.has_second_factor.then(|| {
            view! {
                <ActionForm action=steps.forget_factor>
                    {third}
                    <button class="button button--quiet" type="submit">
                        "Turn off their second step"
                    </button>
                </ActionForm>
            }
        });
        view! {
            <div class="card__foot">
                <ActionForm action=steps.send_code>
                    {first}
                    <button class="button button--quiet" type="submit">
                        "Mail a code for a new password"
                    </button>
                </ActionForm>
                <ActionForm action=steps.sign_out>
                    {second}
                    <button class="button button--quiet" type="submit">"Sign out everywhere"</button>
                </ActionForm>
                {forget}
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="user-title">
            <div class="card__head"><h2 id="user-title">{title}</h2></div>
            <div class="card__body">{form}</div>
            {others}
        </section>
    }
    .into_any()
}

fn not_theirs(user: &TeamUserView) -> AnyView {
    view! {
        <section class="card" aria-labelledby="user-title">
            <div class="card__head"><h2 id="user-title">{user.name.clone()}</h2></div>
            <div class="card__body">
                <p>{format!("{}, {}", words::role(user.role), words::role_means(user.role))}</p>
                <p class="soft">"Only an owner can change an owner, and nobody changes what they may not do themselves."</p>
            </div>
        </section>
    }
    .into_any()
}

/// Somebody's own duties, which they keep.
fn kept_duties(start: &Start) -> AnyView {
    let limited = start
        .is_limited
        .then(|| view! { <input type="hidden" name="user[own_customers_only]" value="true"/> });
    view! {
        <input type="hidden" name="user[role]" value=start.role.as_str()/>
        <input type="hidden" name="user[permissions]" value=start.permissions.to_string()/>
        <input type="hidden" name="user[permissions_of]" value=start.role.as_str()/>
        {limited}
        <p>{format!("{}: {}", words::role(start.role), words::role_means(start.role))}</p>
        <p class="soft">"Nobody changes their own role. Ask another user who may."</p>
    }
    .into_any()
}

fn duties(team: &TeamView, start: &Start, problem: Signal<Option<&'static str>>) -> AnyView {
    let role = RwSignal::new(start.role);
    let permissions = RwSignal::new(start.permissions.clone());
    let is_limited = RwSignal::new(start.is_limited);
    let first = start.role;
    let may_give = StoredValue::new(team.permissions.clone());
    let option = |each: Role| {
        let label = format!("{}: {}", words::role(each), words::role_means(each));
        view! { <option value=each.as_str() selected=each == first>{label}</option> }
    };
    // What somebody is can always be kept.
    let roles = Role::ALL.into_iter().filter(|each| *each == first || team.roles.contains(each));
    let options = roles.map(option).collect_view();
    let choose = move |word: String| {
        if let Some(chosen) = Role::from_word(&word) {
            role.set(chosen);
            permissions.set(chosen.preset().within(&may_give.get_value()));
            if chosen == Role::Owner {
                is_limited.set(false);
            }
        }
    };
    let tick = |permission: Permission| {
        let toggle = move |_| {
            permissions.update(|now| {
                let has = now.has(permission);
                *now = Permission::ALL
                    .into_iter()
                    .filter(|one| if *one == permission { !has } else { now.has(*one) })
                    .collect();
            });
        };
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || permissions.with(|now| now.has(permission))
                    checked=permissions.with_untracked(|now| now.has(permission))
                    disabled=move || role.get() == Role::Owner
                    on:change=toggle
                />
                <span>{words::permission(permission)}</span>
            </label>
        }
    };
    let ticks = team.permissions.iter().map(tick).collect_view();
    let chosen = move || {
        let count = permissions.with(|now| now.iter().count());
        format::plural(i64::try_from(count).unwrap_or(0), "permission", "permissions")
    };
    view! {
        <div class="field">
            <label class="field__label" for="user-role">"Role"</label>
            {field_error("user-role-error", move || problem.get())}
            <select
                class="input"
                id="user-role"
                name="user[role]"
                on:change:target=move |event| choose(event.target().value())
            >
                {options}
            </select>
        </div>
        <input
            type="hidden"
            name="user[permissions_of]"
            prop:value=move || role.get().as_str()
            value=first.as_str()
        />
        <input type="hidden" name="user[permissions]" prop:value=move || permissions.with(ToString::to_string) value=start.permissions.to_string()/>
        <details class="disclosure">
            <summary>"What they may do: " {chosen}</summary>
            <fieldset class="choices">
                <legend class="visually-hidden">"Permissions"</legend>
                {ticks}
            </fieldset>
        </details>
        <label class="check">
            <input
                type="checkbox"
                name="user[own_customers_only]"
                value="true"
                prop:checked=move || is_limited.get()
                checked=start.is_limited
                disabled=move || role.get() == Role::Owner
                on:change:target=move |event| is_limited.set(event.target().checked())
            />
            <span>"Sees only the customers they are responsible for"</span>
        </label>
    }
    .into_any()
}
