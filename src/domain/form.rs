//! What a person typed: reading it, and what can be wrong with it. Codes only; the sentences live in
//! `ui::text`.

use serde::{Deserialize, Serialize};

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was typed.
    Required,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not six digits.
    NotACode,
    /// Not a date.
    NotADate,
    /// Not an amount of money.
    NotAnAmount,
    /// Not one of the choices.
    NotAChoice,
    /// Longer than allowed.
    TooLong,
    /// Shorter than allowed.
    TooShort,
    /// Already taken.
    AlreadyUsed,
    /// Not what it has to be.
    Wrong,
    /// Too easy to guess.
    TooEasy,
    /// Not a percentage.
    NotAPercentage,
    /// Not a state of two letters.
    NotAState,
    /// Outside of what is allowed.
    OutOfRange,
    /// It fits several.
    Ambiguous,
    /// More than allowed.
    TooMany,
    /// Somebody does not see the customer it is about.
    NotSeen,
    /// The books keep it; it cannot be changed here.
    FromBooks,
}

/// A problem and the name of its field; an empty name means the whole form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The field's name in the form.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

/// The longest e-mail address (RFC 5321: 64 + 1 + 255, path limit 254).
pub const EMAIL_LENGTH_MAX: usize = 254;

/// Brings an e-mail address into the form that is compared: trimmed, the domain in lower case and
/// the local part too, since no mail system in use distinguishes it.
///
/// # Errors
/// `Required`, `TooLong`, `NotAnEmail` when it is not what mail systems in use deliver to: a local
/// part of dotted words (RFC 5322 §3.4.1, no quoted strings or comments; up to 64 octets), and a
/// domain with a dot whose labels are letters of any script, digits and hyphens (RFC 5321 §4.1.2,
/// RFC 6531; up to 63 octets), the last one not a number. What stands around it blank is cut off.
pub fn parse_email(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.len() > EMAIL_LENGTH_MAX {
        return Err(Problem::TooLong);
    }
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\"[]\\".contains(c);
    let Some((local, domain)) = text.rsplit_once('@') else { return Err(Problem::NotAnEmail) };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii())
    };
    let (_, last) = domain.rsplit_once('.').unwrap_or_default();
    let is_domain = domain.split('.').all(is_label)
        && !last.is_empty()
        && !last.chars().all(|c| c.is_ascii_digit());
    let is_local = local.len() <= 64 && local.split('.').all(|word| !word.is_empty());
    if !is_local || local.contains('@') || text.contains(bad) || !is_domain {
        return Err(Problem::NotAnEmail);
    }
    Ok(text.to_lowercase())
}

/// Brings one line of text into the form that is kept: no control characters, one blank between words.
///
/// # Errors
/// `TooLong`.
pub fn parse_line(text: &str, length_max: usize) -> Result<String, Problem> {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > length_max { Err(Problem::TooLong) } else { Ok(line) }
}

/// Whether a character shows nothing, and takes no place or an empty one: blanks, what controls, joins,
/// turns or tags its neighbours (Unicode 16, `Default_Ignorable_Code_Point` and the fillers), and the
/// empty pattern of Braille.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether nothing in a text can be seen: a text that is demanded says something.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Reads a name: a line in which something can be seen.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn parse_name(text: &str, length_max: usize) -> Result<String, Problem> {
    let name = parse_line(text, length_max)?;
    if is_blank(&name) { Err(Problem::Required) } else { Ok(name) }
}

/// The form in which names are compared.
pub fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_as_they_are_read() {
        assert_eq!(parse_line("  Dana\t\u{0} Ruiz\n", 20), Ok("Dana Ruiz".to_owned()));
        assert_eq!(parse_line("李 小龍", 4), Ok("李 小龍".to_owned()));
        assert_eq!(parse_line("abcde", 4), Err(Problem::TooLong));
        assert_eq!(parse_line(" ", 4), Ok(String::new()));
        assert_eq!(parse_name("  ", 5), Err(Problem::Required));
        assert_eq!(parse_name("abcdef", 5), Err(Problem::TooLong));
    }

    #[test]
    fn a_name_can_be_seen() {
        for blank in [
            "",
            " ",
            "\t\r\n",
            "\u{a0}",
            "\u{3000}",
            "\u{200b}",
            "\u{200c}",
            "\u{200d}",
            "\u{200e}",
            "\u{200f}",
            "\u{61c}",
            "\u{202e}",
            "\u{2066}\u{2069}",
            "\u{2060}",
            "\u{2063}",
            "\u{ad}",
            "\u{feff}",
            "\u{115f}",
            "\u{1160}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{2800}",
            "\u{180e}",
            "\u{34f}",
            "\u{17b4}",
            "\u{fe0f}",
            "\u{e0001}\u{e0041}",
            "\u{e0100}",
            "\u{1d173}",
            "\u{0}",
            "\u{fffa}",
            " \u{200b} \u{2800}\u{ad} ",
        ] {
            assert!(is_blank(blank), "{blank:?}");
            assert_eq!(parse_name(blank, 50), Err(Problem::Required), "{blank:?}");
            // Beside something that can be seen they are part of it.
            let name = format!("{blank}a");
            assert!(!is_blank(&name) && parse_name(&name, 50).is_ok(), "{name:?}");
        }
        for seen in
            ["a", "0", ".", "李", "ﷺ", "👩\u{200d}🚀", "⠁", "한", "\u{627}\u{200f}", "\u{fffd}"]
        {
            assert_eq!(parse_name(seen, 50), Ok(seen.to_owned()));
        }
    }

    proptest::proptest! {
        /// Nothing that is blank is a name, and whatever is added to a name leaves it one.
        #[test]
        fn blank_texts_are_no_names(text in "\\PC*", blank in "[ \u{200b}-\u{200f}\u{2060}\u{ad}\u{2800}\u{3164}]*") {
            let joined = format!("{blank}{text}{blank}");
            proptest::prop_assert_eq!(is_blank(&joined), is_blank(&text));
            proptest::prop_assert_eq!(
                parse_name(&joined, usize::MAX) == Err(Problem::Required),
                is_blank(&text)
            );
        }
    }

    #[test]
    fn addresses_are_compared_in_one_form() {
        assert_eq!(parse_email(" Ada.King+ar@Example.COM "), Ok("ada.king+ar@example.com".into()));
        assert_eq!(parse_email("jürgen@müller.example"), Ok("jürgen@müller.example".into()));
        for bad in [
            "ada",
            "ada@",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@b@c.de",
            "a@-b.de",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a@example.com.",
            "a@127.0.0.1",
            "a@b_c.example",
            "a\r\nBcc: x@y.example",
            "\"a b\"@example.com",
        ] {
            assert_eq!(parse_email(bad), Err(Problem::NotAnEmail), "{bad}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert_eq!(parse_email(&long), Err(Problem::NotAnEmail));
        assert_eq!(parse_email(" "), Err(Problem::Required));
        assert_eq!(parse_email(&format!("{}@example.com", "a".repeat(250))), Err(Problem::TooLong));
    }
}
