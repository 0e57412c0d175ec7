//! SQL, and only here. One file for each family of tables: its row shapes and its queries, each
//! taking a [`db::Session`], each written once for both engines and run by a test on both.
//!
//! May import `domain`. Verbs are a closed set: `find` → `Option`, `list` → a page, `all` → a
//! bounded `Vec`, `count`, `insert`, `update_…`, `lock`, `claim`.

pub mod activity;
pub mod aging;
pub mod app_state;
mod append_only;
pub mod autopay;
pub mod company;
pub mod company_activity;
pub mod contact_roles;
pub mod contacts;
pub mod counters;
pub mod credits;
pub mod custom_fields;
pub mod customer_list;
pub mod customers;
pub mod db;
pub mod error;
pub mod expectations;
pub mod field_values;
pub mod file_types;
pub mod files;
pub mod forecast;
pub mod gateway_events;
pub mod hierarchy;
pub mod imports;
pub mod invoice_list;
pub mod invoices;
pub mod ledger;
pub mod list_views;
pub mod messages;
pub mod methods;
pub mod notes;
pub mod notifications;
pub mod pay_links;
pub mod payment_overrides;
pub mod payments;
pub mod profiles;
pub mod promises;
pub mod queue;
pub mod quotes;
pub mod refunds;
pub mod reminders;
mod scope;
pub mod search;
mod search_index;
pub mod second_factors;
pub mod sign_in;
pub mod staff;
pub mod staff_codes;
pub mod staff_sessions;
pub mod statements;
pub mod task_templates;
pub mod tasks;
mod types;
pub mod verify;
pub mod workflows;

pub use db::{Change, Db, Dialect, Session};
pub use error::StorageError;
pub use scope::Scope;
