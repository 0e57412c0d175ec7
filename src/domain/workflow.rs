//! Reminder workflows of the invoice level: which letter an invoice gets, how many days before or
//! after it is due (product.md §2.6.1).

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    expectation::{Expectation, ExpectationStatus},
    form::{FieldProblem, Problem, parse_name},
};

/// The hour of the seller's day at which reminders are mailed.
pub const REMINDER_HOUR: u32 = 8;
/// A step that passed while nothing ran is made up for until it is this many days past.
pub const STEP_DAYS_LATE_MAX: i64 = 2;
/// Most steps of a workflow.
pub const STEPS_MAX: usize = 12;
/// Most days between a step and the day on which an invoice is due.
pub const STEP_DAYS_MAX: i64 = 365;
/// Most characters of a name.
pub const NAME_LENGTH_MAX: usize = 60;

/// How a reminder is worded.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A reminder among friends.
    #[default]
    Friendly,
    /// A request to pay.
    Firm,
    /// The last letter before others take over.
    Final,
}

impl Tone {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Friendly, Self::Firm, Self::Final];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Friendly => "friendly",
            Self::Firm => "firm",
            Self::Final => "final",
        }
    }

    /// The tone of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tone| tone.as_str() == word)
    }
}

/// On which side of the day on which an invoice is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before it.
    Before,
    /// On it, or after.
    #[default]
    After,
}

/// A letter, some days before or after an invoice is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step {
    /// Days after the invoice is due; negative is before.
    pub days: i64,
    /// The letter.
    pub tone: Tone,
}

impl Step {
    /// The first and the last day on which invoices were due whose step is to be seen to today.
    pub fn window(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let back = |days: i64| {
            let by = Days::new(days.unsigned_abs());
            let day =
                if days < 0 { today.checked_add_days(by) } else { today.checked_sub_days(by) };
            day.unwrap_or(today)
        };
        (back(self.days + STEP_DAYS_LATE_MAX), back(self.days))
    }

    /// The day of the step of an invoice.
    pub fn day(self, due_on: NaiveDate) -> NaiveDate {
        let by = Days::new(self.days.unsigned_abs());
        let day =
            if self.days < 0 { due_on.checked_sub_days(by) } else { due_on.checked_add_days(by) };
        day.unwrap_or(due_on)
    }
}

/// Whether anybody is reminded of an invoice: not of one whose customer gave their word for a day
/// that is not over with its days of grace, of one that is on hold, and of one that is charged by
/// itself.
pub fn may_remind(
    expected: &Expectation,
    is_disputed: bool,
    grace_days: u16,
    today: NaiveDate,
) -> bool {
    match expected.status {
        ExpectationStatus::OnHold | ExpectationStatus::Autopay => false,
        ExpectationStatus::Promised => !is_disputed && expected.has_lapsed(grace_days, today),
        ExpectationStatus::Predicted
        | ExpectationStatus::Late
        | ExpectationStatus::Estimated
        | ExpectationStatus::AutopayHold => !is_disputed,
    }
}

/// A step as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    /// Days, a number that is not negative; empty for no step.
    pub days: String,
    /// Before or after.
    pub side: Side,
    /// The letter.
    pub tone: Tone,
}

/// A workflow as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkflowForm {
    /// Its name.
    pub name: String,
    /// Its steps; those without days are none.
    pub steps: Vec<StepForm>,
}

impl WorkflowForm {
    /// The form that says what a workflow is.
    pub fn of(name: &str, steps: &[Step]) -> Self {
        let step = |step: &Step| StepForm {
            days: step.days.unsigned_abs().to_string(),
            side: if step.days < 0 { Side::Before } else { Side::After },
            tone: step.tone,
        };
        Self { name: name.to_owned(), steps: steps.iter().map(step).collect() }
    }

