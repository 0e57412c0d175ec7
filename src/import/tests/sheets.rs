//! Workbooks, made here byte by byte.

use super::{super::inflate::unpacked_len, *};

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

struct Entry {
    name: &'static str,
    method: u16,
    packed: Vec<u8>,
    claimed: u32,
    crc: u32,
}

fn stored(name: &'static str, content: &str) -> Entry {
    let packed = content.as_bytes().to_vec();
    let claimed = u32::try_from(packed.len()).unwrap();
    Entry { name, method: 0, crc: crc(&packed), packed, claimed }
}

fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let offset = u32::try_from(file.len()).unwrap();
        let packed = u32::try_from(entry.packed.len()).unwrap();
        let name = u16::try_from(entry.name.len()).unwrap();
        let mut common = Vec::new();
        for value in [20, 0, entry.method, 0, 0x21] {
            common.extend(u16::to_le_bytes(value));
        }
        for value in [entry.crc, packed, entry.claimed] {
            common.extend(u32::to_le_bytes(value));
        }
        common.extend(u16::to_le_bytes(name));
        common.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&common);
        file.extend(entry.name.as_bytes());
        file.extend(&entry.packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(u32::to_le_bytes(offset));
        directory.extend(entry.name.as_bytes());
    }
    let count = u16::try_from(entries.len()).unwrap();
    let start = u32::try_from(file.len()).unwrap();
    let len = u32::try_from(directory.len()).unwrap();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    file.extend([len.to_le_bytes(), start.to_le_bytes()].concat());
    file.extend([0, 0]);
    file
}

const TYPES: &str = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
const RELS: &str = "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK_RELS: &str = "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const STYLES: &str = "<?xml version=\"1.0\"?><styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

/// Entries of a workbook with one sheet of these rows.
fn entries(rows: &str, from_1904: bool) -> Vec<Entry> {
    let year = if from_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let book = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{year}<sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    vec![
        stored("[Content_Types].xml", TYPES),
        stored("_rels/.rels", RELS),
        stored("xl/workbook.xml", &book),
        stored("xl/_rels/workbook.xml.rels", BOOK_RELS),
        stored("xl/styles.xml", STYLES),
        stored("xl/worksheets/sheet1.xml", &sheet),
    ]
}

