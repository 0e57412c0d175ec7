//! What the pages of an import receive.

use serde::{Deserialize, Serialize};

/// How an uploaded file would be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The upload's id.
    pub upload_id: String,
    /// The file's name.
    pub file_name: String,
    /// What the file is and how it is written, in words.
    pub format: Vec<(String, String)>,
    /// The file's columns.
    pub columns: Vec<String>,
    /// Every field with the column that was found or chosen for it; empty for none.
    pub mapping: Vec<(String, String)>,
    /// The header of the sample.
    pub sample_header: Vec<String>,
    /// The first rows as they will be read.
    pub sample: Vec<Vec<String>>,
    /// What stands in the way, in words; empty when the file can be imported.
    pub problem: String,
}

/// What the person chose on the import page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportChoices {
    /// `invoices`, `customers` or `credit-memos`.
    pub kind: String,
    /// `field=Column` pairs, one a line.
    pub map: String,
    /// Such as `%d.%m.%Y`; empty to find out.
    pub date_format: String,
    /// For rows without one; empty for the seller's.
    pub currency: String,
    /// For rows without them.
    pub terms: String,
    /// `C=credit-memo` pairs, separated by commas.
    pub prefixes: String,
    /// The customer of rows without one; empty to refuse those.
    pub default_customer: String,
    /// Whether `map` names every field that is to be read; otherwise the others are guessed.
    pub is_complete: bool,
}

/// How far an import is, and its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// The run's id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Documents done.
    pub done: i64,
    /// Documents in the file; zero until known.
    pub total: i64,
    /// The report's figures in words: label and value.
    pub figures: Vec<(String, String)>,
    /// Warnings by kind: sentence and count.
    pub warnings: Vec<(String, i64)>,
    /// The first refused rows: line, column, reason, value.
    pub refusals: Vec<(i64, String, String, String)>,
    /// How many rows were refused.
    pub refused: i64,
    /// Why the run failed; empty otherwise.
    pub failure: String,
    /// When it was started, in words.
    pub started: String,
}
