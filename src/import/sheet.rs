//! Makes rows of a workbook's sheet.
//!
//! The cells are streamed, so that a sheet with one cell in its first and one in its last corner
//! costs two cells. Whatever the reading library does with a damaged file, a panic included, comes
//! out as `BrokenSpreadsheet`.

use std::{
    io::BufReader,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDate;

use super::{
    archive,
    encoding::Input,
    error::FileError,
    limits,
    row::{CellKind, Row},
};

type Book<'a> = Xlsx<BufReader<&'a mut dyn Input>>;

/// An open workbook.
pub(super) struct Workbook<'a> {
    book: Book<'a>,
    sheets: Vec<String>,
    sheet: String,
}

/// Takes a row and the bytes of the file used so far (zero for a workbook); says whether it wants the next one.
pub(super) type Visit<'v> = dyn FnMut(&Row, u64) -> Result<ControlFlow<()>, FileError> + 'v;

impl<'a> Workbook<'a> {
    /// Opens a workbook at a sheet: the one named, or the first that holds anything.
    ///
    /// # Errors
    /// Whatever [`archive::check`] finds, `PasswordProtected`, `SheetNotFound`, `Empty`,
    /// `BrokenSpreadsheet`.
    pub(super) fn open(input: &'a mut dyn Input, named: Option<&str>) -> Result<Self, FileError> {
        archive::check(input)?;
        input.seek(std::io::SeekFrom::Start(0))?;
        let book = guard(|| Book::new(BufReader::new(input)).map_err(|error| refusal(&error)))?;
        let sheets: Vec<(String, bool)> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let all: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
        let mut workbook = Self { book, sheets: all, sheet: String::new() };
        if let Some(named) = named {
            let known = workbook.sheets.iter().find(|name| name.trim() == named.trim());
            let missing = || FileError::SheetNotFound { name: named.to_owned() };
            workbook.sheet = known.cloned().ok_or_else(missing)?;
            return Ok(workbook);
        }
        for (name, _) in sheets.into_iter().filter(|(_, visible)| *visible) {
            workbook.sheet = name;
            let mut holds_something = false;
            workbook.visit(&mut |row, _| {
                holds_something |= !row.is_blank();
                let done = if holds_something {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                };
                Ok(done)
            })?;
            if holds_something {
                return Ok(workbook);
            }
        }
        Err(FileError::Empty)
    }

    /// The sheet that is read.
    pub(super) fn sheet(&self) -> &str {
        &self.sheet
    }

    /// All worksheets.
    pub(super) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Whether day numbers count from 1904.
    pub(super) fn counts_from_1904(&self) -> bool {
        self.book.has_1904_epoch()
    }

    /// Goes through the rows of the sheet that hold anything, in order.
    pub(super) fn visit(&mut self, visit: &mut Visit<'_>) -> Result<(), FileError> {
        let Self { book, sheet, .. } = self;
        guard(|| visit_cells(book, sheet, visit))
    }
}

fn visit_cells(book: &mut Book<'_>, sheet: &str, visit: &mut Visit<'_>) -> Result<(), FileError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| refusal(&error))?;
    let mut row = Row::default();
    let mut cells: Vec<(usize, CellKind, String)> = Vec::new();
    let mut current = 0_u32;
    loop {
        let cell = reader.next_cell().map_err(|error| refusal(&error))?;
        let place = cell.as_ref().map(calamine::Cell::get_position);
        if place.is_none_or(|(line, _)| line != current) {
            if !cells.is_empty() {
                fill_row(&mut row, current, &mut cells)?;
                if visit(&row, 0)?.is_break() {
                    return Ok(());
                }
            }
            match place {
                // A good sheet never goes back.
                Some((line, _)) if line < current => return Err(FileError::BrokenSpreadsheet),
                Some((line, _)) => current = line,
                None => return Ok(()),
            }
        }
        let (Some(cell), Some((line, column))) = (cell, place) else { return Ok(()) };
        if let Some((kind, text)) = content(cell.get_value()) {
            let line = u64::from(line) + 1;
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column >= limits::COLUMNS_MAX {
                return Err(FileError::TooManyColumns { line, max: limits::COLUMNS_MAX });
            }
            if text.len() > limits::CELL_BYTES_MAX {
                let (column, max) = (column + 1, limits::CELL_BYTES_MAX);
                return Err(FileError::CellTooLong { line, column, quoted: false, max });
            }
            cells.push((column, kind, text));
            if cells.len() > limits::COLUMNS_MAX {
                return Err(FileError::BrokenSpreadsheet);
            }
        }
    }
}

fn fill_row(
    row: &mut Row,
    line: u32,
    cells: &mut Vec<(usize, CellKind, String)>,
) -> Result<(), FileError> {
    row.clear();
    row.line = u64::from(line) + 1;
    cells.sort_by_key(|(column, _, _)| *column);
    for (column, kind, text) in cells.drain(..) {
        if column < row.len() {
            return Err(FileError::BrokenSpreadsheet);
        }
        while row.len() < column {
            row.end_cell(CellKind::Text);
        }
        row.push_str(&text);
        row.end_cell(kind);
    }
    Ok(())
}

/// A cell's kind and text; nothing for an empty one.
fn content(value: &DataRef<'_>) -> Option<(CellKind, String)> {
    let (kind, text) = match value {
        DataRef::Empty => return None,
        DataRef::Int(value) => (CellKind::Number, value.to_string()),
        DataRef::Float(value) => number(*value),
        DataRef::String(text) | DataRef::DurationIso(text) => (CellKind::Text, text.clone()),
        DataRef::SharedString(text) => (CellKind::Text, (*text).to_owned()),
        DataRef::Bool(value) => (CellKind::Flag, if *value { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(value) => moment(value),
        DataRef::DateTimeIso(text) => (CellKind::Date, text.clone()),
        DataRef::Error(error) => (CellKind::Error, error.to_string()),
    };
    (!text.is_empty()).then_some((kind, text))
}

/// A number as the shortest decimal text that means it. Spreadsheets keep numbers as floats; this
/// is the only place that sees one.
fn number(value: f64) -> (CellKind, String) {
    if value.is_finite() {
        (CellKind::Number, value.to_string())
    } else {
        (CellKind::Error, "#NUM!".to_owned())
    }
}

/// A date in ISO form, with its time of day if that is not midnight.
fn moment(value: &ExcelDateTime) -> (CellKind, String) {
    if !value.is_datetime() || value.as_f64() < 1.0 {
        return number(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    match NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)) {
        Some(date) if (hour, minute, second) == (0, 0, 0) => (CellKind::Date, date.to_string()),
        Some(date) => (CellKind::Date, format!("{date} {hour:02}:{minute:02}:{second:02}")),
        None => number(value.as_f64()),
    }
}

fn refusal(error: &XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::PasswordProtected,
        XlsxError::Io(error) => match error.kind() {
            std::io::ErrorKind::InvalidData
            | std::io::ErrorKind::InvalidInput
            | std::io::ErrorKind::UnexpectedEof => FileError::BrokenSpreadsheet,
            kind => FileError::Io { kind: kind.to_string() },
        },
        _ => FileError::BrokenSpreadsheet,
    }
}

/// Runs something that may panic on a damaged file.
fn guard<T>(run: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(FileError::BrokenSpreadsheet))
}
