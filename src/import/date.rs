//! Reads dates as people and programs write them.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::{date_format::DateFormat, row::CellKind, words};

/// Which of two numbers comes first when a date like `1/2/2013` could be read either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `31/12/2013`
    DayFirst,
    /// `12/31/2013`
    MonthFirst,
}

/// How the dates of one column are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DateStyle {
    /// The format that somebody gave.
    pub(super) format: Option<DateFormat>,
    /// What decides between day and month.
    pub(super) order: Option<DateOrder>,
    /// Whether day numbers count from 1904.
    pub(super) from_1904: bool,
}

/// What a text can mean as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// No date.
    Nothing,
    /// One date and no other.
    Certain(NaiveDate),
    /// Day first, month first, or both.
    Numbers {
        /// The date when the day comes first.
        day_first: Option<NaiveDate>,
        /// The date when the month comes first.
        month_first: Option<NaiveDate>,
    },
    /// The day number of a spreadsheet.
    Serial(u32),
}

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Day numbers of 1927 to 2173: five digits, as no other way to write a date has.
const SERIALS: std::ops::RangeInclusive<u32> = 10_000..=99_999;
/// Two-digit years below this are of this century, as POSIX has it.
const CENTURY_PIVOT: i32 = 69;

/// Reads a cell in the style of its column.
pub(super) fn read(kind: CellKind, text: &str, style: &DateStyle) -> Option<NaiveDate> {
    if kind == CellKind::Text
        && let Some(format) = &style.format
    {
        return match format.serial() {
            Some(from_1904) => match shape(text) {
                Shape::Serial(serial) => serial_date(serial, from_1904),
                _ => None,
            },
            None => format.read(text).filter(|date| YEARS.contains(&year(*date))),
        };
    }
    match shape(text) {
        Shape::Nothing => None,
        Shape::Certain(date) => Some(date),
        Shape::Serial(serial) => serial_date(serial, style.from_1904),
        Shape::Numbers { day_first, month_first } => match style.order {
            Some(DateOrder::DayFirst) => day_first,
            Some(DateOrder::MonthFirst) => month_first,
            // Without an order only what cannot be mistaken is read.
            None if day_first == month_first => day_first,
            None => None,
        },
    }
}

fn year(date: NaiveDate) -> i32 {
    chrono::Datelike::year(&date)
}

/// The date of a spreadsheet's day number. Counting from 1900 includes the 29 February 1900 that
/// never was, as Lotus 1-2-3 had it.
fn serial_date(serial: u32, from_1904: bool) -> Option<NaiveDate> {
    let zero = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)?
    } else if serial < 60 {
        NaiveDate::from_ymd_opt(1899, 12, 31)?
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)?
    };
    zero.checked_add_days(Days::new(u64::from(serial)))
}

/// A number or a word of a date, and what stands between it and the next.
#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Number(&'a str),
    Word(&'a str),
}