    /// The name and the steps, the earliest first.
    ///
    /// # Errors
    /// `Required` or `TooLong` of `workflow_name`; of `steps.N`, counted from 0, `OutOfRange` where it
    /// is not a number of days up to a year, and `AlreadyUsed` where another step has the day;
    /// `TooMany` of `steps`.
    pub fn read(&self) -> Result<(String, Vec<Step>), FieldProblem> {
        let problem = |field: String, problem| FieldProblem { field, problem };
        let bad_name = |problem| FieldProblem { field: "workflow_name".to_owned(), problem };
        let name = parse_name(&self.name, NAME_LENGTH_MAX).map_err(bad_name)?;
        let mut steps: Vec<Step> = Vec::new();
        for (index, form) in self.steps.iter().enumerate() {
            let days = form.days.trim();
            if days.is_empty() {
                continue;
            }
            let field = format!("steps.{index}");
            let days: Option<i64> =
                days.parse().ok().filter(|days| (0..=STEP_DAYS_MAX).contains(days));
            let Some(days) = days else { return Err(problem(field, Problem::OutOfRange)) };
            let days = if form.side == Side::Before { -days } else { days };
            if steps.iter().any(|step| step.days == days) {
                return Err(problem(field, Problem::AlreadyUsed));
            }
            steps.push(Step { days, tone: form.tone });
        }
        if steps.len() > STEPS_MAX {
            return Err(problem("steps".to_owned(), Problem::TooMany));
        }
        steps.sort_unstable();
        Ok((name, steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn step(days: i64) -> Step {
        Step { days, tone: Tone::Friendly }
    }

    #[test]
    fn a_step_is_seen_to_on_its_day_and_two_days_later() {
        for (days, due_on, today, expected) in [
            (0, "2026-03-10", "2026-03-09", false),
            (0, "2026-03-10", "2026-03-10", true),
            (0, "2026-03-10", "2026-03-12", true),
            (0, "2026-03-10", "2026-03-13", false),
            (7, "2026-02-22", "2026-02-28", false),
            (7, "2026-02-22", "2026-03-01", true),
            (7, "2026-02-22", "2026-03-03", true),
            (7, "2026-02-22", "2026-03-04", false),
            (-3, "2026-03-01", "2026-02-25", false),
            (-3, "2026-03-01", "2026-02-26", true),
            (-3, "2026-03-01", "2026-02-28", true),
            (-3, "2026-03-01", "2026-03-01", false),
            // Across the due day: a step of one day before is made up for on the day after it.
            (-1, "2026-03-01", "2026-03-02", true),
        ] {
            let (first, last) = step(days).window(day(today));
            let is_due = (first..=last).contains(&day(due_on));
            assert_eq!(is_due, expected, "{days} of {due_on} on {today}: {first} to {last}");
        }
        assert_eq!(step(-3).day(day("2026-03-01")), day("2026-02-26"));
        assert_eq!(step(14).day(day("2026-12-25")), day("2027-01-08"));
    }

    #[test]
    fn whoever_gave_their_word_or_objects_is_left_alone() {
        use ExpectationStatus as Is;
        let today = day("2026-03-10");
        for (status, on, is_disputed, grace, expected) in [
            (Is::Predicted, Some("2026-03-20"), false, 0, true),
            (Is::Predicted, Some("2026-03-20"), true, 0, false),
            (Is::Late, None, false, 0, true),
            (Is::Estimated, Some("2026-03-20"), false, 0, true),
            (Is::Promised, Some("2026-03-20"), false, 0, false),
            (Is::Promised, Some("2026-03-10"), false, 0, false),
            (Is::Promised, Some("2026-03-09"), false, 0, true),
            (Is::Promised, Some("2026-03-09"), true, 0, false),
            (Is::Promised, Some("2026-03-09"), false, 1, false),
            (Is::Promised, Some("2026-03-08"), false, 1, true),
            (Is::OnHold, None, false, 0, false),
            (Is::Autopay, Some("2026-03-20"), false, 0, false),
            (Is::AutopayHold, None, false, 0, true),
        ] {
            let expected_of =
                Expectation { status, on: on.map(day), reason: None, note: String::new() };
            let may = may_remind(&expected_of, is_disputed, grace, today);
            assert_eq!(may, expected, "{status:?} {on:?} {is_disputed} {grace}");
        }
    }

    #[test]
    fn what_is_typed_is_read_or_refused_by_step() {
        let form = |steps: &[(&str, Side, Tone)]| WorkflowForm {
            name: " Usual \u{7} steps ".to_owned(),
            steps: steps
                .iter()
                .map(|(days, side, tone)| StepForm {
                    days: (*days).to_owned(),
                    side: *side,
                    tone: *tone,
                })
                .collect(),
        };
        use Side::{After, Before};
        let typed = form(&[
            (" 30 ", After, Tone::Final),
            ("", After, Tone::Firm),
            ("3", Before, Tone::Friendly),
            ("0", After, Tone::Firm),
        ]);
        let (name, steps) = typed.read().unwrap();
        assert_eq!(name, "Usual steps");
        let days: Vec<i64> = steps.iter().map(|step| step.days).collect();
        assert_eq!(days, [-3, 0, 30]);
        assert_eq!(WorkflowForm::of(&name, &steps).read().unwrap(), (name, steps));
        assert_eq!(form(&[]).read().unwrap().1, [], "one that sends nothing");

        let refused = |form: WorkflowForm| {
            let FieldProblem { field, problem } = form.read().unwrap_err();
            (field, problem)
        };
        for days in ["366", "-1", "1.5", "soon", "9999999999999999999999"] {
            let typed = form(&[("1", After, Tone::Firm), (days, After, Tone::Firm)]);
            assert_eq!(refused(typed), ("steps.1".to_owned(), Problem::OutOfRange), "{days}");
        }
        // The day itself is neither before nor after: both are one.
        let twice = form(&[("0", Before, Tone::Firm), ("0", After, Tone::Final)]);
        assert_eq!(refused(twice), ("steps.1".to_owned(), Problem::AlreadyUsed));
        let nameless = WorkflowForm { name: " ".to_owned(), steps: Vec::new() };
        assert_eq!(refused(nameless), ("workflow_name".to_owned(), Problem::Required));
        let long = WorkflowForm { name: "ö".repeat(61), steps: Vec::new() };
        assert_eq!(refused(long), ("workflow_name".to_owned(), Problem::TooLong));
        let steps =
            (0..=STEPS_MAX).map(|days| StepForm { days: days.to_string(), ..StepForm::default() });
        let many = WorkflowForm { name: "x".to_owned(), steps: steps.collect() };
        assert_eq!(refused(many), ("steps".to_owned(), Problem::TooMany));
    }
}
