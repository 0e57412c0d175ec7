//! Signing in with a code from an e-mail.

use leptos::{prelude::*, server_fn::ServerFn};

use super::page::page;
use crate::{
    api::{
        error::ApiError,
        portal::session::{RedeemCode, RequestCode, sign_in_frame},
        view::PortalFrame,
    },
    ui::{
        components::{
            field::{Field, field_problem},
            icon::Icon,
            notice::{ErrorNotice, returned_error},
            portal_frame::PortalPage,
        },
        text,
    },
};

/// Step one: the address.
pub fn email() -> AnyView {
    page(sign_in_frame(), email_page)
}

fn email_page(frame: PortalFrame) -> AnyView {
    let error = returned_error::<RequestCode>();
    let problem = field_problem(error.as_ref(), "email");
    view! {
        <PortalPage frame=frame title="Sign in" is_narrow=true>
            {notice(error, problem)}
            <h1>"See and pay your invoices"</h1>
            <form class="form" action=RequestCode::PATH method="post">
                <Field
                    name="email"
                    label="Your e-mail address"
                    help="The one our invoices are sent to. We send a six-digit code to it; there \
                          is no password."
                    problem=problem
                    kind="email"
                    autocomplete="email"
                    inputmode="email"
                    maxlength="254"
                />
                <button class="button button--primary button--wide" type="submit">
                    "Send me a code"
                </button>
            </form>
            <p class="soft">
                "Did you come by a payment link? Please open it again from our mail: it stays open for \
                 two hours."
            </p>
        </PortalPage>
    }
    .into_any()
}

/// Step two: the code.
pub fn code() -> AnyView {
    page(sign_in_frame(), code_page)
}

fn code_page(frame: PortalFrame) -> AnyView {
    let error = returned_error::<RedeemCode>();
    let problem = match &error {
        Some(ApiError::Refused) => Some(text::CODE_REFUSED),
        error => field_problem(error.as_ref(), "code"),
    };
    view! {
        <PortalPage frame=frame title="Enter the code" is_narrow=true>
            <a class="crumb" href="/portal/sign-in">
                <Icon name="prev" class="icon--flip"/>
                "Other address"
            </a>
            {notice(error, problem)}
            <h1>"Enter the code"</h1>
            <p>
                "If your address is known to us, a six-digit code is on its way. It works for 10 \
                 minutes, in this browser."
            </p>
            <form class="form" action=RedeemCode::PATH method="post">
                <Field
                    name="code"
                    label="Six-digit code"
                    help="No message? Look in the spam folder, or check that this is the address \
                          our invoices go to."
                    problem=problem
                    class="input--code"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    pattern="[0-9 ]*"
                    maxlength="7"
                />
                <button class="button button--primary button--wide" type="submit">
                    "Continue"
                </button>
            </form>
            <a class="button button--wide" href="/portal/sign-in">"Send another code"</a>
        </PortalPage>
    }
    .into_any()
}

/// The error above the form, unless it is shown at its field.
fn notice(error: Option<ApiError>, problem: Option<&'static str>) -> Option<AnyView> {
    let error = error.filter(|_| problem.is_none())?;
    Some(view! { <ErrorNotice error=error/> }.into_any())
}
