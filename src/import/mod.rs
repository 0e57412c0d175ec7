//! Reads receivables files: bytes in, typed documents and precise refusals out.
//!
//! This room knows no database and no screen. [`preview`] tells how a file was understood,
//! [`read`] reads all of it; a service stores what comes out. It may import `crate::domain` and
//! the outside crates `calamine`, `chrono` (no clock), `csv`, `encoding_rs`, `rust_decimal`,
//! `serde` and `thiserror`.
//!
//! A file passes through these stages, one file of this folder each:
//!
//! 1. `table` tells text from spreadsheets. `encoding`, `dialect` and `delimited` make rows of
//!    text; `archive` and `sheet` make rows of a workbook. A row is cells of text, each knowing
//!    what kind of cell it was.
//! 2. `header` finds the header among the first rows, `mapping` gives its columns a [`Field`].
//! 3. `profile` looks through the columns of numbers and dates and decides how each is written.
//! 4. `row_reader` reads rows by that; `drafts` groups them into documents, `finish` completes
//!    each; `customer_book` collects the customers.
//!
//! To add a field: a variant and a name in `field`, synonyms in `synonyms`, then follow the
//! compiler through `row_reader` and `finish`.
//!
//! # Decisions
//!
//! * Rows of text are cut by our own tokeniser rather than by the `csv` crate, which takes a file
//!   ending inside a quote for a good one, counts skipped blank lines into the next row's line
//!   number, and has no bound for a cell. A test holds the two to the same result.
//! * Of spreadsheets only `.xlsx` (and `.xlsm`) is read. The readers at hand for `.xls` and `.ods`
//!   allocate what the file claims to hold, so that a file of a few kilobytes can end the process;
//!   both formats are recognised and refused by name.
//! * A text is gone through twice, once to decide how columns are written and once to read them,
//!   so that a date on the last row still counts.

mod amount;
pub mod archive;
mod batch;
mod country;
mod country_table;
mod customer;
mod customer_book;
mod date;
mod date_format;
mod delimited;
mod dialect;
mod document;
mod drafts;
mod encoding;
mod error;
mod field;
mod finish;
mod header;
mod inflate;
mod intern;
pub mod limits;
mod mapping;
mod message;
mod notice;
mod options;
mod preview;
mod profile;
mod row;
mod row_reader;
mod run;
mod sheet;
mod synonyms;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    batch::{Batch, Progress, Stage},
    customer::{ImportedAddress, ImportedCustomer},
    date::DateOrder,
    date_format::DateFormat,
    document::{DocumentKind, ImportedDocument, ImportedLine, ImportedPaid, Side},
    error::{FileError, ForeignFormat, OptionError},
    field::Field,
    notice::{Reason, Refusal, Warning, WarningCode, Warnings},
    options::{DecimalMark, Kind, Options, parse_map, parse_prefixes},
    preview::{ColumnReading, Confidence, Format, Preview, Reading, SampleRow, SampleValue},
    run::{preview, read},
};
