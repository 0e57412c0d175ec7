//! A single e-mail about an invoice, as somebody on our side writes it (product.md §2.9).

use serde::{Deserialize, Serialize};

use super::form::{FieldProblem, Problem, is_blank, parse_name};

/// Most characters of a subject.
pub const SUBJECT_LENGTH_MAX: usize = 150;
/// Most characters of a text.
pub const TEXT_LENGTH_MAX: usize = 5_000;

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvoiceMailForm {
    /// The subject.
    pub subject: String,
    /// What stands above the invoice.
    pub text: String,
}

/// An e-mail that can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceMail {
    /// The subject, one line.
    pub subject: String,
    /// What stands above the invoice: a line each, none of them empty.
    pub paragraphs: Vec<String>,
}

impl InvoiceMailForm {
    /// Reads the form. Lines end where somebody ended them.
    ///
    /// # Errors
    /// `mail_subject`, `mail_text`: `Required`, `TooLong`.
    pub fn read(&self) -> Result<InvoiceMail, FieldProblem> {
        let bad = |field: &str, problem| FieldProblem { field: field.to_owned(), problem };
        let subject = parse_name(&self.subject, SUBJECT_LENGTH_MAX)
            .map_err(|problem| bad("mail_subject", problem))?;
        if self.text.chars().count() > TEXT_LENGTH_MAX {
            return Err(bad("mail_text", Problem::TooLong));
        }
        let visible = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>();
        let lines = self.text.lines().map(visible).filter(|line| !is_blank(line));
        let paragraphs: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        if paragraphs.is_empty() {
            return Err(bad("mail_text", Problem::Required));
        }
        Ok(InvoiceMail { subject, paragraphs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(subject: &str, text: &str) -> InvoiceMailForm {
        InvoiceMailForm { subject: subject.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn lines_are_paragraphs() {
        let read =
            form(" About\r\nINV-1 ", "Hello,\r\n\r\n  we miss\u{0} it. \n\u{200b}\nAna").read();
        let read = read.unwrap();
        assert_eq!(read.subject, "About INV-1");
        assert_eq!(read.paragraphs, ["Hello,", "we miss it.", "Ana"]);
    }

    #[test]
    fn something_has_to_be_said() {
        let long = "a".repeat(TEXT_LENGTH_MAX);
        assert!(form(&"a".repeat(SUBJECT_LENGTH_MAX), &long).read().is_ok());
        for (subject, text, field, problem) in [
            ("", "x", "mail_subject", Problem::Required),
            ("\u{3164}", "x", "mail_subject", Problem::Required),
            (&*"a".repeat(SUBJECT_LENGTH_MAX + 1), "x", "mail_subject", Problem::TooLong),
            ("x", " \n\t", "mail_text", Problem::Required),
            ("x", "\u{200b}\n\u{2800}", "mail_text", Problem::Required),
            ("x", &*format!("{long}a"), "mail_text", Problem::TooLong),
        ] {
            let bad = form(subject, text).read().unwrap_err();
            assert_eq!((bad.field.as_str(), bad.problem), (field, problem));
        }
    }
}
