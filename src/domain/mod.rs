//! The rules, pure and on both sides: what is owed, what it costs to pay it on a given day, what a
//! payment may become, and which postings each movement of money writes.
//!
//! This room imports nothing of ours and does no input or output; the date, the policy and every
//! fact are arguments. A question that could be answered with a pencil, given the facts, belongs
//! here, in a file named after its noun.

pub mod activity;
pub mod aging;
pub mod autopay;
pub mod bank_return;
pub mod calendar;
pub mod clock;
pub mod column;
pub mod company;
pub mod company_form;
pub mod contact;
mod currency_table;
pub mod custom_field;
pub mod discount;
pub mod expectation;
pub mod file;
pub mod forecast;
pub mod form;
pub mod gl_accounts;
pub mod hierarchy;
pub mod ids;
pub mod invoice;
pub mod invoice_mail;
pub mod ledger;
pub mod list;
pub mod mention;
pub mod method;
pub mod money;
pub mod note;
pub mod notification;
pub mod pay_link;
pub mod payment;
pub mod payment_form;
pub mod payment_override;
pub mod permission;
pub mod policy;
pub mod portion;
pub mod profile;
pub mod promise;
pub mod quote;
pub mod receivables;
pub mod refund;
pub mod routing_number;
pub mod statement;
pub mod surcharge;
pub mod task;
pub mod terms;
pub mod workflow;
