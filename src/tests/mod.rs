//! Tests of more than one room. The tree mirrors what is tested; what is needed for it is in
//! `support`.

mod access;
mod addresses;
mod architecture;
mod books;

mod company;
mod company_history;
mod contacts;
mod crash;
mod custom_fields;
mod demo;
mod expectations;
mod files;
mod hierarchy;
mod history;
mod import;
mod journey;
mod lists;
mod migrations;
mod naughty;
mod naughty_forms;
mod notifications;
mod once;
mod partial_payments;
mod pay_link_letters;
mod pay_links;
mod payment_overrides;
mod portal_view;
mod profiles;
mod promise_days;
mod promises;
mod reminders;
mod statements;
mod storage;
pub mod support;
mod synced;
mod tasks;
mod team;
