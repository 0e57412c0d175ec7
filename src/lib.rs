//! Quittance: accounts receivable. Staff chase and collect what customers owe; payers settle it in
//! a self-service portal.
//!
//! One crate, walled rooms. Each room's `mod.rs` says what it is for and what it may import;
//! `tests::architecture` holds the walls.

// The lazily loaded route trees nest deeply as types.
#![recursion_limit = "256"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("the features `ssr` and `hydrate` are two worlds: enable one of them");

pub mod api;
pub mod domain;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod auth;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod command;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod email;
#[cfg(feature = "ssr")]
pub mod gateways;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod import;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod pdf;
#[cfg(feature = "ssr")]
pub mod sandbox;
#[cfg(feature = "ssr")]
pub mod services;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
pub mod storage;
#[cfg(feature = "ssr")]
pub mod telemetry;
#[cfg(feature = "ssr")]
pub mod vault;

#[cfg(test)]
mod tests;

/// Brings a page alive in the browser. Each side's program is a file of its own, loaded only there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    if path.starts_with("/staff") {
        staff_program().await;
    } else {
        portal_program().await;
    }
}

#[cfg(feature = "hydrate")]
#[leptos::lazy]
fn staff_program() {
    leptos::mount::hydrate_body(ui::staff::app::StaffApp);
}

#[cfg(feature = "hydrate")]
#[leptos::lazy]
fn portal_program() {
    ui::portal::live::start();
}
