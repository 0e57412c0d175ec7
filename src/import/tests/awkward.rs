//! Awkward files of others, with the results that others expect.

use super::{
    super::{
        delimited::{Delimited, Source},
        row::Row,
    },
    *,
};
use serde_json::Value;

fn rows_of(text: &str) -> Vec<Vec<String>> {
    let mut reader = Delimited::new(Source::Text(Some(text.to_owned())), b',');
    let (mut row, mut rows) = (Row::default(), Vec::new());
    while reader.next_row(&mut row).unwrap() {
        rows.push(row.to_strings());
    }
    rows
}

#[test]
fn csv_spectrum_reads_as_expected() {
    for name in [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "location_coordinates",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ] {
        let Some(text) = shared(&format!("awkward/csv-spectrum/csvs/{name}.csv")) else { return };
        let json = shared(&format!("awkward/csv-spectrum/json/{name}.json")).unwrap();
        let mut expected: Value = serde_json::from_slice(&json).unwrap();
        if expected.is_object() {
            expected = Value::Array(vec![expected]);
        }
        let rows = rows_of(std::str::from_utf8(&text).unwrap());
        let (header, rows) = rows.split_first().unwrap();
        let objects: Vec<Value> = rows
            .iter()
            .map(|row| {
                assert_eq!(row.len(), header.len(), "{name}");
                let pairs = header.iter().cloned().zip(row.iter().cloned().map(Value::String));
                Value::Object(pairs.collect())
            })
            .collect();
        if name == "location_coordinates" {
            // Its two halves disagree about the telephone number, and only about that.
            expected[0]["Contact Phone Number"] = Value::String("2095257564".to_owned());
        }
        if name == "newlines_crlf" {
            // The file at hand is byte for byte the one with plain line ends.
            expected[1]["a"] = Value::String("Once upon \na time".to_owned());
        }
        assert_eq!(Value::Array(objects), expected, "{name}");
    }
}

#[test]
fn csv_spectrum_files_are_shown() {
    for (name, lines) in [("newlines_crlf", vec![2, 3, 5]), ("quotes_and_newlines", vec![2, 5])] {
        let Some(text) = shared(&format!("awkward/csv-spectrum/csvs/{name}.csv")) else { return };
        let preview = shown(&text, &options());
        assert_eq!(preview.header, name_header(name));
        let found: Vec<u64> = preview.rows.iter().map(|row| row.line).collect();
        assert_eq!(found, lines, "{name}");
        assert!(matches!(preview.problems.first(), Some(FileError::MissingColumns { .. })));
    }
}

fn name_header(name: &str) -> Vec<&'static str> {
    if name == "newlines_crlf" { vec!["a", "b", "c"] } else { vec!["a", "b"] }
}

#[test]
fn datev_files_are_understood() {
    let Some(bytes) = shared("awkward/csv-european/EXTF_Stammdaten.csv") else { return };
    let preview = shown(&bytes, &customers());
    let encoding = "windows-1252";
    assert_eq!(preview.format, Format::Text { encoding, delimiter: ';' });
    assert_eq!(preview.header_line, 2);
    assert_eq!(preview.problems, vec![]);
    let column = |field| preview.columns.iter().find(|c| c.field == field).map(|c| &*c.header);
    assert_eq!(column(Field::CustomerNumber), Some("Konto"));
    assert_eq!(column(Field::CustomerName), Some("Name (Adressatentyp Unternehmen)"));
    assert_eq!(column(Field::AddressLine1), Some("Straße"));
    assert_eq!(column(Field::AddressPostalCode), Some("Postleitzahl"));
    assert_eq!(column(Field::AddressCity), Some("Ort"));
    let batch = read_with(&bytes, &customers()).unwrap();
    assert_eq!(batch.refusal_count, 0, "{:?}", batch.refusals);
    assert!(!batch.customers.is_empty());

    let bytes = shared("awkward/csv-european/EXTF_Buchungsstapel.csv").unwrap();
    let preview = shown(&bytes, &options());
    assert_eq!(preview.header_line, 2);
    assert_eq!(preview.header[9], "Belegdatum");
    let reading = |field| preview.columns.iter().find(|c| c.field == field).unwrap();
    let total = reading(Field::Total);
    assert_eq!(total.header, "Umsatz (ohne Soll/Haben-Kz)");
    let (decimal_mark, assumed) = (DecimalMark::Comma, false);
    assert_eq!(total.reading, Reading::Number { decimal_mark, assumed });
    assert_eq!(reading(Field::IssuedOn).header, "Belegdatum");
    assert_eq!(reading(Field::Number).header, "Belegfeld 1");

    let bytes = shared("awkward/csv-european/EXTF_Kontenbeschriftungen.csv").unwrap();
    let preview = shown(&bytes, &customers());
    assert_eq!(preview.header, ["Konto", "Kontenbeschriftung", "Sprach-ID"]);
    assert_eq!(preview.rows[0].cells, ["400", "Betriebsausstattung", "de-DE"]);
}