fn text(cell: &str, text: &str) -> String {
    format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn header() -> String {
    let names = ["Invoice No", "Customer No", "Date", "Total"];
    let cells: String =
        ["A1", "B1", "C1", "D1"].iter().zip(names).map(|(c, n)| text(c, n)).collect();
    format!("<row r=\"1\">{cells}</row>")
}

#[test]
fn sheets_are_read_by_what_their_cells_are() {
    let rows = format!(
        "{}<row r=\"2\"><c r=\"A2\"><v>1001</v></c><c r=\"B2\"><v>17850.0</v></c>\
         <c r=\"C2\" s=\"1\"><v>41276</v></c><c r=\"D2\"><v>0.30000000000000004</v></c></row>\
         <row r=\"4\">{}{}<c r=\"C4\"><v>41276.5</v></c>{}</row>\
         <row r=\"5\"><c r=\"A5\"><v>3</v></c><c r=\"B5\"><v>1</v></c><c r=\"C5\" s=\"1\"><v>41276</v></c>\
         <c r=\"D5\" t=\"e\"><v>#DIV/0!</v></c></row>",
        header(),
        text("A4", "0007"),
        text("B4", "17850.0"),
        text("D4", "1,234.50"),
    );
    let batch = read_with(zip(&entries(&rows, false)), &options()).unwrap();
    let found: Vec<(&str, &str, String, i64, u64)> = batch
        .documents
        .iter()
        .map(|d| (&*d.number, &*d.customer_number, d.issued_on.to_string(), d.total, d.line))
        .collect();
    let date = || "2013-01-02".to_owned();
    assert_eq!(
        found,
        vec![("1001", "17850", date(), 30, 2), ("0007", "17850.0", date(), 123_450, 4)]
    );
    assert_eq!(refused(&batch), vec![(5, "total", Reason::ErrorCell)]);
    assert_eq!(batch.refusals[0].value, "#DIV/0!");
    let format = Format::Spreadsheet {
        sheet: "Data".to_owned(),
        sheets: vec!["Data".to_owned()],
        from_1904: false,
    };
    assert_eq!(batch.format, format);
}

#[test]
fn days_count_from_1904_where_the_workbook_says_so() {
    let rows = format!(
        "{}<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2</v></c><c r=\"C2\" s=\"1\"><v>39814</v></c>\
         <c r=\"D2\"><v>5</v></c></row><row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\"><v>2</v></c>\
         <c r=\"C3\"><v>39814</v></c><c r=\"D3\"><v>5</v></c></row>",
        header()
    );
    let batch = read_with(zip(&entries(&rows, true)), &options()).unwrap();
    assert_eq!(batch.documents.len(), 2);
    assert!(batch.documents.iter().all(|d| d.issued_on == day("2013-01-02")));
}

#[test]
fn far_corners_cost_nothing() {
    let far = format!("{}<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>", header());
    let batch = read_with(zip(&entries(&far, false)), &options()).unwrap();
    assert_eq!(batch.refusals[0].line, 1_048_576);
    let wide = format!("{}<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>", header());
    let max = limits::COLUMNS_MAX;
    assert_eq!(
        read_with(zip(&entries(&wide, false)), &options()).unwrap_err(),
        FileError::TooManyColumns { line: 2, max }
    );
    let named = Options { sheet: Some("Other".to_owned()), ..options() };
    let name = "Other".to_owned();
    assert_eq!(
        read_with(zip(&entries(&far, false)), &named).unwrap_err(),
        FileError::SheetNotFound { name }
    );
}

/// A deflate stream of one letter and `times` repetitions of the longest match.
fn deflated(times: usize) -> Vec<u8> {
    let mut bits = vec![true, true, false];
    let code = |bits: &mut Vec<bool>, value: u32, len: u32| {
        bits.extend((0..len).rev().map(|bit| value >> bit & 1 == 1));
    };
    code(&mut bits, 0b0011_0000, 8);
    for _ in 0..times {
        code(&mut bits, 0b1100_0101, 8);
        code(&mut bits, 0, 5);
    }
    code(&mut bits, 0, 7);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks(8).map(byte).collect()
}

fn bomb(times: usize, claimed: u32) -> Vec<u8> {
    let mut entries = entries(&header(), false);
    let packed = deflated(times);
    entries.push(Entry { name: "xl/sharedStrings.xml", method: 8, packed, claimed, crc: 0 });
    zip(&entries)
}

#[test]
fn bombs_are_weighed_before_they_go_off() {
    let error = |bytes: Vec<u8>| read_with(bytes, &options()).unwrap_err();
    assert_eq!(unpacked_len(deflated(1000).as_slice(), 1_000_000), Ok(258_001));
    let max = limits::UNPACK_RATIO_MAX;
    // Honest about its size, and not.
    let honest = bomb(10_000, 2_580_001);
    assert_eq!(error(honest), FileError::UnpacksTooTightly { ratio: 158, max });
    let lying = bomb(10_000, 1000);
    assert_eq!(error(lying), FileError::UnpacksTooTightly { ratio: 158, max });
    let huge = bomb(1_000_000, 1000);
    assert!(matches!(error(huge), FileError::UnpacksTooLarge { .. }));
    let claiming = bomb(10, u32::MAX - 1);
    assert!(matches!(error(claiming), FileError::UnpacksTooTightly { .. }));
    let names: Vec<Entry> = (0..1001).map(|_| stored("x", "")).collect();
    let (entries, max) = (1001, limits::ARCHIVE_ENTRIES_MAX);
    assert_eq!(error(zip(&names)), FileError::TooManyEntries { entries, max });
    let format = ForeignFormat::Zip;
    assert_eq!(error(zip(&[stored("readme.txt", "hello")])), FileError::Unsupported { format });
}

/// Whatever bytes are damaged, there is an answer and no panic.
#[test]
fn damaged_workbooks_give_an_answer() {
    let rows = format!(
        "{}<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>2</v></c><c r=\"C2\" s=\"1\"><v>39814</v></c>\
         <c r=\"D2\"><v>5</v></c></row>",
        header()
    );
    let good = zip(&entries(&rows, false));
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..2000 {
        let mut bytes = good.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        let _ = read_with(&bytes, &options());
        bytes.truncate(next(bytes.len()));
        assert!(read_with(&bytes, &options()).is_err());
    }
}

#[test]
fn a_table_of_strings_cannot_claim_more_than_it_holds() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";
    let strings = |count: &str| {
        format!(
            "<?xml version=\"1.0\"?><!-- <sst uniqueCount=\"1\"> --><sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"{count}\"><si><t>Invoice No</t></si></sst>"
        )
    };
    for (count, is_refused) in [("1", false), ("1000000000000", true), ("many", true)] {
        let mut entries = entries(rows, false);
        entries.push(stored("xl/sharedStrings.xml", &strings(count)));
        let outcome = read_with(zip(&entries), &options());
        assert_eq!(matches!(outcome, Err(FileError::BrokenSpreadsheet)), is_refused, "{count}");
    }
}
