//! Work for people on our side: what kinds there are, what may be typed, who may change it
//! (product.md §2.16).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    form::{Problem, parse_name},
    ids::StaffUserId,
    note::parse_note,
    permission::{Duties, Permission},
};

/// Most characters of a title.
pub const TITLE_LENGTH_MAX: usize = 200;

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Anything.
    #[default]
    ToDo,
    /// Calling somebody; how it went is kept.
    Call,
    /// Writing to somebody.
    Email,
    /// Looking whether a promise to pay was kept.
    ReviewPromise,
    /// Settling a dispute about an invoice.
    ResolveDispute,
}

impl TaskKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::ToDo, Self::Call, Self::Email, Self::ReviewPromise, Self::ResolveDispute];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToDo => "to_do",
            Self::Call => "call",
            Self::Email => "email",
            Self::ReviewPromise => "review_promise",
            Self::ResolveDispute => "resolve_dispute",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Somebody answered.
    Reached,
    /// A machine did.
    Voicemail,
    /// Nobody did.
    NoAnswer,
    /// Somebody else did.
    WrongNumber,
    /// They said when they pay.
    PromiseTaken,
}

impl CallOutcome {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::Reached, Self::Voicemail, Self::NoAnswer, Self::WrongNumber, Self::PromiseTaken];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Voicemail => "voicemail",
            Self::NoAnswer => "no_answer",
            Self::WrongNumber => "wrong_number",
            Self::PromiseTaken => "promise_taken",
        }
    }

    /// The outcome of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// How a task of a kind ended, from the word that was chosen: a call says how it went, nothing else
/// does.
///
/// # Errors
/// `Required`, `NotAChoice`.
pub fn parse_outcome(kind: TaskKind, word: &str) -> Result<Option<CallOutcome>, Problem> {
    match (kind, word) {
        (TaskKind::Call, "") => Err(Problem::Required),
        (TaskKind::Call, word) => CallOutcome::from_word(word).map(Some).ok_or(Problem::NotAChoice),
        _ => Ok(None),
    }
}

/// Brings a title into the form that is kept.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn parse_title(text: &str) -> Result<String, Problem> {
    parse_name(text, TITLE_LENGTH_MAX)
}

/// Brings notes into the form that is kept; they may be empty.
///
/// # Errors
/// `TooLong`.
pub fn parse_notes(text: &str) -> Result<String, Problem> {
    match parse_note(text) {
        Err(Problem::Required) => Ok(String::new()),
        notes => notes,
    }
}

/// Reads the day on which something is due: today, a later day, or the one it was due on before.
///
/// # Errors
/// `Required`, `NotADate`, `OutOfRange`.
pub fn parse_due_on(
    text: &str,
    today: NaiveDate,
    before: Option<NaiveDate>,
) -> Result<NaiveDate, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let day: NaiveDate = text.parse().map_err(|_| Problem::NotADate)?;
    let last = today.checked_add_months(chrono::Months::new(120)).unwrap_or(NaiveDate::MAX);
    let is_fine = Some(day) == before || (today <= day && day <= last);
    if is_fine { Ok(day) } else { Err(Problem::OutOfRange) }
}

/// Whether somebody may complete, reopen, change or remove a task: whoever has it, whoever made it,
/// and those who lead the team.
pub fn may_change(
    user: StaffUserId,
    duties: &Duties,
    assignee: StaffUserId,
    creator: StaffUserId,
) -> bool {
    user == assignee || user == creator || duties.permissions.has(Permission::Team)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Role;

    #[test]
    fn words_round_trip() {
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::from_word(kind.as_str()), Some(kind));
        }
        for outcome in CallOutcome::ALL {
            assert_eq!(CallOutcome::from_word(outcome.as_str()), Some(outcome));
        }
    }

    #[test]
    fn only_a_call_says_how_it_went() {
        assert_eq!(parse_outcome(TaskKind::Call, ""), Err(Problem::Required));
        assert_eq!(parse_outcome(TaskKind::Call, "x"), Err(Problem::NotAChoice));
        let voicemail = Ok(Some(CallOutcome::Voicemail));
        assert_eq!(parse_outcome(TaskKind::Call, "voicemail"), voicemail);
        assert_eq!(parse_outcome(TaskKind::ToDo, "voicemail"), Ok(None));
    }

    #[test]
    fn what_is_due_is_due_from_today_on() {
        let today: NaiveDate = "2026-03-05".parse().unwrap();
        let read = |text, before| parse_due_on(text, today, before);
        assert_eq!(read(" 2026-03-05", None), Ok(today));
        assert_eq!(read("2026-03-04", None), Err(Problem::OutOfRange));
        let before: NaiveDate = "2026-03-04".parse().unwrap();
        assert_eq!(read("2026-03-04", Some(before)), Ok(before));
        assert_eq!(read("2036-03-06", None), Err(Problem::OutOfRange));
        assert_eq!(read("", None), Err(Problem::Required));
        assert_eq!(read("tomorrow", None), Err(Problem::NotADate));
    }

    #[test]
    fn a_task_is_its_two_peoples() {
        let id = |number: u128| StaffUserId::new(uuid::Uuid::from_u128(number));
        let specialist = Duties::of(Role::Specialist);
        for (user, duties, expected) in [
            (1, &specialist, true),
            (2, &specialist, true),
            (3, &specialist, false),
            (3, &Duties::of(Role::Viewer), false),
            (3, &Duties::of(Role::Manager), false),
            (3, &Duties::of(Role::Admin), true),
        ] {
            assert_eq!(may_change(id(user), duties, id(1), id(2)), expected, "{user}");
        }
    }

    #[test]
    fn titles_and_notes_are_kept_as_they_are_read() {
        assert_eq!(parse_title(" Call\n Dana "), Ok("Call Dana".to_owned()));
        assert_eq!(parse_title("\u{0}"), Err(Problem::Required));
        assert_eq!(parse_title(&"x".repeat(201)), Err(Problem::TooLong));
        assert_eq!(parse_notes(" "), Ok(String::new()));
        assert_eq!(parse_notes("a\r\nb"), Ok("a\nb".to_owned()));
        assert_eq!(parse_notes(&"x".repeat(5_001)), Err(Problem::TooLong));
    }
}
