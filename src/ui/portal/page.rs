//! What the portal's pages have in common.

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_params_map};

use crate::{
    api::{error::ApiError, view::BasketLine},
    ui::components::not_found::{ErrorPage, NotFoundPage},
};

/// A page: waits for what it shows, then shows it or what is in its place.
pub(super) fn page<T: Send + 'static>(
    answer: impl Future<Output = Result<T, ApiError>> + Send + 'static,
    show: fn(T) -> AnyView,
) -> AnyView {
    let found = Suspend::new(async move {
        match answer.await {
            Ok(found) => show(found),
            Err(error) => instead(error),
        }
    });
    view! { <Suspense>{found}</Suspense> }.into_any()
}

/// What is shown instead of a page.
fn instead(error: ApiError) -> AnyView {
    match error {
        ApiError::SignInRequired => view! { <Redirect path="/portal/sign-in"/> }.into_any(),
        ApiError::AccountRequired => view! { <Redirect path="/portal/accounts"/> }.into_any(),
        // The first page says whom to ask.
        ApiError::PortalClosed => view! { <Redirect path="/portal"/> }.into_any(),
        ApiError::NotFound => view! { <NotFoundPage/> }.into_any(),
        error => view! { <ErrorPage error=error/> }.into_any(),
    }
}

/// The `:id` of the page's address.
pub(super) fn id_of_page() -> String {
    use_params_map().with_untracked(|params| params.get_str("id").unwrap_or_default().to_owned())
}

/// The invoices, and what is to be paid of each, as the forms carry them.
pub(super) fn joined_portions(lines: &[BasketLine]) -> String {
    lines.iter().map(|line| line.portion.as_str()).collect::<Vec<_>>().join(",")
}
