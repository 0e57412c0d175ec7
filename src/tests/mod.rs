//! Tests of more than one room. The tree mirrors what is tested; what is needed for it is in
//! `support`.

mod access;
mod architecture;
mod books;
mod contacts;
mod crash;
mod demo;
mod files;
mod hierarchy;
mod history;
mod import;
mod journey;
mod migrations;
mod once;
mod payment_overrides;
mod storage;
pub mod support;
mod team;
