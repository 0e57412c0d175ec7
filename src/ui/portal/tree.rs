//! The portal's pages, loaded together.

use leptos::prelude::*;

use super::{
    accounts::AccountsRoute,
    choose::ChooseRoute,
    home::HomeRoute,
    invoice::InvoiceRoute,
    paid::PaidRoute,
    payment::PaymentRoute,
    review::ReviewRoute,
    sign_in::{CodeRoute, EmailRoute},
};
use crate::ui::route::lazy_pages;

lazy_pages! {
    portal_page, PortalPage:
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
        PortalPage::Email => EmailRoute::view(EmailRoute::data()),
        PortalPage::Code => CodeRoute::view(CodeRoute::data()),
        PortalPage::Accounts => AccountsRoute::view(AccountsRoute::data()),
        PortalPage::Home => HomeRoute::view(HomeRoute::data()),
        PortalPage::Paid => PaidRoute::view(PaidRoute::data()),
        PortalPage::Invoice => InvoiceRoute::view(InvoiceRoute::data()),
        PortalPage::Choose => ChooseRoute::view(ChooseRoute::data()),
        PortalPage::Review => ReviewRoute::view(ReviewRoute::data()),
        PortalPage::Payment => PaymentRoute::view(PaymentRoute::data()),
    }
}
