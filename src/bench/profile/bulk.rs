//! Filling tables with millions of rows, past the product's own ways in: those are made to be safe,
//! and this is made to be quick.

use std::fmt::Write as _;

use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::Outcome;

/// Rows that are sent at a time.
const BATCH: usize = 5_000;

/// A table that is filled.
pub struct Table {
    name: &'static str,
    columns: &'static str,
    rows: Vec<Value>,
}

impl Table {
    /// A table by its name, and its columns with commas between them.
    pub const fn new(name: &'static str, columns: &'static str) -> Self {
        Self { name, columns, rows: Vec::new() }
    }

    /// Adds a row: an array of as many values as there are columns.
    pub fn push(&mut self, row: Value) {
        self.rows.push(row);
    }
}

/// The one connection that all of it goes through.
pub enum Bulk {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

impl Bulk {
    /// Opens a database whose schema is there. What is lost when the machine stops is made again.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(url: &str) -> Outcome<Self> {
        if url.starts_with("sqlite:") {
            let options = url
                .parse::<SqliteConnectOptions>()?
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Off)
                .foreign_keys(false)
                .pragma("cache_size", "-400000")
                .pragma("temp_store", "memory");
            return Ok(Self::Sqlite(SqliteConnection::connect_with(&options).await?));
        }
        let mut connection = PgConnection::connect(url).await?;
        // Foreign keys are not looked at: a wish, since only an administrator may switch them off.
        let _ =
            sqlx::query("SET session_replication_role = replica").execute(&mut connection).await;
        Ok(Self::Postgres(connection))
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn run(&mut self, text: &str) -> Outcome<()> {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Sqlite(connection) => {
                sqlx::raw_sql(text).execute(connection).await.map(|_| ())?
            }
            Self::Postgres(connection) => {
                sqlx::raw_sql(text).execute(connection).await.map(|_| ())?
            }
        }
        Ok(())
    }

    /// Reads one text, or none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn text(&mut self, text: &str) -> Outcome<Option<String>> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlx::query_scalar::<_, String>(text).fetch_optional(connection).await?
            }
            Self::Postgres(connection) => {
                sqlx::query_scalar::<_, String>(text).fetch_optional(connection).await?
            }
        })
    }

    /// Reads pairs of texts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pairs(&mut self, text: &str) -> Outcome<Vec<(String, String)>> {
        let text = AssertSqlSafe(text.to_owned());
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_as(text).fetch_all(connection).await?,
            Self::Postgres(connection) => sqlx::query_as(text).fetch_all(connection).await?,
        })
    }

    /// Sends what a table waits with, if it is enough, or if it is the rest.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn send(&mut self, table: &mut Table, is_rest: bool) -> Outcome<()> {
        if table.rows.is_empty() || (table.rows.len() < BATCH && !is_rest) {
            return Ok(());
        }
        let rows = std::mem::take(&mut table.rows);
        let Table { name, columns, .. } = table;
        match self {
            Self::Sqlite(connection) => {
                let values: Vec<String> = (0..columns.split(',').count())
                    .map(|index| format!("value->>{index}"))
                    .collect();
                let text = format!(
                    "INSERT INTO {name} ({columns}) SELECT {} FROM json_each(?1)",
                    values.join(", ")
                );
                let rows = Value::Array(rows).to_string();
                sqlx::query(AssertSqlSafe(text)).bind(rows).execute(connection).await?;
            }
            Self::Postgres(connection) => {
                let mut copy =
                    connection.copy_in_raw(&format!("COPY {name} ({columns}) FROM STDIN")).await?;
                copy.send(copy_text(&rows)?.into_bytes()).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }
}

/// Rows as `COPY` reads them.
fn copy_text(rows: &[Value]) -> Outcome<String> {
    let mut text = String::new();
    for row in rows {
        for (index, value) in row.as_array().ok_or("a row is an array")?.iter().enumerate() {
            if index > 0 {
                text.push('\t');
            }
            match value {
                Value::Null => text.push_str("\\N"),
                Value::String(value) => {
                    for letter in value.chars() {
                        match letter {
                            '\\' => text.push_str("\\\\"),
                            '\n' => text.push_str("\\n"),
                            '\t' => text.push_str("\\t"),
                            other => text.push(other),
                        }
                    }
                }
                other => write!(text, "{other}")?,
            }
        }
        text.push('\n');
    }
    Ok(text)
}
