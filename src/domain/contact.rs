//! People at customers: where they come from, what their role gets them.

use serde::{Deserialize, Serialize};

/// Most characters of a name.
pub const NAME_LENGTH_MAX: usize = 200;
/// Most characters of a phone number as people write it.
pub const PHONE_LENGTH_MAX: usize = 60;

/// Where a contact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactSource {
    /// The books: only its role may be changed here (product.md §2.3).
    Books,
    /// Added here: may be changed and removed, and never goes back to the books.
    Local,
}

impl ContactSource {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Local => "local",
        }
    }

    /// The source of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Books, Self::Local].into_iter().find(|source| source.as_str() == word)
    }
}

/// What a role gets its contacts: two switches that do not depend on each other. Every contact may
/// open the portal, whatever its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSwitches {
    /// Invoice presentment: mails that deliver invoices.
    pub gets_invoices: bool,
    /// Communication contact: reminders and monthly statements.
    pub gets_messages: bool,
}

/// A kind of mail that goes to contacts by their role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// An invoice is delivered.
    Invoice,
    /// A reminder of a workflow or of one invoice.
    Reminder,
    /// The monthly statement.
    Statement,
}

impl MailKind {
    /// All of them, in the order of the preview.
    pub const ALL: [Self; 3] = [Self::Invoice, Self::Reminder, Self::Statement];
}

impl RoleSwitches {
    /// Whether a contact of the role gets this kind of mail.
    pub const fn gets(self, kind: MailKind) -> bool {
        match kind {
            MailKind::Invoice => self.gets_invoices,
            MailKind::Reminder | MailKind::Statement => self.gets_messages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_kinds_of_roles_get_what_they_should() {
        // Invoice presentment, communication contact; invoice, reminder, statement (product.md §2.3).
        for (gets_invoices, gets_messages, expected) in [
            (true, true, [true, true, true]),
            (true, false, [true, false, false]),
            (false, true, [false, true, true]),
            (false, false, [false, false, false]),
        ] {
            let role = RoleSwitches { gets_invoices, gets_messages };
            assert_eq!(MailKind::ALL.map(|kind| role.gets(kind)), expected);
        }
    }
}
