//! Statements of account, in words.

use chrono::Weekday;

use crate::domain::statement::{MonthWeek, StatementChoice};

/// A week of a month.
pub const fn week(week: MonthWeek) -> &'static str {
    match week {
        MonthWeek::First => "First",
        MonthWeek::Second => "Second",
        MonthWeek::Third => "Third",
        MonthWeek::Fourth => "Fourth",
        MonthWeek::Last => "Last",
    }
}

/// A day of the week.
pub const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// A customer's own say.
pub const fn choice(choice: StatementChoice) -> &'static str {
    match choice {
        StatementChoice::On => "Every month",
        StatementChoice::Off => "Never",
    }
}

/// What counts for those without a say of their own.
pub const fn inherited(for_everybody: bool) -> &'static str {
    if for_everybody { "Inherited: every month" } else { "Inherited: never" }
}
