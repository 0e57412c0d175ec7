//! What payers may ask.

pub mod autopay;
pub mod files;
pub mod invoices;
pub mod pay;
#[cfg(feature = "ssr")]
pub mod pay_link;
pub mod payments;
pub mod session;
