//! What payers may ask.

pub mod invoices;
pub mod pay;
pub mod payments;
pub mod session;
