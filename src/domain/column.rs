//! The staff's lists and their columns: which there are, which are shown when nobody chose, and
//! how a choice is written down.

use serde::{Deserialize, Serialize};

use super::{custom_field::FieldLevel, ids::FieldId};

/// A list of the staff's side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Customers.
    Customers,
    /// Open invoices.
    #[default]
    Unpaid,
    /// Invoices that were settled lately.
    Paid,
}

const CUSTOMERS: [&str; 10] = [
    "name",
    "number",
    "outstanding",
    "overdue",
    "oldest",
    "by_age",
    "habit",
    "credit",
    "count",
    "share",
];
const UNPAID: [&str; 9] =
    ["number", "customer", "outstanding", "due", "expected", "status", "issued", "po", "total"];
const PAID: [&str; 13] = [
    "number", "customer", "paid", "settled", "lateness", "payment", "method", "received",
    "discount", "credit", "due", "issued", "po",
];

impl ListKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Customers, Self::Unpaid, Self::Paid];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
        }
    }

    /// The list of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == word)
    }

    /// Whose custom fields may be its columns.
    pub const fn level(self) -> FieldLevel {
        match self {
            Self::Customers => FieldLevel::Customer,
            Self::Unpaid | Self::Paid => FieldLevel::Invoice,
        }
    }

    /// Its own columns, in their usual order. The first is always there, and first.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Customers => &CUSTOMERS,
            Self::Unpaid => &UNPAID,
            Self::Paid => &PAID,
        }
    }
}

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKey {
    /// One of the list's own, by its name.
    Own(&'static str),
    /// A custom field.
    Field(FieldId),
}

impl std::fmt::Display for ColumnKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own(name) => f.write_str(name),
            Self::Field(id) => id.fmt(f),
        }
    }
}

/// The list's own columns, in their usual order.
pub fn standard(list: ListKind) -> Vec<ColumnKey> {
    list.columns().iter().copied().map(ColumnKey::Own).collect()
}

/// Reads a choice of columns: names with commas between them. What is unknown or stands twice is left
/// out, the first column of the list comes first, and no choice is the usual one.
pub fn parse(list: ListKind, text: &str) -> Vec<ColumnKey> {
    let one = |name: &str| {
        let own = list.columns().iter().copied().find(|own| *own == name);
        own.map(ColumnKey::Own).or_else(|| name.parse().ok().map(ColumnKey::Field))
    };
    let mut chosen: Vec<ColumnKey> =
        list.columns().first().copied().map(ColumnKey::Own).into_iter().collect();
    for key in text.split(',').filter_map(|name| one(name.trim())) {
        if !chosen.contains(&key) {
            chosen.push(key);
        }
    }
    if text.trim().is_empty() { standard(list) } else { chosen }
}

/// Writes a choice of columns down; the usual one is empty.
pub fn write(list: ListKind, columns: &[ColumnKey]) -> String {
    if columns == standard(list) {
        return String::new();
    }
    columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: &str = "0193a5f0-0000-7000-8000-000000000001";

    #[test]
    fn a_choice_is_read_as_it_was_written() {
        for list in ListKind::ALL {
            assert_eq!(ListKind::from_word(list.as_str()), Some(list));
            assert_eq!(parse(list, ""), standard(list));
            assert_eq!(write(list, &standard(list)), "");
        }
        let chosen = parse(ListKind::Unpaid, &format!("number,due,{FIELD},customer"));
        assert_eq!(
            chosen,
            [
                ColumnKey::Own("number"),
                ColumnKey::Own("due"),
                ColumnKey::Field(FIELD.parse().unwrap()),
                ColumnKey::Own("customer"),
            ]
        );
        assert_eq!(write(ListKind::Unpaid, &chosen), format!("number,due,{FIELD},customer"));
    }

    #[test]
    fn what_is_unknown_is_left_out_and_the_first_stays_first() {
        let chosen = parse(ListKind::Customers, "credit,nonsense,credit,name,outstanding");
        let names: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["name", "credit", "outstanding"]);
    }
}
