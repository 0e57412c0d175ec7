//! What staff may ask.

pub mod account;
pub mod contact_roles;
pub mod contacts;
pub mod custom_fields;
pub mod customers;
pub mod file_types;
pub mod files;
pub mod hierarchy;
pub mod history;
pub mod import;
pub mod invoice;
pub mod invoices;
pub mod lists;
pub mod mailbox;
pub mod notes;
pub mod notifications;
pub mod payment_overrides;
pub mod search;
pub mod session;
pub mod settings;
pub mod statements;
pub mod task_templates;
pub mod tasks;
pub mod team;
pub mod workflows;
