//! The staff's screens: who owes what, since when, and what came in.
//!
//! What a list shows stands in its address: see [`list_url`]. Beside any list the panel of one
//! customer may be open ([`panel`]); opening it neither reloads nor moves the list.

pub mod account;
pub mod aging_bar;
pub mod app;
mod billing_words;
mod contact_roles;
pub mod customers;
mod document_types;
mod documents;
pub mod follow;
pub mod frame;
mod history_words;
pub mod icon;
pub mod import;
pub mod import_choices;
pub mod import_map;
pub mod import_options;
pub mod import_run;
pub mod keyboard;
pub mod list_url;
pub mod load_more;
mod mail_preview;
pub mod mailbox;
pub mod message;
pub mod pages;
pub mod paid;
mod palette;
pub mod panel;
mod panel_billing;
mod panel_choice;
mod panel_contacts;
mod panel_documents;
mod panel_history;
mod panel_notes;
mod panel_overrides;
mod panel_specialist;
pub mod panel_tabs;
pub mod password;
mod payment_fields;
mod payment_settings;
mod payment_words;
mod refusal;
mod role_words;
mod second_factor;
mod settings;
pub mod sign_in;
pub mod state;
pub mod table;
pub mod team;
pub mod toolbar;
pub mod totals;
pub mod unpaid;
pub mod words;
