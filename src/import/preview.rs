//! How a file was understood, for showing before it goes in.

use serde::Serialize;

use super::{
    date::DateOrder, error::FileError, field::Field, notice::Reason, options::DecimalMark,
};

/// What the file is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "format", rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text.
    Text {
        /// Name of the encoding: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `windows-1252`.
        encoding: &'static str,
        /// What separates its cells.
        delimiter: char,
    },
    /// A workbook.
    Spreadsheet {
        /// The sheet read.
        sheet: String,
        /// All its worksheets.
        sheets: Vec<String>,
        /// Whether its day numbers count from 1904.
        from_1904: bool,
    },
}

/// Why a column was taken for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The header can mean it, if nothing else does.
    Low,
    /// The header is a usual name for it.
    Medium,
    /// The header is its name.
    High,
    /// Somebody said so.
    Given,
}

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Reading {
    /// As written, without blanks around it.
    Text,
    /// As an amount or quantity.
    Number {
        /// Between whole part and decimals.
        decimal_mark: DecimalMark,
        /// Whether the column alone does not tell.
        assumed: bool,
    },
    /// As a date.
    Date {
        /// Order of its parts; nothing when every date tells its own, as ISO dates do.
        order: Option<DateOrder>,
        /// Whether another column of the file decided.
        inferred: bool,
    },
    /// As yes or no.
    Flag,
    /// As the code of a currency.
    Currency,
    /// As a kind of document.
    Kind,
    /// As the name of a country.
    Country,
}

/// Which column is read as what, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnReading {
    /// What it means.
    pub field: Field,
    /// Its place, from 0.
    pub column: usize,
    /// Its header.
    pub header: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// How its values are read.
    pub reading: Reading,
}

/// One value as it will be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleValue {
    /// What it means.
    pub field: Field,
    /// The value in plain form (`2013-01-02`, `1234.5`), empty for a blank; or why it cannot be
    /// read.
    pub value: Result<String, Reason>,
}

/// One of the first rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleRow {
    /// Line of the file (row of the sheet), from 1.
    pub line: u64,
    /// Its cells as they stand in the file, long ones shortened.
    pub cells: Vec<String>,
    /// Its fields as they will be read, in the order of [`Preview::columns`].
    pub values: Vec<SampleValue>,
}

/// How a file was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// What it is made of.
    pub format: Format,
    /// Line of the header, from 1.
    pub header_line: u64,
    /// The header's cells.
    pub header: Vec<String>,
    /// Fields and their columns, in the order of the fields.
    pub columns: Vec<ColumnReading>,
    /// The first rows.
    pub rows: Vec<SampleRow>,
    /// What [`read`](super::read) would refuse the file for as it stands; empty when it would go
    /// in.
    pub problems: Vec<FileError>,
}
