//! Gives columns their meaning.

use super::{
    amount::{self, Clue},
    country,
    date::{self, Shape},
    error::FileError,
    field::{Field, nearest},
    options::{DecimalMark, Kind, Options},
    preview::Confidence,
    row::{CellKind, Row},
    synonyms,
    words::{flag, is_project, plain},
};

/// A column that has a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    pub(super) field: Field,
    pub(super) column: usize,
    pub(super) confidence: Confidence,
}

/// Columns with their meaning, in the order of the fields, and what is wrong with that.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) columns: Vec<Mapped>,
    pub(super) problems: Vec<FileError>,
}

/// Fields that a kind of file can have.
pub(super) fn belongs(field: Field, kind: Kind) -> bool {
    use Field as F;
    let of_customers = matches!(
        field,
        F::CustomerNumber
            | F::CustomerName
            | F::Email
            | F::Phone
            | F::Website
            | F::AddressLine1
            | F::AddressLine2
            | F::AddressCity
            | F::AddressRegion
            | F::AddressPostalCode
            | F::AddressCountry
            | F::ParentNumber
            | F::IsProject
            | F::Currency
            | F::Terms
            | F::Notes
    );
    match kind {
        Kind::Customers => of_customers,
        Kind::Invoices | Kind::CreditMemos => true,
    }
}

/// Maps the columns of a header. The sample, some rows under it, can overrule a guess.
pub(super) fn map(header: &[String], sample: &[Row], options: &Options) -> Mapping {
    let mut mapping = Mapping::default();
    for (field, name) in &options.map {
        if mapping.columns.iter().any(|mapped| mapped.field == *field) {
            mapping.problems.push(FileError::FieldMappedTwice { field: *field });
            continue;
        }
        if name.trim().is_empty() {
            continue;
        }
        if !belongs(*field, options.kind) {
            mapping.problems.push(FileError::FieldDoesNotBelong { field: *field });
            continue;
        }
        match find_column(header, *field, name) {
            Ok(column) => {
                let confidence = Confidence::Given;
                mapping.columns.push(Mapped { field: *field, column, confidence });
            }
            Err(problem) => mapping.problems.push(problem),
        }
    }
    if options.guess {
        guess(header, sample, options, &mut mapping);
    }
    let missing = missing_fields(&mapping, options);
    if !missing.is_empty() {
        mapping.problems.push(FileError::MissingColumns { fields: missing });
    }
    mapping.columns.sort_by_key(|mapped| mapped.field);
    mapping
}

/// Whether a header row has the column that somebody named.
pub(super) fn has_column(header: &[String], name: &str) -> bool {
    position(name).is_some() || header.iter().any(|cell| same_name(cell, name))
}

/// The place that `#3` means.
fn position(name: &str) -> Option<usize> {
    name.trim().strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

fn same_name(cell: &str, name: &str) -> bool {
    cell.trim() == name.trim() || (!plain(name).is_empty() && plain(cell) == plain(name))
}

fn find_column(header: &[String], field: Field, name: &str) -> Result<usize, FileError> {
    // A header may itself begin with the sign.
    let exact = |cell: &&String| cell.trim() == name.trim();
    if !header.iter().any(|cell| exact(&cell))
        && let Some(column) = position(name).filter(|column| *column < header.len())
    {
        return Ok(column);
    }
    let places = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..).zip(header).filter(|(_, cell)| test(cell)).map(|(place, _)| place).collect()
    };
    let mut found = places(&|cell| cell.trim() == name.trim());
    if found.is_empty() {
        found = places(&|cell| same_name(cell, name));
    }
    match found.as_slice() {
        [column] => Ok(*column),
        [first, second, ..] => Err(FileError::DuplicateColumn {
            field,
            column: name.trim().to_owned(),
            first: first + 1,
            second: second + 1,
        }),
        [] => Err(FileError::ColumnNotFound {
            field,
            column: name.trim().to_owned(),
            nearest: nearest(name.trim(), header.iter().map(|cell| (cell.as_str(), cell.clone()))),
        }),
    }
}

fn guess(header: &[String], sample: &[Row], options: &Options, mapping: &mut Mapping) {
    let names: Vec<String> = header.iter().map(|cell| plain(cell)).collect();
    // A key is rather looked for in a worse named column than in one without any value.
    for may_be_blank in [false, true] {
        for confidence in [Confidence::High, Confidence::Medium, Confidence::Low] {
            for field in Field::ALL {
                let is_needed = is_needed(field, options.kind);
                let taken = mapping.columns.iter().any(|mapped| mapped.field == field);
                let unwanted = options.map.iter().any(|(named, _)| *named == field);
                if taken
                    || unwanted
                    || !belongs(field, options.kind)
                    || (may_be_blank && !is_needed)
                {
                    continue;
                }
                let fits = |column: usize, cell: &str, name: &str| {
                    cell == name
                        && !mapping.columns.iter().any(|mapped| mapped.column == column)
                        && ((is_needed && confidence == Confidence::High)
                            || (field.is_date() && options.date_format.is_some())
                            || agrees(field, column, sample))
                        && (may_be_blank || !is_needed || has_value(sample, column))
                };
                let found = best_names(field, options.kind, confidence).find_map(|name| {
                    let columns: Vec<usize> = (0..)
                        .zip(&names)
                        .filter(|(column, cell)| fits(*column, cell, &name))
                        .map(|(column, _)| column)
                        .collect();
                    (!columns.is_empty()).then_some(columns)
                });
                let Some(found) = found else { continue };
                if let [first, second, ..] = found.as_slice() {
                    if !is_needed {
                        continue;
                    }
                    mapping.problems.push(FileError::DuplicateColumn {
                        field,
                        column: header.get(*first).cloned().unwrap_or_default(),
                        first: first + 1,
                        second: second + 1,
                    });
                }
                if let Some(column) = found.first() {
                    mapping.columns.push(Mapped { field, column: *column, confidence });
                }
            }
        }
    }
    name_from_number(&names, sample, options, mapping);
}

