//! What the staff's pages receive about tasks, and about what people are told.

use serde::{Deserialize, Serialize};

use super::SpecialistView;
use crate::domain::{
    activity::Facts,
    notification::{NotificationKind, NotificationKinds},
    task::{CallOutcome, TaskKind},
};

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Its id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// What is to be done.
    pub kind: TaskKind,
    /// In a few words.
    pub title: String,
    /// What else there is to know; may be empty.
    pub notes: String,
    /// The customer it is about; empty when it is about none.
    pub customer_id: String,
    /// Their name.
    pub customer: String,
    /// The invoice's number; may be empty.
    pub invoice: String,
    /// The day on which it is due, in words.
    pub due: String,
    /// Days until then; negative when it is late.
    pub days: i64,
    /// Whose it is.
    pub assignee: String,
    /// Who made it.
    pub creator: String,
    /// Whether whoever asks has it.
    pub is_mine: bool,
    /// Whether whoever asks made it.
    pub is_own: bool,
    /// Whether whoever asks may complete and reopen it.
    pub may_change: bool,
    /// When it was done, in words; empty while it is open.
    pub done: String,
    /// Who did it.
    pub completer: String,
    /// How a call went.
    pub outcome: Option<CallOutcome>,
}

/// A page of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TasksView {
    /// The tasks.
    pub tasks: Vec<TaskView>,
    /// Where the next page starts; empty on the last.
    pub next: String,
    /// Whether whoever asks may add and change some.
    pub may_write: bool,
}

/// A task that was completed or reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDoneView {
    /// Its id.
    pub id: String,
    /// Which version it is now.
    pub version: i64,
    /// What it is called.
    pub title: String,
}

/// What is typed about a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskDraft {
    /// The task that is changed; empty for a new one.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// The word of its kind.
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// What else there is to know.
    pub notes: String,
    /// The number of the customer it is about.
    pub customer: String,
    /// The number of the invoice it is about.
    pub invoice: String,
    /// The day by which it is to be done: `2026-11-30`.
    pub due_on: String,
    /// The id of whoever has it.
    pub assignee: String,
    /// The template it begins with, where nothing else was typed.
    pub template: String,
    /// Whether further tasks can begin with it.
    pub is_template: bool,
    /// The page to go back to.
    pub back: String,
}

/// A template of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateView {
    /// Its id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// Its name, which is the task's title.
    pub name: String,
    /// What is to be done.
    pub kind: TaskKind,
    /// What the notes begin with.
    pub notes: String,
}

/// What is typed about a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateDraft {
    /// The template that is changed; empty for a new one.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// Its notes.
    pub notes: String,
}

/// The form of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFormView {
    /// The form, filled in.
    pub draft: TaskDraft,
    /// The name of the customer it is about; may be empty.
    pub customer: String,
    /// Numbers of that customer's latest invoices.
    pub invoices: Vec<String>,
    /// Who may have it.
    pub people: Vec<SpecialistView>,
    /// What it may begin with.
    pub templates: Vec<TemplateView>,
}

/// Something that somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: NotificationKind,
    /// The customer it is about; may be empty.
    pub customer_id: String,
    /// Their name.
    pub customer: String,
    /// What there is to say.
    pub facts: Facts,
    /// When it happened, in words.
    pub at: String,
    /// Whether it was read.
    pub is_read: bool,
    /// Whether it was put away.
    pub is_archived: bool,
}

/// A page of what somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationsView {
    /// The latest first.
    pub rows: Vec<NotificationView>,
    /// Before which older ones are; empty when there are none.
    pub older: String,
}

/// Of what somebody wants e-mails, as the form says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailedDraft {
    /// A payment came.
    pub payment_received: bool,
    /// A payment failed or was taken back.
    pub payment_failed: bool,
    /// A task is theirs now.
    pub task_assigned: bool,
    /// A task of theirs is due.
    pub task_due: bool,
    /// Somebody named them in a note.
    pub mention: bool,
    /// A message could not be delivered.
    pub mail_failed: bool,
    /// A promise to pay is due.
    pub promise_due: bool,
    /// A promise to pay was not kept.
    pub promise_broken: bool,
    /// Autopay of a customer changed, or needs somebody.
    pub autopay: bool,
}

impl MailedDraft {
    /// The kinds that are ticked.
    pub fn kinds(self) -> NotificationKinds {
        let is_ticked = |kind: &NotificationKind| match kind {
            NotificationKind::PaymentReceived => self.payment_received,
            NotificationKind::PaymentFailed => self.payment_failed,
            NotificationKind::TaskAssigned => self.task_assigned,
            NotificationKind::TaskDue => self.task_due,
            NotificationKind::Mention => self.mention,
            NotificationKind::MailFailed => self.mail_failed,
            NotificationKind::PromiseDue => self.promise_due,
            NotificationKind::PromiseBroken => self.promise_broken,
            NotificationKind::Autopay => self.autopay,
        };
        NotificationKind::ALL.into_iter().filter(is_ticked).collect()
    }
}
