//! Choosing a password with a mailed code: after an invitation, or when it was forgotten.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    icon::StaffIcon,
    refusal::{above, problem, refused},
    sign_in::Auth,
};
use crate::{
    api::{
        error::ApiError,
        staff::session::{RequestStaffCode, SetPassword},
    },
    ui::components::{
        field::{Field, field_error, field_problem},
        notice::ErrorNotice,
    },
};

/// The page.
#[component]
pub fn PasswordPage() -> AnyView {
    let set = ServerAction::<SetPassword>::new();
    let error = refused(set);
    let problem = move |field: &'static str| {
        Signal::derive(move || {
            error.with(|error| match error {
                Some(ApiError::Refused) if field == "mailed_code" => Some(
                    "That is not the code, or it was used or is too old. Check it, or ask for \
                     another.",
                ),
                error => field_problem(error.as_ref(), field),
            })
        })
    };
    let whole = move || {
        let told = |error: &ApiError| !matches!(error, ApiError::Invalid(_) | ApiError::Refused);
        error.get().filter(told).map(|error| view! { <ErrorNotice error=error/> })
    };
    view! {
        <Title text="Choose a password · Quittance"/>
        <Auth title="Choose a password">
            <ActionForm action=set attr:class="form" attr:novalidate="">
                {whole}
                <Field
                    name="email"
                    label="Your e-mail address"
                    kind="email"
                    problem=problem("email")
                    autocomplete="username"
                    maxlength="254"
                />
                <Field
                    name="mailed_code"
                    label="Code from the e-mail"
                    help="Twelve letters and digits, such as K7QM-2XPA-9DTR."
                    problem=problem("mailed_code")
                    autocomplete="one-time-code"
                    maxlength="40"
                />
                <Field
                    name="password"
                    label="New password"
                    help="At least 12 characters. A few words in a row are easy to remember."
                    kind="password"
                    problem=problem("password")
                    autocomplete="new-password"
                />
                <button class="button button--primary button--wide" type="submit">"Set the password"</button>
            </ActionForm>
            {another_code()}
        </Auth>
    }
    .into_any()
}

/// Asking for a code.
fn another_code() -> impl IntoView {
    let request = ServerAction::<RequestStaffCode>::new();
    let error = refused(request);
    let problem = problem(error, "email");
    let done = move || {
        matches!(request.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="mail"/>
                    <div class="notice__body">
                        <p>"If this is a user’s address, a code is on its way. It is valid for 30 minutes."</p>
                    </div>
                </div>
            }
        })
    };
    view! {
        <details class="disclosure">
            <summary>"No code? Ask for one"</summary>
            <ActionForm action=request attr:class="form" attr:novalidate="">
                {above(error)}
                {done}
                <div class="field">
                    <label class="field__label" for="ask-email">"Your e-mail address"</label>
                    {field_error("ask-email-error", move || problem.get())}
                    <input
                        class="input"
                        id="ask-email"
                        name="email"
                        type="email"
                        autocomplete="username"
                        aria-invalid=move || problem.get().is_some().then_some("true")
                        aria-describedby=move || problem.get().is_some().then_some("ask-email-error")
                    />
                </div>
                <button class="button" type="submit">"Mail me a code"</button>
            </ActionForm>
        </details>
    }
}
