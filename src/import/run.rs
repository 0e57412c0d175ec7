//! The two things this room does: show how a file is understood, and read it.

use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{
    batch::{Batch, Progress, Stage},
    customer::ImportedCustomer,
    customer_book::{self, CustomerBook},
    drafts::{Drafts, Taken},
    encoding::Input,
    error::FileError,
    field::Field,
    finish::{Finished, Finisher, looks_damaged},
    header, limits,
    mapping::{self, Mapping},
    notice::{Reason, Refusal, Warning, WarningCode, Warnings, shorten, shorten_to},
    options::{Kind, Options},
    preview::{Format, Preview, SampleRow, SampleValue},
    profile::{Column, Profile},
    row::Row,
    row_reader::{Bad, RowLine, RowReader, RowValues, read_cell},
    table::Table,
};

/// Tells how a file would be read, and shows its first `rows` rows (at most
/// [`limits::PREVIEW_ROWS_MAX`]) as they would go in.
///
/// # Errors
/// What makes the file unreadable. What only keeps it from going in as it stands, such as a
/// missing column, is in [`Preview::problems`].
pub fn preview<R: Read + Seek>(
    mut input: R,
    options: &Options,
    rows: usize,
) -> Result<Preview, FileError> {
    let mut opened = Opened::new(&mut input, options, &mut |_| {})?;
    let columns = &opened.columns;
    let sample = opened.sample.iter().take(rows.min(limits::PREVIEW_ROWS_MAX));
    let rows = sample.map(|row| sample_row(row, columns)).collect();
    Ok(Preview {
        format: opened.table.format(),
        header_line: opened.header_line,
        rows,
        columns: columns.iter().map(Column::reading).collect(),
        header: std::mem::take(&mut opened.header),
        problems: opened.problems,
    })
}

