//! What an import did, for people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{import::Batch, services::inert::inert};

/// How many refused rows a report keeps.
pub const REFUSALS_KEPT: usize = 1000;

/// New, changed and unchanged things of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Not here before.
    pub new: u64,
    /// Here before and different.
    pub changed: u64,
    /// Here before and the same.
    pub unchanged: u64,
}

impl Counts {
    /// All of them.
    pub const fn all(&self) -> u64 {
        self.new + self.changed + self.unchanged
    }

    pub(super) const fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::New => self.new += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged | Outcome::Kept => self.unchanged += 1,
        }
    }
}

/// What became of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    New,
    Changed,
    Unchanged,
    /// The file says something else; what is here stays.
    Kept,
}

/// A row that stayed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRefusal {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column's header; empty when the whole row is meant.
    pub column: String,
    /// Why, in words.
    pub reason: String,
    /// What stood there, shortened.
    pub value: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// Customers.
    pub customers: Counts,
    /// Invoices.
    pub invoices: Counts,
    /// Credit memos.
    pub credit_memos: Counts,
    /// Adjustments of either sign.
    pub adjustments: Counts,
    /// Recorded payments.
    pub payments: Counts,
    /// Documents whose total is zero, among those above.
    pub zero_documents: u64,
    /// Rows refused.
    pub refused: u64,
    /// The first of them.
    pub refusals: Vec<ReportRefusal>,
    /// What is odd about what went in: sentence and how often.
    pub warnings: BTreeMap<String, u64>,
    /// Whether nothing was kept because only a rehearsal was asked for.
    pub is_dry_run: bool,
}

impl ImportReport {
    /// The report of what was read, before anything is stored.
    pub(super) fn of(batch: &Batch) -> Self {
        let refusals = batch.refusals.iter().take(REFUSALS_KEPT).map(|refusal| ReportRefusal {
            line: refusal.line,
            column: refusal.column.clone().unwrap_or_default(),
            reason: refusal.reason.message(),
            value: refusal.value.clone(),
        });
        let warnings = batch.warnings.counts().iter();
        Self {
            rows: batch.rows,
            refused: batch.refusal_count,
            refusals: refusals.collect(),
            warnings: warnings.map(|(code, count)| (code.message().to_owned(), *count)).collect(),
            ..Self::default()
        }
    }

    pub(super) fn refuse(&mut self, line: u64, number: &str, reason: &str) {
        self.refused += 1;
        if self.refusals.len() < REFUSALS_KEPT {
            self.refusals.push(ReportRefusal {
                line,
                column: String::new(),
                reason: reason.to_owned(),
                value: number.to_owned(),
            });
        }
    }

    /// The figures in words: label and value.
    pub fn figures(&self) -> Vec<(String, String)> {
        let line = |counts: &Counts| {
            format!(
                "{} new, {} changed, {} unchanged",
                counts.new, counts.changed, counts.unchanged
            )
        };
        let mut figures = vec![("Rows read".to_owned(), self.rows.to_string())];
        for (label, counts) in [
            ("Customers", &self.customers),
            ("Invoices", &self.invoices),
            ("Credit memos", &self.credit_memos),
            ("Adjustments", &self.adjustments),
            ("Recorded payments", &self.payments),
        ] {
            if counts.all() > 0 {
                figures.push((label.to_owned(), line(counts)));
            }
        }
        if self.zero_documents > 0 {
            figures.push(("Documents of zero".to_owned(), self.zero_documents.to_string()));
        }
        figures.push(("Rows refused".to_owned(), self.refused.to_string()));
        figures
    }

    /// The refused rows as a CSV file, for people to mend and import again. A value that a
    /// spreadsheet would take for a formula gets an apostrophe before it, so that opening the list
    /// runs nothing (OWASP, CSV injection).
    pub fn refusals_as_csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory cannot fail.
        let _ = writer.write_record(["line", "column", "reason", "value"]);
        for refusal in &self.refusals {
            let _ = writer.write_record([
                refusal.line.to_string(),
                inert(&refusal.column),
                refusal.reason.clone(),
                inert(&refusal.value),
            ]);
        }
        writer.into_inner().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_rows_run_nothing_in_a_spreadsheet() {
        let refusal = |line, value: &str| ReportRefusal {
            line,
            column: "=Total".to_owned(),
            reason: "not an amount".to_owned(),
            value: value.to_owned(),
        };
        let refusals = vec![refusal(2, "=1+1"), refusal(3, "-5,00"), refusal(4, "@a\"b")];
        let report = ImportReport { refusals, ..ImportReport::default() };
        assert_eq!(
            String::from_utf8(report.refusals_as_csv()).unwrap(),
            "line,column,reason,value\n\
             2,'=Total,not an amount,'=1+1\n\
             3,'=Total,not an amount,\"-5,00\"\n\
             4,'=Total,not an amount,\"'@a\"\"b\"\n"
        );
    }
}
