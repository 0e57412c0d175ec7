//! The wire: what screens may ask and what they get. Server functions have five lines: begin the
//! call (who, may they, when), parse, call one service, map the error, return.
//!
//! May import `domain`; inside bodies and below the `ssr` gate also `services`, `storage` (reads),
//! `auth` and `state`. Every server function is listed in [`registry`].

pub mod error;
pub mod portal;
pub mod registry;
pub mod staff;
pub mod view;

#[cfg(feature = "ssr")]
mod bulk;
#[cfg(feature = "ssr")]
pub mod call;
#[cfg(feature = "ssr")]
pub(crate) mod dates;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
mod fold;
#[cfg(feature = "ssr")]
mod fold_autopay;
#[cfg(feature = "ssr")]
mod fold_files;
#[cfg(feature = "ssr")]
pub(crate) mod fold_history;
#[cfg(feature = "ssr")]
mod fold_import;
#[cfg(feature = "ssr")]
mod fold_promises;
#[cfg(feature = "ssr")]
mod fold_tasks;
#[cfg(feature = "ssr")]
pub mod list_query;
#[cfg(feature = "ssr")]
mod mandate;
