//! The history of a customer: who did what, when, and how it was before and after.
//!
//! Rows are only added. Each is chained to the one before by its hash, so that a row that was
//! changed, taken out or moved shows (OWASP ASVS 16.4.2).

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Serialize};

use super::ids::InvoiceId;

/// Values by the name of their field, as text.
pub type Facts = BTreeMap<String, String>;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// The customer came into the books.
    CustomerAdded,
    /// Name, address, terms or the like changed.
    ProfileChanged,
    /// Who pays what the customer buys changed, or whom it pays for.
    BillToChanged,
    /// Somebody may sign in for the customer.
    ContactAdded,
    /// A contact's name, address, phone or role changed.
    ContactChanged,
    /// A contact may no longer sign in.
    ContactRemoved,
    /// A note was written.
    NoteAdded,
    /// A note was written anew by its author.
    NoteChanged,
    /// Somebody is to do something about it.
    TaskAdded,
    /// That is something else now, or somebody else's.
    TaskChanged,
    /// It is done.
    TaskDone,
    /// It is not done after all.
    TaskReopened,
    /// Nobody has to do it any more.
    TaskRemoved,
    /// A document was uploaded.
    DocumentAdded,
    /// A document's name, type or visibility changed.
    DocumentChanged,
    /// A document was removed.
    DocumentRemoved,
    /// A payment came to where it stands.
    Payment,
    /// A message was sent.
    Message,
    /// When the money of an invoice is expected, or how sure that is, changed.
    ExpectationChanged,
    /// The customer promised to pay.
    PromiseAdded,
    /// That promise is about something else now, or was kept, broken or cancelled.
    PromiseChanged,
    /// Somebody on our side looked at the portal in a contact's place.
    PortalViewed,
    /// A link to pay an invoice was made, copied, opened first, taken back or used up.
    PayLink,
    /// Invoices are charged by themselves from now on, otherwise or not any more; or one was announced
    /// or waits.
    Autopay,
}

impl ActivityKind {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::CustomerAdded,
        Self::ProfileChanged,
        Self::BillToChanged,
        Self::ContactAdded,
        Self::ContactChanged,
        Self::ContactRemoved,
        Self::NoteAdded,
        Self::NoteChanged,
        Self::TaskAdded,
        Self::TaskChanged,
        Self::TaskDone,
        Self::TaskReopened,
        Self::TaskRemoved,
        Self::DocumentAdded,
        Self::DocumentChanged,
        Self::DocumentRemoved,
        Self::Payment,
        Self::Message,
        Self::ExpectationChanged,
        Self::PromiseAdded,
        Self::PromiseChanged,
        Self::PortalViewed,
        Self::PayLink,
        Self::Autopay,
    ];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerAdded => "customer_added",
            Self::ProfileChanged => "profile_changed",
            Self::BillToChanged => "bill_to_changed",
            Self::ContactAdded => "contact_added",
            Self::ContactChanged => "contact_changed",
            Self::ContactRemoved => "contact_removed",
            Self::NoteAdded => "note_added",
            Self::NoteChanged => "note_changed",
            Self::TaskAdded => "task_added",
            Self::TaskChanged => "task_changed",
            Self::TaskDone => "task_done",
            Self::TaskReopened => "task_reopened",
            Self::TaskRemoved => "task_removed",
            Self::DocumentAdded => "document_added",
            Self::DocumentChanged => "document_changed",
            Self::DocumentRemoved => "document_removed",
            Self::Payment => "payment",
            Self::Message => "message",
            Self::ExpectationChanged => "expectation_changed",
            Self::PromiseAdded => "promise_added",
            Self::PromiseChanged => "promise_changed",
            Self::PortalViewed => "portal_viewed",
            Self::PayLink => "pay_link",
            Self::Autopay => "autopay",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What it is about.
    pub const fn topic(self) -> Topic {
        match self {
            Self::CustomerAdded | Self::ProfileChanged | Self::BillToChanged => Topic::Profile,
            Self::ContactAdded
            | Self::ContactChanged
            | Self::ContactRemoved
            | Self::PortalViewed => Topic::Contacts,
            Self::NoteAdded | Self::NoteChanged => Topic::Notes,
            Self::DocumentAdded | Self::DocumentChanged | Self::DocumentRemoved => Topic::Documents,
            Self::TaskAdded
            | Self::TaskChanged
            | Self::TaskDone
            | Self::TaskReopened
            | Self::TaskRemoved => Topic::Tasks,
            Self::Payment
            | Self::ExpectationChanged
            | Self::PromiseAdded
            | Self::PromiseChanged
            | Self::PayLink
            | Self::Autopay => Topic::Payments,
            Self::Message => Topic::Messages,
        }
    }
}

