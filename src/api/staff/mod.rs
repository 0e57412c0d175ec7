//! What staff may ask.

pub mod customers;
pub mod import;
pub mod invoices;
pub mod mailbox;
pub mod session;
