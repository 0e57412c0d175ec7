//! What payers may ask.

pub mod files;
pub mod invoices;
pub mod pay;
pub mod payments;
pub mod session;
