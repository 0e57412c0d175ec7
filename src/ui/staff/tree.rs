//! The staff's pages, loaded together.

use leptos::prelude::*;

use super::{
    customers::CustomersRoute, frame::FrameRoute, import::ImportRoute, import_map::ImportMapRoute,
    import_run::ImportRunRoute, mailbox::MailboxRoute, message::MessageRoute, paid::PaidRoute,
    sign_in::SignInRoute, unpaid::UnpaidRoute,
};
use crate::ui::route::lazy_pages;

lazy_pages! {
    staff_page, __preload_staff_page, StaffPage:
    /// Signing in.
    SignIn
    /// What is around every other page.
    Frame
    /// Open invoices.
    Unpaid
    /// Paid invoices.
    Paid
    /// Customers.
    Customers
    /// Uploading a file.
    Import
    /// How it would be read.
    ImportMap
    /// How far its import is.
    ImportRun
    /// Sent messages.
    Mailbox
    /// One of them.
    Message
}

/// Shows a page of the staff's side.
#[lazy]
pub fn staff_page(page: StaffPage) -> AnyView {
    match page {
        StaffPage::SignIn => SignInRoute::view(SignInRoute::data()),
        StaffPage::Frame => FrameRoute::view(FrameRoute::data()),
        StaffPage::Unpaid => UnpaidRoute::view(UnpaidRoute::data()),
        StaffPage::Paid => PaidRoute::view(PaidRoute::data()),
        StaffPage::Customers => CustomersRoute::view(CustomersRoute::data()),
        StaffPage::Import => ImportRoute::view(ImportRoute::data()),
        StaffPage::ImportMap => ImportMapRoute::view(ImportMapRoute::data()),
        StaffPage::ImportRun => ImportRunRoute::view(ImportRunRoute::data()),
        StaffPage::Mailbox => MailboxRoute::view(MailboxRoute::data()),
        StaffPage::Message => MessageRoute::view(MessageRoute::data()),
    }
}
