//! A file as a table of rows, whatever its format.

use std::{io::SeekFrom, ops::ControlFlow};

use super::{
    delimited::{Delimited, Source},
    dialect,
    encoding::{Detected, Input, TextReader, detect, read_full},
    error::{FileError, ForeignFormat},
    limits,
    options::Options,
    preview::Format,
    row::Row,
    sheet::{Visit, Workbook},
};

/// An open file.
pub(super) enum Table<'a> {
    /// Delimited text.
    Text {
        /// The file.
        input: &'a mut dyn Input,
        /// Its encoding.
        detected: Detected,
        /// What separates its cells.
        delimiter: u8,
    },
    /// A workbook.
    Sheet(Box<Workbook<'a>>),
}

impl<'a> Table<'a> {
    /// Opens a file whose size is known.
    ///
    /// # Errors
    /// Whatever keeps its rows from being read.
    pub(super) fn open(
        input: &'a mut dyn Input,
        bytes: u64,
        options: &Options,
    ) -> Result<Self, FileError> {
        if bytes > limits::FILE_BYTES_MAX {
            return Err(FileError::TooLarge { bytes, max: limits::FILE_BYTES_MAX });
        }
        if bytes == 0 {
            return Err(FileError::Empty);
        }
        input.seek(SeekFrom::Start(0))?;
        let mut magic = [0_u8; 8];
        let len = read_full(input, &mut magic)?;
        let magic = magic.get(..len).unwrap_or_default();
        let unsupported = |format| Err(FileError::Unsupported { format });
        match magic {
            [b'P', b'K', 3 | 5, 4 | 6, ..] => {
                let workbook = Workbook::open(input, options.sheet.as_deref())?;
                Ok(Self::Sheet(Box::new(workbook)))
            }
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] => {
                if holds_encrypted_package(input)? {
                    Err(FileError::PasswordProtected)
                } else {
                    unsupported(ForeignFormat::Xls)
                }
            }
            [b'%', b'P', b'D', b'F', b'-', ..] => unsupported(ForeignFormat::Pdf),
            [0x1F, 0x8B, 8, ..] => unsupported(ForeignFormat::Gzip),
            _ => Self::open_text(input, options),
        }
    }

    fn open_text(input: &'a mut dyn Input, options: &Options) -> Result<Self, FileError> {
        let detected = detect(input)?;
        let delimiter = if let Some(given) = options.delimiter {
            let usable = given.is_ascii() && !matches!(given, '"' | '\n' | '\r' | '\0');
            let byte = u8::try_from(given).ok().filter(|_| usable);
            byte.ok_or(FileError::InvalidDelimiter { delimiter: given })?
        } else {
            let mut reader = TextReader::new(input, detected)?;
            let mut beginning = String::new();
            reader.fill(&mut beginning)?;
            let is_whole = reader.is_done();
            dialect::named_delimiter(&beginning)
                .unwrap_or_else(|| dialect::delimiter(&beginning, is_whole))
        };
        Ok(Self::Text { input, detected, delimiter })
    }

    /// How the file was understood.
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Text { detected, delimiter, .. } => Format::Text {
                encoding: detected.encoding.name(),
                delimiter: char::from(*delimiter),
            },
            Self::Sheet(workbook) => Format::Spreadsheet {
                sheet: workbook.sheet().to_owned(),
                sheets: workbook.sheets().to_vec(),
                from_1904: workbook.counts_from_1904(),
            },
        }
    }

    /// Goes through the rows that are not blank, from the beginning.
    ///
    /// # Errors
    /// What is wrong with the file, and whatever `visit` gives.
    pub(super) fn visit(&mut self, visit: &mut Visit<'_>) -> Result<(), FileError> {
        let mut rows = 0_u64;
        let mut counted = |row: &Row, bytes: u64| {
            if row.is_blank() {
                return Ok(ControlFlow::Continue(()));
            }
            rows += 1;
            if rows > limits::ROWS_MAX {
                return Err(FileError::TooManyRows { max: limits::ROWS_MAX });
            }
            visit(row, bytes)
        };
        match self {
            Self::Sheet(workbook) => workbook.visit(&mut counted),
            Self::Text { input, detected, delimiter } => {
                let reader = TextReader::new(*input, *detected)?;
                let mut delimited = Delimited::new(Source::Stream(reader), *delimiter);
                let mut row = Row::default();
                while delimited.next_row(&mut row)? {
                    if counted(&row, delimited.bytes())?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Whether a compound file holds the stream that encrypted workbooks are kept in.
fn holds_encrypted_package(input: &mut dyn Input) -> Result<bool, FileError> {
    let wanted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut kept = 0;
    input.seek(SeekFrom::Start(0))?;
    loop {
        let Some(rest) = buffer.get_mut(kept..) else { return Ok(false) };
        let wants = rest.len();
        let filled = read_full(input, rest)?;
        let held = buffer.get(..kept + filled).unwrap_or_default();
        if held.windows(wanted.len()).any(|window| window == wanted) {
            return Ok(true);
        }
        if filled < wants {
            return Ok(false);
        }
        let end = kept + filled;
        kept = wanted.len();
        buffer.copy_within(end - kept..end, 0);
    }
}
