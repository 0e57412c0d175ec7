//! The panel's tab of a customer's documents.

use leptos::prelude::*;

use super::{
    documents::{Documents, DocumentsOf, section},
    list_url::ListAddress,
    panel_tabs::Tab,
};

/// Those of a customer.
fn of_customer(customer_id: String) -> DocumentsOf {
    DocumentsOf { customer_id, invoice_id: String::new() }
}

/// Read while the tab is open, and again when the customer changes.
pub fn documents(id: Memo<String>, tab: Memo<Tab>) -> Documents {
    Documents::new(Memo::new(move |_| Tab::Documents.asked(tab, id).map(of_customer)))
}

/// The tab of a customer.
pub fn tab(documents: Documents, customer_id: String, address: Memo<ListAddress>) -> AnyView {
    let back = address.with_untracked(ListAddress::href);
    section(documents, of_customer(customer_id), back)
}
