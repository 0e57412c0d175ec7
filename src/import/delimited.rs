//! Cuts delimited text into rows.
//!
//! A quote opens a quoted cell only as its first character; inside, two quotes stand for one and
//! line ends are part of the cell; what follows the closing quote is taken literally. Rows end
//! with LF, CR or both; empty lines are no rows.

use super::{
    encoding::TextReader,
    error::FileError,
    limits,
    row::{CellKind, Row},
};

/// Where text comes from.
pub(super) enum Source<'a> {
    /// A file.
    Stream(TextReader<'a>),
    /// A text at hand.
    Text(Option<String>),
}

impl Source<'_> {
    fn fill(&mut self, piece: &mut String) -> Result<bool, FileError> {
        match self {
            Self::Stream(reader) => reader.fill(piece),
            Self::Text(text) => {
                *piece = text.take().unwrap_or_default();
                Ok(!piece.is_empty())
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    RowStart,
    CellStart,
    Plain,
    Quoted,
    AfterQuote,
}

/// Rows of a delimited text.
pub(super) struct Delimited<'a> {
    source: Source<'a>,
    delimiter: u8,
    piece: String,
    at: usize,
    line: u64,
    after_cr: bool,
    quote_line: u64,
}

impl<'a> Delimited<'a> {
    /// Starts at the beginning of a source. The delimiter is an ASCII character.
    pub(super) const fn new(source: Source<'a>, delimiter: u8) -> Self {
        let piece = String::new();
        Self { source, delimiter, piece, at: 0, line: 1, after_cr: false, quote_line: 0 }
    }

    /// Bytes of the file used so far.
    pub(super) const fn bytes(&self) -> u64 {
        match &self.source {
            Source::Stream(reader) => reader.bytes(),
            Source::Text(_) => 0,
        }
    }

    /// Reads the next row; false at the end.
    ///
    /// # Errors
    /// `UnterminatedQuote`, `CellTooLong`, `TooManyColumns`, `Io`.
    pub(super) fn next_row(&mut self, row: &mut Row) -> Result<bool, FileError> {
        row.clear();
        let mut state = State::RowStart;
        loop {
            if self.at >= self.piece.len() {
                self.at = 0;
                if !self.source.fill(&mut self.piece)? {
                    return self.end_of_text(row, state);
                }
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let Some(first) = rest.bytes().next() else { continue };
            if self.after_cr && state != State::Quoted {
                self.after_cr = false;
                if first == b'\n' {
                    self.at += 1;
                    continue;
                }
            }
            match state {
                State::RowStart if first == b'\n' || first == b'\r' => self.end_line(first),
                State::RowStart => {
                    row.line = self.line;
                    state = State::CellStart;
                }
                State::CellStart if first == b'"' => {
                    self.at += 1;
                    self.quote_line = self.line;
                    state = State::Quoted;
                }
                State::Plain => {
                    let delimiter = self.delimiter;
                    let stop = rest
                        .bytes()
                        .position(|byte| byte == delimiter || byte == b'\n' || byte == b'\r');
                    let text = stop.and_then(|stop| rest.get(..stop)).unwrap_or(rest);
                    row.push_str(text);
                    self.at += text.len();
                    check_cell(row, false)?;
                    if let Some(byte) = stop.and_then(|stop| rest.as_bytes().get(stop)).copied() {
                        state = State::CellStart;
                        if self.end_cell(row, byte)? {
                            return Ok(true);
                        }
                    }
                }
                State::Quoted => {
                    let stop = rest.bytes().position(|byte| byte == b'"');
                    let text = stop.and_then(|stop| rest.get(..stop)).unwrap_or(rest);
                    row.push_str(text);
                    self.at += text.len() + usize::from(stop.is_some());
                    for byte in text.bytes() {
                        let new_line = byte == b'\r' || (byte == b'\n' && !self.after_cr);
                        self.line += u64::from(new_line);
                        self.after_cr = byte == b'\r';
                    }
                    check_cell(row, true)?;
                    if stop.is_some() {
                        self.after_cr = false;
                        state = State::AfterQuote;
                    }
                }
                State::AfterQuote if first == b'"' => {
                    self.at += 1;
                    row.push_str("\"");
                    state = State::Quoted;
                }
                State::CellStart | State::AfterQuote => state = State::Plain,
            }
        }
    }

    /// Ends a cell at the given byte; true when the row ends with it.
    fn end_cell(&mut self, row: &mut Row, byte: u8) -> Result<bool, FileError> {
        row.end_cell(CellKind::Text);
        if row.len() > limits::COLUMNS_MAX {
            return Err(FileError::TooManyColumns { line: row.line, max: limits::COLUMNS_MAX });
        }
        if byte == self.delimiter {
            self.at += 1;
            return Ok(false);
        }
        self.end_line(byte);
        Ok(true)
    }

    fn end_line(&mut self, byte: u8) {
        self.at += 1;
        self.line += 1;
        self.after_cr = byte == b'\r';
    }

    fn end_of_text(&self, row: &mut Row, state: State) -> Result<bool, FileError> {
        match state {
            State::RowStart => return Ok(false),
            State::Quoted => return Err(FileError::UnterminatedQuote { line: self.quote_line }),
            State::CellStart | State::Plain | State::AfterQuote => row.end_cell(CellKind::Text),
        }
        if row.len() > limits::COLUMNS_MAX {
            return Err(FileError::TooManyColumns { line: row.line, max: limits::COLUMNS_MAX });
        }
        Ok(true)
    }
}

fn check_cell(row: &Row, quoted: bool) -> Result<(), FileError> {
    if row.open_len() <= limits::CELL_BYTES_MAX {
        return Ok(());
    }
    let (line, column, max) = (row.line, row.len() + 1, limits::CELL_BYTES_MAX);
    Err(FileError::CellTooLong { line, column, quoted, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn rows(text: &str, delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let mut reader = Delimited::new(Source::Text(Some(text.to_owned())), delimiter);
        let (mut row, mut rows) = (Row::default(), Vec::new());
        while reader.next_row(&mut row)? {
            rows.push((row.line, row.to_strings()));
        }
        Ok(rows)
    }

    #[test]
    fn rows_are_cut() {
        for (text, expected) in [
            ("a,b\n1,2\n", vec![(1, vec!["a", "b"]), (2, vec!["1", "2"])]),
            ("a,b\r\n1,2", vec![(1, vec!["a", "b"]), (2, vec!["1", "2"])]),
            ("a\rb\rc", vec![(1, vec!["a"]), (2, vec!["b"]), (3, vec!["c"])]),
            ("a\n\n\r\nb", vec![(1, vec!["a"]), (4, vec!["b"])]),
            ("a,\n,b", vec![(1, vec!["a", ""]), (2, vec!["", "b"])]),
            ("a,", vec![(1, vec!["a", ""])]),
            ("\"a,\"\"b\"\"\",c", vec![(1, vec!["a,\"b\"", "c"])]),
            ("\"a\nb\",c\nd", vec![(1, vec!["a\nb", "c"]), (3, vec!["d"])]),
            ("\"a\r\nb\"\r\nd", vec![(1, vec!["a\r\nb"]), (3, vec!["d"])]),
            ("\"\"\nx", vec![(1, vec![""]), (2, vec!["x"])]),
            ("\"a\"b,c", vec![(1, vec!["ab", "c"])]),
            ("a\"b\",c", vec![(1, vec!["a\"b\"", "c"])]),
            ("", vec![]),
            ("\n\n", vec![]),
        ] {
            let expected: Vec<(u64, Vec<String>)> = expected
                .into_iter()
                .map(|(line, cells)| (line, cells.into_iter().map(str::to_owned).collect()))
                .collect();
            assert_eq!(rows(text, b',').unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_cut_is_named() {
        assert_eq!(rows("a,b\n1,\"2\n3,4\n", b','), Err(FileError::UnterminatedQuote { line: 2 }));
        let long = "x".repeat(limits::CELL_BYTES_MAX + 1);
        let max = limits::CELL_BYTES_MAX;
        assert_eq!(
            rows(&format!("a,b\n1,{long}"), b','),
            Err(FileError::CellTooLong { line: 2, column: 2, quoted: false, max })
        );
        assert_eq!(
            rows(&format!("a,b\n\"{long}"), b','),
            Err(FileError::CellTooLong { line: 2, column: 1, quoted: true, max })
        );
        assert_eq!(
            rows(&",".repeat(limits::COLUMNS_MAX), b','),
            Err(FileError::TooManyColumns { line: 1, max: limits::COLUMNS_MAX })
        );
    }

    /// The `csv` crate reads whatever we read, and to the same cells.
    #[test]
    fn another_reader_agrees() {
        let alphabet = ['a', 'b', ',', ',', '"', '"', '\n', '\r', ' ', 'é'];
        let mut state = 12_345_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push(alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]);
            }
            let Ok(ours) = rows(&text, b',') else { continue };
            let theirs: Vec<Vec<String>> = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes())
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let ours: Vec<Vec<String>> = ours.into_iter().map(|(_, cells)| cells).collect();
            assert_eq!(ours, theirs, "{text:?}");
        }
    }
}
