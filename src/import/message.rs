//! The one place where refusals and warnings become English, for the command line and reports.

use super::{
    error::{FileError, ForeignFormat, OptionError},
    field::Field,
    notice::{Reason, Refusal, Warning, WarningCode},
};

impl FileError {
    /// A sentence for the command line.
    pub fn message(&self) -> String {
        match self {
            Self::Io { kind } => format!("The file cannot be read: {kind}."),
            Self::Empty => "The file is empty.".to_owned(),
            Self::NoRows => "The file has a header but no rows.".to_owned(),
            Self::TooLarge { bytes, max } => {
                format!("The file has {bytes} bytes; at most {max} are read.")
            }
            Self::Binary => "The file is neither text nor a spreadsheet.".to_owned(),
            Self::Unsupported { format } => {
                format!("{} Save it as .xlsx or CSV.", format.message())
            }
            Self::PasswordProtected => {
                "The workbook is protected by a password. Save it without one.".to_owned()
            }
            Self::BrokenSpreadsheet => "The workbook is damaged.".to_owned(),
            Self::UnpacksTooLarge { max, .. } => {
                format!("The workbook would unpack to more than {max} bytes.")
            }
            Self::UnpacksTooTightly { ratio, max } => {
                format!("The workbook is packed {ratio} to 1; at most {max} to 1 is read.")
            }
            Self::TooManyEntries { entries, max } => {
                format!("The workbook's archive has {entries} entries; at most {max} are read.")
            }
            Self::SheetNotFound { name } => format!("There is no sheet named “{name}”."),
            Self::InvalidDelimiter { delimiter } => {
                format!("Cells cannot be separated by {delimiter:?}.")
            }
            Self::BrokenEncoding { line } => {
                format!("The text is UTF-8 but broken on line {line}.")
            }
            Self::TruncatedText => {
                "The text ends in the middle of a character; the file is cut off.".to_owned()
            }
            Self::UnterminatedQuote { line } => format!(
                "The file ends inside a quoted cell that opens on line {line}; it is cut off, or \
                 a quote is missing."
            ),
            Self::CellTooLong { line, column, quoted, max } => {
                let hint = if *quoted { " A closing quote may be missing." } else { "" };
                format!("Line {line}, column {column}: the cell has more than {max} bytes.{hint}")
            }
            Self::TooManyColumns { line, max } => {
                format!("Line {line} has more than {max} columns.")
            }
            Self::TooManyRows { max } => format!("The file has more than {max} rows."),
            Self::ColumnNotFound { field, column, nearest } => {
                let hint = match nearest {
                    Some(nearest) => format!(" Did you mean “{nearest}”?"),
                    None => String::new(),
                };
                format!("There is no column “{column}” for {}.{hint}", field.name())
            }
            Self::DuplicateColumn { field, column, first, second } => format!(
                "The columns {first} and {second} are both headed “{column}”. Name the one for \
                 {name} by its place: --map {name}=#{first}.",
                name = field.name()
            ),
            Self::FieldMappedTwice { field } => {
                format!("The field {} is mapped twice.", field.name())
            }
            Self::FieldDoesNotBelong { field } => {
                format!("A file of customers has no field {}.", field.name())
            }
            Self::MissingColumns { fields } => {
                let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
                format!(
                    "No column was found for {}. Name one with --map {}=Column.",
                    names.join(", "),
                    names.first().unwrap_or(&"field")
                )
            }
            Self::MissingCurrency => {
                "The file names no currency. Give one with --currency.".to_owned()
            }
            Self::AmbiguousDates { column, example, line, .. } => format!(
                "Column “{column}”: dates such as “{example}” on line {line} can be read day \
                 first and month first. Give --date-format, for example dd/mm/yyyy."
            ),
            Self::ContradictoryDates { column, day_first_line, month_first_line, .. } => format!(
                "Column “{column}”: the date on line {day_first_line} is only possible day first, \
                 that on line {month_first_line} only month first. Give --date-format."
            ),
        }
    }
}

impl ForeignFormat {
    const fn message(self) -> &'static str {
        match self {
            Self::Xls => "Excel's format from before 2007 (.xls) is not read.",
            Self::Xlsb => "Excel's binary format (.xlsb) is not read.",
            Self::Ods => "OpenDocument spreadsheets (.ods) are not read.",
            Self::Zip => "The file is a zip archive, not a workbook.",
            Self::Pdf => "The file is a PDF.",
            Self::Gzip => "The file is compressed; unpack it first.",
        }
    }
}

