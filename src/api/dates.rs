//! Dates in words, on the server: the browser then needs no calendar and no time zones.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::services::company::Company;

/// `Nov 26, 2026`.
pub fn date(date: NaiveDate) -> String {
    date.format("%b %-d, %Y").to_string()
}

/// The first day of a span whose last one is told beside it: `Nov 23`, or with its year where that is
/// another.
pub fn first_of(first: NaiveDate, last: NaiveDate) -> String {
    if first == last || first.year() != last.year() {
        return date(first);
    }
    first.format("%b %-d").to_string()
}

/// `Thu, Nov 26`.
pub fn weekday(date: NaiveDate) -> String {
    date.format("%a, %b %-d").to_string()
}

/// `Nov 22, 2026, 10:15 AM EST`.
pub fn instant(company: &Company, instant: DateTime<Utc>) -> String {
    company.local_time(instant).format("%b %-d, %Y, %-I:%M %p %Z").to_string()
}

/// `04/2028`, or nothing.
pub fn card_expiry(last_day: Option<NaiveDate>) -> String {
    last_day.map(|day| day.format("%m/%Y").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_says_its_year_once() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_of(day("2026-11-23"), day("2026-11-29")), "Nov 23");
        assert_eq!(first_of(day("2026-12-28"), day("2027-01-03")), "Dec 28, 2026");
        assert_eq!(first_of(day("2026-11-29"), day("2026-11-29")), "Nov 29, 2026");
    }
}
