//! What screens receive about documents.

use serde::{Deserialize, Serialize};

use super::PortalFrame;
use crate::domain::file::{FileKind, FileRefusal, Visibility};

/// A type of documents, as the choice shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTypeView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A type, for those who keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedDocumentTypeView {
    /// The type.
    pub kind: DocumentTypeView,
    /// How often it was written.
    pub version: i64,
    /// How many documents have it.
    pub documents: i64,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// Its id.
    pub id: String,
    /// Which version this is.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its type.
    pub type_id: String,
    /// Its type's name.
    pub type_name: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// How large it is, in bytes.
    pub bytes: i64,
    /// Who brought it.
    pub uploader: String,
    /// When, in words.
    pub at: String,
}

/// The documents of a customer or an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentsView {
    /// Latest first.
    pub documents: Vec<DocumentView>,
    /// How many there may be.
    pub max: i64,
}

/// What a document can be said to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentChoices {
    /// The types, in the order they were made.
    pub types: Vec<DocumentTypeView>,
    /// Whether whoever asks may bring, change and remove documents.
    pub may_change: bool,
}

/// What is typed about a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentDraft {
    /// The document.
    pub id: String,
    /// Its version as it was read.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its type's id.
    pub type_id: String,
    /// Who sees it, as a word.
    pub visibility: String,
}

/// What an upload by script is answered with when it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadAnswer {
    /// Why.
    pub refused: FileRefusal,
}

/// A document in the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedDocumentView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its type's name.
    pub type_name: String,
    /// How large it is, in bytes.
    pub bytes: i64,
    /// When it came, in words.
    pub added: String,
    /// Whose it is, when that is not the open account; else empty.
    pub buyer: String,
}

/// The portal's page of documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedDocumentsPage {
    /// Around it.
    pub frame: PortalFrame,
    /// Latest first.
    pub documents: Vec<SharedDocumentView>,
    /// The document before which older ones are; empty when there are none.
    pub older: String,
}