fn has_value(sample: &[Row], column: usize) -> bool {
    sample.iter().any(|row| !row.cell(column).1.is_empty())
}

/// The names of a field that give this much confidence, the best first.
fn best_names(field: Field, kind: Kind, confidence: Confidence) -> impl Iterator<Item = String> {
    let names = synonyms::of(field);
    let (own, list, more) = match confidence {
        Confidence::High | Confidence::Given => (plain(field.name()), names.high, ""),
        Confidence::Medium => (String::new(), names.medium, ""),
        Confidence::Low if kind == Kind::Customers => {
            (String::new(), names.low, synonyms::of_customers(field))
        }
        Confidence::Low => (String::new(), names.low, ""),
    };
    let own = (!own.is_empty()).then_some(own);
    let lists = list.split(' ').chain(more.split(' '));
    own.into_iter().chain(lists.filter(|name| !name.is_empty()).map(str::to_owned))
}

/// A column headed `Customer` that holds names is both number and name.
fn name_from_number(names: &[String], sample: &[Row], options: &Options, mapping: &mut Mapping) {
    let unwanted = options.map.iter().any(|(named, _)| *named == Field::CustomerName);
    if unwanted || mapping.columns.iter().any(|mapped| mapped.field == Field::CustomerName) {
        return;
    }
    let number = mapping.columns.iter().find(|mapped| mapped.field == Field::CustomerNumber);
    let Some(column) = number.map(|mapped| mapped.column) else { return };
    let usual = synonyms::of(Field::CustomerName).low;
    let headed = names.get(column).is_some_and(|name| usual.split(' ').any(|one| one == name));
    let is_name = |text: &str| !text.contains(|c: char| c.is_ascii_digit());
    if headed && mostly(sample, column, |_, text| is_name(text)) {
        let (field, confidence) = (Field::CustomerName, Confidence::Low);
        mapping.columns.push(Mapped { field, column, confidence });
    }
}

/// Whether the values of a column can be what its header promises. A blank column agrees.
fn agrees(field: Field, column: usize, sample: &[Row]) -> bool {
    if field.is_date() {
        return mostly(sample, column, |kind, text| {
            kind == CellKind::Date
                || date::shape(text) != Shape::Nothing
                || text.contains(['/', '.'])
        });
    }
    if field.is_number() {
        return mostly(sample, column, |kind, text| {
            kind == CellKind::Number
                || amount::clue(text) != Clue::Nothing
                || amount::read(text, DecimalMark::Dot).is_ok()
        });
    }
    match field {
        Field::AddressCountry => mostly(sample, column, |kind, text| {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            kind != CellKind::Number && (!is_number || country::code(text).is_some())
        }),
        Field::IsProject => mostly(sample, column, |kind, text| {
            kind == CellKind::Flag || is_project(text).is_some()
        }),
        Field::Disputed => {
            mostly(sample, column, |kind, text| kind == CellKind::Flag || flag(text).is_some())
        }
        _ => true,
    }
}

/// Whether at least half of the filled cells of a column pass a test.
fn mostly(sample: &[Row], column: usize, test: impl Fn(CellKind, &str) -> bool) -> bool {
    let (mut filled, mut passed) = (0_usize, 0_usize);
    for (kind, text) in sample.iter().map(|row| row.cell(column)) {
        if !text.is_empty() {
            filled += 1;
            passed += usize::from(kind == CellKind::Error || test(kind, text));
        }
    }
    passed * 2 >= filled
}

/// Whether guessing wrong would spoil every row.
const fn is_needed(field: Field, kind: Kind) -> bool {
    match kind {
        Kind::Customers => matches!(field, Field::CustomerNumber | Field::CustomerName),
        Kind::Invoices | Kind::CreditMemos => matches!(
            field,
            Field::CustomerNumber
                | Field::Number
                | Field::IssuedOn
                | Field::DueOn
                | Field::Total
                | Field::Currency
                | Field::LineQuantity
                | Field::LineUnitPrice
        ),
    }
}

fn missing_fields(mapping: &Mapping, options: &Options) -> Vec<Field> {
    let has = |field| mapping.columns.iter().any(|mapped| mapped.field == field);
    let mut missing = Vec::new();
    let mut need = |field, given: bool| {
        if !given {
            missing.push(field);
        }
    };
    match options.kind {
        Kind::Customers => {
            need(Field::CustomerNumber, has(Field::CustomerNumber));
            need(Field::CustomerName, has(Field::CustomerName));
        }
        Kind::Invoices | Kind::CreditMemos => {
            let customer = has(Field::CustomerNumber) || options.default_customer.is_some();
            need(Field::CustomerNumber, customer);
            need(Field::Number, has(Field::Number));
            need(Field::IssuedOn, has(Field::IssuedOn));
            need(Field::Total, has(Field::Total) || has(Field::LineUnitPrice));
        }
    }
    missing
}
