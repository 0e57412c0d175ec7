//! Monthly statements: on which day they are mailed, and to which customers (product.md §2.8).

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

use super::form::{FieldProblem, Problem};

/// The hour of the seller's day at which they are mailed.
pub const STATEMENT_HOUR: u32 = 8;
/// A day that passed while nothing ran is made up for until it is this many days past.
pub const STATEMENT_DAYS_LATE_MAX: i64 = 2;
/// Most days for which a paid invoice is listed.
pub const PAID_DAYS_MAX: u16 = 366;

/// A week of a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthWeek {
    /// Days 1 to 7.
    #[default]
    First,
    /// Days 8 to 14.
    Second,
    /// Days 15 to 21.
    Third,
    /// Days 22 to 28.
    Fourth,
    /// The last seven days.
    Last,
}

impl MonthWeek {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Last];

    /// The word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Last => "last",
        }
    }

    /// The week of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|week| week.as_str() == word)
    }

    /// The day of the month on which a weekday falls in this week.
    fn day(self, month: NaiveDate, weekday: Weekday) -> NaiveDate {
        let nth = |n| NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), weekday, n);
        let day = match self {
            Self::First => nth(1),
            Self::Second => nth(2),
            Self::Third => nth(3),
            Self::Fourth => nth(4),
            Self::Last => nth(5).or_else(|| nth(4)),
        };
        // Every month has each weekday four times.
        day.unwrap_or(month)
    }
}

/// The days of the week in the order of the form.
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// A customer's own say in whether it gets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementChoice {
    /// Every month.
    On,
    /// Never.
    Off,
}

impl StatementChoice {
    /// Both, in the order of the form.
    pub const ALL: [Self; 2] = [Self::On, Self::Off];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// The choice of a stored word; the empty word is none: the company's setting decides.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word)
    }
}

/// What counts for every customer that has no say of its own, and the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatementSettings {
    /// Whether any are mailed by themselves.
    pub is_on: bool,
    /// Whether those without a say of their own get them.
    pub for_everybody: bool,
    /// The week of the month.
    pub week: MonthWeek,
    /// The day of that week.
    pub weekday: Weekday,
    /// Invoices that were settled within this many days are listed too.
    pub paid_days: u16,
}

impl Default for StatementSettings {
    fn default() -> Self {
        Self {
            is_on: false,
            for_everybody: true,
            week: MonthWeek::First,
            weekday: Weekday::Mon,
            paid_days: 30,
        }
    }
}

impl StatementSettings {
    /// Whether a customer gets them.
    pub fn reach(&self, own: Option<StatementChoice>) -> bool {
        self.is_on && own.map_or(self.for_everybody, |own| own == StatementChoice::On)
    }

    fn in_month(&self, of: NaiveDate) -> NaiveDate {
        self.week.day(of, self.weekday)
    }

    /// The first day on or after another on which they are mailed.
    pub fn next(&self, from: NaiveDate) -> NaiveDate {
        let day = self.in_month(from);
        if day >= from { day } else { self.in_month(from + Months::new(1)) }
    }

    /// The day whose statements are to be mailed today, be it a little late.
    pub fn due(&self, today: NaiveDate) -> Option<NaiveDate> {
        let earliest = today.checked_sub_signed(TimeDelta::days(STATEMENT_DAYS_LATE_MAX))?;
        let day = self.next(earliest);
        (self.is_on && day <= today).then_some(day)
    }
}

/// The settings as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatementForm {
    /// Whether any are mailed by themselves.
    pub is_on: bool,
    /// Whether those without a say of their own get them.
    pub for_everybody: bool,
    /// The word of a week.
    pub week: String,
    /// The day of that week: `Mon`.
    pub weekday: String,
    /// Days for which a settled invoice is listed.
    pub paid_days: String,
}

impl StatementForm {
    /// The form that says what the settings say.
    pub fn of(settings: &StatementSettings) -> Self {
        Self {
            is_on: settings.is_on,
            for_everybody: settings.for_everybody,
            week: settings.week.as_str().to_owned(),
            weekday: settings.weekday.to_string(),
            paid_days: settings.paid_days.to_string(),
        }
    }

    /// The settings that it says.
    ///
    /// # Errors
    /// `NotAChoice` of `week` or `weekday`; `Required` or `OutOfRange` of `paid_days`.
    pub fn read(&self) -> Result<StatementSettings, FieldProblem> {
        let problem = |field: &str, problem| FieldProblem { field: field.to_owned(), problem };
        let week = MonthWeek::from_word(&self.week);
        let week = week.ok_or_else(|| problem("week", Problem::NotAChoice))?;
        let weekday = WEEKDAYS.into_iter().find(|day| day.to_string() == self.weekday);
        let weekday = weekday.ok_or_else(|| problem("weekday", Problem::NotAChoice))?;
        let days = match self.paid_days.trim() {
            "" => return Err(problem("paid_days", Problem::Required)),
            days => days.parse().ok().filter(|days| *days <= PAID_DAYS_MAX),
        };
        let paid_days = days.ok_or_else(|| problem("paid_days", Problem::OutOfRange))?;
        let Self { is_on, for_everybody, .. } = *self;
        Ok(StatementSettings { is_on, for_everybody, week, weekday, paid_days })
    }
}

