//! What every portal page has around its content.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::icon::Icon;
use crate::{
    api::{
        portal::session::SignOutPayer,
        view::{ContactView, PortalFrame},
    },
    domain::company::ContactKind,
    ui::text,
};

/// The brand when no seller is known, on pages that could not be made.
const NO_COMPANY: &str = "Your invoices";

/// A portal page: title, header, content, footer.
#[component]
pub fn PortalPage(
    /// What is around it.
    frame: PortalFrame,
    /// What the page is called, without the seller's name.
    #[prop(into)]
    title: String,
    /// Whether it holds one short form.
    #[prop(optional)]
    is_narrow: bool,
    /// The content.
    children: Children,
) -> AnyView {
    let title =
        if frame.company.is_empty() { title } else { format!("{title} · {}", frame.company) };
    let main = if is_narrow { "portal__main portal__main--narrow" } else { "portal__main" };
    let foot = foot(&frame);
    view! {
        <Title text=title/>
        <div class="portal">
            <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
            {bar(frame)}
            <main class=main id="main" tabindex="-1">{children()}</main>
            {foot}
        </div>
    }
    .into_any()
}

fn bar(frame: PortalFrame) -> AnyView {
    let sandbox =
        frame.is_sandbox.then(|| view! { <p class="clock-banner">"Sandbox: no money moves"</p> });
    let (brand, home) = (brand(&frame), frame.home());
    let viewer = (!frame.viewer.is_empty()).then(|| {
        let who =
            format!("{} looks at this as {}. Nothing can be changed.", frame.viewer, frame.email);
        view! { <p class="clock-banner">{who}</p> }
    });
    let menu = (!frame.email.is_empty()).then(|| menu(frame));
    view! {
        <header class="portal__bar">
            <div class="portal__bar-inner">
                <a class="brand" href=home rel="external">{brand}</a>
                {sandbox}
                {viewer}
                {menu}
            </div>
        </header>
    }
    .into_any()
}

fn brand(frame: &PortalFrame) -> AnyView {
    if frame.has_logo {
        let name = frame.company.clone();
        return view! { <img class="brand__logo" src="/logo.svg" alt=name/> }.into_any();
    }
    let mark = frame.company.chars().next().map(|initial| {
        let initial = initial.to_uppercase().to_string();
        view! { <span class="brand__mark" aria-hidden="true">{initial}</span> }
    });
    let name = if frame.company.is_empty() { NO_COMPANY.to_owned() } else { frame.company.clone() };
    view! {
        {mark}
        <span class="brand__name">{name}</span>
    }
    .into_any()
}

fn menu(frame: PortalFrame) -> AnyView {
    let PortalFrame { email, account, can_switch, .. } = frame;
    let autopay = (!account.is_empty()).then(|| {
        view! { <a class="menu__item" href="/portal/autopay" rel="external"><Icon name="clearing"/>"Autopay"</a> }
    });
    let documents = (!account.is_empty()).then(|| {
        view! { <a class="menu__item" href="/portal/documents" rel="external"><Icon name="download"/>"Documents"</a> }
    });
    let who = if account.is_empty() { email.clone() } else { account };
    let switch = can_switch.then(|| {
        view! { <a class="menu__item" href="/portal/accounts" rel="external"><Icon name="swap"/>"Switch account"</a> }
    });
    view! {
        <details class="menu">
            <summary class="button button--quiet">
                <span class="visually-hidden">"Account: "</span>
                <span class="portal__who">{who}</span>
                <Icon name="down"/>
            </summary>
            <div class="menu__list">
                <p class="menu__note">{email}</p>
                {autopay}
                {documents}
                {switch}
                <form action=SignOutPayer::PATH method="post">
                    <button class="menu__item" type="submit">
                        <Icon name="out" class="icon--flip"/>
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn foot(frame: &PortalFrame) -> AnyView {
    let company = frame.company.clone();
    let questions = (!frame.contact.phone.is_empty() || !frame.contact.email.is_empty())
        .then(|| questions(&frame.contact, &company));
    let further = frame.further.iter().map(further).collect_view();
    view! {
        <footer class="portal__foot">
            <div class="portal__foot-inner">
                {questions}
                {further}
                <p>{company}</p>
            </div>
        </footer>
    }
    .into_any()
}

fn questions(contact: &ContactView, company: &str) -> AnyView {
    let name = if contact.name.is_empty() { company } else { &contact.name };
    let phone = contact.phone.clone();
    let email = contact.email.clone();
    let (lead, between) = match (phone.is_empty(), email.is_empty()) {
        (false, false) => (format!("Questions? Call {name}, "), " or write to "),
        (false, true) => (format!("Questions? Call {name}, "), ""),
        _ => (format!("Questions? Write to {name}, "), ""),
    };
    let call = (!phone.is_empty()).then(|| call(&phone));
    let write = (!email.is_empty()).then(|| write(&email));
    view! {
        <p>
            <span>{lead}</span>
            {call}
            <span>{between}</span>
            {write}
        </p>
    }
    .into_any()
}

fn call(phone: &str) -> impl IntoView + use<> {
    view! { <a class="nowrap" href=phone_link(phone)>{phone.to_owned()}</a> }
}

fn write(email: &str) -> impl IntoView + use<> {
    view! { <a href=format!("mailto:{email}")>{email.to_owned()}</a> }
}

/// Somebody else who may be asked.
fn further((kind, contact): &(ContactKind, ContactView)) -> AnyView {
    let ContactView { name, email, phone } = contact;
    let lead = match (text::contact_kind(*kind), name.as_str()) {
        (kind, "") => format!("{kind}: "),
        (kind, name) => format!("{kind}: {name}, "),
    };
    let between = if phone.is_empty() || email.is_empty() { "" } else { ", " };
    view! {
        <p>
            <span>{lead}</span>
            {(!phone.is_empty()).then(|| call(phone))}
            <span>{between}</span>
            {(!email.is_empty()).then(|| write(email))}
        </p>
    }
    .into_any()
}

/// `tel:+12165550199`.
pub fn phone_link(phone: &str) -> String {
    let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{digits}")
}
