//! Decides, column by column, how numbers and dates are written.

use crate::domain::money::Currency;

use super::{
    amount::{self, Clue},
    date::{self, DateOrder, DateStyle, Shape},
    error::FileError,
    field::Field,
    mapping::Mapped,
    notice::{Warning, WarningCode, Warnings, shorten},
    options::{DecimalMark, Options},
    preview::{ColumnReading, Format, Reading},
    row::{CellKind, Row},
};

/// How the values of a column are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As they stand.
    Plain,
    /// As numbers.
    Number {
        /// The decimal mark.
        mark: DecimalMark,
        /// Whether the column alone does not tell.
        assumed: bool,
        /// Whether the column uses both marks.
        mixed: bool,
    },
    /// As dates.
    Date {
        /// How.
        style: DateStyle,
        /// Whether another column decided.
        inferred: bool,
    },
}

/// A column with everything known about it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) field: Field,
    pub(super) place: usize,
    pub(super) header: String,
    pub(super) style: Style,
    confidence: super::preview::Confidence,
}

impl Column {
    /// How it is shown.
    pub(super) fn reading(&self) -> ColumnReading {
        let reading = match &self.style {
            Style::Number { mark, assumed, .. } => {
                Reading::Number { decimal_mark: *mark, assumed: *assumed }
            }
            Style::Date { style, inferred } => {
                Reading::Date { order: style.order, inferred: *inferred }
            }
            Style::Plain => match self.field {
                Field::Disputed | Field::IsProject => Reading::Flag,
                Field::Currency => Reading::Currency,
                Field::Kind => Reading::Kind,
                Field::AddressCountry => Reading::Country,
                _ => Reading::Text,
            },
        };
        ColumnReading {
            field: self.field,
            column: self.place,
            header: self.header.clone(),
            confidence: self.confidence,
            reading,
        }
    }
}

/// A date that can be read one way only, or both ways.
#[derive(Clone, Debug)]
struct Example {
    line: u64,
    text: String,
}

#[derive(Debug, Default)]
struct Tally {
    dot: u64,
    comma: u64,
    open_dot: u64,
    open_comma: u64,
    /// Numbers that only grouping makes sense of, when money has two decimals at most.
    fine_dot: u64,
    fine_comma: u64,
    day_first: Option<Example>,
    month_first: Option<Example>,
    open_date: Option<Example>,
}

/// Collects what columns tell about themselves.
pub(super) struct Profile {
    columns: Vec<(Mapped, String, Tally)>,
    names_currency: bool,
}

impl Profile {
    /// Starts with nothing known.
    pub(super) fn new(columns: &[Mapped], header: &[String]) -> Self {
        let with_tally = |mapped: &Mapped| {
            let name = header.get(mapped.column).map_or("", |cell| cell.trim());
            (mapped.clone(), name.to_owned(), Tally::default())
        };
        Self { columns: columns.iter().map(with_tally).collect(), names_currency: false }
    }

    /// Takes one row into account.
    pub(super) fn add(&mut self, row: &Row) {
        for (mapped, _, tally) in &mut self.columns {
            let (kind, text) = row.cell(mapped.column);
            if kind != CellKind::Text || text.is_empty() {
                continue;
            }
            if mapped.field.is_date() {
                tally.add_date(row.line, text);
            } else if mapped.field.is_number() {
                tally.add_number(text);
                let may_name = text.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
                if may_name && mapped.field.is_money() {
                    let read = amount::read(text, DecimalMark::Dot)
                        .or_else(|_| amount::read(text, DecimalMark::Comma));
                    self.names_currency |= read.is_ok_and(|amount| amount.currency.is_some());
                }
            }
        }
    }

    /// Decides. What cannot be decided goes to `problems`, what was assumed to `warnings`.
    pub(super) fn decide(
        self,
        options: &Options,
        format: &Format,
        header_line: u64,
        problems: &mut Vec<FileError>,
        warnings: &mut Warnings,
    ) -> Vec<Column> {
        let has = |field| self.columns.iter().any(|(mapped, ..)| mapped.field == field);
        let is_document = options.kind != super::options::Kind::Customers;
        if is_document
            && !has(Field::Currency)
            && options.currency.is_none()
            && !self.names_currency
        {
            problems.push(FileError::MissingCurrency);
        }
        // Only where no row can have a currency with more decimals does a third one tell anything.
        let two_decimals = !has(Field::Currency)
            && !self.names_currency
            && options.currency.is_some_and(|currency: Currency| currency.exponent() <= 2);
        let usual_mark = self.usual_mark();
        // Where commas separate decimals, semicolons separate cells.
        let last_resort = match format {
            Format::Text { delimiter: ';', .. } => DecimalMark::Comma,
            _ => DecimalMark::Dot,
        };
        let usual_order = self.usual_order();
        let from_1904 = matches!(format, Format::Spreadsheet { from_1904: true, .. });
        let mut columns = Vec::new();
        for (mapped, header, tally) in self.columns {
            let mut warn = |code, value: &str| {
                warnings.push(code, || Warning {
                    code,
                    line: header_line,
                    number: None,
                    field: Some(mapped.field),
                    value: shorten(value),
                });
            };
            let style = if mapped.field.is_number() {
                let own = tally.certain_mark();
                let mixed = options.decimal_mark.is_none() && tally.dot > 0 && tally.comma > 0;
                if mixed {
                    warn(WarningCode::MixedDecimalMarks, &header);
                }
                let assumed = options.decimal_mark.is_none()
                    && own.is_none()
                    && tally.open_dot + tally.open_comma > 0;
                if assumed {
                    warn(WarningCode::DecimalMarkAssumed, &header);
                }
                let is_sum = mapped.field.is_money() && mapped.field != Field::LineUnitPrice;
                let by_money = if two_decimals && is_sum { tally.grouping_mark() } else { None };
                let mark = options.decimal_mark.or(own).or(usual_mark).or(by_money);
                Style::Number { mark: mark.unwrap_or(last_resort), assumed, mixed }
            } else if mapped.field.is_date() {
                let format = options.date_format.clone();
                let (order, inferred) = if format.is_some() {
                    (None, false)
                } else {
                    match tally.order(mapped.field, &header, usual_order) {
                        Ok(order) => order,
                        Err(problem) => {
                            problems.push(problem);
                            (None, false)
                        }
                    }
                };
                if inferred {
                    warn(WarningCode::DateOrderInferred, &header);
                }
                Style::Date { style: DateStyle { format, order, from_1904 }, inferred }
            } else {
                Style::Plain
            };
            let Mapped { field, column: place, confidence } = mapped;
            columns.push(Column { field, place, header, style, confidence });
        }
        columns
    }

