//! HTTP itself: the router, headers, files, the processor's call-backs. No rule about money lives
//! here. May import `auth`, `api`, `services`, `state`, `ui::{app, shell}`, `vault` and, for
//! health only, `storage`.

mod clock;
mod downloads;
mod exports;
mod files;
mod guard;
mod headers;
mod health;
mod hooks;
mod live;
mod logo;
mod mailbox;
mod page;
mod pay_links;
mod returns;
mod router;
mod scope;
mod serve;
mod uploads;

pub use router::router;
pub use serve::{ServeError, serve};

/// What is written as percent and two digits in a part of an address or a header: all but the letters
/// that RFC 3986 §2.3 leaves as they are.
const RESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
