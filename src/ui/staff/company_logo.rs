//! The company's logo: bringing another, and taking it away.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    icon::StaffIcon,
    refusal::{above, above_or_now, refused},
};
use crate::{
    api::{
        error::ApiError,
        staff::company::{RemoveLogo, company_logo},
        view::LogoView,
    },
    domain::file::{FileRefusal, LOGO_BYTES_MAX},
    ui::{
        components::{field::field_alert, notice::ErrorNotice},
        hooks::{
            focus,
            upload::{self, Upload},
        },
        text,
    },
};

/// The form that brings one.
const FORM: &str = "logo-form";
/// Its field of the file.
const FILE: &str = "logo-file";
/// The heading; what takes the logo away leads back there.
const TITLE: &str = "company-logo";

type Known = Resource<Result<LogoView, ApiError>>;

/// The part of the page.
pub fn section() -> AnyView {
    let known: Known = Resource::new_blocking(|| (), |()| company_logo());
    let remove = ServerAction::<RemoveLogo>::new();
    let state = RwSignal::new(Upload::default());
    Effect::new(move |_| {
        if state.with(|state| *state == Upload::Done) {
            upload::empty(FORM);
            remove.clear();
            known.refetch();
        }
    });
    Effect::new(move |_| {
        if matches!(remove.value().get(), Some(Ok(()))) {
            state.set(Upload::Idle);
            focus::focus_on(TITLE);
            known.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match known.await {
                Ok(found) => shown(found, remove, state, known),
                Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
            }
        })
    };
    // The heading is not among what is drawn anew: it would lose the focus that came back to it.
    view! {
        <section class="card" aria-labelledby=TITLE>
            <div class="card__head"><h2 id=TITLE tabindex="-1">"Logo"</h2></div>
            <div class="card__body">
                <p class="soft">
                    "At the top of the portal, and on printed invoices and receipts. Mail has your name."
                </p>
                <Transition fallback=|| {
                    view! { <p class="soft" role="status">"Loading the logo"</p> }
                }>{body}</Transition>
            </div>
        </section>
    }
    .into_any()
}

fn shown(
    found: LogoView,
    remove: ServerAction<RemoveLogo>,
    state: RwSignal<Upload>,
    known: Known,
) -> AnyView {
    let LogoView { version, is_there } = found;
    let now = if is_there {
        // A logo that was replaced is not to be taken from the browser's memory.
        let src = format!("/logo.svg?{version}");
        view! {
            <figure>
                <img class="brand__logo" src=src alt="Your logo"/>
                <figcaption class="field__help">"As it stands at the top of the portal."</figcaption>
            </figure>
        }
        .into_any()
    } else {
        view! { <p class="soft">"There is none. Your name is shown instead."</p> }.into_any()
    };
    let show_now = move || {
        remove.clear();
        state.set(Upload::Idle);
        known.refetch();
    };
    let error = refused(remove);
    let own = version.clone();
    let removing = is_there.then(|| {
        view! {
            <ActionForm action=remove attr:class="form">
                {above_or_now(error, show_now)}
                <input type="hidden" name="version" value=own/>
                <button class="button" type="submit">"Remove the logo"</button>
            </ActionForm>
        }
    });
    view! {
        {now}
        {bringing(version, state, show_now)}
        {removing}
    }
    .into_any()
}

fn bringing(
    version: String,
    state: RwSignal<Upload>,
    show_now: impl Fn() + Clone + Send + Sync + 'static,
) -> AnyView {
    // Without script the answer is in the address.
    let returned = use_query_map()
        .with_untracked(|query| query.get_str("refused").and_then(FileRefusal::from_word));
    let refusal = Memo::new(move |_| match state.get() {
        Upload::Refused(refusal) => Some(refusal),
        Upload::Idle => returned,
        _ => None,
    });
    let failed = Memo::new(move |_| match state.get() {
        Upload::Failed(error) => Some(error),
        _ => None,
    });
    let is_late = move || failed.with(Option::is_some);
    let show = move || {
        let show_now = show_now.clone();
        is_late().then(|| {
            view! {
                <button class="button" type="button" on:click=move |_| show_now()>
                    "Show what is there now"
                </button>
            }
        })
    };
    let done = move || {
        state.with(|state| *state == Upload::Done).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body">
                        <p>"Saved. Browsers show the logo they know for up to five minutes."</p>
                    </div>
                </div>
            }
        })
    };
    let problem = field_alert("logo-error", move || refusal.get().map(text::logo_refusal));
    let is_busy = move || state.with(Upload::is_busy);
    let is_bad = move || refusal.with(Option::is_some);
    view! {
        <form
            class="form"
            id=FORM
            action="/staff/settings/logo"
            method="post"
            enctype="multipart/form-data"
            aria-label="New logo"
            on:submit=move |event| upload::send(&event, LOGO_BYTES_MAX, state)
        >
            {done}
            {above(failed)}
            {show}
            <input type="hidden" name="version" value=version/>
            <div class=move || if is_bad() { "field field--bad" } else { "field" }>
                <label class="field__label" for=FILE>"An SVG drawing"</label>
                {problem}
                <input
                    class="input"
                    id=FILE
                    name="file"
                    type="file"
                    accept=".svg,image/svg+xml"
                    aria-invalid=move || is_bad().then_some("true")
                    aria-describedby=move || {
                        if is_bad() { "logo-error logo-help" } else { "logo-help" }
                    }
                />
                <p class="field__help" id="logo-help">
                    "Up to 64 kB. Turn letters into outlines: the fonts of your computer are not known to \
                     others. Scripts, links, animations and anything from elsewhere are refused."
                </p>
            </div>
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || is_busy().then_some("true")
                >
                    {move || if is_busy() { "Uploading …" } else { "Upload the logo" }}
                </button>
            </div>
        </form>
    }
    .into_any()
}
