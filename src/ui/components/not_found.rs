//! Pages that cannot be shown.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{icon::Icon, portal_frame::PortalPage};
use crate::{
    api::{error::ApiError, view::PortalFrame},
    ui::text,
};

/// Sets the status of the answer while a page is made on the server. In the browser: nothing.
pub fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

/// There is no such page, or it belongs to somebody else: the two look the same.
#[component]
pub fn NotFoundPage() -> AnyView {
    set_status(404);
    let is_staff = use_location().pathname.with_untracked(|path| path.starts_with("/staff"));
    let (sentence, href, way_on) = if is_staff {
        (
            "The address may have been mistyped, or what it showed has been removed.",
            "/staff",
            "Go to unpaid invoices",
        )
    } else {
        (
            "The link may be old, or it belongs to another account. Your invoices are one step \
             away.",
            "/portal",
            "See your invoices",
        )
    };
    view! {
        <PortalPage frame=PortalFrame::default() title="Not found">
            <div class="state state--bare">
                <span class="state__mark"><Icon name="search" class="icon--large"/></span>
                <h1 class="state__title">"There is no such page"</h1>
                <p class="state__text">{sentence}</p>
                <a class="button button--primary" href=href rel="external">{way_on}</a>
            </div>
        </PortalPage>
    }
    .into_any()
}

/// A whole page in place of one that could not be made.
#[component]
pub fn ErrorPage(
    /// Why not.
    error: ApiError,
) -> AnyView {
    set_status(error.status());
    let is_fault = matches!(error, ApiError::Internal | ApiError::TryAgain | ApiError::Unreachable);
    let class = if is_fault { "state state--bare state--bad" } else { "state state--bare" };
    let title = text::error_title(&error);
    let again =
        is_fault.then(|| view! { <a class="button" href="" rel="external">"Try again"</a> });
    view! {
        <PortalPage frame=PortalFrame::default() title=title>
            <div class=class>
                <span class="state__mark"><Icon name="alert" class="icon--large"/></span>
                <h1 class="state__title">{title}</h1>
                <p class="state__text">{text::error_text(&error)}</p>
                <div class="actions">
                    <a class="button button--primary" href="/portal" rel="external">
                        "See your invoices"
                    </a>
                    {again}
                </div>
            </div>
        </PortalPage>
    }
    .into_any()
}
