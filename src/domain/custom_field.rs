//! Fields of the company's own for customers and invoices (product.md §2.23).

use serde::{Deserialize, Serialize};

use super::{
    form::{Problem, name_key, parse_line},
    ids::{FieldId, OptionId},
};

/// Most fields of a level.
pub const FIELDS_MAX: usize = 10;
/// Most values of a list.
pub const OPTIONS_MAX: usize = 100;
/// Most characters of a field's name.
pub const FIELD_NAME_MAX: usize = 60;
/// Most characters of a value.
pub const VALUE_MAX: usize = 200;

/// What a field belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldLevel {
    /// Customers.
    #[default]
    Customer,
    /// Invoices.
    Invoice,
}

impl FieldLevel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Customer, Self::Invoice];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Invoice => "invoice",
        }
    }

    /// The level of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// What is kept in a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One of the values of a list.
    #[default]
    List,
    /// A line of text.
    Text,
}

impl FieldKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::List, Self::Text];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Text => "text",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a field is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSwitches {
    /// Our side sees it: in panels, as a column, as a filter.
    pub is_shown: bool,
    /// Our side may change it.
    pub is_editable: bool,
    /// Payers see it on the invoice.
    pub is_in_portal: bool,
}

impl FieldSwitches {
    /// What of the switches counts: nobody changes what they do not see, and only fields of
    /// invoices are in the portal.
    #[must_use]
    pub const fn of(self, level: FieldLevel) -> Self {
        Self {
            is_shown: self.is_shown,
            is_editable: self.is_editable && self.is_shown,
            is_in_portal: self.is_in_portal && matches!(level, FieldLevel::Invoice),
        }
    }
}

/// What of a field a list is filtered by. In an address a value of a list is its id, and words stand
/// behind the id of their field: `FIELD~words`, without commas, which separate filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldFilter {
    /// It has this value of its list.
    Choice(OptionId),
    /// Its text has these words in it.
    Words(FieldId, String),
}

impl FieldFilter {
    /// The filter that an address says; none where it says nothing that is understood.
    pub fn read(text: &str) -> Option<Self> {
        let Some((field, words)) = text.split_once('~') else {
            return text.parse().ok().map(Self::Choice);
        };
        let words = words.replace("%2C", ",").replace("%25", "%");
        let words = parse_line(&words, VALUE_MAX).ok().filter(|words| !words.is_empty())?;
        Some(Self::Words(field.parse().ok()?, words))
    }

    /// Words in a field as an address says them.
    pub fn words(field: &str, words: &str) -> String {
        format!("{field}~{}", words.trim().replace('%', "%25").replace(',', "%2C"))
    }
}

/// The first name that stands twice in a list, however it is written.
pub fn first_twice<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(name_key(name)))
}

/// What is kept in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// A value of the list.
    Choice(OptionId),
    /// A text.
    Text(String),
}

/// Reads what was typed or chosen. `is_known` says whether a value is one of the list's.
///
/// # Errors
/// `NotAChoice`, `TooLong`.
pub fn parse_value(
    kind: FieldKind,
    text: &str,
    is_known: impl Fn(OptionId) -> bool,
) -> Result<Value, Problem> {
    if text.trim().is_empty() {
        return Ok(Value::Empty);
    }
    match kind {
        FieldKind::List => {
            let id: OptionId = text.trim().parse().map_err(|_| Problem::NotAChoice)?;
            if is_known(id) { Ok(Value::Choice(id)) } else { Err(Problem::NotAChoice) }
        }
        FieldKind::Text => {
            let line = parse_line(text, VALUE_MAX)?;
            Ok(if line.is_empty() { Value::Empty } else { Value::Text(line) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0193a5f0-0000-7000-8000-000000000001";

    #[test]
    fn words_round_trip() {
        for level in FieldLevel::ALL {
            assert_eq!(FieldLevel::from_word(level.as_str()), Some(level));
        }
        for kind in FieldKind::ALL {
            assert_eq!(FieldKind::from_word(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn switches_fit_together() {
        let all = FieldSwitches { is_shown: true, is_editable: true, is_in_portal: true };
        assert_eq!(all.of(FieldLevel::Invoice), all);
        assert!(!all.of(FieldLevel::Customer).is_in_portal);
        let hidden = FieldSwitches { is_shown: false, ..all };
        assert!(!hidden.of(FieldLevel::Invoice).is_editable);
    }

    #[test]
    fn values_are_of_their_kind() {
        let id: OptionId = ID.parse().unwrap();
        let list = |text: &str| parse_value(FieldKind::List, text, |known| known == id);
        assert_eq!(list(ID), Ok(Value::Choice(id)));
        assert_eq!(list(" "), Ok(Value::Empty));
        assert_eq!(list("North"), Err(Problem::NotAChoice));
        assert_eq!(parse_value(FieldKind::List, ID, |_| false), Err(Problem::NotAChoice));
        let text = |text: &str| parse_value(FieldKind::Text, text, |_| false);
        assert_eq!(text("  a \t b\n"), Ok(Value::Text("a b".to_owned())));
        assert_eq!(text("\u{0}"), Ok(Value::Empty));
        assert_eq!(text(&"ü".repeat(200)), Ok(Value::Text("ü".repeat(200))));
        assert_eq!(text(&"x".repeat(201)), Err(Problem::TooLong));
    }

    #[test]
    fn filters_are_read_from_addresses() {
        let field: FieldId = ID.parse().unwrap();
        assert_eq!(FieldFilter::read(ID), Some(FieldFilter::Choice(ID.parse().unwrap())));
        for words in ["dock 4, north", "100 %", "50%2C", "a~b", "Größe"] {
            let said = FieldFilter::words(ID, words);
            assert!(!said.contains(','), "{said}");
            let meant = FieldFilter::Words(field, words.to_owned());
            assert_eq!(FieldFilter::read(&said), Some(meant));
        }
        for nothing in ["", "x", "x~y", &format!("{ID}~"), &format!("{ID}~ \t")] {
            assert_eq!(FieldFilter::read(nothing), None, "{nothing}");
        }
        assert_eq!(FieldFilter::read(&format!("{ID}~{}", "x".repeat(201))), None);
    }

    #[test]
    fn names_are_told_apart_without_their_case() {
        assert_eq!(first_twice(["North", "South", " north "]), Some(" north "));
        assert_eq!(first_twice(["North", "South"]), None);
    }
}
