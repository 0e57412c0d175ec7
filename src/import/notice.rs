//! What the import has to say about single rows: refusals and warnings.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{field::Field, limits};

/// Why a row cannot go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Reason {
    /// A value that every row needs is blank.
    MissingValue,
    /// No customer number, and no default customer was given.
    MissingCustomer,
    /// Not an amount, or not in the style of its column.
    InvalidAmount,
    /// An amount such as `1.234` in a column that uses both decimal marks.
    AmbiguousAmount,
    /// More decimals than the currency has.
    TooPrecise {
        /// Decimal places the currency has.
        decimals: u32,
    },
    /// A number too large to be kept exactly.
    OutOfRange,
    /// An amount that must not be negative is.
    NegativeAmount,
    /// Not a date, or not in the style of its column.
    InvalidDate,
    /// Neither yes nor no.
    InvalidFlag,
    /// Not the code of a currency with a minor unit.
    UnknownCurrency,
    /// Neither the row nor the options name a currency.
    MissingCurrency,
    /// The amount names another currency than the document.
    CurrencyMismatch,
    /// Neither invoice nor credit memo nor adjustment.
    UnknownKind,
    /// The same number came before with other content, in a file of one row per document.
    ConflictingRow {
        /// Line of the first row with that number.
        first_line: u64,
    },
    /// The rows of one document give different totals which are not its line amounts.
    ConflictingTotal,
    /// The cell of the spreadsheet holds an error such as `#DIV/0!`.
    ErrorCell,
    /// A number longer than [`limits::NUMBER_CHARS_MAX`].
    TooLong,
    /// The text holds a NUL character, which no database keeps.
    ForbiddenCharacter,
    /// More cells than the header, and not only blank ones.
    TooManyCells,
    /// The row ends before its last needed column.
    TooFewCells,
}

/// A row that stays out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Line of the file (row of the sheet) on which the row starts, from 1.
    pub line: u64,
    /// Number of the document or customer, where it could be read. The whole document stays out.
    pub number: Option<String>,
    /// What the offending cell means.
    pub field: Option<Field>,
    /// Header of its column.
    pub column: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The offending text, shortened.
    pub value: String,
}

/// What is odd about a row that goes in nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// The row repeats an earlier one and was left out.
    DuplicateRow,
    /// A later row of the document differs; the first value was kept, the earliest issue date.
    HeaderDiffers,
    /// The lines do not add up to whole minor units; the total was rounded half up.
    RoundedTotal,
    /// No customer number: the default customer was used.
    DefaultCustomer,
    /// Due before it was issued.
    DueBeforeIssued,
    /// The total is zero.
    ZeroTotal,
    /// One customer number under several names; the first was kept.
    SeveralNames,
    /// Rows differ in another detail of one customer; the first was kept.
    DetailDiffers,
    /// Terms that nobody defined, kept as a label.
    UnknownTerms,
    /// Paid before it was issued.
    PaidBeforeIssued,
    /// More was paid than the total.
    PaidOverTotal,
    /// Not the name of a country that ISO 3166-1 knows; kept as written.
    UnknownCountry,
    /// The given total is neither the sum of the lines nor that sum and the tax.
    LinesDoNotAddUp,
    /// The totals of the rows are line amounts; they were added up.
    LineTotalsSummed,
    /// Credit memos with positive and with negative totals in one file; all were read as credits.
    MixedCreditSigns,
    /// The number looks as if a spreadsheet had shortened it (`1.23E+15`).
    DamagedNumber,
    /// A customer without a name.
    MissingName,
    /// The column's dates fit day first and month first; another column of the file decided.
    DateOrderInferred,
    /// The column's numbers fit both decimal marks; read as named in the column's reading.
    DecimalMarkAssumed,
    /// The column uses both decimal marks; rows in the rarer one were refused.
    MixedDecimalMarks,
}

/// An oddity of a row, or of a column when `line` is the header's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What is odd.
    pub code: WarningCode,
    /// Line of the file (row of the sheet) on which the row starts, from 1.
    pub line: u64,
    /// Number of the document or customer.
    pub number: Option<String>,
    /// What the cell means.
    pub field: Option<Field>,
    /// The text in question, shortened.
    pub value: String,
}

/// Warnings, all counted, the first of each code kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Warnings {
    counts: BTreeMap<WarningCode, u64>,
    kept: Vec<Warning>,
}

impl Warnings {
    /// How many there were, by code.
    pub const fn counts(&self) -> &BTreeMap<WarningCode, u64> {
        &self.counts
    }

    /// How many there were of one code.
    pub fn count(&self, code: WarningCode) -> u64 {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// The first [`limits::WARNINGS_KEPT_PER_CODE`] of each code.
    pub fn kept(&self) -> &[Warning] {
        &self.kept
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Counts a warning and keeps it if there is room; only then is it built.
    pub(super) fn push(&mut self, code: WarningCode, warning: impl FnOnce() -> Warning) {
        let count = self.counts.entry(code).or_insert(0);
        *count += 1;
        if *count <= limits::WARNINGS_KEPT_PER_CODE {
            self.kept.push(warning());
        }
    }

    /// Puts what was kept into the order of the file.
    pub(super) fn sort(&mut self) {
        self.kept.sort_by_key(|warning| (warning.line, warning.code));
    }
}

/// The beginning of a text, for a notice.
pub(super) fn shorten(text: &str) -> String {
    shorten_to(limits::NOTICE_CHARS_MAX, text)
}

/// The first characters of a text, and an ellipsis where there are more.
pub(super) fn shorten_to(chars_max: usize, text: &str) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(chars_max).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
