//! The portal's pages, loaded together.
//!
//! # Decisions
//! * 2026-11-22: only the two pages on which something lives are in the program for the browser:
//!   what is owed (ticking, totals) and a payment (its state). The others are documents with plain
//!   forms, complete as the server sends them; carrying their views cost each payer 130 kB for
//!   nothing. Links between portal pages are therefore loads of whole pages.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{
    accounts::AccountsRoute,
    choose::ChooseRoute,
    invoice::InvoiceRoute,
    paid::PaidRoute,
    review::ReviewRoute,
    sign_in::{CodeRoute, EmailRoute},
};
use super::{home::HomeRoute, payment::PaymentRoute};
use crate::ui::route::lazy_pages;

lazy_pages! {
    portal_page, __preload_portal_page, PortalPage:
    /// Asking for a code.
    Email
    /// Typing it.
    Code
    /// Choosing an account.
    Accounts
    /// What is owed.
    Home
    /// What was paid.
    Paid
    /// One invoice.
    Invoice
    /// How to pay.
    Choose
    /// The price.
    Review
    /// The receipt.
    Payment
}

/// Shows a page of the portal.
#[lazy]
pub fn portal_page(page: PortalPage) -> AnyView {
    match page {
        PortalPage::Home => HomeRoute::view(HomeRoute::data()),
        PortalPage::Payment => PaymentRoute::view(PaymentRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Email => EmailRoute::view(EmailRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Code => CodeRoute::view(CodeRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Accounts => AccountsRoute::view(AccountsRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Paid => PaidRoute::view(PaidRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Invoice => InvoiceRoute::view(InvoiceRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Choose => ChooseRoute::view(ChooseRoute::data()),
        #[cfg(feature = "ssr")]
        PortalPage::Review => ReviewRoute::view(ReviewRoute::data()),
        #[cfg(not(feature = "ssr"))]
        _ => {
            crate::ui::hooks::reload::load_whole_page();
            ().into_any()
        }
    }
}
