//! What can go wrong with the database. *Not found* is not among it: that is an `Option`.

/// A failed read or write.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The driver or the connection failed.
    #[error("the database failed: {0}")]
    Driver(#[source] sqlx::Error),
    /// A named constraint refused the write.
    #[error("the constraint {name} was violated")]
    Constraint {
        /// Its name, as in the migrations.
        name: String,
    },
    /// A stored value contradicts what we know about it.
    #[error("stored data is inconsistent: {0}")]
    Inconsistent(String),
    /// A write touched another number of rows than it must.
    #[error("{actual} rows were touched instead of {expected}")]
    RowsAffected {
        /// What it must touch.
        expected: u64,
        /// What it touched.
        actual: u64,
    },
    /// Another connection held what was needed for too long; nothing was written.
    #[error("the database is busy")]
    Busy,
}

impl StorageError {
    /// The violated constraint's name, if that is what went wrong.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint { name } => Some(name),
            _ => None,
        }
    }

    /// Whether it is about the row at hand, so that others can still be seen to.
    pub const fn is_of_one(&self) -> bool {
        matches!(self, Self::Constraint { .. } | Self::Inconsistent(_) | Self::RowsAffected { .. })
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let Some(database) = error.as_database_error() else { return Self::Driver(error) };
        // PostgreSQL: chosen as the victim of a deadlock, or not serializable; nothing was kept.
        if matches!(database.code().as_deref(), Some("40P01" | "40001")) {
            return Self::Busy;
        }
        if let Some(name) = database.constraint() {
            return Self::Constraint { name: name.to_owned() };
        }
        // SQLite names CHECK constraints, and for UNIQUE ones the columns; our names are made of
        // those. This is the one place that reads an error's text.
        let message = database.message();
        if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
            return Self::Constraint { name: unique_name(columns) };
        }
        if let Some(name) = message.strip_prefix("CHECK constraint failed: ") {
            return Self::Constraint { name: name.to_owned() };
        }
        if message.starts_with("FOREIGN KEY constraint failed") {
            return Self::Constraint { name: "foreign_key".to_owned() };
        }
        if message.contains("database is locked") {
            return Self::Busy;
        }
        Self::Driver(error)
    }
}

/// `table.a, table.b` is the constraint `table_a_b_key`.
fn unique_name(columns: &str) -> String {
    let mut name = String::new();
    for (index, column) in columns.split(", ").enumerate() {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if index == 0 {
            name.push_str(table);
        }
        name.push('_');
        name.push_str(column);
    }
    name.push_str("_key");
    name
}

/// Fails unless exactly `expected` rows were touched.
pub(super) fn touched(expected: u64, actual: u64) -> Result<(), StorageError> {
    if expected == actual { Ok(()) } else { Err(StorageError::RowsAffected { expected, actual }) }
}
