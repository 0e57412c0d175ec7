//! Finds out what separates the cells of a text.

use super::{
    delimited::{Delimited, Source},
    row::Row,
};

const CANDIDATES: [u8; 4] = *b",;\t|";
const ROWS: usize = 50;

/// The delimiter under which the first rows have the most equal numbers of cells.
pub(super) fn delimiter(beginning: &str, is_whole: bool) -> u8 {
    let mut best = (b',', Score::default());
    for candidate in CANDIDATES {
        let score = score(beginning, is_whole, candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// How well a delimiter fits; a greater one is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Rows in a thousand that have the most frequent number of cells, if it is above one.
    regular: usize,
    columns: usize,
}

fn score(beginning: &str, is_whole: bool, delimiter: u8) -> Score {
    let mut reader = Delimited::new(Source::Text(Some(beginning.to_owned())), delimiter);
    let (mut row, mut widths) = (Row::default(), Vec::new());
    let mut ended = false;
    while widths.len() < ROWS {
        match reader.next_row(&mut row) {
            Ok(true) if row.is_blank() => {}
            Ok(true) => widths.push(row.len()),
            Ok(false) => {
                ended = true;
                break;
            }
            Err(_) => break,
        }
    }
    // The last row of a text cut anywhere is cut too.
    if ended && !is_whole && widths.len() > 1 {
        widths.pop();
    }
    let frequency = |width: usize| widths.iter().filter(|other| **other == width).count();
    let usual = widths.iter().copied().filter(|width| *width > 1);
    usual
        .map(|columns| Score { regular: frequency(columns) * 1000 / widths.len().max(1), columns })
        .max()
        .unwrap_or_default()
}

/// The delimiter that a first line `sep=;` names, as Excel writes and reads it.
pub(super) fn named_delimiter(beginning: &str) -> Option<u8> {
    let line = beginning.lines().next()?.trim_end_matches('\r').trim_matches('"');
    match line.strip_prefix("sep=")?.as_bytes() {
        [byte] if byte.is_ascii() => Some(*byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n3,5;4,5", b';'),
            ("a\tb\n1,5\t2;5\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("a\n1\n2\n", b','),
            ("", b','),
            ("name;note\n\"x;y\";\"a,b,c\"\n\"x;z\";\"a,b\"\n", b';'),
            ("\"EXTF\";700;21\nKonto;Name\n1;\"a, b\"\n2;c\n", b';'),
            ("a,b\n\"x;y;z\",1\n\"u;v\",2\n", b','),
        ] {
            assert_eq!(delimiter(text, true), expected, "{text:?}");
        }
        assert_eq!(named_delimiter("sep=;\na;b"), Some(b';'));
        assert_eq!(named_delimiter("\"sep=|\"\r\na|b"), Some(b'|'));
        assert_eq!(named_delimiter("sepal;b"), None);
    }
}
