//! When the money of an open invoice is expected, and how sure that is (product.md §2.5).

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    form::{FieldProblem, Problem, is_blank},
    invoice::days_past_due,
    promise::last_day,
};

/// Paid invoices that tell how late a customer usually pays.
pub const PAID_LOOKED_AT: usize = 12;
/// Fewer than these tell nothing.
pub const PAID_NEEDED: usize = 3;
/// Most characters of what is said about a hold.
pub const NOTE_LENGTH_MAX: usize = 500;

/// How sure it is when the money comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectationStatus {
    /// Worked out from how late the customer usually pays.
    Predicted,
    /// Overdue, and no day that is still to come.
    Late,
    /// Somebody's own judgement.
    Estimated,
    /// The customer gave their word.
    Promised,
    /// A dispute or a delay: nobody follows up.
    OnHold,
    /// It will be charged by itself.
    Autopay,
    /// It would have been charged by itself, and will not.
    AutopayHold,
}

impl ExpectationStatus {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 7] = [
        Self::Predicted,
        Self::Late,
        Self::Estimated,
        Self::Promised,
        Self::OnHold,
        Self::Autopay,
        Self::AutopayHold,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Predicted => "predicted",
            Self::Late => "late",
            Self::Estimated => "estimated",
            Self::Promised => "promised",
            Self::OnHold => "on_hold",
            Self::Autopay => "autopay",
            Self::AutopayHold => "autopay_hold",
        }
    }

    /// The status of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether a person said so, and not the books or the calendar.
    pub const fn is_said(self) -> bool {
        matches!(self, Self::Estimated | Self::Promised | Self::OnHold | Self::AutopayHold)
    }

    /// Whether it is a day that somebody named.
    pub const fn needs_day(self) -> bool {
        matches!(self, Self::Estimated | Self::Promised)
    }
}

/// Why nobody follows up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The price is questioned.
    Pricing,
    /// What was delivered is.
    GoodsOrService,
    /// The customer's order number is missing.
    MissingOrderNumber,
    /// It was billed twice.
    Duplicate,
    /// The customer says that it is paid.
    AlreadyPaid,
    /// It did not arrive.
    Delivery,
    /// Something else, which the note says.
    Other,
    /// The books say that the customer objects. Nobody chooses it.
    Books,
}

impl HoldReason {
    /// Those that a person may choose, in the order of the form.
    pub const CHOICES: [Self; 7] = [
        Self::Pricing,
        Self::GoodsOrService,
        Self::MissingOrderNumber,
        Self::Duplicate,
        Self::AlreadyPaid,
        Self::Delivery,
        Self::Other,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pricing => "pricing",
            Self::GoodsOrService => "goods_or_service",
            Self::MissingOrderNumber => "missing_order_number",
            Self::Duplicate => "duplicate",
            Self::AlreadyPaid => "already_paid",
            Self::Delivery => "delivery",
            Self::Other => "other",
            Self::Books => "books",
        }
    }

    /// The reason of a stored word; none of an empty one.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = Self::CHOICES.into_iter().chain([Self::Books]);
        all.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// When the money is expected, and why not sooner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// How sure it is.
    pub status: ExpectationStatus,
    /// The day; none for what is late, and for a hold whose end nobody knows.
    pub on: Option<NaiveDate>,
    /// Why nobody follows up; only of a hold.
    pub reason: Option<HoldReason>,
    /// What else is to be known of the hold.
    pub note: String,
}

impl Expectation {
    /// One without a hold.
    pub const fn plain(status: ExpectationStatus, on: Option<NaiveDate>) -> Self {
        Self { status, on, reason: None, note: String::new() }
    }

    /// Whether the calendar and the books say it, so that they may say otherwise.
    pub const fn is_automatic(&self) -> bool {
        match self.status {
            ExpectationStatus::Predicted | ExpectationStatus::Late => true,
            ExpectationStatus::OnHold => matches!(self.reason, Some(HoldReason::Books)),
            _ => false,
        }
    }

