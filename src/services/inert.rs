//! Text that a spreadsheet opens without running it.

/// The text, behind an apostrophe where a spreadsheet would take it for a formula (OWASP, CSV
/// injection; ASVS 1.2.10). A signed number is none.
pub fn inert(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        for formula in
            ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "=cmd|' /C calc'!A0"]
        {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        for harmless in ["", "-5,00", "+4930", "-3.10", "a=1", "1-2", "'x", "Ömer & Söhne"] {
            assert_eq!(inert(harmless), harmless);
        }
    }
}
