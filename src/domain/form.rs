//! What can be wrong with what a person typed. Codes only; the sentences live in `ui::text`.

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
/// `Required`, `TooLong`, `NotAnEmail` when there is no single `@` with text on both sides, no dot
/// in the domain, or a blank or control character in it.
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
    let labels_are_fine = domain.split('.').count() > 1
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    if local.is_empty() || local.contains('@') || text.contains(bad) || !labels_are_fine {
        return Err(Problem::NotAnEmail);
    }
    Ok(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_one_form() {
        assert_eq!(parse_email(" Ada.King+ar@Example.COM "), Ok("ada.king+ar@example.com".into()));
        assert_eq!(parse_email("jürgen@müller.example"), Ok("jürgen@müller.example".into()));
        for bad in ["ada", "ada@", "@example.com", "a@b", "a b@example.com", "a@b@c.de", "a@-b.de"]
        {
            assert_eq!(parse_email(bad), Err(Problem::NotAnEmail), "{bad}");
        }
        assert_eq!(parse_email(" "), Err(Problem::Required));
        assert_eq!(parse_email(&format!("{}@example.com", "a".repeat(250))), Err(Problem::TooLong));
    }
}
