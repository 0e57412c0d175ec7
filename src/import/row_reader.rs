//! Reads the cells of a row by what their columns mean.

use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::money::Currency;

use super::{
    amount::{self, Amount, Clue},
    customer_book::Details,
    date,
    document::DocumentKind,
    field::Field,
    intern::Interner,
    limits,
    notice::{Reason, Refusal, shorten},
    profile::{Column, Style},
    row::{CellKind, Row},
    words,
};

/// A value of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Blank,
    Text(&'a str),
    Number(Amount),
    Date(NaiveDate),
    Flag(bool),
    Currency(Currency),
    Kind(DocumentKind),
}

impl Value<'_> {
    /// The value in plain form, for a preview.
    pub(super) fn to_plain(self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => text.to_owned(),
            Self::Number(amount) => amount.value.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Flag(flag) => if flag { "yes" } else { "no" }.to_owned(),
            Self::Currency(currency) => currency.code().to_owned(),
            Self::Kind(kind) => kind.name().to_owned(),
        }
    }
}

/// Reads one cell.
pub(super) fn read_cell<'r>(row: &'r Row, column: &Column) -> Result<Value<'r>, Reason> {
    let (kind, text) = row.cell(column.place);
    if text.is_empty() {
        return Ok(Value::Blank);
    }
    if kind == CellKind::Error {
        return Err(Reason::ErrorCell);
    }
    match &column.style {
        Style::Number { mark, mixed, .. } => {
            let read = match kind {
                CellKind::Number => amount::read_spreadsheet(text),
                CellKind::Text if *mixed && is_open(text) => Err(Reason::AmbiguousAmount),
                CellKind::Text => amount::read(text, *mark),
                _ => Err(Reason::InvalidAmount),
            };
            read.map(Value::Number)
        }
        Style::Date { style, .. } => {
            date::read(kind, text, style).map(Value::Date).ok_or(Reason::InvalidDate)
        }
        Style::Plain => match column.field {
            Field::IsProject => words::is_project(text).map(Value::Flag).ok_or(Reason::InvalidFlag),
            Field::Disputed => words::flag(text).map(Value::Flag).ok_or(Reason::InvalidFlag),
            Field::Currency => {
                Currency::from_code(text).map(Value::Currency).ok_or(Reason::UnknownCurrency)
            }
            Field::Kind => words::document_kind(text).map(Value::Kind).ok_or(Reason::UnknownKind),
            field => read_text(field, text).map(Value::Text),
        },
    }
}

fn is_open(text: &str) -> bool {
    matches!(amount::clue(text), Clue::Dot { .. } | Clue::Comma { .. })
}

fn read_text(field: Field, text: &str) -> Result<&str, Reason> {
    let is_number = matches!(
        field,
        Field::CustomerNumber | Field::ParentNumber | Field::Number | Field::PoNumber
    );
    if text.contains('\0') {
        Err(Reason::ForbiddenCharacter)
    } else if is_number && text.chars().count() > limits::NUMBER_CHARS_MAX {
        Err(Reason::TooLong)
    } else {
        Ok(text)
    }
}

/// Why a row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) field: Option<Field>,
    pub(super) reason: Reason,
    pub(super) value: String,
}

impl Bad {
    /// About a field, with its offending text.
    pub(super) fn new(field: Field, reason: Reason, value: &str) -> Self {
        Self { field: Some(field), reason, value: shorten(value) }
    }

    /// As it is reported.
    pub(super) fn refusal(self, line: u64, number: Option<&str>, columns: &[Column]) -> Refusal {
        let column = columns.iter().find(|column| Some(column.field) == self.field);
        Refusal {
            line,
            number: number.map(shorten),
            field: self.field,
            column: column.map(|column| column.header.clone()),
            reason: self.reason,
            value: self.value,
        }
    }
}

/// What one row says about a document; amounts as they stand, with their sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowValues {
    pub(super) customer: Option<Arc<str>>,
    pub(super) kind: Option<DocumentKind>,
    pub(super) issued_on: Option<NaiveDate>,
    pub(super) due_on: Option<NaiveDate>,
    pub(super) total: Option<Decimal>,
    pub(super) tax: Option<Decimal>,
    pub(super) subtotal: Option<Decimal>,
    pub(super) currency: Option<Currency>,
    pub(super) terms: Option<Arc<str>>,
    pub(super) po_number: Option<Arc<str>>,
    pub(super) notes: Option<Arc<str>>,
    pub(super) disputed: Option<bool>,
    pub(super) paid_on: Option<NaiveDate>,
    pub(super) paid_amount: Option<Decimal>,
}

