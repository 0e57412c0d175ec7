//! What is around every page of the staff's side: rail, top bar, keys, live figures.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::{use_location, use_query_map},
};

use super::{
    bell::{Bell, bell, use_bell},
    icon::StaffIcon,
    keyboard::{KeyList, SEARCH, UnsavedQuestion, use_keyboard},
    list_url::ListAddress,
    palette::{Palette, use_palette},
    panel_notes::use_drafts,
    state::SIGN_IN,
};
use crate::{
    api::{
        error::ApiError,
        staff::session::{SignOutStaff, staff_frame},
        view::StaffFrame,
    },
    domain::permission::Permission,
    ui::{
        components::notice::StaffSide,
        hooks::{forms::use_get_form, live::use_live, marker::mark_hydrated},
    },
};

type Frame = Resource<Result<StaffFrame, ApiError>>;

/// What is around every other page.
#[component]
pub fn FramePage() -> AnyView {
    let frame: Frame = Resource::new_blocking(|| (), |()| staff_frame());
    mark_hydrated();
    provide_context(use_live());
    provide_context(StaffSide);
    provide_context(use_drafts());
    use_keyboard();
    use_palette();
    view! {
        <div class="frame">
            <a class="skip-link" href="#main" rel="external" data-behind="">"Skip to content"</a>
            <Rail frame=frame/>
            <TopBar frame=frame/>
            <main class="frame__main" id="main" tabindex="-1"><Outlet/></main>
            <KeyList/>
            <UnsavedQuestion/>
            <Palette/>
        </div>
    }
    .into_any()
}

/// The part of the staff's side that an address belongs to.
fn section(path: &str) -> &'static str {
    let rest = path.strip_prefix("/staff").unwrap_or(path).trim_matches('/');
    match rest.split('/').next().unwrap_or_default() {
        "" | "invoices" => "invoices",
        "customers" => "customers",
        "paid" => "paid",
        "forecast" => "forecast",
        "import" => "import",
        "team" => "team",
        "settings" => "settings",
        "mailbox" => "mailbox",
        _ => "",
    }
}

