//! Makes any text printable: what a font cannot draw becomes a visible mark, what would hide or
//! reorder other text is dropped, and what would run off the page may break.

use serde_json::Value;

use super::fonts::Fonts;

/// Printed in place of a character no font draws.
const FALLBACK: char = '\u{fffd}';

/// Lets a line break without showing anything.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// An unbroken run this long may break, and again after as many characters.
const RUN_MAX: usize = 28;

/// Longer texts are cut, with an ellipsis; nothing on an invoice needs more.
const CHARACTERS_MAX: usize = 4_000;

/// Prepares every text inside `value` for the page.
pub(super) fn make_printable(value: &mut Value, fonts: &Fonts) {
    match value {
        Value::String(text) => *text = breakable(&printable(text, fonts)),
        Value::Array(items) => items.iter_mut().for_each(|item| make_printable(item, fonts)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| make_printable(field, fonts));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` on one line, for the file's properties.
pub(super) fn one_line(text: &str, fonts: &Fonts) -> String {
    printable(text, fonts).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` with each character drawable, and one kind of line end.
fn printable(text: &str, fonts: &Fonts) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut count = 0_usize;
    while let Some(character) = characters.next() {
        if count >= CHARACTERS_MAX {
            out.push('…');
            break;
        }
        let shown = match character {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            _ if is_hidden(character) => continue,
            _ if is_joiner(character) && out.ends_with(FALLBACK) => continue,
            _ if character.is_control() || !fonts.draws(character) => FALLBACK,
            _ => character,
        };
        out.push(shown);
        count += 1;
    }
    out
}

/// Marks that only steer layout: overrides and isolates (used to disguise names), soft hyphens,
/// variation selectors, tags, byte-order marks and invisible operators.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Joins the characters around it; of no use beside a fallback.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Allows a break inside runs that have none of their own.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0_usize;
    for character in text.chars() {
        if character.is_whitespace() || character == '-' {
            run = 0;
        } else {
            if run >= RUN_MAX && character.is_alphanumeric() {
                out.push(ZERO_WIDTH_SPACE);
                run = 0;
            }
            run += 1;
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        printable(text, &Fonts::load(Vec::new()))
    }

    #[test]
    fn drawable_text_is_left_alone() {
        for text in ["Café Zürich & Søn ≥ 5 − 3", "Ελληνικά Кириллица", "شركة النور", "חברת אור"]
        {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_no_font_draws_is_marked() {
        assert_eq!(shown("a\u{0}b"), "a\u{fffd}b");
        assert_eq!(shown("株式会社"), "\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(shown("\u{1f469}\u{200d}\u{1f467}\u{fe0f}!"), "\u{fffd}\u{fffd}!");
    }

    #[test]
    fn disguises_are_dropped() {
        assert_eq!(shown("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
    }

    #[test]
    fn line_ends_are_one_kind() {
        assert_eq!(shown("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
    }

    #[test]
    fn only_long_runs_may_break() {
        assert_eq!(breakable("short words stay"), "short words stay");
        let long = "x".repeat(60);
        let broken = breakable(&long);
        assert_eq!(broken.matches(ZERO_WIDTH_SPACE).count(), 2);
        assert_eq!(broken.replace(ZERO_WIDTH_SPACE, ""), long);
    }

    #[test]
    fn endless_text_is_cut() {
        assert_eq!(shown(&"y".repeat(9_000)).chars().count(), CHARACTERS_MAX + 1);
    }
}
