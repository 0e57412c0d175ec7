//! Finding words in numbers of invoices and references of payments without walking through all of
//! them. Each engine has its own way, so this is one of the few files with engine-specific SQL:
//! SQLite a full-text index of three-letter parts that triggers keep, PostgreSQL a trigram index.
//!
//! # Decisions
//! * 2026-11-23: each engine's own index instead of a table of parts that both could read: of a
//!   million invoices that would be 17 million rows, against 75 MB.
//! * 2026-11-23: one or two characters find what begins with them, since parts of three letters
//!   cannot find less. What contains them is found among the latest by [`super::search`].

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::{
    db::{Dialect, Exec, Session, sql},
    error::StorageError,
    invoice_list::like,
};

/// More than this is read in the order of the list instead of being gathered and sorted.
const MANY: i64 = 10_000;

/// Words that are searched for, as each engine wants them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needle {
    /// A `LIKE` pattern for lines with a line's end before each; empty for no words.
    pub(super) pattern: String,
    /// A phrase of SQLite's index that finds all that fit the pattern, and maybe more.
    pub(super) phrase: String,
}

impl Needle {
    /// Of words as they were typed.
    pub(super) fn of(words: &str) -> Self {
        let words = words.trim().to_lowercase();
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let part = like(&words);
        match words.chars().count() {
            0 => Self::default(),
            1 => Self {
                pattern: part.replacen('%', "%\n", 1),
                phrase: quoted(&format!("\n\n{words}")),
            },
            2 => Self {
                pattern: part.replacen('%', "%\n", 1),
                phrase: quoted(&format!("\n{words}")),
            },
            _ => {
                // Digits say more than letters: every number begins with the same ones.
                let digits = words.split(|letter: char| !letter.is_ascii_digit());
                let longest = digits.max_by_key(|run| run.len()).unwrap_or_default();
                let phrase = quoted(if longest.len() < 3 { &words } else { longest });
                Self { pattern: part, phrase }
            }
        }
    }
}

/// Something that is found by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Invoices, by number and order number.
    Invoice,
    /// Payments, by reference.
    Payment,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Invoice, Self::Payment];

    const fn word(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Payment => "payment",
        }
    }

    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Invoice => "invoices",
            Self::Payment => "payments",
        }
    }

    /// What holds for a row whose text fits a pattern, without an index's help on SQLite. A line's
    /// end stands before each line, so that a pattern can ask for its beginning.
    pub(super) fn fits(self, alias: &str, pattern: &str) -> String {
        let text = match self {
            Self::Invoice => format!("{alias}.search_text"),
            Self::Payment => format!("LOWER({alias}.reference)"),
        };
        format!("('\n' || {text}) LIKE {pattern} ESCAPE '\\'")
    }
}

/// How rows that fit are read, by the names of the binds of a pattern and a phrase.
pub(super) struct Found {
    /// Tables, the kind's own under its alias among them. What is joined to them is joined with
    /// `CROSS JOIN`, so that SQLite begins with the index.
    pub(super) from: String,
    /// What holds.
    pub(super) holds: String,
    /// By what the rows are in the order in which they came.
    pub(super) order: String,
}

/// How rows that fit are read, the latest first or in no order.
pub(super) fn found(
    session: &Session,
    kind: Kind,
    alias: &str,
    pattern: &str,
    phrase: &str,
) -> Found {
    let (word, table) = (kind.word(), kind.table());
    match session.dialect() {
        Dialect::Sqlite => Found {
            from: format!(
                "{word}_index CROSS JOIN {word}_words w ON w.number = {word}_index.rowid
                 CROSS JOIN {table} {alias} ON {alias}.id = w.owner_id"
            ),
            holds: format!("{word}_index MATCH {phrase} AND w.body LIKE {pattern} ESCAPE '\\'"),
            order: format!("{word}_index.rowid"),
        },
        Dialect::Postgres => Found {
            from: format!("{table} {alias}"),
            holds: format!("{} AND {phrase} = {phrase}", kind.fits(alias, pattern)),
            order: format!("{alias}.id"),
        },
    }
}

/// A query for the ids of what fits.
pub(super) fn ids(session: &Session, kind: Kind, pattern: &str, phrase: &str) -> String {
    let word = kind.word();
    match session.dialect() {
        Dialect::Sqlite => format!(
            "SELECT w.owner_id AS id
             FROM {word}_index CROSS JOIN {word}_words w ON w.number = {word}_index.rowid
             WHERE {word}_index MATCH {phrase} AND w.body LIKE {pattern} ESCAPE '\\'"
        ),
        Dialect::Postgres => format!(
            "SELECT s.id FROM {} s WHERE {} AND {phrase} = {phrase}",
            kind.table(),
            kind.fits("s", pattern)
        ),
    }
}

/// Whether so many fit that a list is better read in its own order.
pub(super) async fn is_common(
    session: &mut Session,
    kind: Kind,
    needle: &Needle,
) -> Result<bool, StorageError> {
    let (word, table) = (kind.word(), kind.table());
    let some = match session.dialect() {
        Dialect::Sqlite => {
            format!("SELECT 1 FROM {word}_index WHERE {word}_index MATCH $2 AND $1 = $1 LIMIT $3")
        }
        Dialect::Postgres => {
            format!("SELECT 1 FROM {table} s WHERE {} AND $2 = $2 LIMIT $3", kind.fits("s", "$1"))
        }
    };
    let (count,) = sql!(
        session,
        fresh fetch_one as (i64,),
        AssertSqlSafe(format!("SELECT COUNT(*) FROM ({some}) AS fitting")),
        &needle.pattern,
        &needle.phrase,
        MANY + 1
    )?;
    Ok(count > MANY)
}

