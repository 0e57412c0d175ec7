//! Screens, on both sides. `portal` and `staff` are two route trees, each loaded by itself; what
//! both use is in `components`, sentences are in `text`, numbers' looks in `format`, and whatever
//! only a browser can do in `hooks`, each with a documented answer on the server.
//!
//! May import `domain` and `api`.

pub mod components;
pub mod format;
pub mod hooks;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod staff;
pub mod text;
