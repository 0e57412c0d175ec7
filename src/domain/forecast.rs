//! The cash that open invoices are expected to bring, week by week (product.md §2.5).

use chrono::{Datelike, Days, NaiveDate};

use super::expectation::ExpectationStatus;

/// Weeks that are told, the one of today included.
pub const WEEKS: usize = 13;

/// What open invoices of one status and day come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// How sure it is.
    pub status: ExpectationStatus,
    /// The day; none where none is known.
    pub on: Option<NaiveDate>,
    /// How many invoices.
    pub invoices: i64,
    /// Open on them, in minor units.
    pub minor: i64,
}

/// Invoices, and what is open on them in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub invoices: i64,
    /// Open on them.
    pub minor: i64,
}

impl Sum {
    const fn add(&mut self, invoices: i64, minor: i64) {
        self.invoices += invoices;
        self.minor += minor;
    }
}

/// A week that begins on Monday; the first one begins today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day, a Sunday.
    pub to: NaiveDate,
    /// What is expected in it.
    pub sum: Sum,
}

/// What is expected when. Every open invoice is in exactly one part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The weeks, this one first.
    pub weeks: Vec<Week>,
    /// Expected after the last of them.
    pub later: Sum,
    /// Late, or with a day that is over: no day is known on which it comes.
    pub late: Sum,
    /// On hold: nobody follows up, whatever day somebody hopes for.
    pub on_hold: Sum,
}

/// The thirteen weeks from a day on, with nothing in them.
fn weeks(today: NaiveDate) -> Vec<Week> {
    let left = 6 - u64::from(today.weekday().num_days_from_monday());
    let first_sunday = today.checked_add_days(Days::new(left)).unwrap_or(today);
    (0_u64..)
        .take(WEEKS)
        .map(|week| {
            let to = first_sunday.checked_add_days(Days::new(7 * week)).unwrap_or(NaiveDate::MAX);
            let monday = to.checked_sub_days(Days::new(6)).unwrap_or(today);
            Week { from: monday.max(today), to, sum: Sum::default() }
        })
        .collect()
}

impl Forecast {
    /// Of what is open in one currency, on a day: what is predicted, estimated, promised or charged by
    /// itself counts on its day, what is late or on hold on none.
    pub fn of(today: NaiveDate, rows: impl IntoIterator<Item = Expected>) -> Self {
        let mut forecast = Self {
            weeks: weeks(today),
            later: Sum::default(),
            late: Sum::default(),
            on_hold: Sum::default(),
        };
        for Expected { status, on, invoices, minor } in rows {
            let day = on.filter(|day| *day >= today);
            let sum = match (status, day) {
                (ExpectationStatus::OnHold | ExpectationStatus::AutopayHold, _) => {
                    &mut forecast.on_hold
                }
                (ExpectationStatus::Late, _) | (_, None) => &mut forecast.late,
                (_, Some(day)) => {
                    let week = forecast.weeks.iter_mut().find(|week| day <= week.to);
                    week.map_or(&mut forecast.later, |week| &mut week.sum)
                }
            };
            sum.add(invoices, minor);
        }
        forecast
    }

    /// All that is expected within the weeks.
    pub fn expected(&self) -> Sum {
        let mut all = Sum::default();
        for week in &self.weeks {
            all.add(week.sum.invoices, week.sum.minor);
        }
        all
    }

    /// All that is open.
    pub fn whole(&self) -> Sum {
        let mut all = self.expected();
        for part in [self.later, self.late, self.on_hold] {
            all.add(part.invoices, part.minor);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn one(status: ExpectationStatus, on: Option<&str>, minor: i64) -> Expected {
        Expected { status, on: on.map(day), invoices: 1, minor }
    }

    #[test]
    fn each_status_counts_where_it_should() {
        use ExpectationStatus as S;

        // A Wednesday.
        let today = day("2026-11-25");
        let forecast = Forecast::of(
            today,
            [
                one(S::Predicted, Some("2026-11-25"), 1),
                one(S::Estimated, Some("2026-11-29"), 2),
                one(S::Promised, Some("2026-11-30"), 4),
                one(S::Autopay, Some("2027-02-21"), 8),
                one(S::Predicted, Some("2027-02-22"), 16),
                one(S::Late, None, 32),
                one(S::Promised, Some("2026-11-24"), 64),
                one(S::OnHold, None, 128),
                one(S::OnHold, Some("2026-11-26"), 256),
                one(S::AutopayHold, Some("2026-11-26"), 512),
            ],
        );
        let minors: Vec<i64> = forecast.weeks.iter().map(|week| week.sum.minor).collect();
        assert_eq!(minors, [3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8]);
        assert_eq!(forecast.weeks[0].from, today);
        assert_eq!(forecast.weeks[0].to, day("2026-11-29"));
        assert_eq!(forecast.weeks[1].from, day("2026-11-30"));
        assert_eq!(forecast.weeks[12].to, day("2027-02-21"));
        assert_eq!(forecast.later, Sum { invoices: 1, minor: 16 });
        assert_eq!(forecast.late, Sum { invoices: 2, minor: 96 });
        assert_eq!(forecast.on_hold, Sum { invoices: 3, minor: 896 });
        assert_eq!(forecast.expected(), Sum { invoices: 4, minor: 15 });
        assert_eq!(forecast.whole(), Sum { invoices: 10, minor: 1023 });
    }

    #[test]
    fn a_week_that_ends_today_is_one_day_long() {
        let weeks = weeks(day("2026-11-29"));
        assert_eq!((weeks[0].from, weeks[0].to), (day("2026-11-29"), day("2026-11-29")));
        assert_eq!((weeks[1].from, weeks[1].to), (day("2026-11-30"), day("2026-12-06")));
    }

    proptest! {
        /// Nothing is lost and nothing counts twice; the weeks follow each other without a gap.
        #[test]
        fn every_invoice_is_in_one_part(
            today in 0_i64..3_000,
            rows in prop::collection::vec(
                (0_usize..7, prop::option::of(-100_i64..400), 1_i64..4, 0_i64..1_000_000), 0..60),
        ) {
            let today = day("2026-01-01") + chrono::TimeDelta::days(today);
            let rows: Vec<Expected> = rows
                .into_iter()
                .map(|(status, on, invoices, minor)| Expected {
                    status: ExpectationStatus::ALL[status],
                    on: on.map(|days| today + chrono::TimeDelta::days(days)),
                    invoices,
                    minor,
                })
                .collect();
            let forecast = Forecast::of(today, rows.iter().copied());
            let whole = forecast.whole();
            prop_assert_eq!(whole.minor, rows.iter().map(|row| row.minor).sum::<i64>());
            prop_assert_eq!(whole.invoices, rows.iter().map(|row| row.invoices).sum::<i64>());
            prop_assert_eq!(forecast.weeks.len(), WEEKS);
            for pair in forecast.weeks.windows(2) {
                prop_assert_eq!(pair[1].from, pair[0].to.succ_opt().unwrap());
            }
        }
    }
}
