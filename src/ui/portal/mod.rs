//! What payers see. Every page is whole before it is sent and every action is a plain form, so
//! that nothing here needs script. What is better with it carries `data-live` and is brought
//! alive by [`live`]; the rest of a page stays as it was sent.
//!
//! # Decisions
//! * 2026-11-22: regions are hydrated, not whole pages. Hydrating the pages made the portal weigh
//!   310 kB (brotli) against 260 allowed, to repeat in the browser what the server had just sent:
//!   the router, the pages' data as JSON and the code that reads it. Links between portal pages
//!   are loads of whole pages, and pages are made on the server only.

#[cfg(feature = "ssr")]
mod accounts;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
mod autopay;
mod basket;
#[cfg(feature = "ssr")]
mod bills;
#[cfg(feature = "ssr")]
mod buyers;
#[cfg(feature = "ssr")]
mod choose;
#[cfg(feature = "ssr")]
mod documents;
#[cfg(feature = "ssr")]
mod home;
#[cfg(feature = "ssr")]
mod invoice;
#[cfg(feature = "hydrate")]
pub mod live;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod paid;
#[cfg(feature = "ssr")]
mod pay_link;
#[cfg(feature = "ssr")]
mod payment;
#[cfg(feature = "ssr")]
mod review;
#[cfg(feature = "ssr")]
mod sign_in;