/// Finds out what a text can mean.
pub(super) fn shape(text: &str) -> Shape {
    let text = text.trim();
    if text.len() > 40 || !text.contains(|c: char| c.is_ascii_digit()) {
        return Shape::Nothing;
    }
    if let Some(shape) = digits_only(text) {
        return shape;
    }
    let mut rest = text;
    let mut parts: [Option<Part<'_>>; 3] = [None; 3];
    let mut gaps = [""; 2];
    for index in 0..3 {
        loop {
            let Some((part, after)) = next_part(rest) else { return Shape::Nothing };
            let gap_len = after.find(char::is_alphanumeric).unwrap_or(after.len());
            let (gap, beyond) = after.split_at_checked(gap_len).unwrap_or((after, ""));
            let is_filler = matches!(part, Part::Word(word) if is_filler(word));
            rest = if is_filler || index < 2 { beyond } else { after };
            if is_filler {
                continue;
            }
            if let Some(slot) = parts.get_mut(index) {
                *slot = Some(part);
            }
            if let Some(slot) = gaps.get_mut(index) {
                *slot = gap;
            }
            break;
        }
    }
    if !is_time_of_day(rest) {
        return Shape::Nothing;
    }
    match parts {
        [Some(a), Some(b), Some(c)] => combine(a, b, c, gaps),
        _ => Shape::Nothing,
    }
}

/// `20130102`, `41276`, `41276.5`.
fn digits_only(text: &str) -> Option<Shape> {
    let whole = match text.split_once('.') {
        Some((whole, part)) if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => {
            if whole.len() == 5 {
                whole
            } else {
                return None;
            }
        }
        Some(_) => return None,
        None => text,
    };
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let shape = match (whole.len(), whole.parse::<u32>()) {
        (8, Ok(value)) => {
            let year = i32::try_from(value / 10_000).unwrap_or(0);
            date(year, value / 100 % 100, value % 100).map_or(Shape::Nothing, Shape::Certain)
        }
        (5, Ok(value)) if SERIALS.contains(&value) => Shape::Serial(value),
        _ => Shape::Nothing,
    };
    Some(shape)
}

fn next_part(text: &str) -> Option<(Part<'_>, &str)> {
    let first = text.chars().next()?;
    let is_number = first.is_ascii_digit();
    if !is_number && !first.is_alphabetic() {
        return None;
    }
    let inside = |char: char| {
        if is_number { char.is_ascii_digit() } else { char.is_alphabetic() }
    };
    let end = text.find(|char| !inside(char)).unwrap_or(text.len());
    let (part, rest) = text.split_at_checked(end)?;
    Some((if is_number { Part::Number(part) } else { Part::Word(part) }, rest))
}

/// Words between the parts of a date: `2nd of January`, `2 de enero de 2013`.
fn is_filler(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th" | "of" | "de" | "del")
}

/// What may follow a date: nothing, or a time of day, whatever its zone.
fn is_time_of_day(rest: &str) -> bool {
    let rest = rest.trim_start_matches([',', ' ']).trim_start_matches(['T', 't']).trim();
    let plausible = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '+' | '-' | ' ');
    let letters = rest.trim_start_matches(plausible);
    let known = matches!(
        letters.to_ascii_uppercase().as_str(),
        "" | "Z" | "UTC" | "GMT" | "AM" | "PM" | "A.M." | "P.M." | "UHR" | "H"
    );
    rest.is_empty()
        || (rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains(':') && known)
}

fn combine(first: Part<'_>, second: Part<'_>, third: Part<'_>, gaps: [&str; 2]) -> Shape {
    use Part::{Number, Word};
    let certain = |date: Option<NaiveDate>| date.map_or(Shape::Nothing, Shape::Certain);
    match (first, second, third) {
        (Number(year), Number(month), Number(day)) if year.len() == 4 => {
            let fits = gaps_are_marks(gaps) && month.len() <= 2 && day.len() <= 2;
            certain(if fits { date(value(year), count(month), count(day)) } else { None })
        }
        (Number(year), Word(month), Number(day)) if year.len() == 4 => {
            certain(words::month(month).and_then(|month| date(value(year), month, count(day))))
        }
        (Number(day), Word(month), Number(year)) | (Word(month), Number(day), Number(year)) => {
            let parts = words::month(month).zip(full_year(year));
            certain(parts.and_then(|(month, year)| date(year, month, count(day))))
        }
        (Number(one), Number(other), Number(year)) => {
            let (Some(year), true) = (full_year(year), gaps_are_marks(gaps)) else {
                return Shape::Nothing;
            };
            if one.len() > 2 || other.len() > 2 {
                return Shape::Nothing;
            }
            let day_first = date(year, count(other), count(one));
            let month_first = date(year, count(one), count(other));
            match (gaps, day_first, month_first) {
                // Dots are only written day first.
                (["." | ". ", _], day_first, _) => certain(day_first),
                (_, None, None) => Shape::Nothing,
                _ => Shape::Numbers { day_first, month_first },
            }
        }
        _ => Shape::Nothing,
    }
}

/// Numbers are separated by the same mark twice.
fn gaps_are_marks([first, second]: [&str; 2]) -> bool {
    first.trim() == second.trim() && matches!(first.trim(), "-" | "/" | ".")
}

fn value(digits: &str) -> i32 {
    digits.parse().unwrap_or(-1)
}

fn count(digits: &str) -> u32 {
    digits.parse().unwrap_or(0)
}

fn full_year(digits: &str) -> Option<i32> {
    match digits.len() {
        4 => Some(value(digits)),
        2 if value(digits) < CENTURY_PIVOT => Some(2000 + value(digits)),
        2 => Some(1900 + value(digits)),
        _ => None,
    }
}

fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| YEARS.contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |date: Option<NaiveDate>| date.map_or("-".to_owned(), |d| d.to_string());
        match shape(text) {
            Shape::Nothing => "nothing".to_owned(),
            Shape::Certain(date) => date.to_string(),
            Shape::Serial(serial) => format!("#{serial}"),
            Shape::Numbers { day_first, month_first } => {
                format!("{} or {}", show(day_first), show(month_first))
            }
        }
    }

    #[test]
    fn shapes_are_found() {
        for (text, expected) in [
            ("2013-01-02", "2013-01-02"),
            ("2010-12-01 08:26:00", "2010-12-01"),
            ("2013-01-02T23:30:00.123Z", "2013-01-02"),
            ("2013-01-02T23:30:00+05:30", "2013-01-02"),
            ("2013/1/2", "2013-01-02"),
            ("2013.01.02", "2013-01-02"),
            ("20130102", "2013-01-02"),
            ("20131302", "nothing"),
            ("1/2/2013", "2013-02-01 or 2013-01-02"),
            ("13/2/2013", "2013-02-13 or -"),
            ("2/13/2013", "- or 2013-02-13"),
            ("13/13/2013", "nothing"),
            ("31/2/2013", "nothing"),
            ("1-2-2013", "2013-02-01 or 2013-01-02"),
            ("1/2/13", "2013-02-01 or 2013-01-02"),
            ("1/2/70", "1970-02-01 or 1970-01-02"),
            ("1/2-2013", "nothing"),
            ("02.01.2013", "2013-01-02"),
            ("2. 1. 2013", "2013-01-02"),
            ("01.13.2013", "nothing"),
            ("2 Jan 2013", "2013-01-02"),
            ("2-Jan-13", "2013-01-02"),
            ("Jan 2, 2013", "2013-01-02"),
            ("January 2nd, 2013", "2013-01-02"),
            ("2. Januar 2013", "2013-01-02"),
            ("2 de enero de 2013", "2013-01-02"),
            ("2 août 2013", "2013-08-02"),
            ("2013-Jan-02", "2013-01-02"),
            ("1/2/2013 8:26 PM", "2013-02-01 or 2013-01-02"),
            ("41276", "#41276"),
            ("41276.351", "#41276"),
            ("1234", "nothing"),
            ("012013", "nothing"),
            ("2013-02-30", "nothing"),
            ("0013-01-02", "nothing"),
            ("9999-01-02", "nothing"),
            ("2 Foo 2013", "nothing"),
            ("2013-01-02 and more", "nothing"),
            ("12:30", "nothing"),
            ("", "nothing"),
            ("n/a", "nothing"),
            ("12.50", "nothing"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn styles_decide() {
        let style = |order| DateStyle { order, ..DateStyle::default() };
        let read = |text, style: &DateStyle| {
            super::read(CellKind::Text, text, style).map(|date| date.to_string())
        };
        let day_first = style(Some(DateOrder::DayFirst));
        let month_first = style(Some(DateOrder::MonthFirst));
        assert_eq!(read("1/2/2013", &day_first).as_deref(), Some("2013-02-01"));
        assert_eq!(read("1/2/2013", &month_first).as_deref(), Some("2013-01-02"));
        assert_eq!(read("13/2/2013", &month_first), None);
        assert_eq!(read("1/2/2013", &style(None)), None);
        assert_eq!(read("2/2/2013", &style(None)).as_deref(), Some("2013-02-02"));
        let given = |format| DateStyle {
            format: Some(DateFormat::parse(format).unwrap()),
            ..DateStyle::default()
        };
        assert_eq!(read("1/2/2013", &given("%d/%m/%Y")).as_deref(), Some("2013-02-01"));
        assert_eq!(read("2013-02-01", &given("%d/%m/%Y")), None);
        assert_eq!(read("39814", &given("excel-1904")).as_deref(), Some("2013-01-02"));
        assert_eq!(read("1/2/2013", &given("excel")), None);
    }

    #[test]
    fn day_numbers_count_from_both_years() {
        for (serial, from_1904, expected) in [
            (1, false, "1900-01-01"),
            (59, false, "1900-02-28"),
            (61, false, "1900-03-01"),
            (41_276, false, "2013-01-02"),
            (0, true, "1904-01-01"),
            (39_814, true, "2013-01-02"),
        ] {
            assert_eq!(serial_date(serial, from_1904).unwrap().to_string(), expected);
        }
    }
}
