//! What the panel receives about what happened and what was noted.

use serde::{Deserialize, Serialize};

use crate::domain::{activity::ActivityKind, mention::Part};

/// A field that something was written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// The field's name in the books.
    pub field: String,
    /// How it was; empty when it is new or was empty.
    pub before: String,
    /// How it is.
    pub after: String,
}

/// A row of a customer's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityView {
    /// Its place in the history.
    pub position: i64,
    /// What happened.
    pub kind: ActivityKind,
    /// The number of the invoice it belongs to; empty at customer level.
    pub invoice: String,
    /// Who did it, as it is stored: `staff:ADDRESS`, for example.
    pub actor: String,
    /// When, in words.
    pub at: String,
    /// The fields, in the order they are stored.
    pub facts: Vec<FactView>,
}

/// A page of a customer's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryView {
    /// Latest first.
    pub rows: Vec<ActivityView>,
    /// The place before which older rows are; zero when there are none.
    pub older: i64,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub body: String,
    /// The same, cut at the colleagues it names.
    pub parts: Vec<Part>,
    /// When it was written, in words.
    pub at: String,
    /// When it was written anew, in words; empty when it never was.
    pub edited: String,
    /// Which version this is.
    pub version: i64,
    /// Whether whoever asks may write it anew now.
    pub may_edit: bool,
}

/// A page of the notes about a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotesView {
    /// Latest first.
    pub notes: Vec<NoteView>,
    /// The note before which older ones are; empty when there are none.
    pub older: String,
    /// Whether whoever asks may write some.
    pub may_write: bool,
}

/// How a customer was at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOfView {
    /// The day in words.
    pub day: String,
    /// Its fields: how they were, and how they are.
    pub facts: Vec<FactView>,
    /// Its contacts by address: name, phone and role as they were, and as they are.
    pub contacts: Vec<FactView>,
    /// Whether it has more history than was looked at.
    pub is_cut: bool,
}
