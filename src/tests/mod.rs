//! Tests of more than one room. The tree mirrors what is tested; what is needed for it is in
//! `support`.

mod access;
mod architecture;
mod books;
mod contacts;
mod crash;
mod demo;
mod hierarchy;
mod history;
mod import;
mod journey;
mod migrations;
mod notifications;
mod once;
mod payment_overrides;
mod storage;
pub mod support;
mod tasks;
mod team;