impl OptionError {
    /// A sentence for the command line.
    pub fn message(&self) -> String {
        match self {
            Self::UnknownField { name, nearest: Some(nearest) } => {
                format!("There is no field “{name}”. Did you mean {}?", nearest.name())
            }
            Self::UnknownField { name, nearest: None } => {
                let names: Vec<&str> = Field::ALL.into_iter().map(Field::name).collect();
                format!("There is no field “{name}”. There are: {}.", names.join(", "))
            }
            Self::UnknownDocumentKind { name } => format!(
                "There is no kind of document “{name}”. There are: invoice, credit-memo, \
                 adjustment."
            ),
            Self::NotAnAssignment { part } => format!("“{part}” is not of the form name=value."),
            Self::InvalidDateFormat { text } => {
                format!("“{text}” is not a date format. Examples: %d/%m/%Y, dd.mm.yyyy, excel.")
            }
        }
    }
}

impl Reason {
    /// A phrase for reports.
    pub fn message(self) -> String {
        match self {
            Self::MissingValue => "the value is missing".to_owned(),
            Self::MissingCustomer => "the customer number is missing".to_owned(),
            Self::InvalidAmount => "not an amount as the column writes them".to_owned(),
            Self::AmbiguousAmount => {
                "the column uses both decimal marks, and this amount fits both".to_owned()
            }
            Self::TooPrecise { decimals } => {
                format!("more decimals than the {decimals} of the currency")
            }
            Self::OutOfRange => "the number is too large".to_owned(),
            Self::NegativeAmount => "the amount must not be negative".to_owned(),
            Self::InvalidDate => "not a date as the column writes them".to_owned(),
            Self::InvalidFlag => "neither yes nor no".to_owned(),
            Self::UnknownCurrency => "not a currency".to_owned(),
            Self::MissingCurrency => "no currency is named".to_owned(),
            Self::CurrencyMismatch => "the amount is in another currency".to_owned(),
            Self::UnknownKind => "not a kind of document".to_owned(),
            Self::ConflictingRow { first_line } => {
                format!("the number stands on line {first_line} with other content")
            }
            Self::ConflictingTotal => "the rows of the document give different totals".to_owned(),
            Self::ErrorCell => "the cell holds an error".to_owned(),
            Self::TooLong => "the number is too long".to_owned(),
            Self::ForbiddenCharacter => "the text holds a NUL character".to_owned(),
            Self::TooManyCells => "the row has more cells than the header".to_owned(),
            Self::TooFewCells => "the row ends before its last needed column".to_owned(),
        }
    }
}

impl Refusal {
    /// A sentence for reports.
    pub fn message(&self) -> String {
        let column = self.column.as_ref().map(|name| format!(", column “{name}”"));
        let number = self.number.as_ref().map(|number| format!(", {number}"));
        let value =
            if self.value.is_empty() { String::new() } else { format!(" ({})", self.value) };
        format!(
            "Line {}{}{}: {}{value}.",
            self.line,
            column.unwrap_or_default(),
            number.unwrap_or_default(),
            self.reason.message()
        )
    }
}

impl WarningCode {
    /// A phrase for reports.
    pub const fn message(self) -> &'static str {
        match self {
            Self::DuplicateRow => "the row repeats an earlier one and was left out",
            Self::HeaderDiffers => "a later row of the document says something else",
            Self::RoundedTotal => "the sum of the lines was rounded",
            Self::DefaultCustomer => "no customer number; the default customer was used",
            Self::DueBeforeIssued => "due before it was issued",
            Self::ZeroTotal => "the total is zero",
            Self::SeveralNames => "the customer has several names; the first was kept",
            Self::DetailDiffers => "rows differ about the customer; the first was kept",
            Self::UnknownTerms => "unknown terms, kept as a label",
            Self::PaidBeforeIssued => "paid before it was issued",
            Self::PaidOverTotal => "more was paid than the total",
            Self::UnknownCountry => "unknown country, kept as written",
            Self::LinesDoNotAddUp => "the lines do not add up to the total",
            Self::LineTotalsSummed => "the totals of the rows are line amounts and were added up",
            Self::MixedCreditSigns => "credit memos with both signs; all were read as credits",
            Self::DamagedNumber => "a spreadsheet seems to have shortened the number",
            Self::MissingName => "the customer has no name",
            Self::DateOrderInferred => "day and month were told apart by another column",
            Self::DecimalMarkAssumed => "the decimal mark was assumed",
            Self::MixedDecimalMarks => "both decimal marks in one column",
        }
    }
}

impl Warning {
    /// A sentence for reports.
    pub fn message(&self) -> String {
        let number = self.number.as_ref().map(|number| format!(", {number}"));
        let value =
            if self.value.is_empty() { String::new() } else { format!(" ({})", self.value) };
        format!("Line {}{}: {}{value}.", self.line, number.unwrap_or_default(), self.code.message())
    }
}
