//! One row of a file, whatever the file is.

/// What kind of cell a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    /// Text, or nothing.
    Text,
    /// A number of a spreadsheet, as its shortest decimal text with a dot.
    Number,
    /// A date of a spreadsheet, in ISO form.
    Date,
    /// A truth value of a spreadsheet, `TRUE` or `FALSE`.
    Flag,
    /// An error of a spreadsheet, such as `#DIV/0!`.
    Error,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    kind: CellKind,
}

/// The cells of a row. Made once and filled again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Line of the file, or row of the sheet, on which it starts, from 1.
    pub(super) line: u64,
    text: String,
    spans: Vec<Span>,
}

impl Row {
    /// Empties the row.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
    }

    /// Adds to the cell being written.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Bytes of the cell being written.
    pub(super) fn open_len(&self) -> usize {
        self.text.len() - self.open_start()
    }

    fn open_start(&self) -> usize {
        self.spans.last().map_or(0, |span| span.end)
    }

    /// Ends the cell being written.
    pub(super) fn end_cell(&mut self, kind: CellKind) {
        self.spans.push(Span { start: self.open_start(), end: self.text.len(), kind });
    }

    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// A cell's kind and text, without blanks around it; empty beyond the last one.
    pub(super) fn cell(&self, column: usize) -> (CellKind, &str) {
        let span = self.spans.get(column);
        let text = span.and_then(|span| self.text.get(span.start..span.end)).unwrap_or("");
        (span.map_or(CellKind::Text, |span| span.kind), text.trim())
    }

    /// A cell's text exactly as it stands in the file.
    pub(super) fn raw(&self, column: usize) -> &str {
        self.spans.get(column).and_then(|span| self.text.get(span.start..span.end)).unwrap_or("")
    }

    /// All cells as they stand in the file.
    pub(super) fn to_strings(&self) -> Vec<String> {
        (0..self.len()).map(|column| self.raw(column).to_owned()).collect()
    }

    /// Whether every cell is blank.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// How many cells are left when blank ones at the end are not counted.
    pub(super) fn filled_len(&self) -> usize {
        (0..self.len()).rev().find(|column| !self.cell(*column).1.is_empty()).map_or(0, |c| c + 1)
    }
}
