//! Payment terms: when an invoice is due, and until when paying early earns a discount.
//!
//! The invoice date is day 0 and the last day is inclusive: an invoice of 14 June with 10 days may
//! be paid through 24 June (JD Edwards and NetSuite count the same way).

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    calendar::{day_of_month, days_after, last_day_of_month, month_after},
    money::Rate,
};

/// A rule that turns an invoice date into another date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateRule {
    /// So many calendar days after the invoice date.
    NetDays(u32),
    /// So many days after the end of the invoice's month.
    EomPlus(u32),
    /// The given day of a following month.
    Proximo {
        /// How many months later, from 1.
        months: u32,
        /// The day; a month without it gives its last day.
        day: u32,
    },
    /// The first such day of a month on or after the invoice date.
    DayOfMonth {
        /// The day; a month without it gives its last day.
        day: u32,
        /// An invoice issued this many days or fewer before moves to the next month.
        push_within_days: u32,
    },
}

impl DateRule {
    /// The date that the rule gives for an invoice date.
    pub fn date(self, issued_on: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::NetDays(days) => Some(days_after(issued_on, days)),
            Self::EomPlus(days) => {
                let end = last_day_of_month(issued_on.year(), issued_on.month())?;
                Some(days_after(end, days))
            }
            Self::Proximo { months, day } => {
                let (year, month) = month_after(issued_on, months);
                day_of_month(year, month, day)
            }
            Self::DayOfMonth { day, push_within_days } => {
                let mut months = 0;
                let mut date = day_of_month(issued_on.year(), issued_on.month(), day)?;
                if date < issued_on {
                    months = 1;
                    let (year, month) = month_after(issued_on, months);
                    date = day_of_month(year, month, day)?;
                }
                let gap = (date - issued_on).num_days();
                if push_within_days > 0 && gap <= i64::from(push_within_days) {
                    let (year, month) = month_after(issued_on, months + 1);
                    date = day_of_month(year, month, day)?;
                }
                Some(date)
            }
        }
    }
}

/// Whether a part-payment inside the window earns a share of the discount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartialRule {
    /// Only the payment that closes the invoice inside the window earns it.
    #[default]
    OnFullSettlement,
    /// Each payment earns its share.
    Proportional,
}

/// A price cut for paying early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyPaymentDiscount {
    /// Share of the discountable amount.
    pub rate: Rate,
    /// The last day on which it is earned, as a rule.
    pub window: DateRule,
}

/// What was agreed about when to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTerms {
    /// When the invoice is due.
    pub due: DateRule,
    /// The discount for paying early, if any.
    pub discount: Option<EarlyPaymentDiscount>,
}