/// What a row of the history is about: the filter's choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The customer itself.
    Profile,
    /// Its people.
    Contacts,
    /// Messages to them.
    Messages,
    /// Notes of ours.
    Notes,
    /// Tasks of ours.
    Tasks,
    /// Documents.
    Documents,
    /// Payments, and when they are expected or promised.
    Payments,
}

impl Topic {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 7] = [
        Self::Profile,
        Self::Contacts,
        Self::Messages,
        Self::Notes,
        Self::Tasks,
        Self::Documents,
        Self::Payments,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Contacts => "contacts",
            Self::Messages => "messages",
            Self::Notes => "notes",
            Self::Tasks => "tasks",
            Self::Documents => "documents",
            Self::Payments => "payments",
        }
    }

    /// The topic of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == word)
    }

    /// Its kinds.
    pub fn kinds(self) -> impl Iterator<Item = ActivityKind> {
        ActivityKind::ALL.into_iter().filter(move |kind| kind.topic() == self)
    }
}

/// Something that happened and is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What.
    pub kind: ActivityKind,
    /// The invoice it belongs to; none at customer level.
    pub invoice_id: Option<InvoiceId>,
    /// Who did it: `staff:ADDRESS`, `payer:ADDRESS`, `import:NAME`, `processor`, `system`.
    pub actor: String,
    /// How it was: only what is not so any more.
    pub before: Facts,
    /// How it is.
    pub after: Facts,
}

impl Activity {
    /// Something new at customer level.
    pub fn new(kind: ActivityKind, actor: &str, after: Facts) -> Self {
        Self {
            kind,
            invoice_id: None,
            actor: actor.to_owned(),
            before: Facts::new(),
            after: without_empty(after),
        }
    }

    /// A change at customer level, reduced to the fields that differ; none when nothing does.
    pub fn change(kind: ActivityKind, actor: &str, before: Facts, after: Facts) -> Option<Self> {
        let differs = |name: &String| before.get(name) != after.get(name);
        let names: Vec<String> =
            before.keys().chain(after.keys()).filter(|name| differs(name)).cloned().collect();
        if names.is_empty() {
            return None;
        }
        let only = |facts: &Facts| {
            let value = |name: &String| facts.get(name).cloned().unwrap_or_default();
            names.iter().map(|name| (name.clone(), value(name))).collect()
        };
        Some(Self {
            kind,
            invoice_id: None,
            actor: actor.to_owned(),
            before: only(&before),
            after: only(&after),
        })
    }
}

fn without_empty(mut facts: Facts) -> Facts {
    facts.retain(|_, value| !value.is_empty());
    facts
}

