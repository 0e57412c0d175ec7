//! Calendar arithmetic: month ends, and the banking days of the United States.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The given day of a month, or the month's last day when it has no such day.
pub fn day_of_month(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let last = last_day_of_month(year, month)?;
    last.with_day(day.clamp(1, last.day()))
}

/// The last day of a month.
pub fn last_day_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(next_year, next_month, 1)?.pred_opt()
}

/// The month `months` after the one of `date`, as year and month.
pub fn month_after(date: NaiveDate, months: u32) -> (i32, u32) {
    let index = date.month0() + months;
    (date.year() + i32::try_from(index / 12).unwrap_or(0), index % 12 + 1)
}

/// The date `days` calendar days later.
pub fn days_after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// Whether the Federal Reserve's payment services are open: not at weekends and not on its
/// holidays. A holiday on a Sunday closes the Monday; one on a Saturday leaves the Friday open
/// (Federal Reserve Banks, "Holiday Schedules").
pub fn is_banking_day(date: NaiveDate) -> bool {
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        return false;
    }
    let observed_from_sunday =
        date.weekday() == Weekday::Mon && date.pred_opt().is_some_and(is_fixed_holiday);
    !(is_fixed_holiday(date) || observed_from_sunday || is_floating_holiday(date))
}

fn is_fixed_holiday(date: NaiveDate) -> bool {
    let juneteenth = date.year() >= 2022;
    match (date.month(), date.day()) {
        (1, 1) | (7, 4) | (11, 11) | (12, 25) => true,
        (6, 19) => juneteenth,
        _ => false,
    }
}

fn is_floating_holiday(date: NaiveDate) -> bool {
    let nth = (date.day() - 1) / 7 + 1;
    let is_last_monday = date.weekday() == Weekday::Mon && date.day() + 7 > 31;
    match (date.month(), date.weekday()) {
        (1 | 2, Weekday::Mon) => nth == 3, // Martin Luther King Jr., Washington's Birthday
        (5, Weekday::Mon) => is_last_monday, // Memorial Day
        (9, Weekday::Mon) => nth == 1,     // Labor Day
        (10, Weekday::Mon) => nth == 2,    // Columbus Day
        (11, Weekday::Thu) => nth == 4,    // Thanksgiving
        _ => false,
    }
}

/// The date `count` banking days after `date`.
pub fn banking_days_after(date: NaiveDate, count: u32) -> NaiveDate {
    let mut day = date;
    let mut left = count;
    while left > 0 {
        day = days_after(day, 1);
        if day == NaiveDate::MAX {
            break;
        }
        if is_banking_day(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn banks_close_on_federal_holidays() {
        for (date, open) in [
            ("2026-07-03", true), // the 4th is a Saturday: the Friday stays open
            ("2026-07-04", false),
            ("2027-07-05", false), // the 4th is a Sunday: the Monday is closed
            ("2026-11-26", false),
            ("2026-11-27", true),
            ("2026-12-25", false),
            ("2026-05-25", false),
            ("2026-05-18", true),
            ("2026-09-07", false),
            ("2026-10-12", false),
            ("2026-01-19", false),
            ("2026-02-16", false),
            ("2026-06-19", false),
            ("2021-06-18", true),
            ("2026-11-22", false),
        ] {
            assert_eq!(is_banking_day(day(date)), open, "{date}");
        }
    }

    #[test]
    fn banking_days_skip_closed_days() {
        assert_eq!(banking_days_after(day("2026-11-20"), 4), day("2026-11-27"));
        assert_eq!(banking_days_after(day("2026-11-22"), 1), day("2026-11-23"));
        assert_eq!(banking_days_after(day("2026-11-22"), 0), day("2026-11-22"));
    }

    #[test]
    fn months_have_their_own_ends() {
        assert_eq!(day_of_month(2026, 2, 31), Some(day("2026-02-28")));
        assert_eq!(day_of_month(2024, 2, 30), Some(day("2024-02-29")));
        assert_eq!(month_after(day("2026-11-30"), 2), (2027, 1));
    }
}
