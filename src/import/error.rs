//! Why a whole file, or an option, is refused.

use serde::Serialize;

use super::field::Field;

/// A format that the import recognises but does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignFormat {
    /// Excel before 2007, or another file of its container.
    Xls,
    /// Excel's binary workbook.
    Xlsb,
    /// A spreadsheet of `LibreOffice` and its kin.
    Ods,
    /// A zip archive without a workbook.
    Zip,
    /// A PDF.
    Pdf,
    /// A gzip-compressed file.
    Gzip,
}

/// Why a file cannot be read at all. Nothing of it goes in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[error("{}", self.message())]
pub enum FileError {
    /// The bytes could not be had.
    Io {
        /// What went wrong, as the standard library names it.
        kind: String,
    },
    /// No bytes, or only blanks.
    Empty,
    /// A header and nothing under it.
    NoRows,
    /// Larger than the limit.
    TooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// Neither text nor a spreadsheet.
    Binary,
    /// A known format that is not read.
    Unsupported {
        /// Which.
        format: ForeignFormat,
    },
    /// The workbook is encrypted.
    PasswordProtected,
    /// The workbook's inside is damaged.
    BrokenSpreadsheet,
    /// The workbook would unpack to more than the limit.
    UnpacksTooLarge {
        /// Bytes when unpacked, as far as counted.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// An entry of the workbook is packed more tightly than honest ones are.
    UnpacksTooTightly {
        /// Unpacked bytes for each packed one.
        ratio: u64,
        /// The limit.
        max: u64,
    },
    /// The workbook's archive has too many entries.
    TooManyEntries {
        /// How many.
        entries: u64,
        /// The limit.
        max: u64,
    },
    /// There is no sheet of that name.
    SheetNotFound {
        /// The name asked for.
        name: String,
    },
    /// No single ASCII character, or one that cells cannot be separated by.
    InvalidDelimiter {
        /// The character.
        delimiter: char,
    },
    /// The text is mostly UTF-8 but broken.
    BrokenEncoding {
        /// Line of the first broken byte.
        line: u64,
    },
    /// The text ends in the middle of a character.
    TruncatedText,
    /// The text ends inside a quoted cell.
    UnterminatedQuote {
        /// Line on which the quote opens.
        line: u64,
    },
    /// A cell is longer than the limit.
    CellTooLong {
        /// Line on which its row starts.
        line: u64,
        /// Its column, from 1.
        column: usize,
        /// Whether it is quoted: then probably a closing quote is missing.
        quoted: bool,
        /// The limit in bytes.
        max: usize,
    },
    /// A row has more columns than the limit.
    TooManyColumns {
        /// Line on which it starts.
        line: u64,
        /// The limit.
        max: usize,
    },
    /// More rows than the limit.
    TooManyRows {
        /// The limit.
        max: u64,
    },
    /// A column named by hand does not exist.
    ColumnNotFound {
        /// What it was named for.
        field: Field,
        /// The name.
        column: String,
        /// The header most like it.
        nearest: Option<String>,
    },
    /// A needed column's header appears more than once.
    DuplicateColumn {
        /// What it is needed for.
        field: Field,
        /// The header.
        column: String,
        /// Column of the first, from 1.
        first: usize,
        /// Column of the second, from 1.
        second: usize,
    },
    /// One field was named for two columns.
    FieldMappedTwice {
        /// The field.
        field: Field,
    },
    /// A field was named that this kind of file does not have.
    FieldDoesNotBelong {
        /// The field.
        field: Field,
    },
    /// Needed fields have no column.
    MissingColumns {
        /// Which.
        fields: Vec<Field>,
    },
    /// No column and no option names the currency.
    MissingCurrency,
    /// Every date of the column can be read day first and month first.
    AmbiguousDates {
        /// What the column means.
        field: Field,
        /// Its header.
        column: String,
        /// One of its dates.
        example: String,
        /// Line of that date.
        line: u64,
    },
    /// Some dates of the column are only possible day first, others only month first.
    ContradictoryDates {
        /// What the column means.
        field: Field,
        /// Its header.
        column: String,
        /// Line of a date that is possible day first only.
        day_first_line: u64,
        /// Line of a date that is possible month first only.
        month_first_line: u64,
    },
}

/// Why an option is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[error("{}", self.message())]
pub enum OptionError {
    /// No field has that name.
    UnknownField {
        /// The name.
        name: String,
        /// The field whose name is most like it.
        nearest: Option<Field>,
    },
    /// No kind of document has that name.
    UnknownDocumentKind {
        /// The name.
        name: String,
    },
    /// A part is not of the form `name=value`.
    NotAnAssignment {
        /// The part.
        part: String,
    },
    /// Not a date format.
    InvalidDateFormat {
        /// The text.
        text: String,
    },
}