/// How something was between two parts of its history: what each earlier row says of the fields it
/// names, the earliest row first, and of fields that no earlier row names what the first later one says
/// that they were. What is empty is left out, and where nothing is earlier there was nothing.
pub fn state<'a>(
    earlier: impl IntoIterator<Item = &'a Facts>,
    later: impl IntoIterator<Item = &'a Facts>,
) -> Facts {
    let mut state = Facts::new();
    for after in earlier {
        state.extend(after.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    if state.is_empty() {
        return state;
    }
    for before in later {
        for (name, value) in before {
            state.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    without_empty(state)
}

/// Who the people of a customer were after some of its history, by their addresses: what each row
/// says of them, the earliest row first.
pub fn people<'a>(
    rows: impl IntoIterator<Item = (ActivityKind, &'a Facts)>,
) -> BTreeMap<String, Facts> {
    let mut people: BTreeMap<String, Facts> = BTreeMap::new();
    for (kind, after) in rows {
        let said = |name: &str| after.get(name).cloned().unwrap_or_default();
        match kind {
            ActivityKind::ContactAdded => {
                people.insert(said("email"), after.clone());
            }
            ActivityKind::ContactChanged => {
                let mut known = people.remove(&said("contact")).unwrap_or_default();
                known.extend(after.iter().map(|(name, value)| (name.clone(), value.clone())));
                let address = match after.get("email") {
                    Some(address) => address.clone(),
                    None => said("contact"),
                };
                known.remove("contact");
                known.insert("email".to_owned(), address.clone());
                people.insert(address, without_empty(known));
            }
            ActivityKind::ContactRemoved => {
                people.remove(&said("email"));
            }
            _ => {}
        }
    }
    people
}

/// A row as it stands in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// Whose chain: the customer's id.
    pub customer_id: &'a str,
    /// Its place, from 1.
    pub position: i64,
    /// The row's id.
    pub id: &'a str,
    /// The invoice's id, or empty.
    pub invoice_id: &'a str,
    /// The kind's word.
    pub kind: &'a str,
    /// Who.
    pub actor: &'a str,
    /// How it was, as stored.
    pub before: &'a str,
    /// How it is, as stored.
    pub after: &'a str,
    /// When, in microseconds since 1970.
    pub micros: i64,
}

impl Link<'_> {
    /// The text that the row's hash is made of. Each part stands behind its length, so that no two
    /// rows have the same text.
    pub fn text(&self, hash_before: &str) -> String {
        let (position, micros) = (self.position.to_string(), self.micros.to_string());
        let parts = [
            hash_before,
            self.customer_id,
            &position,
            self.id,
            self.invoice_id,
            self.kind,
            self.actor,
            self.before,
            self.after,
            &micros,
        ];
        let mut text = String::new();
        for part in parts {
            // Writing to a string does not fail.
            let _ = write!(text, "{}:{part}", part.len());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> Facts {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_change_keeps_what_differs() {
        let before = facts(&[("name", "Alder"), ("phone", "1"), ("website", "a.example")]);
        let after = facts(&[("name", "Alder"), ("phone", "2"), ("email", "a@b.example")]);
        let change =
            Activity::change(ActivityKind::ProfileChanged, "import:x.csv", before.clone(), after)
                .unwrap();
        assert_eq!(
            change.before,
            facts(&[("email", ""), ("phone", "1"), ("website", "a.example")])
        );
        assert_eq!(
            change.after,
            facts(&[("email", "a@b.example"), ("phone", "2"), ("website", "")])
        );
        let same = Activity::change(ActivityKind::ProfileChanged, "x", before.clone(), before);
        assert_eq!(same, None);
    }

    #[test]
    fn a_state_is_what_was_said_last() {
        let rows = [
            facts(&[("name", "Alder"), ("phone", "1")]),
            facts(&[("phone", "2"), ("website", "a.example")]),
            facts(&[("website", "")]),
        ];
        let none = &[] as &[Facts];
        assert_eq!(state(&rows[..1], none), facts(&[("name", "Alder"), ("phone", "1")]));
        assert_eq!(state(&rows, none), facts(&[("name", "Alder"), ("phone", "2")]));
        // What no earlier row names was as the first later one says, if there was anything at all.
        let later =
            [facts(&[("bill_to", "Alder"), ("phone", "7")]), facts(&[("bill_to", "Birch")])];
        let then = facts(&[("bill_to", "Alder"), ("name", "Alder"), ("phone", "1")]);
        assert_eq!(state(&rows[..1], &later), then);
        assert_eq!(state(none, &later), Facts::new());
    }

    #[test]
    fn people_are_followed_by_their_addresses() {
        use ActivityKind::{ContactAdded, ContactChanged, ContactRemoved, NoteAdded};
        let rows = [
            (ContactAdded, facts(&[("name", "Ada"), ("email", "ada@a.example")])),
            (ContactAdded, facts(&[("name", "Bea"), ("email", "bea@a.example"), ("phone", "1")])),
            (ContactChanged, facts(&[("contact", "ada@a.example"), ("role", "Billing")])),
            (NoteAdded, facts(&[("email", "x@a.example")])),
            (
                ContactChanged,
                facts(&[("contact", "bea@a.example"), ("email", "b@a.example"), ("phone", "")]),
            ),
            (ContactRemoved, facts(&[("name", "Ada"), ("email", "ada@a.example")])),
        ];
        let told = |count: usize| {
            people(rows.iter().take(count).map(|(kind, after)| (*kind, after)))
                .into_values()
                .collect::<Vec<_>>()
        };
        let ada = facts(&[("name", "Ada"), ("email", "ada@a.example"), ("role", "Billing")]);
        let bea = facts(&[("name", "Bea"), ("email", "bea@a.example"), ("phone", "1")]);
        assert_eq!(told(4), [ada, bea]);
        assert_eq!(told(6), [facts(&[("name", "Bea"), ("email", "b@a.example")])]);
    }

    #[test]
    fn words_round_trip() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::from_word(kind.as_str()), Some(kind));
            assert!(kind.topic().kinds().any(|other| other == kind));
        }
        for topic in Topic::ALL {
            assert_eq!(Topic::from_word(topic.as_str()), Some(topic));
        }
    }

    #[test]
    fn no_two_rows_have_one_text() {
        let link = |actor, before| Link {
            customer_id: "c",
            position: 1,
            id: "a",
            invoice_id: "",
            kind: "note_added",
            actor,
            before,
            after: "{}",
            micros: 0,
        };
        assert_ne!(link("x", "1:y").text(""), link("x1:", "y").text(""));
        assert_ne!(link("x", "").text("a"), link("x", "").text("b"));
    }
}
