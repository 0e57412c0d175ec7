//! Somebody's own account: their password, and where they are signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    icon::StaffIcon,
    notification_switches,
    refusal::{above, problem, refused},
    role_words as words, second_factor,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        staff::account::{ChangePassword, EndSession, list_sessions},
        view::SessionView,
    },
    ui::components::{chip::Chip, field::Field, notice::ErrorNotice},
};

/// The page.
#[component]
pub fn AccountPage() -> AnyView {
    let sessions = Resource::new_blocking(|| (), |()| list_sessions());
    let end = ServerAction::<EndSession>::new();
    let change = ServerAction::<ChangePassword>::new();
    Effect::new(move |before: Option<usize>| {
        let count = end.version().get() + change.version().get();
        if before.is_some_and(|before| before != count) {
            sessions.refetch();
        }
        count
    });
    let body = move || {
        Suspend::new(async move {
            match sessions.await {
                Ok(sessions) => listed(sessions, end),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Your account · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Your account"</h1></div>
            {password(change)}
            {second_factor::section()}
            {notification_switches::section()}
            <Transition fallback=|| view! { <CardSkeleton what="where you are signed in"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn password(change: ServerAction<ChangePassword>) -> impl IntoView {
    let error = refused(change);
    let done = move || {
        matches!(change.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body">
                        <p>"Your password is changed. Every other session of yours has ended."</p>
                    </div>
                </div>
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="password-title">
            <div class="card__head"><h2 id="password-title">"Password"</h2></div>
            <div class="card__body">
                <ActionForm action=change attr:class="form" attr:novalidate="">
                    {above(error)}
                    {done}
                    <Field
                        name="old"
                        label="Password now"
                        kind="password"
                        problem=problem(error, "old")
                        autocomplete="current-password"
                        class="input--4"
                    />
                    <Field
                        name="new"
                        label="New password"
                        help="At least 12 characters."
                        kind="password"
                        problem=problem(error, "new")
                        autocomplete="new-password"
                        class="input--4"
                    />
                    <button class="button button--primary" type="submit">"Change the password"</button>
                </ActionForm>
            </div>
        </section>
    }
}

fn listed(sessions: Vec<SessionView>, end: ServerAction<EndSession>) -> AnyView {
    let rows = sessions.into_iter().map(|session| row(session, end)).collect_view();
    let problem = move || {
        let error = end.value().get().and_then(Result::err);
        error.map(|error| view! { <ErrorNotice error=error/> })
    };
    view! {
        <section class="card" aria-labelledby="sessions-title">
            <div class="card__head"><h2 id="sessions-title">"Where you are signed in"</h2></div>
            <div class="card__body">
                {problem}
                <ul class="history">{rows}</ul>
            </div>
        </section>
    }
    .into_any()
}

fn row(session: SessionView, end: ServerAction<EndSession>) -> impl IntoView {
    let browser = words::browser(&session.browser);
    let label = format!("End the session of {browser}, since {}", session.since);
    let action = if session.is_this {
        view! { <Chip kind="paid" text="This browser".to_owned()/> }.into_any()
    } else {
        view! {
            <ActionForm action=end>
                <input type="hidden" name="id" value=session.id/>
                <button class="button button--quiet" type="submit" aria-label=label>"End it"</button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <li class="history__item">
            <p class="history__what">{browser}</p>
            <p class="history__who">
                {format!(
                    "From {}, since {}, last used {}",
                    session.network_address,
                    session.since,
                    session.last_seen,
                )}
            </p>
            {action}
        </li>
    }
}