    /// Whether the day that somebody named is over, with the days of grace that a promise has.
    pub fn has_lapsed(&self, grace_days: u16, today: NaiveDate) -> bool {
        let grace_days = if self.status == ExpectationStatus::Promised { grace_days } else { 0 };
        self.status.needs_day() && self.on.is_none_or(|day| last_day(day, grace_days) < today)
    }
}

/// What the calendar and the books say: due day plus the usual days late, never before today; late
/// once that day and the due day are over; on hold where the books say that the customer objects.
pub fn automatic(
    due_on: NaiveDate,
    is_disputed: bool,
    usual_days_late: i64,
    today: NaiveDate,
) -> Expectation {
    if is_disputed {
        let plain = Expectation::plain(ExpectationStatus::OnHold, None);
        return Expectation { reason: Some(HoldReason::Books), ..plain };
    }
    let days = Days::new(usual_days_late.unsigned_abs());
    let predicted = if usual_days_late < 0 {
        due_on.checked_sub_days(days)
    } else {
        due_on.checked_add_days(days)
    };
    let predicted = predicted.unwrap_or(due_on);
    if predicted >= today {
        Expectation::plain(ExpectationStatus::Predicted, Some(predicted))
    } else if days_past_due(due_on, today) <= 0 {
        Expectation::plain(ExpectationStatus::Predicted, Some(today))
    } else {
        Expectation::plain(ExpectationStatus::Late, None)
    }
}

/// What follows a day that somebody named and that passed without money: a word that was broken
/// makes an overdue invoice late, however late the customer usually pays.
pub fn after_lapse(
    due_on: NaiveDate,
    is_disputed: bool,
    usual_days_late: i64,
    today: NaiveDate,
) -> Expectation {
    if !is_disputed && days_past_due(due_on, today) > 0 {
        return Expectation::plain(ExpectationStatus::Late, None);
    }
    automatic(due_on, is_disputed, usual_days_late, today)
}

/// The middle of days late; of two in the middle their mean, rounded to the later day. None when
/// they are too few to tell.
pub fn usual_days_late(mut days: Vec<i64>) -> Option<i64> {
    if days.len() < PAID_NEEDED {
        return None;
    }
    days.sort_unstable();
    let upper = days.get(days.len() / 2).copied()?;
    if days.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = days.get(days.len() / 2 - 1).copied()?;
    Some((lower + upper + 1).div_euclid(2))
}

/// What a person chose in the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExpectationForm {
    /// `automatic`, or a status that a person may choose.
    pub status: String,
    /// A day, `YYYY-MM-DD`, or empty.
    pub expected_on: String,
    /// A reason's word; only of a hold.
    pub reason: String,
    /// What else is to be known of a hold.
    pub note: String,
}

/// The word of the form that leaves it to the calendar.
pub const AUTOMATIC: &str = "automatic";

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The calendar and the books shall say.
    Automatic,
    /// This it is.
    Said(Expectation),
}

impl ExpectationForm {
    /// What stands in the form while an expectation counts.
    pub fn of(expectation: &Expectation) -> Self {
        if expectation.is_automatic() {
            return Self { status: AUTOMATIC.to_owned(), ..Self::default() };
        }
        Self {
            status: expectation.status.as_str().to_owned(),
            expected_on: expectation.on.map(|day| day.to_string()).unwrap_or_default(),
            reason: expectation.reason.map(|one| one.as_str().to_owned()).unwrap_or_default(),
            note: expectation.note.clone(),
        }
    }

