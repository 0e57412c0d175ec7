//! Reminder workflows, in words.

use crate::{
    domain::workflow::{Step, Tone},
    ui::format,
};

/// How a letter is worded.
pub const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Friendly => "Friendly reminder",
        Tone::Firm => "Request to pay",
        Tone::Final => "Final notice",
    }
}

/// When a step is, and its letter: `Friendly reminder 3 days before it is due`.
pub fn step(step: &Step) -> String {
    let letter = tone(step.tone);
    let days = format::plural(step.days.saturating_abs(), "day", "days");
    match step.days {
        0 => format!("{letter} on the day it is due"),
        before if before < 0 => format!("{letter} {days} before it is due"),
        _ => format!("{letter} {days} after it was due"),
    }
}

/// All of a workflow's steps in one sentence.
pub fn steps(steps: &[Step]) -> String {
    if steps.is_empty() {
        return "No letters.".to_owned();
    }
    let all: Vec<String> = steps.iter().map(step).collect();
    format!("{}.", all.join(" · "))
}

/// What counts for those without a workflow of their own.
pub fn inherited(name: &str) -> String {
    if name.is_empty() {
        "Inherited: no reminders".to_owned()
    } else {
        format!("Inherited: {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_read_as_people_say_them() {
        let all = [
            Step { days: -3, tone: Tone::Friendly },
            Step { days: 0, tone: Tone::Firm },
            Step { days: 1, tone: Tone::Final },
        ];
        assert_eq!(
            steps(&all),
            "Friendly reminder 3 days before it is due · Request to pay on the day it is due · \
             Final notice 1 day after it was due."
        );
        assert_eq!(steps(&[]), "No letters.");
    }
}
