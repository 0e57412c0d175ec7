//! Dates in words, on the server: the browser then needs no calendar and no time zones.

use chrono::{DateTime, NaiveDate, Utc};

use crate::services::company::Company;

/// `Nov 26, 2026`.
pub fn date(date: NaiveDate) -> String {
    date.format("%b %-d, %Y").to_string()
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
