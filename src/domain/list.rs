//! Lists that are read page by page: by key, never by offset, so that each page costs the same
//! wherever it stands.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Rows of a page.
pub const PAGE_ROWS: i64 = 100;

/// The place after which the next page starts: the sort value and the id of the last row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The value that the list is sorted by, as text.
    pub key: String,
    /// The id, which breaks ties.
    pub id: String,
}

/// The text is no cursor of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

/// Cuts what was read with one row more than a page off at the page's end; true when there was more.
pub fn cut<T>(rows: &mut Vec<T>, page_rows: i64) -> bool {
    let page = usize::try_from(page_rows).unwrap_or(usize::MAX);
    let has_more = rows.len() > page;
    rows.truncate(page);
    has_more
}

const ID_LENGTH: usize = 36;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.id, self.key)
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;
    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (id, key) = text.split_at_checked(ID_LENGTH).ok_or(BadCursor)?;
        if uuid::Uuid::try_parse(id).is_err() {
            return Err(BadCursor);
        }
        Ok(Self { key: key.to_owned(), id: id.to_owned() })
    }
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip() {
        let cursor = Cursor {
            key: "Ömer & Söhne".to_owned(),
            id: "0193a5f0-0000-7000-8000-000000000000".to_owned(),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "short", "ééééééééééééééééééééé", "0193a5f0-0000-7000-8000-00000000000z"]
        {
            assert_eq!(bad.parse::<Cursor>(), Err(BadCursor), "{bad}");
        }
    }
}
