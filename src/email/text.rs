//! Makes any text safe for a line of a message.

use serde_json::Value;

/// Longer texts are cut, with an ellipsis.
const CHARACTERS_MAX: usize = 500;

/// What somebody wrote is kept whole; whoever takes it from them says how long it may be.
const PARAGRAPHS: &str = "paragraphs";

/// Reduces every text inside `value` to one line.
pub(super) fn flatten(value: &mut Value) {
    reduce(value, CHARACTERS_MAX);
}

fn reduce(value: &mut Value, characters_max: usize) {
    match value {
        Value::String(text) => *text = cut(text, characters_max),
        Value::Array(items) => items.iter_mut().for_each(|item| reduce(item, characters_max)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_whole = name == PARAGRAPHS;
                reduce(value, if is_whole { usize::MAX } else { characters_max });
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `text` without line ends, control characters and marks that reorder what follows.
pub(super) fn one_line(text: &str) -> String {
    cut(text, CHARACTERS_MAX)
}

fn cut(text: &str, characters_max: usize) -> String {
    let kept: String = text
        .chars()
        .filter(|character| !reorders(*character))
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    let line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(characters_max) {
        Some((end, _)) => line.get(..end).unwrap_or_default().to_owned() + "…",
        None => line,
    }
}

/// Bidirectional embeddings, overrides and isolates, which disguise names, and the byte-order
/// mark.
fn reorders(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let cases = [
            ("Acme, Inc.", "Acme, Inc."),
            ("Acme\r\nBcc: all@example.com", "Acme Bcc: all@example.com"),
            ("a\u{0}b\u{b}c\u{85}d\u{2028}e\u{2029}f", "a b c d e f"),
            ("  wide \t open  ", "wide open"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(one_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_somebody_wrote_is_not_cut() {
        let long = "é".repeat(900);
        let mut value = serde_json::json!({ "paragraphs": [long, "a\nb"], "name": long });
        flatten(&mut value);
        assert_eq!(value["paragraphs"], serde_json::json!([long, "a b"]));
        assert_eq!(value["name"].as_str().unwrap().chars().count(), CHARACTERS_MAX + 1);
    }

    #[test]
    fn endless_lines_are_cut() {
        assert_eq!(one_line(&"é".repeat(900)).chars().count(), CHARACTERS_MAX + 1);
    }
}
