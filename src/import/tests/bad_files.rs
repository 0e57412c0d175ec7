//! Files that must be refused quickly, clearly and in little memory.

use std::fmt::Write as _;

use super::*;

fn error(bytes: impl AsRef<[u8]>) -> FileError {
    read_with(bytes, &options()).unwrap_err()
}

#[test]
fn files_without_content_are_refused() {
    assert_eq!(error(""), FileError::Empty);
    assert_eq!(error(" \r\n\n\t"), FileError::Empty);
    assert_eq!(error("\u{FEFF}"), FileError::Empty);
    assert_eq!(error("Invoice No,Customer No,Date,Total\n"), FileError::NoRows);
    assert_eq!(error("Invoice No,Customer No,Date,Total"), FileError::NoRows);
    assert_eq!(error("Invoice No,Customer No,Date,Total\n\n,,,\n"), FileError::NoRows);
}

#[test]
fn binary_files_are_refused() {
    let mut state = 42_u64;
    let noise: Vec<u8> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            u8::try_from(state >> 56).unwrap()
        })
        .collect();
    assert_eq!(error(&noise), FileError::Binary);
    assert_eq!(error(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0"), FileError::Binary);
    let mut late = b"a,b\n".repeat(50_000);
    late.push(0);
    assert_eq!(error(&late), FileError::Binary);
    let format = ForeignFormat::Pdf;
    assert_eq!(error(b"%PDF-1.7\n%\xE2\xE3"), FileError::Unsupported { format });
    let format = ForeignFormat::Gzip;
    assert_eq!(error(b"\x1F\x8B\x08\0\0\0\0\0\0\0"), FileError::Unsupported { format });
    let format = ForeignFormat::Xls;
    let mut compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    compound.extend([1; 1000]);
    assert_eq!(error(&compound), FileError::Unsupported { format });
    assert_eq!(error(b"PK\x03\x04 and no more"), FileError::BrokenSpreadsheet);
}

#[test]
fn one_long_line_is_refused() {
    let max = limits::CELL_BYTES_MAX;
    let text = "x".repeat(10_000_000);
    assert_eq!(error(&text), FileError::CellTooLong { line: 1, column: 1, quoted: false, max });
    let text = "ab,".repeat(3_500_000);
    let max = limits::COLUMNS_MAX;
    assert_eq!(error(&text), FileError::TooManyColumns { line: 1, max });
}

#[test]
fn cut_off_files_are_refused() {
    let file = "Invoice No,Customer No,Date,Total,Notes\n1,C1,2013-01-02,5.00,\"see \"\"x\"\"\"\n\
                2,C1,2013-01-02,6.00,\"and\nthis\"\n";
    assert_eq!(batch(file).documents.len(), 2);
    // Wherever it is cut, what is read was in the file, and an open quote is noticed.
    for end in 0..file.len() {
        let cut = file.get(..end).unwrap();
        match read_with(cut, &options()) {
            Ok(batch) => {
                assert!(cut.matches('"').count() % 2 == 0, "{cut:?}");
                for document in &batch.documents {
                    let cents = if &*document.number == "1" { 500 } else { 600 };
                    let cut_amount = cut.ends_with(['5', '6', '.', '0']);
                    assert!(document.total == cents || cut_amount, "{cut:?}");
                }
            }
            Err(FileError::UnterminatedQuote { line }) => {
                assert!(cut.matches('"').count() % 2 == 1, "{cut:?}");
                assert!(line == 2 || line == 3);
            }
            Err(error) => assert!(
                matches!(
                    error,
                    FileError::Empty | FileError::NoRows | FileError::MissingColumns { .. }
                ),
                "{cut:?} {error:?}"
            ),
        }
    }
}

#[test]
fn encodings_are_told_apart() {
    let text =
        "Invoice No;Customer No;Customer Name;Date;Total\n1;C1;Müller & Søn;2013-01-02;5,00\n";
    let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = if mark { "\u{FEFF}" } else { "" };
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
    };
    let ascii = text.replace('ü', "u").replace('ø', "o");
    let unmarked: Vec<u8> = ascii.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "UTF-8"),
        (text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(), "windows-1252"),
        (utf16(u16::to_le_bytes, true), "UTF-16LE"),
        (utf16(u16::to_be_bytes, true), "UTF-16BE"),
        (unmarked, "UTF-16LE"),
    ] {
        let batch = read_with(&bytes, &options()).unwrap();
        assert_eq!(batch.format, Format::Text { encoding, delimiter: ';' });
        let name = batch.customers[0].name.as_deref().unwrap();
        assert!(name == "Müller & Søn" || name == "Muller & Son", "{name}");
        assert_eq!(batch.documents[0].total, 500);
    }
}

