//! Looking into a document before it is kept: whether it is what its name says, and nothing else
//! beside that. What is taken is handed out as a file to be saved, never shown on our pages, so that
//! a text full of HTML stays a text; refused is what harms whoever opens what they saved.

mod drawing;
mod office;
mod pdf;
mod picture;
mod text;

pub use self::drawing::inspect_drawing;
use crate::domain::file::{FILE_BYTES_MAX, FileKind, FileRefusal};

/// What every scanner is tested with, in two parts, so that this program is not one itself.
const TEST_VIRUS: [&[u8]; 2] =
    [b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

/// Bytes at the beginning in which readers of PDFs look for one.
const PDF_WITHIN: usize = 1024;

/// What makes a browser take a file for a page.
const PAGES: [&[u8]; 4] = [b"<script", b"<html", b"<!doctype html", b"<iframe"];

/// Looks into a whole document.
///
/// # Errors
/// Why it is not taken.
pub fn inspect(kind: FileKind, bytes: &[u8]) -> Result<(), FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(FileRefusal::TooLarge);
    }
    if has_test_virus(bytes) {
        return Err(FileRefusal::Virus);
    }
    let begin = bytes.get(..bytes.len().min(PDF_WITHIN)).unwrap_or_default();
    if kind != FileKind::Pdf && find(begin, b"%PDF-").is_some() {
        return Err(FileRefusal::NotWhatItSays);
    }
    match kind {
        FileKind::Pdf => pdf::inspect(bytes),
        FileKind::Png => picture::inspect_png(bytes),
        FileKind::Jpeg => picture::inspect_jpeg(bytes),
        FileKind::Docx => office::inspect(bytes, &office::WORD),
        FileKind::Xlsx => office::inspect(bytes, &office::EXCEL),
        FileKind::Csv | FileKind::Txt => text::inspect(bytes),
    }
}

/// Where a text is first found.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(rest) = bytes.get(from..) {
        let at = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

fn has_test_virus(bytes: &[u8]) -> bool {
    let [begin, end] = TEST_VIRUS;
    let mut rest = bytes;
    while let Some(at) = find(rest, begin) {
        rest = rest.get(at + begin.len()..).unwrap_or_default();
        if rest.starts_with(end) {
            return true;
        }
    }
    false
}

/// Whether a part of a file begins as a page does, anywhere in it.
fn has_page(bytes: &[u8]) -> bool {
    let starts = |at: usize| {
        PAGES.iter().any(|page| {
            bytes.get(at..at + page.len()).is_some_and(|part| part.eq_ignore_ascii_case(page))
        })
    };
    bytes.iter().enumerate().any(|(at, byte)| *byte == b'<' && starts(at))
}

/// Whether a file of another kind is a zip archive too: those are read from their end.
fn is_archive_too(bytes: &[u8]) -> bool {
    /// The record at the end, and the longest remark behind it.
    const TAIL_BYTES: usize = 22 + 65_535;

    let number = |at: usize, len: usize| {
        let part = bytes.get(at..at + len)?;
        Some(part.iter().rev().fold(0_usize, |value, byte| (value << 8) | usize::from(*byte)))
    };
    let is_end = |at: usize| {
        let entries = number(at + 10, 2)?;
        let (size, offset) = (number(at + 12, 4)?, number(at + 16, 4)?);
        let is_directory =
            |at: usize| bytes.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02"));
        // Counted from the beginning, or from where the archive was put behind something else.
        let is_there = is_directory(offset) || at.checked_sub(size).is_some_and(is_directory);
        Some(entries > 0 && is_there)
    };
    let start = bytes.len().saturating_sub(TAIL_BYTES);
    let mut from = start;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"PK\x05\x06")) {
        if is_end(from + at) == Some(true) {
            return true;
        }
        from += at + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found() {
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aab", b"abc"), None);
        assert_eq!(find(b"", b"a"), None);
        assert!(has_page(b"x <ScRiPt>") && !has_page(b"a < b, script"));
        let whole = TEST_VIRUS.concat();
        assert!(has_test_virus(&[b"hello ".as_slice(), &whole].concat()));
        assert!(!has_test_virus(TEST_VIRUS[1]));
    }
}