#[component]
fn Rail(frame: Frame) -> AnyView {
    let path = use_location().pathname;
    let current = Memo::new(move |_| path.with(|path| section(path)));
    let item = move |key: &'static str, label: &'static str, icon: &'static str| {
        let is_current = move || (current.get() == key).then_some("page");
        view! {
            <li>
                <a class="rail__item" href=format!("/staff/{key}") aria-current=is_current>
                    <StaffIcon name=icon/>
                    <span class="rail__label">{label}</span>
                </a>
            </li>
        }
    };
    // What somebody may not do is not offered to them.
    let permitted = move || {
        Suspend::new(async move {
            let frame = frame.await.ok()?;
            let is_keeper = frame.permissions.has(Permission::Settings);
            let foresees = frame.permissions.has(Permission::Forecast);
            let leads = frame.permissions.has(Permission::Team);
            // Whoever may change one part of the settings sees that one.
            let sets = [
                Permission::Settings,
                Permission::Payments,
                Permission::Workflows,
                Permission::Statements,
                Permission::Documents,
            ];
            let sets = sets.into_iter().any(|one| frame.permissions.has(one));
            Some(view! {
                {foresees.then(|| item("forecast", "Forecast", "clock"))}
                {is_keeper.then(|| item("import", "Import", "upload"))}
                {leads.then(|| item("team", "Team", "user"))}
                {sets.then(|| item("settings", "Settings", "settings"))}
                {(is_keeper && frame.has_mailbox).then(|| item("mailbox", "Mailbox", "mail"))}
            })
        })
    };
    view! {
        <nav class="rail" aria-label="Main" data-behind="">
            <a class="brand" href="/staff" aria-label="Quittance">
                <span class="brand__mark" aria-hidden="true">"Q"</span>
                <span class="brand__name">"Quittance"</span>
            </a>
            <ul class="rail__list">
                {item("customers", "Customers", "customers")}
                {item("invoices", "Invoices", "invoice")}
                {item("paid", "Paid", "paid")}
                <Suspense>{permitted}</Suspense>
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn TopBar(frame: Frame) -> AnyView {
    let path = use_location().pathname;
    let query = use_query_map();
    // The search is for the list on the screen; elsewhere it is for open invoices.
    let target = Memo::new(move |_| {
        path.with(|path| match section(path) {
            "customers" => "/staff/customers",
            "paid" => "/staff/paid",
            _ => "/staff/invoices",
        })
    });
    let label = move || match target.get() {
        "/staff/customers" => "Search customers",
        "/staff/paid" => "Search paid invoices",
        _ => "Search unpaid invoices",
    };
    let searched =
        move || query.with(|query| ListAddress::read("", |name| query.get(name)).list.search);
    let banner =
        move || Suspend::new(async move { frame.await.ok().and_then(|frame| banner(&frame)) });
    let bell = use_bell();
    let account = move || {
        Suspend::new(async move {
            match frame.await {
                Ok(frame) => account(frame, bell),
                Err(ApiError::SignInRequired) => view! { <Redirect path=SIGN_IN/> }.into_any(),
                // The page below says what failed.
                Err(_) => ().into_any(),
            }
        })
    };
    view! {
        <header class="topbar" data-behind="">
            <form
                class="topbar__search"
                role="search"
                action=move || target.get()
                method="get"
                on:submit=use_get_form()
            >
                <StaffIcon name="search"/>
                <label class="visually-hidden" for=SEARCH>{label}</label>
                <input
                    class="input"
                    id=SEARCH
                    name="search"
                    type="search"
                    value=searched
                    prop:value=searched
                    placeholder="Search"
                    autocomplete="off"
                    aria-keyshortcuts="/"
                />
                <kbd class="key" aria-hidden="true">"/"</kbd>
                <button class="visually-hidden" type="submit">"Search"</button>
            </form>
            <Suspense>{banner}</Suspense>
            <div class="topbar__end"><Suspense>{account}</Suspense></div>
        </header>
    }
    .into_any()
}

/// That no real money moves, and what the clock says when somebody moved it.
fn banner(frame: &StaffFrame) -> Option<impl IntoView + use<>> {
    if !frame.is_sandbox && frame.moved_clock.is_empty() {
        return None;
    }
    let words = match (frame.is_sandbox, frame.moved_clock.is_empty()) {
        (true, true) => "Sandbox. No real money moves.".to_owned(),
        (true, false) => format!("Sandbox. The clock says {}.", frame.moved_clock),
        (false, _) => format!("The clock says {}.", frame.moved_clock),
    };
    let link =
        frame.is_sandbox.then(|| view! { <a href="/sandbox" rel="external">"Move the clock"</a> });
    Some(view! {
        <p class="clock-banner">
            <StaffIcon name="clock"/>
            <span>{words}</span>
            " "
            {link}
        </p>
    })
}

fn account(frame: StaffFrame, known: Bell) -> AnyView {
    let name = if frame.name.is_empty() { frame.email.clone() } else { frame.name };
    let hidden = format!("Your account, {name}");
    view! {
        {bell(frame.news, known)}
        <details class="menu">
            <summary class="button button--quiet">
                <StaffIcon name="user"/>
                <span class="only-wide">{name}</span>
                <span class="visually-hidden only-narrow">{hidden}</span>
                <StaffIcon name="down"/>
            </summary>
            <div class="menu__list">
                <p class="menu__note">
                    <span>{format!("Signed in to {} as {}", frame.company, frame.email)}</span>
                </p>
                <a class="menu__item" href="/staff/account">
                    <StaffIcon name="user"/>
                    "Your account"
                </a>
                <form action=SignOutStaff::PATH method="post">
                    <button class="menu__item" type="submit">
                        <StaffIcon name="out" class="icon--flip"/>
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_a_section() {
        for (path, expected) in [
            ("/staff", "invoices"),
            ("/staff/", "invoices"),
            ("/staff/invoices", "invoices"),
            ("/staff/paid", "paid"),
            ("/staff/import/runs/7", "import"),
            ("/staff/mailbox/7", "mailbox"),
            ("/staff/forecast", "forecast"),
            ("/staff/team", "team"),
            ("/staff/settings", "settings"),
            ("/staff/settings/company", "settings"),
            ("/staff/account", ""),
            ("/staff/nowhere", ""),
        ] {
            assert_eq!(section(path), expected, "{path}");
        }
    }
}