impl PaymentTerms {
    /// Reads the terms people write: `Net 30`, `2/10 net 30`, `1.5% 10 net 45`, `Due on receipt`,
    /// `EOM`, `Net 30 EOM`, `10th prox`. Anything else is a label without a meaning: `None`.
    pub fn parse(label: &str) -> Option<Self> {
        let text = label.trim().to_ascii_lowercase().replace(['%', ','], " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        let due_only = |due| Some(Self { due, discount: None });
        match words.as_slice() {
            ["due", "on" | "upon", "receipt"] | ["cod" | "immediate" | "prepaid"] => {
                due_only(DateRule::NetDays(0))
            }
            ["eom"] => due_only(DateRule::EomPlus(0)),
            ["net" | "n", days] => due_only(DateRule::NetDays(parse_days(days)?)),
            ["net" | "n", days, "days"] => due_only(DateRule::NetDays(parse_days(days)?)),
            ["net", days, "eom"] => due_only(DateRule::EomPlus(parse_days(days)?)),
            [day, "prox" | "proximo"] => {
                let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let day = parse_days(day).filter(|day| (1..=31).contains(day))?;
                due_only(DateRule::Proximo { months: 1, day })
            }
            [word] if word.starts_with("net") || word.starts_with('n') => {
                let days = word.trim_start_matches("net").trim_start_matches('n');
                due_only(DateRule::NetDays(parse_days(days)?))
            }
            [first, "net" | "n", days] => {
                let (rate, window) = first.split_once('/')?;
                Self::with_discount(rate, window, parse_days(days)?)
            }
            [rate, window, "net" | "n", days] => {
                Self::with_discount(rate, window.trim_start_matches('/'), parse_days(days)?)
            }
            _ => None,
        }
    }

    fn with_discount(rate: &str, window: &str, due_days: u32) -> Option<Self> {
        let rate = Rate::parse_percent(rate).ok().filter(|rate| *rate > Rate::ZERO)?;
        let window = DateRule::NetDays(parse_days(window)?);
        let discount = Some(EarlyPaymentDiscount { rate, window });
        Some(Self { due: DateRule::NetDays(due_days), discount })
    }

    /// The day on which an invoice of `issued_on` is due.
    pub fn due_on(&self, issued_on: NaiveDate) -> Option<NaiveDate> {
        self.due.date(issued_on)
    }

    /// The last day on which the discount is earned. A discount day in a month's calendar sits in
    /// the due date's month; when that lies before the invoice date there is no discount.
    pub fn discount_until(&self, issued_on: NaiveDate) -> Option<NaiveDate> {
        let discount = self.discount?;
        let until = match discount.window {
            DateRule::DayOfMonth { day, .. } => {
                let due = self.due_on(issued_on)?;
                day_of_month(due.year(), due.month(), day)?
            }
            rule => rule.date(issued_on)?,
        };
        (until >= issued_on).then_some(until)
    }
}

fn parse_days(text: &str) -> Option<u32> {
    text.parse::<u32>().ok().filter(|days| *days <= 3650)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_follow_example_3_1() {
        let two_ten = PaymentTerms::parse("2/10 net 30").unwrap();
        for (issued, due, until) in
            [("2026-01-31", "2026-03-02", "2026-02-10"), ("2024-02-29", "2024-03-30", "2024-03-10")]
        {
            assert_eq!(two_ten.due_on(day(issued)), Some(day(due)));
            assert_eq!(two_ten.discount_until(day(issued)), Some(day(until)));
        }
        let rule = |day, push_within_days| DateRule::DayOfMonth { day, push_within_days };
        for (issued, rule, due) in [
            ("2024-02-29", DateRule::NetDays(365), "2025-02-28"),
            ("2026-01-15", DateRule::EomPlus(30), "2026-03-02"),
            ("2026-02-01", DateRule::EomPlus(30), "2026-03-30"),
            ("2026-01-31", DateRule::Proximo { months: 1, day: 10 }, "2026-02-10"),
            ("2026-01-15", DateRule::Proximo { months: 1, day: 31 }, "2026-02-28"),
            ("2026-03-19", rule(25, 5), "2026-03-25"),
            ("2026-03-20", rule(25, 5), "2026-04-25"),
            ("2026-03-25", rule(25, 0), "2026-03-25"),
            ("2026-03-26", rule(25, 5), "2026-04-25"),
            ("2026-02-03", rule(30, 0), "2026-02-28"),
            ("2026-02-25", rule(30, 5), "2026-03-30"),
            ("2026-03-28", rule(1, 5), "2026-05-01"),
        ] {
            assert_eq!(rule.date(day(issued)), Some(day(due)), "{issued} {rule:?}");
        }
    }

    #[test]
    fn written_terms_are_read() {
        let net = |days| PaymentTerms { due: DateRule::NetDays(days), discount: None };
        for (label, expected) in [
            ("Net 30", Some(net(30))),
            ("net30", Some(net(30))),
            ("N45", Some(net(45))),
            ("Due on receipt", Some(net(0))),
            ("Net 30 EOM", Some(PaymentTerms { due: DateRule::EomPlus(30), discount: None })),
            (
                "10th prox",
                Some(PaymentTerms {
                    due: DateRule::Proximo { months: 1, day: 10 },
                    discount: None,
                }),
            ),
            ("Consignment", None),
            ("", None),
            ("nothing", None),
            ("0/10 net 30", None),
        ] {
            assert_eq!(PaymentTerms::parse(label), expected, "{label}");
        }
        for label in ["2/10 Net 30", "2% 10 net 30", "2.0/10, net 30"] {
            let terms = PaymentTerms::parse(label).unwrap();
            assert_eq!(terms.discount.unwrap().rate.ppm(), 20_000, "{label}");
            assert_eq!(terms.discount_until(day("2026-08-01")), Some(day("2026-08-11")));
        }
    }
}
