//! The link by which an invoice is paid from outside of the portal: what is known of it, making it,
//! copying it, taking it back.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    follow::{Asked, Told, read_while},
    history_words,
    question::{Question, question},
};
use crate::{
    api::{
        error::ApiError,
        staff::pay_links::{make_pay_link, pay_link, revoke_pay_link},
        view::PayLinkView,
    },
    domain::pay_link::PayLinkState,
    ui::{
        components::notice::ErrorNotice,
        hooks::{clipboard, focus},
    },
};

/// The field with a new link, the button that makes one, and the one that takes it back.
const LINK: &str = "pay-link";
const MAKE: &str = "pay-link-make";
const REVOKE: &str = "pay-link-revoke";
const CONFIRM: &str = "pay-link-confirm";

/// What came of something, and for which invoice.
type Doing<T> = Action<String, (String, Result<T, ApiError>)>;

/// What is known, and what can be done.
#[derive(Clone, Copy)]
pub struct PayLink {
    found: Asked<PayLinkView>,
    make: Doing<String>,
    revoke: Doing<()>,
    /// The invoice of which it is asked whether its link is to be taken back.
    asked: RwSignal<String>,
    /// Whether the new link was put where it can be pasted.
    is_copied: RwSignal<bool>,
}

impl PayLink {
    /// Read while the address names an invoice and its first tab is open.
    pub fn new(asked: Memo<Option<String>>) -> Self {
        let found = read_while(Told::Figures, asked, pay_link);
        let make = Action::new(|id: &String| {
            let id = id.clone();
            async move { (id.clone(), make_pay_link(id).await) }
        });
        let revoke = Action::new(|id: &String| {
            let id = id.clone();
            async move { (id.clone(), revoke_pay_link(id).await) }
        });
        let is_copied = RwSignal::new(false);
        Effect::new(move |_| {
            if make.value().with(|value| matches!(value, Some((_, Ok(_))))) {
                is_copied.set(false);
                found.refetch();
                focus::focus_on(LINK);
            }
        });
        Effect::new(move |_| {
            if revoke.value().with(|value| matches!(value, Some((_, Ok(()))))) {
                make.value().set(None);
                found.refetch();
            }
        });
        // A key is shown to whoever made it, and no longer than they look at the invoice.
        Effect::new(move |_| {
            asked.track();
            make.value().set(None);
            revoke.value().set(None);
        });
        Self { found, make, revoke, asked: RwSignal::new(String::new()), is_copied }
    }
}

/// The part of the panel.
pub fn section(link: PayLink, id: Memo<String>) -> AnyView {
    let known = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let found = link.found.await.and_then(Result::ok);
            found.map(|found| shown(&found, link, id.get_untracked()))
        })
    };
    view! { <Transition>{known}</Transition> }.into_any()
}

fn shown(found: &PayLinkView, link: PayLink, id: String) -> Option<AnyView> {
    if found.state.is_empty() && !found.may_make {
        return None;
    }
    let made = (!found.state.is_empty()).then(|| facts(found));
    let make = found.may_make.then(|| making(found, link, id.clone()));
    let revoke = found.may_revoke.then(|| revoking(link, id));
    Some(
        view! {
            <div class="panel__body panel__body--after">
                <section class="panel__section" aria-labelledby="invoice-link">
                    <h3 id="invoice-link">"Payment link"</h3>
                    {made}
                    {make}
                    {revoke}
                </section>
            </div>
        }
        .into_any(),
    )
}

fn facts(found: &PayLinkView) -> AnyView {
    let PayLinkView { made, made_by, expires, opened, state, .. } = found;
    let said = match PayLinkState::from_word(state) {
        Some(PayLinkState::Active) if found.has_changed => {
            "Active; balance or due date changed since, and the page says so"
        }
        Some(PayLinkState::Active) => "Active",
        Some(PayLinkState::Used) => "Used: nothing is left to pay",
        Some(PayLinkState::Expired) => "Expired",
        Some(PayLinkState::Revoked) => "Revoked",
        Some(PayLinkState::Superseded) | None => "A later one took its place",
    };
    let opened = if opened.is_empty() { "Not yet".to_owned() } else { opened.clone() };
    view! {
        <dl class="facts">
            <div><dt>"Status"</dt><dd>{said}</dd></div>
            <div>
                <dt>"Made"</dt>
                <dd>{format!("{made} by {}", history_words::actor(made_by))}</dd>
            </div>
            <div><dt>"Expires"</dt><dd>{expires.clone()}</dd></div>
            <div><dt>"Opened first"</dt><dd>{opened}</dd></div>
        </dl>
    }
    .into_any()
}

/// The button that makes a link or a further key of it, and the address it made.
fn making(found: &PayLinkView, link: PayLink, id: String) -> AnyView {
    let PayLink { make, is_copied, .. } = link;
    let label = if found.is_active { "Copy payment link" } else { "Generate payment link" };
    let own = id.clone();
    let told = move || {
        let answer = make.value().with(|value| match value {
            Some((invoice, answer)) if *invoice == own => Some(answer.clone()),
            _ => None,
        });
        answer.map(|answer| match answer {
            Ok(address) => made(address, is_copied),
            Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
        })
    };
    let is_busy = move || make.pending().get();
    let ask = move |_| {
        if !is_busy() {
            make.dispatch(id.clone());
        }
    };
    view! {
        {told}
        <p>
            <button
                class="button"
                id=MAKE
                type="button"
                aria-disabled=move || is_busy().then_some("true")
                on:click=ask
            >
                {move || if is_busy() { "Making it …" } else { label }}
            </button>
        </p>
    }
    .into_any()
}

/// The address, once: it is not kept.
fn made(address: String, is_copied: RwSignal<bool>) -> AnyView {
    // News of the customer draw all of this anew.
    focus::regain_focus(LINK);
    let text = address.clone();
    let copy = move |_| clipboard::copy(LINK, &text, move || is_copied.set(true));
    let said = move || {
        if is_copied.get() {
            "Copied."
        } else {
            "It is shown once. Whoever has it sees and pays this invoice, and nothing else."
        }
    };
    view! {
        <div class="field">
            <label class="field__label" for=LINK>"Link to send"</label>
            <input class="input" id=LINK value=address readonly=true aria-describedby="pay-link-help"/>
            <p class="field__help" id="pay-link-help" role="status">{said}</p>
        </div>
        <p><button class="button button--primary" type="button" on:click=copy>"Copy"</button></p>
    }
    .into_any()
}

/// The button that takes the link back, once it was asked for and confirmed.
fn revoking(link: PayLink, id: String) -> AnyView {
    let PayLink { revoke, asked, .. } = link;
    let own = id.clone();
    let failed = move || {
        let error = revoke.value().with(|value| match value {
            Some((invoice, Err(error))) if *invoice == own => Some(error.clone()),
            _ => None,
        });
        error.map(|error| view! { <ErrorNotice error=error/> })
    };
    let buttons = question(Question {
        asked,
        about: id.clone(),
        button: (REVOKE.to_owned(), "button button--quiet"),
        label: ("Revoke", None, "Revoking …"),
        sentence: "Nobody can open it any more, whoever it was sent to. The invoice stays as it is.",
        yes: (CONFIRM, "Revoke the link", "close"),
        no: "Keep it",
        then: MAKE.to_owned(),
        is_busy: Arc::new(move || revoke.pending().get()),
        begin: Arc::new(|| {}),
        act: Arc::new(move || {
            revoke.dispatch(id.clone());
        }),
    });
    view! { {failed} {buttons} }.into_any()
}
