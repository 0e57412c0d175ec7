//! Knows countries by the names that files give them.

use std::{collections::HashMap, sync::LazyLock};

use super::{country_table::COUNTRIES, words::plain};

static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for (code, names) in COUNTRIES {
        for name in names.split('|').chain([code]) {
            by_name.entry(plain(name)).or_insert(code);
        }
    }
    by_name
});

/// The two-letter code of a country, found by that code, the three-letter code or a usual name.
pub(super) fn code(name: &str) -> Option<&'static str> {
    let name = plain(name);
    BY_NAME.get(&name).or_else(|| BY_NAME.get(name.strip_prefix("the")?)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known() {
        for (name, expected) in [
            ("United Kingdom", Some("GB")),
            ("EIRE", Some("IE")),
            ("RSA", Some("ZA")),
            ("USA", Some("US")),
            ("U.S.A.", Some("US")),
            ("de", Some("DE")),
            ("DEU", Some("DE")),
            ("Österreich", Some("AT")),
            ("the Netherlands", Some("NL")),
            ("Channel Islands", None),
            ("European Community", None),
            ("Unspecified", None),
            ("391", None),
            ("", None),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_countries() {
        let mut seen = HashMap::new();
        for (code, names) in COUNTRIES {
            for name in names.split('|').chain([code]) {
                let before = seen.insert(plain(name), code);
                assert!(before.is_none_or(|other| other == code), "{name}: {before:?} {code}");
            }
        }
    }
}
