//! Documents as they lie outside of the database: arriving, looked into before they are kept, and
//! kept, in a folder or in a bucket, under names of ours.
//!
//! May import `domain` and the reader of archives of `import`.
//!
//! # Decisions
//! * 2026-11-23: `object_store` without its HTTP client, which brings a second TLS and puts it into
//!   every client of this program; ours, in `http`, is the one that mail has.
//! * 2026-11-23: a document is looked into as a whole in memory, two at a time: 25 MB each. It
//!   arrives in pieces, in a file of its own that is gone with whoever holds it.
//! * 2026-11-23: a document goes to the bucket in one request. One in parts that is cut off leaves
//!   parts behind, which cost money and which nobody lists; 25 MB are no reason for parts.

mod http;
mod incoming;
pub mod inspect;
mod store;

pub use self::{
    incoming::Incoming,
    store::{Contents, Patience, S3Settings, Vault, VaultError, VaultSettings},
};