/// A month as it is stored: `2026-11`.
pub fn month_key(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn settings(week: MonthWeek, weekday: Weekday) -> StatementSettings {
        StatementSettings { is_on: true, week, weekday, ..StatementSettings::default() }
    }

    /// The first two are example 7 of product.md §2.28.
    #[test]
    fn the_day_is_found_in_every_month() {
        for (week, weekday, from, expected) in [
            (MonthWeek::Second, Weekday::Tue, "2026-11-01", "2026-11-10"),
            (MonthWeek::Last, Weekday::Fri, "2026-11-01", "2026-11-27"),
            (MonthWeek::First, Weekday::Mon, "2026-11-02", "2026-11-02"),
            (MonthWeek::First, Weekday::Mon, "2026-11-03", "2026-12-07"),
            (MonthWeek::First, Weekday::Fri, "2026-12-31", "2027-01-01"),
            // A month whose last Saturday is the fifth, and one of four weeks to the day.
            (MonthWeek::Last, Weekday::Sat, "2026-10-01", "2026-10-31"),
            (MonthWeek::Last, Weekday::Sun, "2026-02-01", "2026-02-22"),
            (MonthWeek::Last, Weekday::Sat, "2026-02-01", "2026-02-28"),
            (MonthWeek::Fourth, Weekday::Sat, "2026-10-25", "2026-11-28"),
            // The 31st has no month after it of as many days.
            (MonthWeek::Third, Weekday::Wed, "2027-01-31", "2027-02-17"),
        ] {
            let next = settings(week, weekday).next(day(from));
            assert_eq!(next, day(expected), "{week:?} {weekday} from {from}");
        }
    }

    #[test]
    fn a_day_that_was_missed_is_made_up_for_within_three_days() {
        let settings = settings(MonthWeek::Last, Weekday::Mon);
        let due = |today| settings.due(day(today));
        assert_eq!(due("2026-11-29"), None);
        assert_eq!(due("2026-11-30"), Some(day("2026-11-30")));
        assert_eq!(due("2026-12-01"), Some(day("2026-11-30")));
        assert_eq!(due("2026-12-02"), Some(day("2026-11-30")));
        assert_eq!(due("2026-12-03"), None);
        let off = StatementSettings { is_on: false, ..settings };
        assert_eq!(off.due(day("2026-11-30")), None);
    }

    #[test]
    fn a_customer_of_its_own_mind_is_heard_while_they_are_on() {
        use StatementChoice::{Off, On};
        for (is_on, for_everybody, own, expected) in [
            (true, true, None, true),
            (true, true, Some(On), true),
            (true, true, Some(Off), false),
            (true, false, None, false),
            (true, false, Some(On), true),
            (true, false, Some(Off), false),
            (false, true, None, false),
            (false, true, Some(On), false),
            (false, true, Some(Off), false),
            (false, false, None, false),
            (false, false, Some(On), false),
            (false, false, Some(Off), false),
        ] {
            let settings =
                StatementSettings { is_on, for_everybody, ..StatementSettings::default() };
            assert_eq!(settings.reach(own), expected, "{settings:?} {own:?}");
        }
    }

    #[test]
    fn what_is_typed_is_read_or_refused_by_field() {
        let settings = settings(MonthWeek::Last, Weekday::Fri);
        let form = StatementForm::of(&settings);
        assert_eq!(form.read(), Ok(settings));
        let refused = |form: StatementForm| {
            let problem = form.read().unwrap_err();
            (problem.field, problem.problem)
        };
        let of = |days: &str| StatementForm { paid_days: days.to_owned(), ..form.clone() };
        assert_eq!(of("0").read().unwrap().paid_days, 0);
        assert_eq!(of(" 366 ").read().unwrap().paid_days, 366);
        assert_eq!(refused(of("")), ("paid_days".to_owned(), Problem::Required));
        for days in ["367", "-1", "3.5", "９", "thirty", "99999999999"] {
            assert_eq!(refused(of(days)), ("paid_days".to_owned(), Problem::OutOfRange), "{days}");
        }
        let bad = StatementForm { week: "fifth".to_owned(), ..form.clone() };
        assert_eq!(refused(bad), ("week".to_owned(), Problem::NotAChoice));
        let bad = StatementForm { weekday: "Montag".to_owned(), ..form.clone() };
        assert_eq!(refused(bad), ("weekday".to_owned(), Problem::NotAChoice));
    }

    #[test]
    fn months_are_kept_as_text() {
        assert_eq!(month_key(day("2026-03-31")), "2026-03");
    }
}