    /// The mark of most columns that tell theirs.
    fn usual_mark(&self) -> Option<DecimalMark> {
        let marks = self.columns.iter().filter_map(|(_, _, tally)| tally.certain_mark());
        let (mut dots, mut commas) = (0, 0);
        for mark in marks {
            match mark {
                DecimalMark::Dot => dots += 1,
                DecimalMark::Comma => commas += 1,
            }
        }
        match (dots, commas) {
            (0, 0) => None,
            _ if commas > dots => Some(DecimalMark::Comma),
            _ => Some(DecimalMark::Dot),
        }
    }

    /// The order on which all date columns agree that have one.
    fn usual_order(&self) -> Option<DateOrder> {
        let mut found = None;
        for (_, _, tally) in &self.columns {
            let own = match (&tally.day_first, &tally.month_first) {
                (Some(_), None) => DateOrder::DayFirst,
                (None, Some(_)) => DateOrder::MonthFirst,
                (None, None) => continue,
                (Some(_), Some(_)) => return None,
            };
            if found.is_some_and(|other| other != own) {
                return None;
            }
            found = Some(own);
        }
        found
    }
}

impl Tally {
    fn add_number(&mut self, text: &str) {
        match amount::clue(text) {
            Clue::Nothing => {}
            Clue::Certain(DecimalMark::Dot) => self.dot += 1,
            Clue::Certain(DecimalMark::Comma) => self.comma += 1,
            Clue::Dot { fine } => {
                self.open_dot += 1;
                self.fine_dot += u64::from(fine);
            }
            Clue::Comma { fine } => {
                self.open_comma += 1;
                self.fine_comma += u64::from(fine);
            }
        }
    }

    fn add_date(&mut self, line: u64, text: &str) {
        let Shape::Numbers { day_first, month_first } = date::shape(text) else { return };
        let slot = match (day_first, month_first) {
            (Some(one), Some(other)) if one == other => return,
            (Some(_), Some(_)) => &mut self.open_date,
            (Some(_), None) => &mut self.day_first,
            (None, Some(_)) => &mut self.month_first,
            (None, None) => return,
        };
        if slot.is_none() {
            *slot = Some(Example { line, text: shorten(text) });
        }
    }

    /// The mark that the column's numbers have beyond doubt.
    const fn certain_mark(&self) -> Option<DecimalMark> {
        match (self.dot, self.comma) {
            (0, 0) => None,
            (dot, comma) if comma > dot => Some(DecimalMark::Comma),
            _ => Some(DecimalMark::Dot),
        }
    }

    /// The mark of money with two decimals: a mark before a third digit that counts must group.
    const fn grouping_mark(&self) -> Option<DecimalMark> {
        match (self.fine_dot, self.fine_comma) {
            (0, 0) => None,
            (_, 0) => Some(DecimalMark::Comma),
            (0, _) => Some(DecimalMark::Dot),
            _ => None,
        }
    }

    fn order(
        &self,
        field: Field,
        header: &str,
        usual: Option<DateOrder>,
    ) -> Result<(Option<DateOrder>, bool), FileError> {
        match (&self.day_first, &self.month_first, &self.open_date, usual) {
            (Some(day_first), Some(month_first), _, _) => Err(FileError::ContradictoryDates {
                field,
                column: header.to_owned(),
                day_first_line: day_first.line,
                month_first_line: month_first.line,
            }),
            (Some(_), None, _, _) => Ok((Some(DateOrder::DayFirst), false)),
            (None, Some(_), _, _) => Ok((Some(DateOrder::MonthFirst), false)),
            (None, None, Some(_), Some(usual)) => Ok((Some(usual), true)),
            (None, None, Some(open), None) => Err(FileError::AmbiguousDates {
                field,
                column: header.to_owned(),
                example: open.text.clone(),
                line: open.line,
            }),
            (None, None, None, _) => Ok((None, false)),
        }
    }
}
