//! What people on our side are told of, and of what by e-mail too (product.md §2.26).

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A payment came.
    PaymentReceived,
    /// A payment was refused, sent back or taken back.
    PaymentFailed,
    /// A task is theirs now.
    TaskAssigned,
    /// A task of theirs is due today.
    TaskDue,
    /// Somebody named them in a note.
    Mention,
    /// A message to a customer could not be delivered.
    MailFailed,
    /// What a customer promised to pay is due tomorrow.
    PromiseDue,
    /// What a customer promised to pay was not paid, or not all of it.
    PromiseBroken,
    /// A customer has its invoices charged by themselves, or not any more; or that needs somebody.
    Autopay,
}

impl NotificationKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 9] = [
        Self::TaskAssigned,
        Self::TaskDue,
        Self::Mention,
        Self::PaymentReceived,
        Self::PaymentFailed,
        Self::PromiseDue,
        Self::PromiseBroken,
        Self::Autopay,
        Self::MailFailed,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PaymentReceived => "payment_received",
            Self::PaymentFailed => "payment_failed",
            Self::TaskAssigned => "task_assigned",
            Self::TaskDue => "task_due",
            Self::Mention => "mention",
            Self::MailFailed => "mail_failed",
            Self::PromiseDue => "promise_due",
            Self::PromiseBroken => "promise_broken",
            Self::Autopay => "autopay",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A set of kinds; written as their words with a blank between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationKinds(BTreeSet<NotificationKind>);

impl NotificationKinds {
    /// Whether one is in the set.
    pub fn has(&self, kind: NotificationKind) -> bool {
        self.0.contains(&kind)
    }
}

impl FromIterator<NotificationKind> for NotificationKinds {
    fn from_iter<I: IntoIterator<Item = NotificationKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().collect())
    }
}

impl fmt::Display for NotificationKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = NotificationKind::ALL.into_iter().filter(|kind| self.has(*kind));
        for (index, kind) in kinds.enumerate() {
            let gap = if index > 0 { " " } else { "" };
            write!(f, "{gap}{}", kind.as_str())?;
        }
        Ok(())
    }
}

/// There is no kind of this word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no notification {0:?}")]
pub struct UnknownNotification(pub String);

impl FromStr for NotificationKinds {
    type Err = UnknownNotification;

    fn from_str(words: &str) -> Result<Self, UnknownNotification> {
        let read = |word: &str| {
            NotificationKind::from_word(word).ok_or_else(|| UnknownNotification(word.to_owned()))
        };
        words.split_whitespace().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for kind in NotificationKind::ALL {
            assert_eq!(NotificationKind::from_word(kind.as_str()), Some(kind));
        }
        let some: NotificationKinds = "mention task_assigned".parse().unwrap();
        assert_eq!(some.to_string(), "task_assigned mention");
        assert_eq!(some.to_string().parse(), Ok(some));
        assert_eq!("".parse(), Ok(NotificationKinds::default()));
        let unknown = Err(UnknownNotification("x".to_owned()));
        assert_eq!("x".parse::<NotificationKinds>(), unknown);
    }
}
