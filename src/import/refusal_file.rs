//! The refused rows as a file to download.

use super::notice::Refusal;

/// The refusals as CSV with a header: line, number, field, column, reason, value.
///
/// A value that a spreadsheet would take for a formula gets an apostrophe before it, so that
/// opening the list runs nothing.
pub fn refusals_as_csv(refusals: &[Refusal]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(["line", "number", "field", "column", "reason", "value"]);
    for refusal in refusals {
        let _ = writer.write_record([
            refusal.line.to_string(),
            inert(refusal.number.as_deref().unwrap_or_default()),
            refusal.field.map_or("", |field| field.name()).to_owned(),
            inert(refusal.column.as_deref().unwrap_or_default()),
            refusal.reason.message(),
            inert(&refusal.value),
        ]);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn inert(text: &str) -> String {
    let is_number = text.strip_prefix(['+', '-']).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
    });
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