/// What one row says about a line of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowLine {
    pub(super) description: Arc<str>,
    pub(super) quantity: Decimal,
    pub(super) unit_price: Decimal,
}

/// Details of customers that a row of a document can hold.
const DETAILS: [Field; 11] = [
    Field::CustomerName,
    Field::Email,
    Field::Phone,
    Field::Website,
    Field::AddressLine1,
    Field::AddressLine2,
    Field::AddressCity,
    Field::AddressRegion,
    Field::AddressPostalCode,
    Field::AddressCountry,
    Field::ParentNumber,
];

/// Reads rows by their columns.
pub(super) struct RowReader<'a> {
    columns: &'a [Column],
    /// Place in `columns` of each field.
    places: [Option<usize>; Field::ALL.len()],
    /// How many columns the header has, when a row may not have more.
    width: Option<usize>,
    interner: Interner,
}

impl<'a> RowReader<'a> {
    /// A reader of these columns. A `width` means that rows of other widths are suspicious, as in
    /// texts, where a missing quote shifts cells.
    pub(super) fn new(columns: &'a [Column], width: Option<usize>) -> Self {
        let mut places = [None; Field::ALL.len()];
        for (place, field) in places.iter_mut().zip(Field::ALL) {
            *place = columns.iter().position(|column| column.field == field);
        }
        Self { columns, places, width, interner: Interner::default() }
    }