    /// Reads the form. An estimate and a promise need a day that is not over, a hold a reason, and
    /// *other* a note.
    ///
    /// # Errors
    /// `status`: `NotAChoice`; `expected_on`: `Required`, `NotADate`, `OutOfRange`; `reason`:
    /// `Required`; `note`: `Required`, `TooLong`.
    pub fn read(&self, today: NaiveDate) -> Result<Decision, FieldProblem> {
        let problem = |field: &str, problem| FieldProblem { field: field.to_owned(), problem };
        if self.status == AUTOMATIC {
            return Ok(Decision::Automatic);
        }
        let status = ExpectationStatus::from_word(&self.status)
            .filter(|status| status.is_said())
            .ok_or_else(|| problem("status", Problem::NotAChoice))?;
        let day = match self.expected_on.trim() {
            "" => None,
            text => {
                let day: NaiveDate =
                    text.parse().map_err(|_| problem("expected_on", Problem::NotADate))?;
                let is_open = day >= today && day < NO_DAY;
                Some(day)
                    .filter(|_| is_open)
                    .ok_or_else(|| problem("expected_on", Problem::OutOfRange))
                    .map(Some)?
            }
        };
        if status.needs_day() && day.is_none() {
            return Err(problem("expected_on", Problem::Required));
        }
        if status != ExpectationStatus::OnHold {
            let on = day.filter(|_| status.needs_day());
            return Ok(Decision::Said(Expectation::plain(status, on)));
        }
        let reason = HoldReason::from_word(&self.reason)
            .filter(|reason| *reason != HoldReason::Books)
            .ok_or_else(|| problem("reason", Problem::Required))?;
        let note: String = self.note.chars().filter(|c| !c.is_control()).collect();
        let note = note.trim().to_owned();
        if note.chars().count() > NOTE_LENGTH_MAX {
            return Err(problem("note", Problem::TooLong));
        }
        if reason == HoldReason::Other && is_blank(&note) {
            return Err(problem("note", Problem::Required));
        }
        Ok(Decision::Said(Expectation { status, on: day, reason: Some(reason), note }))
    }
}

