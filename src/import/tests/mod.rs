//! Whole files, real and awkward. Those that lie in `../shared` are skipped where it is absent.

mod awkward;
mod bad_files;
mod book;
mod documents;
mod mapping;
mod real;
mod sheets;
mod styles;

use std::io::Cursor;

use super::*;
use crate::domain::money::Currency;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/");

/// A file of `../shared/data`, unless it is absent.
fn shared(path: &str) -> Option<Vec<u8>> {
    let path = format!("{SHARED}{path}");
    let bytes = std::fs::read(&path);
    if bytes.is_err() {
        eprintln!("skipped: {path} is absent");
    }
    bytes.ok()
}

fn options() -> Options {
    Options { currency: Some(Currency::USD), ..Options::new(Kind::Invoices) }
}

fn customers() -> Options {
    Options::new(Kind::Customers)
}

fn read_with(text: impl AsRef<[u8]>, options: &Options) -> Result<Batch, FileError> {
    read(Cursor::new(text.as_ref()), options, &mut |_| {})
}

fn batch(text: &str) -> Batch {
    read_with(text, &options()).unwrap()
}

fn shown(text: impl AsRef<[u8]>, options: &Options) -> Preview {
    preview(Cursor::new(text.as_ref()), options, 10).unwrap()
}

/// Refusals as `(line, field, reason)`.
fn refused(batch: &Batch) -> Vec<(u64, &str, Reason)> {
    let name = |field: Option<Field>| field.map_or("", |field| field.name());
    batch.refusals.iter().map(|r| (r.line, name(r.field), r.reason)).collect()
}

/// Warnings as `(line, code)`.
fn warned(batch: &Batch) -> Vec<(u64, WarningCode)> {
    batch.warnings.kept().iter().map(|warning| (warning.line, warning.code)).collect()
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
