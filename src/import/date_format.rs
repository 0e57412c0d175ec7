//! A date format that a person gives.

use std::fmt;

use chrono::{
    NaiveDate,
    format::{Item, Parsed, StrftimeItems, parse_and_remainder},
};

use super::error::OptionError;

/// How dates are written: a pattern like `%d/%m/%Y`, one in letters like `dd/mm/yyyy`, or
/// `excel`, `excel-1904` for the day numbers of a spreadsheet.
#[derive(Clone, PartialEq, Eq)]
pub struct DateFormat {
    given: String,
    rule: Rule,
}

#[derive(Clone, PartialEq, Eq)]
enum Rule {
    Pattern(String),
    Serial { from_1904: bool },
}

impl DateFormat {
    /// Reads a format.
    ///
    /// # Errors
    /// `InvalidDateFormat` when it is none, or does not settle day, month and year.
    pub fn parse(text: &str) -> Result<Self, OptionError> {
        let given = text.trim();
        let rule = match given.to_ascii_lowercase().as_str() {
            "excel" | "excel-1900" | "excel1900" => Rule::Serial { from_1904: false },
            "excel-1904" | "excel1904" => Rule::Serial { from_1904: true },
            _ if given.contains('%') => Rule::Pattern(given.to_owned()),
            _ => Rule::Pattern(pattern_of_letters(given)),
        };
        if matches!(&rule, Rule::Pattern(pattern) if !settles_a_date(pattern)) {
            return Err(OptionError::InvalidDateFormat { text: given.to_owned() });
        }
        Ok(Self { given: given.to_owned(), rule })
    }

    /// Whether it stands for the day numbers of a spreadsheet, and from which year they count.
    pub(super) const fn serial(&self) -> Option<bool> {
        match self.rule {
            Rule::Serial { from_1904 } => Some(from_1904),
            Rule::Pattern(_) => None,
        }
    }

    /// Reads a date; a time of day after it may follow.
    pub(super) fn read(&self, text: &str) -> Option<NaiveDate> {
        let Rule::Pattern(pattern) = &self.rule else { return None };
        let mut parsed = Parsed::new();
        let items = StrftimeItems::new(pattern);
        let rest = parse_and_remainder(&mut parsed, text.trim(), items).ok()?;
        let is_time = rest.starts_with([' ', 'T']) && rest.contains(':');
        if rest.is_empty() || is_time { parsed.to_naive_date().ok() } else { None }
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

impl fmt::Debug for DateFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateFormat({})", self.given)
    }
}

/// Whether a pattern is one, and has a year, a month and a day.
fn settles_a_date(pattern: &str) -> bool {
    use chrono::format::{Fixed as F, Numeric as N};
    let (mut year, mut month, mut day) = (false, false, false);
    for item in StrftimeItems::new(pattern) {
        match item {
            Item::Error => return false,
            Item::Numeric(N::Year | N::YearMod100, _) => year = true,
            Item::Numeric(N::Month, _) | Item::Fixed(F::ShortMonthName | F::LongMonthName) => {
                month = true;
            }
            Item::Numeric(N::Day, _) => day = true,
            Item::Numeric(N::Ordinal, _) => (month, day) = (true, true),
            _ => {}
        }
    }
    year && month && day
}

/// `dd.mm.yyyy` as `%d.%m.%Y`.
fn pattern_of_letters(text: &str) -> String {
    let mut pattern = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let letter = char.to_ascii_lowercase();
        let mut count = 1;
        while chars.next_if(|next| next.to_ascii_lowercase() == letter).is_some() {
            count += 1;
        }
        match (letter, count) {
            ('y' | 'j', 4) => pattern.push_str("%Y"),
            ('y' | 'j', 2) => pattern.push_str("%y"),
            ('m', 1 | 2) => pattern.push_str("%m"),
            ('m', 3) => pattern.push_str("%b"),
            ('m', _) => pattern.push_str("%B"),
            ('d' | 't', 1 | 2) => pattern.push_str("%d"),
            _ => (0..count).for_each(|_| pattern.push(char)),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_read_dates() {
        for (format, text, expected) in [
            ("%d/%m/%Y", "02/01/2013", Some("2013-01-02")),
            ("%m/%d/%Y", "1/2/2013", Some("2013-01-02")),
            ("%m/%d/%Y", "13/2/2013", None),
            ("dd/mm/yyyy", "02/01/2013", Some("2013-01-02")),
            ("TT.MM.JJJJ", "02.01.2013", Some("2013-01-02")),
            ("mm/dd/yy", "01/02/13", Some("2013-01-02")),
            ("d-mmm-yy", "2-Jan-13", Some("2013-01-02")),
            ("%d%m%Y", "02012013", Some("2013-01-02")),
            ("%Y-%m-%d", "2013-01-02 08:26:00", Some("2013-01-02")),
            ("%Y-%m-%d %H:%M", "2013-01-02 08:26", Some("2013-01-02")),
            ("%Y-%m-%d", "2013-01-02x", None),
            ("%Y-%m-%d", "", None),
            ("%b %d, %Y", "Jan 2, 2013", Some("2013-01-02")),
        ] {
            let read = DateFormat::parse(format).unwrap().read(text);
            assert_eq!(read.map(|date| date.to_string()).as_deref(), expected, "{format} {text}");
        }
    }

    #[test]
    fn what_is_no_format_is_refused() {
        for text in ["", "%", "%Q", "%d/%m", "%H:%M", "yesterday", "%Y"] {
            assert_eq!(
                DateFormat::parse(text),
                Err(OptionError::InvalidDateFormat { text: text.to_owned() })
            );
        }
        assert_eq!(DateFormat::parse("Excel").unwrap().serial(), Some(false));
        assert_eq!(DateFormat::parse("excel-1904").unwrap().serial(), Some(true));
    }
}
