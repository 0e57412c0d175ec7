//! Tables for spreadsheets: CSV, a piece at a time, and XLSX, whose rows wait in a file. Numbers stay
//! numbers, days are days, and no text is a formula.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use chrono::{Datelike, NaiveDate};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::{
    domain::{
        expectation::ExpectationStatus,
        invoice::InvoiceStatus,
        money::{Currency, Money},
    },
    services::inert::inert,
    ui::text,
};

/// Rows of a sheet below its head; what is more does not fit into XLSX.
pub const XLSX_ROWS_MAX: i64 = 1_048_575;
/// Characters of a cell in XLSX.
const XLSX_CELL_MAX: usize = 32_767;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Hundredths of a per cent, as a number of per cent.
    Percent(i64),
    /// An amount.
    Money(Money),
    /// A day.
    Date(NaiveDate),
}

impl Cell {
    /// A text; nothing when it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// An amount in minor units.
    pub const fn money(minor: i64, currency: Currency) -> Self {
        Self::Money(Money::new(minor, currency))
    }

    /// A day, or nothing.
    pub fn date(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }

    /// A number, or nothing.
    pub fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => inert(text),
            Self::Number(number) => number.to_string(),
            Self::Percent(hundredths) => rust_decimal::Decimal::new(*hundredths, 2).to_string(),
            Self::Money(money) => money.to_decimal().to_string(),
            Self::Date(date) => date.to_string(),
        }
    }
}

/// What an invoice is today, as people say it.
pub fn status_in_words(status: InvoiceStatus) -> String {
    text::invoice_status(status)
}

/// How sure it is when the money of an invoice comes, as people say it.
pub const fn expectation_in_words(status: ExpectationStatus) -> &'static str {
    text::expectation_status(status)
}

/// Rows as CSV (RFC 4180: lines end with CR and LF).
pub fn csv(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row.iter().map(Cell::plain));
    }
    writer.into_inner().unwrap_or_default()
}

/// The head of a table, as its first row.
pub fn head(names: &[String]) -> Vec<Cell> {
    names.iter().map(Cell::text).collect()
}

/// A workbook of one sheet that is being written.
pub struct Sheet {
    workbook: Workbook,
    row: u32,
    date: Format,
    bold: Format,
    /// For amounts, by the number of decimals.
    amounts: Vec<Format>,
}

impl Sheet {
    /// Begins one. The day is kept as that of its making.
    ///
    /// # Errors
    /// When the sheet's name cannot be used.
    pub fn new(name: &str, today: NaiveDate) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let made = excel_date(today)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        workbook.add_worksheet_with_constant_memory().set_name(name)?.set_freeze_panes(1, 1)?;
        let amount = |decimals: usize| {
            let zeros = "0".repeat(decimals);
            let format = if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{zeros}") };
            Format::new().set_num_format(format)
        };
        Ok(Self {
            workbook,
            row: 0,
            date: Format::new().set_num_format("yyyy-mm-dd"),
            bold: Format::new().set_bold(),
            amounts: (0..=4).map(amount).collect(),
        })
    }

    /// Writes a row below those that are there; the first one is the head.
    ///
    /// # Errors
    /// When the sheet is full or its file cannot be written.
    pub fn write(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        let row = self.row;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    let text = inert(text);
                    let text = text.chars().filter(|c| is_in_xml(*c));
                    let text: String = text.take(XLSX_CELL_MAX).collect();
                    if row == 0 {
                        sheet.write_string_with_format(row, column, text, &self.bold)?;
                    } else {
                        sheet.write_string(row, column, text)?;
                    }
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, number.to_f64().unwrap_or_default())?;
                }
                Cell::Percent(hundredths) => {
                    let number = rust_decimal::Decimal::new(*hundredths, 2);
                    sheet.write_number(row, column, number.to_f64().unwrap_or_default())?;
                }
                Cell::Money(money) => {
                    let decimals = usize::try_from(money.currency().exponent()).unwrap_or(2);
                    let number = money.to_decimal().to_f64().unwrap_or_default();
                    match self.amounts.get(decimals) {
                        Some(format) => {
                            sheet.write_number_with_format(row, column, number, format)?
                        }
                        None => sheet.write_number(row, column, number)?,
                    };
                }
                Cell::Date(day) => {
                    sheet.write_datetime_with_format(row, column, excel_date(*day)?, &self.date)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Ends it: the file, from its start. It is gone when it is closed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<File, XlsxError> {
        let mut file = tempfile::tempfile()?;
        self.workbook.save_to_writer(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// Whether XML can say a character.
const fn is_in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

fn excel_date(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let year = u16::try_from(day.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_they_are() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 5);
        let rows = [
            head(&["Name".to_owned(), "Due".to_owned()]),
            vec![Cell::text("=1+1, \"x\""), Cell::date(day)],
            vec![Cell::money(-123_456, Currency::USD), Cell::Number(-7)],
            vec![Cell::money(1_250, Currency::from_code("KWD").unwrap()), Cell::Percent(3_333)],
            vec![Cell::money(1_200, Currency::from_code("JPY").unwrap()), Cell::text("")],
        ];
        assert_eq!(
            String::from_utf8(csv(&rows)).unwrap(),
            "Name,Due\r\n\"'=1+1, \"\"x\"\"\",2026-03-05\r\n-1234.56,-7\r\n1.250,33.33\r\n1200,\r\n"
        );
    }
}
