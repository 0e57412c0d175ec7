//! The second step of signing in: typing a code, turning it on and off.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    follow::Asked,
    icon::StaffIcon,
    refusal::{above, problem, refused},
    sign_in::Auth,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::{
            account::{
                TurnOffSecondFactor, TurnOnSecondFactor, second_factor, second_factor_setup,
            },
            session::SecondStep,
        },
        view::{SecondFactorSetup, SecondFactorView},
    },
    ui::{
        components::{field::Field, notice::ErrorNotice},
        format,
    },
};

/// The page between the password and everything else.
#[component]
pub fn SecondStepPage() -> AnyView {
    let step = ServerAction::<SecondStep>::new();
    let error = refused(step);
    let problem = problem(error, "app_code");
    let late = move || {
        let is_late =
            |error: &ApiError| matches!(error, ApiError::Refused | ApiError::SignInRequired);
        error.with(|error| error.as_ref().is_some_and(is_late)).then(|| {
            view! {
                <div class="notice notice--warn" role="alert">
                    <StaffIcon name="alert"/>
                    <div class="notice__body">
                        <p>"That took too long. " <a href="/staff/sign-in">"Sign in again"</a> "."</p>
                    </div>
                </div>
            }
        })
    };
    let other = move || {
        let told = |error: &ApiError| {
            !matches!(error, ApiError::Refused | ApiError::SignInRequired | ApiError::Invalid(_))
        };
        error.get().filter(told).map(|error| view! { <ErrorNotice error=error/> })
    };
    view! {
        <Title text="Second step · Quittance"/>
        <Auth title="Second step">
            <ActionForm action=step attr:class="form" attr:novalidate="">
                {late}
                {other}
                <Field
                    name="app_code"
                    label="Code"
                    help="The six digits in your authenticator app. No phone at hand? One of your \
                          recovery codes does it too."
                    problem=problem
                    autocomplete="one-time-code"
                    maxlength="40"
                />
                <button class="button button--primary button--wide" type="submit">"Go on"</button>
            </ActionForm>
        </Auth>
    }
    .into_any()
}

/// What the app needs: nothing until it is asked for.
type Setup = Asked<SecondFactorSetup>;

/// The part of the account's page.
pub fn section() -> AnyView {
    let state = Resource::new_blocking(|| (), |()| second_factor());
    let turn_on = ServerAction::<TurnOnSecondFactor>::new();
    let turn_off = ServerAction::<TurnOffSecondFactor>::new();
    let is_asked = RwSignal::new(false);
    let setup: Setup = Resource::new(
        move || is_asked.get(),
        |is_asked| async move { if is_asked { Some(second_factor_setup().await) } else { None } },
    );
    Effect::new(move |before: Option<usize>| {
        let count = turn_on.version().get() + turn_off.version().get();
        let is_on = turn_on.value().with_untracked(|done| matches!(done, Some(Ok(_))));
        let is_off = turn_off.value().with_untracked(|done| matches!(done, Some(Ok(()))));
        // What was refused changed nothing: the app keeps the secret it read.
        if before.is_some_and(|before| before != count) && (is_on || is_off) {
            is_asked.set(false);
            if is_off {
                // The codes that were shown are worth nothing any more.
                turn_on.clear();
                turn_off.clear();
            }
            state.refetch();
        }
        count
    });
    let codes = move || match turn_on.value().get() {
        Some(Ok(codes)) => Some(recovery_codes(codes)),
        _ => None,
    };
    let body = move || {
        Suspend::new(async move {
            match state.await {
                Ok(SecondFactorView { is_on: true, codes_left }) => on(codes_left, turn_off),
                Ok(_) => off(turn_on, is_asked, setup),
                Err(error) => view! { <Failure error=error id="second-failure"/> }.into_any(),
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="second-title">
            <div class="card__head"><h2 id="second-title">"Second step"</h2></div>
            <div class="card__body stack">
                {codes}
                <Transition fallback=|| view! { <CardSkeleton what="the second step"/> }>{body}</Transition>
            </div>
        </section>
    }
    .into_any()
}

fn recovery_codes(codes: Vec<String>) -> impl IntoView {
    let codes = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> });
    view! {
        <div class="notice notice--good" role="status">
            <StaffIcon name="check"/>
            <div class="notice__body">
                <p class="notice__title">"The second step is on"</p>
                <p>
                    "Keep these codes where you find them without your phone. Each signs you in once, "
                    "and they are not shown again."
                </p>
                <ul class="recovery">{codes.collect_view()}</ul>
            </div>
        </div>
    }
}

fn on(codes_left: i64, turn_off: ServerAction<TurnOffSecondFactor>) -> AnyView {
    let error = refused(turn_off);
    let problem = problem(error, "password");
    let left = format::plural(codes_left, "recovery code is", "recovery codes are");
    view! {
        <p>{format!("Signing in takes a code of your authenticator app. {left} left.")}</p>
        <ActionForm action=turn_off attr:class="form" attr:novalidate="">
            {above(error)}
            <Field
                name="password"
                label="Password, to turn it off"
                kind="password"
                problem=problem
                autocomplete="current-password"
                class="input--4"
            />
            <button class="button" type="submit">"Turn it off"</button>
        </ActionForm>
    }
    .into_any()
}

fn off(
    turn_on: ServerAction<TurnOnSecondFactor>,
    is_asked: RwSignal<bool>,
    setup: Setup,
) -> AnyView {
    let begin = move || {
        (!is_asked.get()).then(|| {
            view! {
                <p>
                    "With a code of an app on your phone, somebody who knows your password still "
                    "cannot sign in. Any authenticator app does."
                </p>
                <p>
                    <button class="button" type="button" on:click=move |_| is_asked.set(true)>
                        "Set it up"
                    </button>
                </p>
            }
        })
    };
    let steps = move || {
        Suspend::new(async move {
            match setup.await {
                None => ().into_any(),
                Some(Ok(setup)) => setting_up(setup, turn_on),
                Some(Err(error)) => view! { <ErrorNotice error=error/> }.into_any(),
            }
        })
    };
    view! {
        {begin}
        <Transition>{steps}</Transition>
    }
    .into_any()
}

fn setting_up(setup: SecondFactorSetup, turn_on: ServerAction<TurnOnSecondFactor>) -> AnyView {
    let error = refused(turn_on);
    let letters: Vec<char> = setup.secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    // The picture is made by our own server, of nothing that anybody typed as markup.
    view! {
        <p>"Scan this picture with your authenticator app, or type the key below it."</p>
        <div class="qr" role="img" aria-label="QR code for the app" inner_html=setup.picture></div>
        <p><code>{groups.join(" ")}</code></p>
        <ActionForm action=turn_on attr:class="form" attr:novalidate="">
            {above(error)}
            <input type="hidden" name="secret" value=setup.secret/>
            <Field
                name="app_code"
                label="Code that the app shows"
                problem=problem(error, "app_code")
                autocomplete="one-time-code"
                inputmode="numeric"
                maxlength="10"
                class="input--3"
            />
            <Field
                name="password"
                label="Your password"
                kind="password"
                problem=problem(error, "password")
                autocomplete="current-password"
                class="input--4"
            />
            <button class="button button--primary" type="submit">"Turn it on"</button>
        </ActionForm>
    }
    .into_any()
}
