//! What the person who imports may decide.

use crate::domain::money::Currency;

use super::{date_format::DateFormat, document::DocumentKind, error::OptionError, field::Field};

/// What the rows of the file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Invoices, and among them whatever the rows say they are.
    Invoices,
    /// Customers.
    Customers,
    /// Credit memos, unless the rows say otherwise.
    CreditMemos,
}

impl Kind {
    /// The name used on the command line: `invoices`, `customers`, `credit-memos`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoices => "invoices",
            Self::Customers => "customers",
            Self::CreditMemos => "credit-memos",
        }
    }

    /// Finds a kind by its [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Invoices, Self::Customers, Self::CreditMemos]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// The character between the whole part and the decimals of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `1,234.56`
    Dot,
    /// `1.234,56`
    Comma,
}

/// How to read a file. Everything but the kind has a default.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the rows are.
    pub kind: Kind,
    /// Columns named by hand: the header of the column, `#3` for the third, or nothing to leave
    /// the field without a column whatever the header suggests.
    pub map: Vec<(Field, String)>,
    /// Whether unnamed fields are guessed from the header. True by default.
    pub guess: bool,
    /// How every date column is written, when the file alone does not tell.
    pub date_format: Option<DateFormat>,
    /// How every amount is written, when the file alone does not tell.
    pub decimal_mark: Option<DecimalMark>,
    /// Currency of rows that name none.
    pub currency: Option<Currency>,
    /// Terms of documents that name none.
    pub terms: Option<String>,
    /// Labels of terms that the business has defined; others are warned about unless their text
    /// explains itself (`Net 30`).
    pub known_terms: Vec<String>,
    /// Customer of rows that name none.
    pub default_customer: Option<String>,
    /// Kinds told by the beginning of the document's number; the longest match counts. A kind
    /// column, if there is one, comes first.
    pub number_prefixes: Vec<(String, DocumentKind)>,
    /// Name of the sheet; the first with content by default.
    pub sheet: Option<String>,
    /// Delimiter of a text; detected by default.
    pub delimiter: Option<char>,
}

impl Options {
    /// The defaults for a kind of file.
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            map: Vec::new(),
            guess: true,
            date_format: None,
            decimal_mark: None,
            currency: None,
            terms: None,
            known_terms: Vec::new(),
            default_customer: None,
            number_prefixes: Vec::new(),
            sheet: None,
            delimiter: None,
        }
    }
}

/// Reads `field=Column,field=Column`. A column whose header holds a comma goes in double quotes:
/// `total="Amount, net"`. `kind=` leaves the field without a column.
///
/// # Errors
/// `NotAnAssignment` for a part without `=`, `UnknownField` naming the nearest field.
pub fn parse_map(text: &str) -> Result<Vec<(Field, String)>, OptionError> {
    assignments(text)?
        .into_iter()
        .map(|(name, column)| match Field::from_name(&name) {
            Some(field) => Ok((field, column)),
            None => Err(OptionError::UnknownField { nearest: Field::nearest(&name), name }),
        })
        .collect()
}

/// Reads `C=credit-memo,A=adjustment`.
///
/// # Errors
/// `NotAnAssignment` for a part without `=`, `UnknownDocumentKind`.
pub fn parse_prefixes(text: &str) -> Result<Vec<(String, DocumentKind)>, OptionError> {
    assignments(text)?
        .into_iter()
        .map(|(prefix, name)| match DocumentKind::from_name(&name) {
            Some(kind) => Ok((prefix, kind)),
            None => Err(OptionError::UnknownDocumentKind { name }),
        })
        .collect()
}

/// Splits `a=b,c="d,e"` into pairs.
fn assignments(text: &str) -> Result<Vec<(String, String)>, OptionError> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for char in text.chars() {
        match (char, parts.last_mut()) {
            ('"', _) => quoted = !quoted,
            (',', _) if !quoted => parts.push(String::new()),
            (_, Some(part)) => part.push(char),
            (_, None) => {}
        }
    }
    parts
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| match part.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(OptionError::NotAnAssignment { part: part.trim().to_owned() }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_read() {
        assert_eq!(
            parse_map("number=Invoice No, total=\"Amount, net\",paid_on=#3").unwrap(),
            vec![
                (Field::Number, "Invoice No".to_owned()),
                (Field::Total, "Amount, net".to_owned()),
                (Field::PaidOn, "#3".to_owned()),
            ]
        );
        assert_eq!(parse_map("").unwrap(), vec![]);
        assert_eq!(parse_map("kind=").unwrap(), vec![(Field::Kind, String::new())]);
        assert_eq!(
            parse_map("totl=Amount"),
            Err(OptionError::UnknownField { name: "totl".into(), nearest: Some(Field::Total) })
        );
        assert_eq!(parse_map("total"), Err(OptionError::NotAnAssignment { part: "total".into() }));
    }

    #[test]
    fn prefixes_are_read() {
        assert_eq!(
            parse_prefixes("C=credit-memo,A=adjustment").unwrap(),
            vec![
                ("C".to_owned(), DocumentKind::CreditMemo),
                ("A".to_owned(), DocumentKind::Adjustment)
            ]
        );
        assert_eq!(
            parse_prefixes("C=credit"),
            Err(OptionError::UnknownDocumentKind { name: "credit".into() })
        );
    }

    #[test]
    fn kinds_have_names() {
        for kind in [Kind::Invoices, Kind::Customers, Kind::CreditMemos] {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
    }
}
