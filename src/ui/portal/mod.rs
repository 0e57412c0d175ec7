//! What payers see. Every page is whole before it is sent and every action is a plain form, so
//! that nothing here needs script; what is better with it carries `data-live`.

#[cfg(feature = "ssr")]
pub mod accounts;
mod bills;
#[cfg(feature = "ssr")]
pub mod choose;
pub mod home;
#[cfg(feature = "ssr")]
pub mod invoice;
#[cfg(feature = "ssr")]
pub mod paid;
pub mod payment;
#[cfg(feature = "ssr")]
pub mod review;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod tree;

use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_params_map};

use super::components::{
    not_found::{ErrorPage, NotFoundPage},
    portal_frame::skeleton,
};
use crate::api::{error::ApiError, view::BasketLine};

/// A page: waits for what it shows, then shows it or what is in its place.
fn page<T>(
    answer: Resource<Result<T, ApiError>>,
    show: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=skeleton>
            {move || Suspend::new(async move {
                match answer.await {
                    Ok(found) => show(found),
                    Err(error) => instead(error),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// What is shown instead of a page.
fn instead(error: ApiError) -> AnyView {
    match error {
        ApiError::SignInRequired => view! { <Redirect path="/portal/sign-in"/> }.into_any(),
        ApiError::AccountRequired => view! { <Redirect path="/portal/accounts"/> }.into_any(),
        ApiError::NotFound => view! { <NotFoundPage/> }.into_any(),
        error => view! { <ErrorPage error=error/> }.into_any(),
    }
}

/// The `:id` of the page's address.
fn id_of_page() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|params| params.get_str("id").unwrap_or_default().to_owned())
}

/// The address of the step in which a method is chosen.
fn choose_address(lines: &[BasketLine]) -> String {
    let mut address = "/portal/pay".to_owned();
    for (index, line) in lines.iter().enumerate() {
        address.push_str(if index == 0 { "?invoice=" } else { "&invoice=" });
        address.push_str(&line.id);
    }
    address
}

/// The invoices as the forms carry them.
#[cfg(feature = "ssr")]
fn joined_ids(lines: &[BasketLine]) -> String {
    lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(",")
}
