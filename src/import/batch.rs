//! Everything a file gave.

use super::{
    customer::ImportedCustomer,
    document::ImportedDocument,
    notice::{Refusal, Warnings},
    preview::{ColumnReading, Format},
};

/// What was read, ready to be stored, and what was not.
#[derive(Clone, Debug)]
pub struct Batch {
    /// How the file was understood.
    pub format: Format,
    /// Which column was read as what, and how.
    pub columns: Vec<ColumnReading>,
    /// Customers in order of first mention: of a customers file all, otherwise those that the
    /// documents name.
    pub customers: Vec<ImportedCustomer>,
    /// Documents in order of their first row. Empty for a customers file.
    pub documents: Vec<ImportedDocument>,
    /// Rows that stay out, in file order: the first [`REFUSALS_KEPT`](super::limits).
    pub refusals: Vec<Refusal>,
    /// How many refusals there were, kept or not.
    pub refusal_count: u64,
    /// How many documents stay out because a row of theirs was refused; rows whose number could
    /// not be read, or that contradict an earlier row, are not counted. Of a customers file, how
    /// many rows with a number stay out.
    pub refused_documents: u64,
    /// Rows read under the header, blank ones not counted.
    pub rows: u64,
    /// What is odd about what goes in.
    pub warnings: Warnings,
}

/// Which pass over the file is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Looking how the columns are written.
    Inspecting,
    /// Reading the rows.
    Reading,
}

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The pass.
    pub stage: Stage,
    /// Rows seen in this pass.
    pub rows: u64,
    /// Bytes read in this pass; zero for a spreadsheet, whose packed bytes say nothing.
    pub bytes: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
}