#[test]
fn damaged_encodings_are_refused() {
    let good = "Invoice No,Customer Name\n1,Müller\n2,Søn\n3,Żółć\n";
    let mut broken = good.as_bytes().to_vec();
    broken.extend(b"4,x\xFFy\n");
    assert_eq!(error(&broken), FileError::BrokenEncoding { line: 5 });
    let mut cut = good.as_bytes().to_vec();
    cut.extend(&"5,é".as_bytes()[..3]);
    assert_eq!(error(&cut), FileError::TruncatedText);
    // A character on the border of two pieces is not damage.
    for pad in 65_500..65_540 {
        let text = format!(
            "Customer No,Name\n1,{}\n2,{}\n3,é{}\n",
            "x".repeat(30_000),
            "y".repeat(30_000),
            "z".repeat(pad - 60_030)
        );
        let text = format!("{text}4,{}\n", "é".repeat(2000));
        assert_eq!(read_with(&text, &customers()).unwrap().customers.len(), 4);
    }
}

#[test]
fn delimiters_can_be_given() {
    let text = "Customer No:Name\n1:a,b\n2:c,d\n";
    let given = Options { delimiter: Some(':'), ..customers() };
    assert_eq!(read_with(text, &given).unwrap().customers[0].name.as_deref(), Some("a,b"));
    let given = Options { delimiter: Some('¦'), ..customers() };
    let delimiter = '¦';
    assert_eq!(read_with(text, &given).unwrap_err(), FileError::InvalidDelimiter { delimiter });
    let text = "sep=;\nCustomer No;Name\n1;a,b,c\n";
    assert_eq!(read_with(text, &customers()).unwrap().customers[0].line, 3);
}

#[test]
fn messages_are_sentences() {
    for error in [
        FileError::Empty,
        FileError::AmbiguousDates {
            field: Field::IssuedOn,
            column: "Date".into(),
            example: "1/2/2013".into(),
            line: 2,
        },
        FileError::MissingColumns { fields: vec![Field::Number] },
    ] {
        let message = error.to_string();
        assert!(message.ends_with('.') && message.len() > 10, "{message}");
    }
}

/// Whatever a text holds, there is an answer, and what goes in is sound.
#[test]
fn any_text_gives_an_answer() {
    const PIECES: [&str; 44] = [
        ",",
        ",",
        ",",
        ",",
        ",",
        ";",
        "\t",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\"",
        "\"\"",
        "Invoice No",
        "Customer No",
        "Date",
        "Total",
        "Quantity",
        "Unit Price",
        "Currency",
        "Type",
        "Amount Paid",
        "1",
        "2",
        "C1",
        "2013-01-02",
        "13/1/2013",
        "1/2/2013",
        "5.00",
        "1,234",
        "-7,5",
        "(3)",
        "1e9",
        "99999999999999999999",
        "0.001",
        "EUR",
        "JPY",
        "credit memo",
        "é",
        "\u{FEFF}",
        "=A1",
        " ",
        "Notes",
        "yes",
    ];
    let mut state = 99_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut read_some = 0;
    for round in 0..4000 {
        let mut text = match round % 3 {
            0 => String::new(),
            1 => "Invoice No,Customer No,Date,Total\n".to_owned(),
            _ => "Invoice No,Customer No,Date,Total,Quantity,Unit Price\n".to_owned(),
        };
        for _ in 0..next(8) {
            if round % 2 == 0 {
                for _ in 0..next(20) {
                    text.push_str(PIECES[next(PIECES.len())]);
                }
            } else {
                let mut pick = |cells: &[&'static str]| cells[next(cells.len())];
                let customer = pick(&["C1", "C2", "007", ""]);
                let date = pick(&["2013-01-02", "13/1/2013", "1 Feb 2013", "2013-01-02 8:00", "x"]);
                let total = pick(&["5.00", "1,234.5", "-7.5", "(3)", "0", "0.001", "5 EUR", "y"]);
                let number = pick(&["1", "2", "3", "4", "5", "6"]);
                write!(text, "{number},{customer},{date},\"{total}\"").unwrap();
                if round % 3 == 2 {
                    let price = pick(&["1.005", "-2", "3", "0.333", "z"]);
                    write!(text, ",{},{price}", pick(&["1", "-1", "2.5", ""])).unwrap();
                }
            }
            text.push('\n');
        }
        let Ok(batch) = read_with(&text, &options()) else { continue };
        read_some += usize::from(!batch.documents.is_empty());
        for document in &batch.documents {
            assert!(document.total >= 0, "{text:?}");
            assert!(!document.number.is_empty() && !document.customer_number.is_empty());
            assert!(document.paid.is_none_or(|paid| paid.amount > 0), "{text:?}");
            let known = batch.customers.iter().any(|c| c.number == document.customer_number);
            assert!(known, "{text:?}");
        }
        // Reading is a function of the bytes.
        let again = read_with(&text, &options()).unwrap();
        assert_eq!(batch.documents, again.documents);
        assert_eq!(batch.customers, again.customers);
        assert_eq!(batch.refusals, again.refusals);
        assert_eq!(batch.warnings, again.warnings);
    }
    assert!(read_some > 100, "{read_some}");
}