/// The last day there is: stored where no day is expected, so that it sorts behind all others.
pub const NO_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Whether a person may bring an invoice from one status to another: being charged by itself is
/// not theirs to say, and stopping it only makes sense where it was to happen.
pub fn may_follow(before: ExpectationStatus, after: &Decision) -> bool {
    use ExpectationStatus::{Autopay, AutopayHold};
    match after {
        Decision::Said(Expectation { status: AutopayHold, .. }) => {
            matches!(before, Autopay | AutopayHold)
        }
        Decision::Said(Expectation { status, .. }) => {
            *status != Autopay && !matches!(before, Autopay | AutopayHold)
        }
        // What was stopped goes on; what goes on is nobody's to leave to the calendar.
        Decision::Automatic => before != Autopay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn words_round_trip() {
        for status in ExpectationStatus::ALL {
            assert_eq!(ExpectationStatus::from_word(status.as_str()), Some(status));
        }
        for reason in HoldReason::CHOICES.into_iter().chain([HoldReason::Books]) {
            assert_eq!(HoldReason::from_word(reason.as_str()), Some(reason));
        }
        assert_eq!(HoldReason::from_word(""), None);
        assert_eq!(NO_DAY.to_string(), "9999-12-31");
    }

    #[test]
    fn the_day_follows_from_the_habit() {
        use ExpectationStatus::{Late, OnHold, Predicted};
        let today = day("2026-11-23");
        for (due_on, is_disputed, usual, status, on) in [
            ("2026-12-01", false, 4, Predicted, Some("2026-12-05")),
            ("2026-12-01", false, -3, Predicted, Some("2026-11-28")),
            // Never before today.
            ("2026-11-24", false, -9, Predicted, Some("2026-11-23")),
            ("2026-11-23", false, -9, Predicted, Some("2026-11-23")),
            // Overdue, and still within the habit.
            ("2026-11-20", false, 3, Predicted, Some("2026-11-23")),
            // Overdue, and past it.
            ("2026-11-20", false, 2, Late, None),
            ("2026-11-22", false, -9, Late, None),
            ("2026-12-01", true, 4, OnHold, None),
        ] {
            let found = automatic(day(due_on), is_disputed, usual, today);
            assert_eq!((found.status, found.on), (status, on.map(day)), "{due_on} {usual}");
            assert!(found.is_automatic());
        }
        let broken = after_lapse(day("2026-11-20"), false, 30, today);
        assert_eq!((broken.status, broken.on), (Late, None));
        let early = after_lapse(day("2026-11-30"), false, 2, today);
        assert_eq!((early.status, early.on), (Predicted, Some(day("2026-12-02"))));
        assert_eq!(automatic(NaiveDate::MAX, false, i64::MAX, today).on, Some(NaiveDate::MAX));
        assert_eq!(automatic(day("2026-12-01"), false, i64::MIN, today).status, Predicted);
    }

    #[test]
    fn the_habit_is_the_middle() {
        assert_eq!(usual_days_late(vec![1, 2]), None);
        assert_eq!(usual_days_late(vec![9, -3, 2]), Some(2));
        assert_eq!(usual_days_late(vec![1, 2, 3, 4]), Some(3));
        assert_eq!(usual_days_late(vec![-4, -3, -2, -1]), Some(-2));
        assert_eq!(usual_days_late(vec![0, 0, 1, 40]), Some(1));
    }

    #[test]
    fn what_was_typed_is_read() {
        let today = day("2026-11-23");
        let form = |status: &str, on: &str, reason: &str, note: &str| ExpectationForm {
            status: status.to_owned(),
            expected_on: on.to_owned(),
            reason: reason.to_owned(),
            note: note.to_owned(),
        };
        let problem = |form: ExpectationForm| {
            let FieldProblem { field, problem } = form.read(today).unwrap_err();
            (field, problem)
        };
        for (typed, field, expected) in [
            (form("", "", "", ""), "status", Problem::NotAChoice),
            (form("predicted", "2026-12-01", "", ""), "status", Problem::NotAChoice),
            (form("autopay", "2026-12-01", "", ""), "status", Problem::NotAChoice),
            (form("promised", " ", "", ""), "expected_on", Problem::Required),
            (form("estimated", "soon", "", ""), "expected_on", Problem::NotADate),
            (form("estimated", "2026-11-22", "", ""), "expected_on", Problem::OutOfRange),
            (form("estimated", "9999-12-31", "", ""), "expected_on", Problem::OutOfRange),
            (form("on_hold", "", "", "x"), "reason", Problem::Required),
            (form("on_hold", "", "books", "x"), "reason", Problem::Required),
            (form("on_hold", "", "other", " "), "note", Problem::Required),
            (form("on_hold", "", "pricing", &"é".repeat(501)), "note", Problem::TooLong),
        ] {
            assert_eq!(problem(typed), (field.to_owned(), expected));
        }
        assert_eq!(form("automatic", "x", "y", "z").read(today), Ok(Decision::Automatic));
        let promised = form("promised", "2026-11-23", "pricing", "z").read(today).unwrap();
        let expected = Expectation::plain(ExpectationStatus::Promised, Some(today));
        assert_eq!(promised, Decision::Said(expected.clone()));
        assert_eq!(ExpectationForm::of(&expected), form("promised", "2026-11-23", "", ""));
        let held = form("on_hold", "2026-12-24", "other", " a\u{7}b ").read(today).unwrap();
        let Decision::Said(held) = held else { panic!("said") };
        assert_eq!((held.note.as_str(), held.on), ("ab", Some(day("2026-12-24"))));
        assert!(!held.is_automatic() && !held.has_lapsed(0, day("2027-01-01")));
        let estimated = Expectation::plain(ExpectationStatus::Estimated, Some(today));
        for (said, grace, on, is_over) in [
            (&expected, 0, "2026-11-23", false),
            (&expected, 0, "2026-11-24", true),
            (&expected, 2, "2026-11-25", false),
            (&expected, 2, "2026-11-26", true),
            (&estimated, 2, "2026-11-23", false),
            (&estimated, 2, "2026-11-24", true),
        ] {
            assert_eq!(said.has_lapsed(grace, day(on)), is_over, "{said:?} {grace} {on}");
        }
    }

    #[test]
    fn being_charged_by_itself_is_nobodys_to_say() {
        use ExpectationStatus::{Autopay, AutopayHold, OnHold, Promised};
        let said = |status| Decision::Said(Expectation::plain(status, None));
        for before in ExpectationStatus::ALL {
            let is_charged = matches!(before, Autopay | AutopayHold);
            assert!(!may_follow(before, &said(Autopay)), "{before:?}");
            assert_eq!(may_follow(before, &said(AutopayHold)), is_charged, "{before:?}");
            for after in [said(Promised), said(OnHold)] {
                assert_eq!(may_follow(before, &after), !is_charged, "{before:?} {after:?}");
            }
            assert_eq!(may_follow(before, &Decision::Automatic), before != Autopay, "{before:?}");
        }
    }
}
