//! Tasks and what people are told, in words.

use super::autopay_words;
use crate::{
    api::view::{NotificationView, TaskView},
    domain::{
        notification::NotificationKind,
        payment::PaymentState,
        task::{CallOutcome, TaskKind},
    },
    ui::{
        format::{money, plural},
        text,
    },
};

/// A kind of task.
pub const fn kind(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::ToDo => "To-do",
        TaskKind::Call => "Call",
        TaskKind::Email => "E-mail",
        TaskKind::ReviewPromise => "Review promise",
        TaskKind::ResolveDispute => "Resolve dispute",
    }
}

/// The picture of a kind of task.
pub const fn kind_icon(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::ToDo => "tick",
        TaskKind::Call => "phone",
        TaskKind::Email => "mail",
        TaskKind::ReviewPromise => "clock",
        TaskKind::ResolveDispute => "flag",
    }
}

/// How a call went.
pub const fn outcome(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Reached => "Reached",
        CallOutcome::Voicemail => "Voicemail",
        CallOutcome::NoAnswer => "No answer",
        CallOutcome::WrongNumber => "Wrong number",
        CallOutcome::PromiseTaken => "Promise taken",
    }
}

/// A value of the history that is kept as a word.
pub fn kept(field: &str, word: &str) -> Option<&'static str> {
    match field {
        "task_kind" => TaskKind::from_word(word).map(kind),
        "outcome" => CallOutcome::from_word(word).map(outcome),
        _ => None,
    }
}

/// The kind of chip, and what it says, of a task that is due in so many days.
pub fn due(days: i64, day: &str) -> (&'static str, String) {
    match days {
        ..0 => ("overdue", format!("{} late", plural(-days, "day", "days"))),
        0 => ("due-soon", "Due today".to_owned()),
        1 => ("due-soon", "Due tomorrow".to_owned()),
        _ => ("open", format!("Due {day}")),
    }
}

/// Whose a task is and who made it.
pub fn people(task: &TaskView) -> String {
    match (task.is_mine, task.is_own) {
        (true, true) => "Yours".to_owned(),
        (true, false) => format!("Yours, from {}", task.creator),
        (false, true) => format!("{}’s, from you", task.assignee),
        (false, false) if task.assignee == task.creator => format!("{}’s", task.assignee),
        (false, false) => format!("{}’s, from {}", task.assignee, task.creator),
    }
}

/// What somebody is told, in a few words.
pub fn notification(row: &NotificationView) -> String {
    let fact = |name: &str| row.facts.get(name).map(String::as_str).unwrap_or_default();
    let by = match fact("by") {
        "" => "Somebody",
        name => name,
    };
    match row.kind {
        NotificationKind::PaymentReceived => {
            format!("{} received", money(fact("minor").parse().unwrap_or(0), fact("currency")))
        }
        NotificationKind::PaymentFailed => {
            let state = PaymentState::from_word(fact("state")).unwrap_or(PaymentState::Failed);
            let amount = money(fact("minor").parse().unwrap_or(0), fact("currency"));
            format!("{amount}. {}", text::payment_status(state, fact("reason"), ""))
        }
        NotificationKind::TaskAssigned => format!("{by} gave you a task: {}", fact("title")),
        NotificationKind::TaskDue => format!("Due today: {}", fact("title")),
        NotificationKind::Mention => format!("{by} mentioned you in a note"),
        NotificationKind::MailFailed => format!("Mail to {} was not delivered", fact("to")),
        NotificationKind::PromiseDue => {
            format!("{} is promised for {}", fact("promised"), fact("day"))
        }
        NotificationKind::PromiseBroken => match fact("paid") {
            "" => format!("Promise of {} by {} broken", fact("promised"), fact("day")),
            paid => {
                let (promised, day) = (fact("promised"), fact("day"));
                format!("Promise of {promised} by {day} kept in part: {paid} paid")
            }
        },
        NotificationKind::Autopay => autopay_words::news(&fact),
    }
}

/// The picture of what somebody is told.
pub const fn notification_icon(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::PaymentReceived => "tick",
        NotificationKind::PaymentFailed => "fail",
        NotificationKind::TaskAssigned => "user",
        NotificationKind::TaskDue => "clock",
        NotificationKind::Mention => "speech",
        NotificationKind::MailFailed => "mail",
        NotificationKind::PromiseDue => "clock",
        NotificationKind::PromiseBroken => "flag",
        NotificationKind::Autopay => "swap",
    }
}

/// A kind of notification, in the form of what is mailed.
pub const fn switch(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::PaymentReceived => "A payment was received",
        NotificationKind::PaymentFailed => "A payment failed or was taken back",
        NotificationKind::TaskAssigned => "A task was assigned to you",
        NotificationKind::TaskDue => "A task of yours is due",
        NotificationKind::Mention => "You were mentioned in a note",
        NotificationKind::MailFailed => "A message to a customer could not be delivered",
        NotificationKind::PromiseDue => "A promise to pay is due tomorrow",
        NotificationKind::PromiseBroken => "A promise to pay was not kept",
        NotificationKind::Autopay => "Autopay of a customer changed, or needs somebody",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_said_in_words() {
        assert_eq!(due(-1, "x"), ("overdue", "1 day late".to_owned()));
        assert_eq!(due(0, "x").1, "Due today");
        assert_eq!(due(9, "Nov 30"), ("open", "Due Nov 30".to_owned()));
    }
}
