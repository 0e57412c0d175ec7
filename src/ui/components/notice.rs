//! What happened, what was kept, what to do.

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_router::hooks::use_query_map;

use super::icon::Icon;
use crate::{
    api::error::{ApiError, Conflict},
    ui::text,
};

/// A message above the content.
#[component]
pub fn Notice(
    /// `info`, `good`, `warn` or `bad`.
    tone: &'static str,
    /// The icon's name.
    icon: &'static str,
    /// What happened.
    title: &'static str,
    /// Whether it is read out at once.
    #[prop(optional)]
    is_alert: bool,
    /// What was kept and what to do; buttons go into `notice__actions`.
    children: Children,
) -> AnyView {
    view! {
        <div class=format!("notice notice--{tone}") role=is_alert.then_some("alert")>
            <Icon name=icon/>
            <div class="notice__body">
                <h2 class="notice__title">{title}</h2>
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// Whether those who keep the books are told, and not payers: a context of their pages.
#[derive(Clone, Copy, Debug)]
pub struct StaffSide;

/// An error in words, with a way on when there is one.
#[component]
pub fn ErrorNotice(
    /// What happened.
    error: ApiError,
    /// Links and buttons that lead on.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let (tone, icon) = match error {
        ApiError::Internal | ApiError::Unreachable => ("bad", "alert"),
        ApiError::Conflict(Conflict::AlreadyBeingPaid) => ("info", "clearing"),
        _ => ("warn", "alert"),
    };
    let said = match use_context::<StaffSide>() {
        Some(StaffSide) => text::staff_error_text(&error),
        None => text::error_text(&error),
    };
    let actions =
        children.map(|children| view! { <div class="notice__actions">{children()}</div> });
    view! {
        <Notice tone=tone icon=icon title=text::error_title(&error) is_alert=true>
            <p>{said}</p>
            {actions}
        </Notice>
    }
    .into_any()
}

/// What a form that was sent without script came back with, if it called `F`. The code comes from
/// the page's address, where anybody may have put it: it selects a sentence and nothing else.
pub fn returned_error<F: ServerFn>() -> Option<ApiError> {
    returned_from(F::PATH)
}

fn returned_from(path: &str) -> Option<ApiError> {
    use_query_map().with_untracked(|query| {
        let error = query.get_str("__err")?;
        (query.get_str("__path")? == path).then(|| ServerFnUrlError::<ApiError>::decode_err(error))
    })
}