/// Reads a whole file. `progress` is called now and then.
///
/// # Errors
/// What makes the file unreadable, or keeps it from going in as it stands; then nothing is read.
pub fn read<R: Read + Seek>(
    mut input: R,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Batch, FileError> {
    let opened = Opened::new(&mut input, options, progress)?;
    if let Some(problem) = opened.problems.into_iter().next() {
        return Err(problem);
    }
    let Opened { mut table, columns, header, header_line, warnings, bytes_total, .. } = opened;
    let format = table.format();
    let width = matches!(format, Format::Text { .. }).then_some(header.len());
    let mut reading = Reading {
        reader: RowReader::new(&columns, width),
        is_customers: options.kind == Kind::Customers,
        drafts: Drafts::default(),
        book: CustomerBook::default(),
        refusals: Refusals::default(),
        refused_customers: 0,
        warnings,
        rows: 0,
    };
    table.visit(&mut |row, bytes| {
        if row.line > header_line {
            reading.rows += 1;
            reading.take(row);
            if reading.rows.is_multiple_of(limits::PROGRESS_ROWS) {
                let (stage, rows) = (Stage::Reading, reading.rows);
                progress(Progress { stage, rows, bytes, bytes_total });
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let rows = reading.rows;
    let batch = reading.finish(options, format, columns.iter().map(Column::reading).collect());
    progress(Progress { stage: Stage::Reading, rows, bytes: bytes_total, bytes_total });
    Ok(batch)
}

/// A file of which everything is known but its rows.
struct Opened<'a> {
    table: Table<'a>,
    header: Vec<String>,
    header_line: u64,
    columns: Vec<Column>,
    sample: Vec<Row>,
    problems: Vec<FileError>,
    warnings: Warnings,
    bytes_total: u64,
}

impl<'a> Opened<'a> {
    fn new(
        input: &'a mut dyn Input,
        options: &Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Self, FileError> {
        let bytes_total = input.seek(SeekFrom::End(0))?;
        let mut table = Table::open(input, bytes_total, options)?;
        let mut first_rows = Vec::new();
        let wanted = limits::HEADER_ROWS_MAX + limits::PREVIEW_ROWS_MAX;
        table.visit(&mut |row, _| {
            first_rows.push(row.clone());
            let enough = first_rows.len() >= wanted;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let place = header::find(&first_rows, options);
        let sample = first_rows.split_off((place + 1).min(first_rows.len()));
        let header_row = first_rows.pop().ok_or(FileError::Empty)?;
        if sample.is_empty() {
            return Err(FileError::NoRows);
        }
        let header: Vec<String> =
            header_row.to_strings().into_iter().map(|cell| cell.trim().to_owned()).collect();
        let header_line = header_row.line;
        let Mapping { columns: mapped, mut problems } = mapping::map(&header, &sample, options);

        let format = table.format();
        let rows_max = match format {
            Format::Text { .. } => u64::MAX,
            Format::Spreadsheet { .. } => limits::PROFILE_ROWS_MAX,
        };
        let mut profile = Profile::new(&mapped, &header);
        let mut rows = 0_u64;
        table.visit(&mut |row, bytes| {
            if row.line > header_line {
                rows += 1;
                profile.add(row);
                if rows.is_multiple_of(limits::PROGRESS_ROWS) {
                    progress(Progress { stage: Stage::Inspecting, rows, bytes, bytes_total });
                }
            }
            let enough = rows >= rows_max;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let mut warnings = Warnings::default();
        let columns = profile.decide(options, &format, header_line, &mut problems, &mut warnings);
        Ok(Self { table, header, header_line, columns, sample, problems, warnings, bytes_total })
    }
}

fn shown(text: &str) -> String {
    shorten_to(limits::PREVIEW_CHARS_MAX, text)
}

fn sample_row(row: &Row, columns: &[Column]) -> SampleRow {
    let value = |column: &Column| SampleValue {
        field: column.field,
        value: read_cell(row, column).map(|value| shown(&value.to_plain())),
    };
    SampleRow {
        line: row.line,
        cells: (0..row.len()).map(|column| shown(row.raw(column))).collect(),
        values: columns.iter().map(value).collect(),
    }
}

#[derive(Default)]
struct Refusals {
    kept: Vec<Refusal>,
    count: u64,
}

impl Refusals {
    fn push(&mut self, bad: Bad, line: u64, number: Option<&str>, columns: &[Column]) {
        self.count += 1;
        if self.kept.len() < limits::REFUSALS_KEPT {
            self.kept.push(bad.refusal(line, number, columns));
        }
    }
}

/// The second pass over a file.
struct Reading<'a> {
    reader: RowReader<'a>,
    is_customers: bool,
    drafts: Drafts,
    book: CustomerBook,
    refusals: Refusals,
    refused_customers: u64,
    warnings: Warnings,
    rows: u64,
}

impl Reading<'_> {
    /// Takes a row.
    fn take(&mut self, row: &Row) {
        let field = if self.is_customers { Field::CustomerNumber } else { Field::Number };
        let key = self.reader.check_width(row).and_then(|()| self.reader.key(row, field));
        let number = match key {
            Ok(Some(number)) if self.is_customers => self.book.share(number),
            Ok(Some(number)) => self.drafts.share(number),
            Ok(None) => return self.refuse(row, None, Bad::new(field, Reason::MissingValue, "")),
            Err(bad) => return self.refuse(row, None, bad),
        };
        let taken = if self.is_customers {
            self.take_customer(row, &number)
        } else {
            self.take_document_row(row, &number)
        };
        if let Err(bad) = taken {
            self.refuse(row, Some(&number), bad);
        }
    }

    /// Keeps a row out, and the document that it belongs to.
    fn refuse(&mut self, row: &Row, number: Option<&Arc<str>>, bad: Bad) {
        let is_second = matches!(bad.reason, Reason::ConflictingRow { .. });
        self.refusals.push(bad, row.line, number.map(|n| &**n), self.reader.columns());
        match number {
            Some(_) if self.is_customers => self.refused_customers += 1,
            // The first row of a number stays good when a second one contradicts it.
            Some(number) if !is_second => self.drafts.refuse(number, row.line),
            _ => {}
        }
    }

    fn take_document_row(&mut self, row: &Row, number: &Arc<str>) -> Result<(), Bad> {
        let (values, line) = self.reader.document(row)?;
        let details = self.reader.details(row, false)?;
        if let Some(customer) = &values.customer {
            self.book.mention(customer, &details, row.line, &mut self.warnings);
        }
        if let Some(line) = line {
            let issued = self.reader.written(row, Field::IssuedOn);
            let warnings = &mut self.warnings;
            return self.drafts.add_line(number, row.line, values, line, issued, warnings);
        }
        let line = self.only_line(row, &values)?;
        match self.drafts.add_document(number, row.line, values, line)? {
            Taken::In => {}
            Taken::Repeated => self.warn_repeated(row, number, Field::Number),
        }
        Ok(())
    }

    /// In a file without prices a description is that of one line over everything before tax.
    fn only_line(&mut self, row: &Row, values: &RowValues) -> Result<Option<RowLine>, Bad> {
        let description = self.reader.description(row)?;
        let (false, Some(total)) = (description.is_empty(), values.total) else { return Ok(None) };
        let before_tax = values.tax.and_then(|tax| total.checked_sub(tax));
        let unit_price = values.subtotal.or(before_tax).unwrap_or(total);
        Ok(Some(RowLine { description, quantity: Decimal::ONE, unit_price }))
    }

    fn take_customer(&mut self, row: &Row, number: &Arc<str>) -> Result<(), Bad> {
        let details = self.reader.details(row, true)?;
        if let Some(known) = self.book.find(number) {
            let mut new = ImportedCustomer { currency: details.currency, ..Default::default() };
            for (field, text) in &details.texts {
                if let Some(slot) = customer_book::slot(&mut new, *field) {
                    *slot = Some(Arc::clone(text));
                }
            }
            new.number = Arc::clone(&known.number);
            new.line = known.line;
            new.address.country_code = known.address.country_code;
            if new == *known {
                self.warn_repeated(row, number, Field::CustomerNumber);
                return Ok(());
            }
            // Only another name: the first is kept, with a warning.
            let first_line = known.line;
            let known_name = known.name.clone();
            let new_name = std::mem::replace(&mut new.name, known_name);
            if new != *known || new_name.is_none() {
                let reason = Reason::ConflictingRow { first_line };
                return Err(Bad::new(Field::CustomerNumber, reason, number));
            }
        }
        let is_new = self.book.find(number).is_none();
        self.book.mention(number, &details, row.line, &mut self.warnings);
        if is_new {
            let has_name = details.texts.iter().any(|(field, _)| *field == Field::CustomerName);
            let mut warn = |code, field| {
                self.warnings.push(code, || Warning {
                    code,
                    line: row.line,
                    number: Some(shorten(number)),
                    field: Some(field),
                    value: String::new(),
                });
            };
            if !has_name {
                warn(WarningCode::MissingName, Field::CustomerName);
            }
            if looks_damaged(number) {
                warn(WarningCode::DamagedNumber, Field::CustomerNumber);
            }
        }
        Ok(())
    }

    fn warn_repeated(&mut self, row: &Row, number: &str, field: Field) {
        let code = WarningCode::DuplicateRow;
        self.warnings.push(code, || Warning {
            code,
            line: row.line,
            number: Some(shorten(number)),
            field: Some(field),
            value: shorten(number),
        });
    }

    /// Completes everything.
    fn finish(
        mut self,
        options: &Options,
        format: Format,
        columns: Vec<super::preview::ColumnReading>,
    ) -> Batch {
        let finisher = Finisher::new(options);
        let drafts = std::mem::take(&mut self.drafts).into_vec();
        let mut documents = Vec::with_capacity(drafts.len());
        let mut refused_documents = self.refused_customers;
        let mut credit_signs = [Vec::new(), Vec::new()];
        for draft in drafts {
            if draft.refused {
                refused_documents += 1;
                continue;
            }
            let (line, number) = (draft.line, Arc::clone(&draft.number));
            match finisher.finish(draft, &mut self.warnings) {
                Ok(Finished { document, credit_was_negative }) => {
                    self.book.name(&document.customer_number, line, &mut self.warnings);
                    if let Some(was_negative) = credit_was_negative
                        && let Some(seen) = credit_signs.get_mut(usize::from(was_negative))
                    {
                        seen.push((line, number));
                    }
                    documents.push(document);
                }
                Err(bad) => {
                    refused_documents += 1;
                    self.refusals.push(bad, line, Some(&number), self.reader.columns());
                }
            }
        }
        self.warn_mixed_credits(credit_signs);
        self.warnings.sort();
        self.refusals.kept.sort_by_key(|refusal| refusal.line);
        documents.shrink_to_fit();
        Batch {
            format,
            columns,
            customers: if self.is_customers { self.book.all() } else { self.book.named() },
            documents,
            refusals: self.refusals.kept,
            refusal_count: self.refusals.count,
            refused_documents,
            rows: self.rows,
            warnings: self.warnings,
        }
    }

    /// Credit memos of both signs in one file: the rarer ones may be reversals.
    fn warn_mixed_credits(&mut self, [positive, negative]: [Vec<(u64, Arc<str>)>; 2]) {
        if positive.is_empty() || negative.is_empty() {
            return;
        }
        let rarer = if positive.len() <= negative.len() { positive } else { negative };
        let code = WarningCode::MixedCreditSigns;
        for (line, number) in rarer {
            self.warnings.push(code, || Warning {
                code,
                line,
                number: Some(shorten(&number)),
                field: Some(Field::Total),
                value: String::new(),
            });
        }
    }
}