    /// The columns.
    pub(super) const fn columns(&self) -> &'a [Column] {
        self.columns
    }

    /// Whether a field has a column.
    pub(super) fn has(&self, field: Field) -> bool {
        self.column(field).is_some()
    }

    /// Whether every row is a line of a document.
    pub(super) fn has_lines(&self) -> bool {
        self.has(Field::LineUnitPrice)
    }

    fn column(&self, field: Field) -> Option<&'a Column> {
        let place = self.places.get(field as usize).copied().flatten()?;
        self.columns.get(place)
    }

    /// Checks that the row is as wide as it should be.
    pub(super) fn check_width(&self, row: &Row) -> Result<(), Bad> {
        let Some(width) = self.width else { return Ok(()) };
        let bad = |reason| Bad { field: None, reason, value: row.len().to_string() };
        if row.len() > width && row.filled_len() > width {
            return Err(bad(Reason::TooManyCells));
        }
        let is_short = |column: &Column| column.place >= row.len();
        if row.len() < width && self.columns.iter().any(is_short) {
            return Err(bad(Reason::TooFewCells));
        }
        Ok(())
    }

    fn value<'r>(&self, row: &'r Row, field: Field) -> Result<Value<'r>, Bad> {
        let Some(column) = self.column(field) else { return Ok(Value::Blank) };
        read_cell(row, column).map_err(|reason| Bad::new(field, reason, row.cell(column.place).1))
    }

    /// A text as it stands, for telling rows apart.
    pub(super) fn key<'r>(&self, row: &'r Row, field: Field) -> Result<Option<&'r str>, Bad> {
        match self.value(row, field)? {
            Value::Text(text) => Ok(Some(text)),
            _ => Ok(None),
        }
    }

    /// A text, kept once.
    pub(super) fn text(&mut self, row: &Row, field: Field) -> Result<Option<Arc<str>>, Bad> {
        match self.value(row, field)? {
            Value::Text(text) => Ok(Some(self.interner.get(text))),
            _ => Ok(None),
        }
    }

    /// A field as the file writes it.
    pub(super) fn written(&mut self, row: &Row, field: Field) -> Option<Arc<str>> {
        let text = row.cell(self.column(field)?.place).1;
        (!text.is_empty()).then(|| self.interner.get(text))
    }

    fn date(&self, row: &Row, field: Field) -> Result<Option<NaiveDate>, Bad> {
        match self.value(row, field)? {
            Value::Date(date) => Ok(Some(date)),
            _ => Ok(None),
        }
    }

    /// An amount; `currency` must not be another than the one written beside it.
    fn amount(
        &self,
        row: &Row,
        field: Field,
        currency: &mut Option<Currency>,
    ) -> Result<Option<Decimal>, Bad> {
        let Value::Number(amount) = self.value(row, field)? else { return Ok(None) };
        if let Some(named) = amount.currency {
            if currency.is_some_and(|known| known != named) {
                return Err(Bad::new(field, Reason::CurrencyMismatch, named.code()));
            }
            *currency = Some(named);
        }
        Ok(Some(amount.value))
    }

    /// A currency.
    pub(super) fn currency(&self, row: &Row) -> Result<Option<Currency>, Bad> {
        match self.value(row, Field::Currency)? {
            Value::Currency(currency) => Ok(Some(currency)),
            _ => Ok(None),
        }
    }

    /// What a row says about a document.
    pub(super) fn document(&mut self, row: &Row) -> Result<(RowValues, Option<RowLine>), Bad> {
        let mut currency = self.currency(row)?;
        let total = self.amount(row, Field::Total, &mut currency)?;
        let tax = self.amount(row, Field::Tax, &mut currency)?;
        let subtotal = self.amount(row, Field::Subtotal, &mut currency)?;
        let paid_amount = self.amount(row, Field::PaidAmount, &mut currency)?;
        let line = if self.has_lines() { Some(self.line(row, &mut currency)?) } else { None };
        let values = RowValues {
            customer: self.text(row, Field::CustomerNumber)?,
            kind: match self.value(row, Field::Kind)? {
                Value::Kind(kind) => Some(kind),
                _ => None,
            },
            issued_on: self.date(row, Field::IssuedOn)?,
            due_on: self.date(row, Field::DueOn)?,
            total,
            tax,
            subtotal,
            currency,
            terms: self.text(row, Field::Terms)?,
            po_number: self.text(row, Field::PoNumber)?,
            notes: self.text(row, Field::Notes)?,
            disputed: match self.value(row, Field::Disputed)? {
                Value::Flag(flag) => Some(flag),
                _ => None,
            },
            paid_on: self.date(row, Field::PaidOn)?,
            paid_amount,
        };
        Ok((values, line))
    }

    /// What a row says about a line. A missing quantity is one when there is no column for it.
    fn line(&mut self, row: &Row, currency: &mut Option<Currency>) -> Result<RowLine, Bad> {
        let missing = |field| Bad::new(field, Reason::MissingValue, "");
        let price = self.amount(row, Field::LineUnitPrice, currency)?;
        let quantity = self.amount(row, Field::LineQuantity, currency)?;
        let quantity = match quantity {
            Some(quantity) => quantity,
            None if self.has(Field::LineQuantity) => return Err(missing(Field::LineQuantity)),
            None => Decimal::ONE,
        };
        Ok(RowLine {
            description: self.description(row)?,
            quantity,
            unit_price: price.ok_or_else(|| missing(Field::LineUnitPrice))?,
        })
    }

    /// What the line, or the document without lines, is for; empty when nothing is said.
    pub(super) fn description(&mut self, row: &Row) -> Result<Arc<str>, Bad> {
        match self.text(row, Field::LineDescription)? {
            Some(text) => Ok(text),
            None => Ok(self.interner.get("")),
        }
    }

    /// What a row says about a customer: of a document's, or with `whole` in a customers file.
    pub(super) fn details(&mut self, row: &Row, whole: bool) -> Result<Details, Bad> {
        let mut details = Details::default();
        let more: &[Field] = if whole { &[Field::Terms, Field::Notes] } else { &[] };
        for field in DETAILS.iter().chain(more) {
            if let Some(text) = self.text(row, *field)? {
                details.texts.push((*field, text));
            }
        }
        match self.value(row, Field::IsProject)? {
            Value::Flag(is_project) => details.is_project = Some(is_project),
            // A customers file that says who belongs to whom says by a blank that one does not.
            _ if whole && self.has(Field::IsProject) => details.is_project = Some(false),
            _ => {}
        }
        if whole {
            let has_parent = details.texts.iter().any(|(field, _)| *field == Field::ParentNumber);
            if self.has(Field::ParentNumber) && !has_parent {
                details.texts.push((Field::ParentNumber, "".into()));
            }
            details.currency = self.currency(row)?;
        }
        Ok(details)
    }
}
