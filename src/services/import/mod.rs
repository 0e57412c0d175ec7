//! Importing receivables: what the `import` room reads is brought into the books, document by
//! document, so that a repeated or interrupted import ends where one clean run would.

mod credits;
mod customers;
mod invoices;
mod paid;
pub mod report;
pub mod run;
pub mod uploads;

pub use report::{Counts, ImportReport, ReportRefusal};
pub use run::{Choices, ImportError, ImportFile, RunImport, store_batch};

/// The kind of job that imports an uploaded file.
pub const RUN_IMPORT: &str = "run-import";
