//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{icon::StaffIcon, words};
use crate::{
    api::staff::session::SignInStaff,
    ui::{components::notice::returned_error, hooks::marker::mark_hydrated},
};

/// What is around the pages of whoever is not signed in.
#[component]
pub fn Auth(
    /// The heading.
    title: &'static str,
    /// The forms.
    children: Children,
) -> AnyView {
    mark_hydrated();
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <main class="auth" id="main" tabindex="-1">
            <p class="brand">
                <span class="brand__mark" aria-hidden="true">"Q"</span>
                "Quittance"
            </p>
            <div class="auth__card">
                <h1>{title}</h1>
                {children()}
            </div>
            <p class="auth__foot">
                "Here to pay an invoice? "
                <a href="/portal" rel="external">"Go to the payment portal"</a>
            </p>
        </main>
    }
    .into_any()
}

/// Signing in.
#[component]
pub fn SignInPage() -> AnyView {
    let error = returned_error::<SignInStaff>();
    let is_set = use_query_map().with_untracked(|query| query.get_str("set").is_some());
    let notice = error.map(|error| {
        view! {
            <div class="notice notice--bad" role="alert">
                <StaffIcon name="alert"/>
                <div class="notice__body">
                    <p class="notice__title">"That did not work"</p>
                    <p>{words::sign_in_failure(&error)}</p>
                </div>
            </div>
        }
    });
    let set = (is_set && notice.is_none()).then(|| {
        view! {
            <div class="notice notice--good" role="status">
                <StaffIcon name="check"/>
                <div class="notice__body"><p>"Your password is set. Sign in with it."</p></div>
            </div>
        }
    });
    view! {
        <Title text="Sign in · Quittance"/>
        <Auth title="Sign in">
                {set}
                {notice}
                <form class="form" action=SignInStaff::PATH method="post">
                    <div class="field">
                        <label class="field__label" for="email">"E-mail"</label>
                        <input
                            class="input"
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            required
                        />
                    </div>
                    <div class="field">
                        <label class="field__label" for="password">"Password"</label>
                        <input
                            class="input"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                        />
                    </div>
                    <button class="button button--primary button--wide" type="submit">
                        "Sign in"
                    </button>
                </form>
                <p class="soft"><a href="/staff/password">"Forgot your password, or invited?"</a></p>
        </Auth>
    }
    .into_any()
}
