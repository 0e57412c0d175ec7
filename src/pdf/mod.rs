//! Room `pdf`: turns finished figures into paper.
//!
//! It knows no customer, no ledger and no clock. Callers hand over an [`InvoiceDocument`] or a
//! [`ReceiptDocument`] whose every amount and date is already a formatted string, and receive
//! the bytes of a tagged PDF with its fonts inside. Equal input gives equal bytes.
//!
//! May import: itself and outside crates only.
//!
//! To add a document: a file with its plain input structs and `templates/<name>.typ` built on
//! `templates/common.typ`; list the template in `world.rs`; add a method to [`Engine`].
//!
//! # Decisions
//!
//! * 2026-11-22: Text reaches a template only as JSON read by the template, never as template
//!   source, so no name can become markup. Rejected: splicing with escapes.
//! * 2026-11-22: Characters no font can draw are replaced by U+FFFD before layout, because the
//!   accessibility standard (PDF/UA-1) refuses a page with a missing glyph, and an invoice must
//!   always print. Should a combination still be refused, the same pages are written tagged but
//!   without the claim of conformance.
//! * 2026-11-22: Bidirectional overrides are dropped: they serve disguise, not reading.

mod document;
mod engine;
mod fonts;
mod invoice;
mod qr;

pub use qr::svg as qr_code;
mod receipt;
mod text;
mod world;

pub use document::{DocumentDate, LabelledAmount, LabelledText, Logo, Paper, Party, PortalLink};
pub use engine::{Engine, PdfError};
pub use invoice::{InvoiceDocument, InvoiceLabels, InvoiceLine, Remittance};
pub use receipt::{ReceiptDocument, ReceiptLabels, ReceiptLine};

#[cfg(test)]
mod tests;