/// Makes the indexes where they are missing.
pub(super) async fn install(session: &mut Session) -> Result<(), sqlx::Error> {
    match session.exec() {
        Exec::Sqlite(connection) => install_on_sqlite(connection).await,
        Exec::Postgres(connection) => {
            // Another server may not have the extension, or not let us have it: all is found there
            // too, only later.
            let mut transaction = connection.begin().await?;
            match install_on_postgres(&mut transaction).await {
                Ok(()) => transaction.commit().await,
                Err(error) => {
                    transaction.rollback().await?;
                    tracing::warn!(%error, "searches are slow without the extension pg_trgm");
                    Ok(())
                }
            }
        }
    }
}

async fn install_on_sqlite(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    // Names are read in their order from here, without the customers themselves.
    sqlx::query(
        "CREATE INDEX IF NOT EXISTS customers_search_idx
         ON customers (sort_name, id, search_text, specialist_id, number, name)",
    )
    .execute(&mut *connection)
    .await?;
    for kind in Kind::ALL {
        let (word, table) = (kind.word(), kind.table());
        let is_there: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)",
        )
        .bind(format!("{word}_words"))
        .fetch_one(&mut *connection)
        .await?;
        if is_there {
            continue;
        }
        let column = match kind {
            Kind::Invoice => "search_text",
            Kind::Payment => "reference",
        };
        // Two ends of lines before each line: parts of three letters find a line's first letter.
        let body = |of: &str| {
            format!("char(10, 10) || REPLACE(LOWER({of}{column}), char(10), char(10, 10))")
        };
        let (body, new_body) = (body(""), body("new."));
        let text = format!(
            "CREATE TABLE {word}_words (
                 number INTEGER PRIMARY KEY, owner_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
             INSERT INTO {word}_words (owner_id, body) SELECT id, {body} FROM {table} ORDER BY id;
             CREATE VIRTUAL TABLE {word}_index USING fts5 (
                 body, content = '{word}_words', content_rowid = 'number', tokenize = 'trigram',
                 columnsize = 0);
             INSERT INTO {word}_index ({word}_index) VALUES ('rebuild');
             CREATE TRIGGER {word}_words_insert AFTER INSERT ON {word}_words BEGIN
                 INSERT INTO {word}_index (rowid, body) VALUES (new.number, new.body);
             END;
             CREATE TRIGGER {word}_words_delete AFTER DELETE ON {word}_words BEGIN
                 INSERT INTO {word}_index ({word}_index, rowid, body)
                     VALUES ('delete', old.number, old.body);
             END;
             CREATE TRIGGER {word}_words_update AFTER UPDATE ON {word}_words BEGIN
                 INSERT INTO {word}_index ({word}_index, rowid, body)
                     VALUES ('delete', old.number, old.body);
                 INSERT INTO {word}_index (rowid, body) VALUES (new.number, new.body);
             END;
             CREATE TRIGGER {table}_words_insert AFTER INSERT ON {table} BEGIN
                 INSERT INTO {word}_words (owner_id, body) VALUES (new.id, {new_body});
             END;
             CREATE TRIGGER {table}_words_delete AFTER DELETE ON {table} BEGIN
                 DELETE FROM {word}_words WHERE owner_id = old.id;
             END;
             CREATE TRIGGER {table}_words_update AFTER UPDATE OF {column} ON {table}
             WHEN new.{column} <> old.{column} BEGIN
                 UPDATE {word}_words SET body = {new_body} WHERE owner_id = new.id;
             END;"
        );
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn install_on_postgres(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    for text in [
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE INDEX IF NOT EXISTS customers_search_idx ON customers
             USING gin (search_text gin_trgm_ops)",
        "CREATE INDEX IF NOT EXISTS invoices_search_idx ON invoices
             USING gin ((E'\\n' || search_text) gin_trgm_ops)",
        "CREATE INDEX IF NOT EXISTS payments_search_idx ON payments
             USING gin ((E'\\n' || LOWER(reference)) gin_trgm_ops)",
    ] {
        sqlx::query(text).execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needle(words: &str) -> (String, String) {
        let Needle { pattern, phrase } = Needle::of(words);
        (pattern, phrase)
    }

    #[test]
    fn words_become_what_each_engine_wants() {
        let pair = |pattern: &str, phrase: &str| (pattern.to_owned(), phrase.to_owned());
        assert_eq!(needle("  "), pair("", ""));
        assert_eq!(needle("I"), pair("%\ni%", "\"\n\ni\""));
        assert_eq!(needle("7%"), pair("%\n7\\%%", "\"\n7%\""));
        assert_eq!(needle("Box"), pair("%box%", "\"box\""));
        assert_eq!(needle("INV-10042"), pair("%inv-10042%", "\"10042\""));
        assert_eq!(needle("INV-10"), pair("%inv-10%", "\"inv-10\""));
        assert_eq!(needle("7\" rim"), pair("%7\" rim%", "\"7\"\" rim\""));
    }
}
