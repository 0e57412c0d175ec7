//! Folding imports into what screens receive.

use crate::{
    api::{
        dates,
        view::{ImportChoices, ImportPreview, ImportProgress},
    },
    import::{Field, FileError, Format, Preview, Reading},
    services::{
        company::Company,
        import::{Choices, ImportReport, uploads::Upload},
    },
    storage::imports::ImportRow,
};

/// How many refused rows a page shows.
const REFUSALS_SHOWN: usize = 100;

/// The choices of a page as the service takes them.
pub fn choices(choices: &ImportChoices, upload: &Upload) -> Choices {
    let kind = if choices.kind.is_empty() { &upload.kind } else { &choices.kind };
    Choices {
        kind: kind.clone(),
        map: choices.map.clone(),
        date_format: choices.date_format.clone(),
        currency: choices.currency.clone(),
        terms: choices.terms.clone(),
        prefixes: choices.prefixes.clone(),
        default_customer: choices.default_customer.clone(),
        is_complete: choices.is_complete,
    }
}

/// A preview that cannot be made says why, and keeps what was chosen.
pub fn no_preview(upload: &Upload, problem: String) -> ImportPreview {
    ImportPreview {
        upload_id: upload.id.clone(),
        file_name: upload.file.name.clone(),
        format: Vec::new(),
        columns: Vec::new(),
        mapping: Vec::new(),
        sample_header: Vec::new(),
        sample: Vec::new(),
        problem,
    }
}

/// How a file would be read.
pub fn preview(upload: &Upload, preview: &Preview) -> ImportPreview {
    let column_of = |field: Field| {
        let found = preview.columns.iter().find(|column| column.field == field);
        found.map(|column| column.header.clone()).unwrap_or_default()
    };
    let sample = preview.rows.iter().map(|row| {
        let values = row.values.iter().map(|value| match &value.value {
            Ok(text) => text.clone(),
            Err(reason) => format!("⚠ {}", reason.message()),
        });
        values.collect()
    });
    ImportPreview {
        upload_id: upload.id.clone(),
        file_name: upload.file.name.clone(),
        format: format_facts(preview),
        columns: preview.header.clone(),
        mapping: Field::ALL
            .iter()
            .map(|field| (field.name().to_owned(), column_of(*field)))
            .collect(),
        sample_header: preview.columns.iter().map(|c| c.field.name().to_owned()).collect(),
        sample: sample.collect(),
        problem: preview.problems.first().map(FileError::message).unwrap_or_default(),
    }
}

fn format_facts(preview: &Preview) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: String| facts.push((label.to_owned(), value));
    match &preview.format {
        Format::Text { encoding, delimiter } => {
            add("File", format!("Text, {encoding}"));
            let name = match delimiter {
                ',' => "comma".to_owned(),
                ';' => "semicolon".to_owned(),
                '\t' => "tab".to_owned(),
                other => other.to_string(),
            };
            add("Columns are separated by", name);
        }
        Format::Spreadsheet { sheet, .. } => add("File", format!("Workbook, sheet {sheet}")),
    }
    add("The header is on line", preview.header_line.to_string());
    for column in &preview.columns {
        match column.reading {
            Reading::Date { order: Some(order), .. } => {
                add(&format!("Dates in {}", column.header), format!("{order:?}"));
            }
            Reading::Number { assumed: true, decimal_mark } => {
                add(
                    &format!("Decimals in {}", column.header),
                    format!("{decimal_mark:?}, assumed"),
                );
            }
            _ => {}
        }
    }
    facts
}

/// How far an import is, and its report.
pub fn progress(row: &ImportRow, company: &Company) -> ImportProgress {
    let report: ImportReport = serde_json::from_str(&row.report).unwrap_or_default();
    let failure = if row.state == "failed" {
        serde_json::from_str::<String>(&row.report).unwrap_or_default()
    } else {
        String::new()
    };
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    ImportProgress {
        id: row.id.to_string(),
        file_name: row.file_name.clone(),
        state: row.state.clone(),
        done: row.done_count,
        total: row.total_count,
        figures: if row.state == "done" { report.figures() } else { Vec::new() },
        warnings: report.warnings.iter().map(|(text, n)| (text.clone(), whole(*n))).collect(),
        refusals: report
            .refusals
            .iter()
            .take(REFUSALS_SHOWN)
            .map(|refusal| {
                (
                    whole(refusal.line),
                    refusal.column.clone(),
                    refusal.reason.clone(),
                    refusal.value.clone(),
                )
            })
            .collect(),
        refused: whole(report.refused),
        failure,
        started: dates::instant(company, row.started_at),
    }
}
