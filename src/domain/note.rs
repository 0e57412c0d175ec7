//! Notes of staff: what may be written, and for how long it may be written anew.

use chrono::{DateTime, TimeDelta, Utc};

use super::form::{Problem, is_blank};

/// Most characters of a note (product.md §2.15).
pub const NOTE_LENGTH_MAX: usize = 5_000;
/// Minutes in which its author may write it anew; after them only a further note corrects it.
pub const EDIT_MINUTES: i64 = 15;

/// Brings a note into the form that is kept: lines end in one way, nothing invisible but tabs,
/// nothing blank around it.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn parse_note(text: &str) -> Result<String, Problem> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let kept: String = lines.chars().filter(is_kept).collect();
    let kept = kept.trim().to_owned();
    if is_blank(&kept) {
        return Err(Problem::Required);
    }
    if kept.chars().count() > NOTE_LENGTH_MAX { Err(Problem::TooLong) } else { Ok(kept) }
}

/// Whether a note may still be written anew.
pub fn may_edit(created_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - created_at <= TimeDelta::minutes(EDIT_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_kept_as_they_are_read() {
        assert_eq!(parse_note(" a\r\nb\rc\u{0}\t "), Ok("a\nb\nc".to_owned()));
        assert_eq!(parse_note("Ω ≈ ç \u{202e}x"), Ok("Ω ≈ ç \u{202e}x".to_owned()));
        assert_eq!(parse_note(" \n\u{7}"), Err(Problem::Required));
        assert_eq!(parse_note(&"é".repeat(5_001)), Err(Problem::TooLong));
        assert!(parse_note(&"é".repeat(5_000)).is_ok());
    }

    #[test]
    fn a_quarter_of_an_hour_to_think_again() {
        let written: DateTime<Utc> = "2026-03-05T15:00:00Z".parse().unwrap();
        assert!(may_edit(written, written + TimeDelta::minutes(15)));
        assert!(!may_edit(written, written + TimeDelta::minutes(15) + TimeDelta::microseconds(1)));
    }
}
