//! What a form says when it was refused: under a field, or above all of them.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::error::{ApiError, Conflict},
    ui::{
        components::{
            field::field_problem,
            notice::{ErrorNotice, returned_error},
        },
        hooks::forms::reset_form,
    },
};

/// Why the last try was refused; before the first one, what a form that was sent without script
/// came back with.
pub fn refused<F>(action: ServerAction<F>) -> Memo<Option<ApiError>>
where
    F: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let returned = returned_error::<F>();
    Memo::new(move |_| {
        action.value().with(|value| match value {
            Some(done) => done.as_ref().err().cloned(),
            None => returned.clone(),
        })
    })
}

/// The sentence under a field.
pub fn problem(error: Memo<Option<ApiError>>, field: &'static str) -> Signal<Option<&'static str>> {
    Signal::derive(move || error.with(|error| field_problem(error.as_ref(), field)))
}

/// The sentence under a field that is named by what is in the books.
pub fn problem_of(
    error: Memo<Option<ApiError>>,
    field: impl Into<String>,
) -> Signal<Option<&'static str>> {
    let field = field.into();
    Signal::derive(move || error.with(|error| field_problem(error.as_ref(), &field)))
}

/// Whether somebody else was faster.
pub fn is_late(error: Memo<Option<ApiError>>) -> bool {
    error.with(|error| matches!(error, Some(ApiError::Conflict(Conflict::ChangedMeanwhile))))
}

/// What no field can say, above all of them; when somebody else was faster, with a way to what is
/// there now.
pub fn above_or_now(
    error: Memo<Option<ApiError>>,
    show: impl Fn() + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let way = move || {
        let show = show.clone();
        let take = move |event| {
            reset_form(&event);
            show();
        };
        is_late(error).then(|| {
            view! {
                <button class="button" type="button" on:click=move |event| take(event.into())>
                    "Show what is there now"
                </button>
            }
        })
    };
    view! { {above(error)} {way} }
}

/// What no field can say, above all of them.
pub fn above(error: Memo<Option<ApiError>>) -> impl IntoView {
    move || {
        let other = error.get().filter(|error| !matches!(error, ApiError::Invalid(_)));
        other.map(|error| view! { <ErrorNotice error=error/> })
    }
}