#[test]
fn naughty_strings_survive_as_customer_names() {
    let Some(bytes) = shared("awkward/blns/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(strings.len(), 515);
    for delimiter in [b',', b';', b'\t'] {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["Customer No", "Customer Name", "City"]).unwrap();
        for (index, text) in strings.iter().enumerate() {
            writer.write_record([format!("{index:04}"), text.clone(), "X".to_owned()]).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let batch = read_with(&file, &customers()).unwrap();
        assert_eq!(refused(&batch), vec![]);
        assert_eq!(batch.customers.len(), strings.len());
        for (index, (customer, text)) in batch.customers.iter().zip(&strings).enumerate() {
            assert_eq!(*customer.number, *format!("{index:04}"));
            assert_eq!(customer.name.as_deref().unwrap_or_default(), text.trim());
            assert_eq!(customer.address.city.as_deref(), Some("X"));
        }
    }
}

#[test]
fn spreadsheets_give_data_or_a_clear_error() {
    let outcome = |name: &str| {
        let bytes = shared(&format!("awkward/spreadsheets/{name}"))?;
        let preview = preview(std::io::Cursor::new(&bytes), &options(), 10);
        Some(preview.map(|preview| (preview.header, preview.rows)))
    };
    for (name, error) in [
        ("date.ods", FileError::Unsupported { format: ForeignFormat::Ods }),
        ("date.xls", FileError::Unsupported { format: ForeignFormat::Xls }),
        ("date_1904.xls", FileError::Unsupported { format: ForeignFormat::Xls }),
        ("malformed_format.xls", FileError::Unsupported { format: ForeignFormat::Xls }),
        ("pass_protected.xlsx", FileError::PasswordProtected),
        ("empty_sheet.xlsx", FileError::Empty),
    ] {
        let Some(outcome) = outcome(name) else { return };
        assert_eq!(outcome.unwrap_err(), error, "{name}");
    }
    let cells = |name: &str| {
        let (header, rows) = outcome(name).unwrap().unwrap();
        let rows = rows.into_iter().map(|row| row.cells.join("|"));
        std::iter::once(header.join("|")).chain(rows).collect::<Vec<_>>()
    };
    for name in ["date.xlsx", "date_1904.xlsx"] {
        assert_eq!(cells(name), ["2021-01-01|15", "2021-01-02|16", "10.6320601851852|17"]);
    }
    let iso = cells("date_iso.xlsx");
    assert_eq!(iso[..3], ["2021-01-01", "2021-01-01T10:10:10", "10:10:10"]);
    assert_eq!(cells("date_quoted_format.xlsx"), ["2021-01-01"; 4]);
    assert_eq!(
        cells("errors.xlsx"),
        ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"]
    );
    assert_eq!(cells("merge_cells.xlsx"), ["Row Merge||Not Merged", "Column Merge|Chunk Merged"]);
    assert_eq!(cells("no-header.xlsx"), ["a|0", "b|1"]);
    assert_eq!(cells("hyperlinks.xlsx").len(), 8);
    assert_eq!(cells("header-row.xlsx")[2], "put data here|1|2|3");
    for name in ["encoded_entities.xlsx", "has_x000D_.xlsx"] {
        assert_eq!(outcome(name).unwrap().unwrap_err(), FileError::NoRows, "{name}");
    }
}

#[test]
fn dates_of_both_systems_are_the_same_days() {
    for name in ["date.xlsx", "date_1904.xlsx", "date_iso.xlsx"] {
        let Some(bytes) = shared(&format!("awkward/spreadsheets/{name}")) else { return };
        let mut options = options();
        options.guess = false;
        options.map = vec![(Field::IssuedOn, "#1".to_owned())];
        let preview = shown(&bytes, &options);
        // The files have no header: what is taken for it is a date too.
        assert_eq!(preview.header[0], "2021-01-01", "{name}");
        let expected = if name == "date_iso.xlsx" { "2021-01-01" } else { "2021-01-02" };
        assert_eq!(preview.rows[0].values[0].value.as_deref(), Ok(expected), "{name}");
        assert_eq!(preview.rows[1].values[0].value, Err(Reason::InvalidDate), "{name}");
    }
}
