//! Instead of figures: nothing there yet, nothing found, something failed, still loading.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{icon::StaffIcon, words};
use crate::{api::error::ApiError, ui::components::not_found::set_status};

/// Where somebody goes who is not signed in.
pub const SIGN_IN: &str = "/staff/sign-in";

/// What is said when a page or a list cannot be read. Who is not signed in goes to sign in.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
    /// The id of its heading, where a page may have two.
    #[prop(default = "failure-title")]
    id: &'static str,
) -> impl IntoView {
    if error == ApiError::SignInRequired {
        return view! { <Redirect path=SIGN_IN/> }.into_any();
    }
    set_status(error.status());
    let (title, text) = words::failure(&error);
    let is_missing = error == ApiError::NotFound;
    let (class, icon) =
        if is_missing { ("state", "search") } else { ("state state--bad", "alert") };
    let action = if is_missing {
        view! { <a class="button button--primary" href="/staff/invoices">"Go to unpaid invoices"</a> }
            .into_any()
    } else {
        view! { <a class="button button--primary" href="" rel="external">"Try again"</a> }
            .into_any()
    };
    view! {
        <section class=class role="alert" aria-labelledby=id>
            <span class="state__mark"><StaffIcon name=icon class="icon--large"/></span>
            <h2 class="state__title" id=id>{title}</h2>
            <p class="state__text">{text}</p>
            {action}
        </section>
    }
    .into_any()
}

/// A line saying that what is shown may be old.
#[component]
pub fn Stale(
    /// Why it could not be read again.
    error: ApiError,
) -> impl IntoView {
    let (title, _) = words::failure(&error);
    view! {
        <div class="notice notice--warn" role="status">
            <StaffIcon name="alert"/>
            <div class="notice__body">
                <p class="notice__title">{title}</p>
                <p>"What you see may have changed since. It is read again by itself."</p>
            </div>
        </div>
    }
}

/// Nothing is there yet; a file can be brought in.
#[component]
pub fn Empty(
    /// The picture's name.
    icon: &'static str,
    /// What is missing.
    title: &'static str,
    /// What will be here.
    text: &'static str,
) -> impl IntoView {
    view! {
        <section class="state" aria-labelledby="empty-title">
            <span class="state__mark"><StaffIcon name=icon class="icon--large"/></span>
            <h2 class="state__title" id="empty-title">{title}</h2>
            <p class="state__text">{text}</p>
            <a class="button button--primary" href="/staff/import">"Import a file"</a>
        </section>
    }
}

/// Nothing was found.
#[component]
pub fn NothingFound(
    /// What does not match.
    title: &'static str,
    /// What was looked for.
    text: String,
    /// The address without filters.
    clear: String,
) -> impl IntoView {
    view! {
        <section class="state" aria-labelledby="empty-title">
            <h2 class="state__title" id="empty-title">{title}</h2>
            <p class="state__text">{text}</p>
            <a class="button" href=clear>"Clear all filters"</a>
        </section>
    }
}

/// The shape of a list that is being read, with the figures above it or without.
#[component]
pub fn ListSkeleton(
    /// What is being read.
    what: &'static str,
    /// The heads of the columns; the third is an amount.
    heads: [&'static str; 5],
    /// Whether figures stand above it.
    has_totals: bool,
) -> impl IntoView {
    let totals = has_totals.then(|| {
        let figure = || {
            view! {
                <div class="stack stack--tight">
                    <span class="skeleton skeleton--short"></span>
                    <span class="skeleton skeleton--head"></span>
                </div>
            }
        };
        let item = |_| {
            view! {
                <div class="ageing__item">
                    <span class="ageing__swatch"></span>
                    <span class="skeleton"></span>
                    <span class="skeleton skeleton--short"></span>
                </div>
            }
        };
        view! {
            <div class="card" aria-hidden="true">
                <div class="card__body">
                    <div class="currencies">
                        <span class="currencies__item"><span class="skeleton"></span></span>
                    </div>
                    <div class="figures">{figure()} {figure()}</div>
                    <span class="skeleton skeleton--bar"></span>
                    <div class="ageing__list">{(0..7).map(item).collect_view()}</div>
                </div>
            </div>
        }
    });
    let head = |(index, head): (usize, &'static str)| {
        let class = (index == 2).then_some("data-table__amount");
        view! { <th scope="col" class=class>{head}</th> }
    };
    let row = |_| {
        view! {
            <tr>
                <td><span class="skeleton"></span></td>
                <td><span class="skeleton skeleton--long"></span></td>
                <td class="data-table__amount"><span class="skeleton"></span></td>
                <td><span class="skeleton"></span></td>
                <td class="data-table__end"><span class="skeleton"></span></td>
            </tr>
        }
    };
    view! {
        <p class="visually-hidden" role="status">{format!("Loading {what}")}</p>
        {totals}
        <div class="table-scroll" aria-hidden="true">
            <table class="data-table data-table--cards">
                <thead><tr>{heads.into_iter().enumerate().map(head).collect_view()}</tr></thead>
                <tbody>{(0..10).map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// The shape of a card that is being read.
#[component]
pub fn CardSkeleton(
    /// What is being read.
    what: &'static str,
) -> AnyView {
    view! {
        <p class="visually-hidden" role="status">{format!("Loading {what}")}</p>
        <div class="card" aria-hidden="true">
            <div class="card__body">
                <span class="skeleton skeleton--head"></span>
                <span class="skeleton skeleton--long"></span>
                <span class="skeleton skeleton--long"></span>
            </div>
        </div>
    }
    .into_any()
}
