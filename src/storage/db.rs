//! The database: one set of SQL for SQLite (a file, the default) and PostgreSQL (by URL).
//!
//! # Decisions
//! * 2026-11-22: an enum and a macro instead of `sqlx::Any` (it can read neither BOOLEAN on SQLite
//!   nor DATE on PostgreSQL) and instead of generics (five where-clauses on every function).
//! * 2026-11-22: one write connection on SQLite. More of them buy throughput and starve some
//!   callers for over a second.
//! * 2026-11-22: a row is locked with `UPDATE … SET updated_at = updated_at … RETURNING …`, which
//!   both engines understand; `FOR UPDATE` is unknown to SQLite.

use std::{str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    migrate::Migrator,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::broadcast;

use crate::domain::ids::{CustomerId, StaffUserId};

/// The migrations, compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// PostgreSQL's notification channel.
const CHANNEL: &str = "quittance_changes";

/// How long a connection to PostgreSQL may lie unused and still be taken on trust.
const IDLE_BEFORE_TEST: Duration = Duration::from_secs(10);

/// Connections that read at the same time on SQLite.
const SQLITE_READERS: u32 = 4;

/// Something changed: screens that show it should look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Something about a customer.
    Customer(CustomerId),
    /// What somebody on our side is told, or has to do.
    Staff(StaffUserId),
}

/// Which engine a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

/// A database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    changes: broadcast::Sender<Change>,
}

/// The address of a database is not one we understand.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither `sqlite:` nor `postgres://`.
    #[error("a database address starts with sqlite: or postgres://")]
    UnknownScheme,
    /// The rest of it cannot be read.
    #[error("the database address cannot be read: {0}")]
    Unreadable(#[source] sqlx::Error),
}

impl Db {
    /// Opens a database. A SQLite file is made when it is missing. No connection is made yet to
    /// PostgreSQL.
    ///
    /// # Errors
    /// When the address is not one of ours.
    pub fn open(url: &str) -> Result<Self, DatabaseUrlError> {
        let (changes, _) = broadcast::channel(1024);
        let engine = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(DatabaseUrlError::Unreadable)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10));
            let pool = |connections| {
                SqlitePoolOptions::new()
                    // A file does not go away as a server does.
                    .test_before_acquire(false)
                    .max_connections(connections)
                    .acquire_timeout(Duration::from_secs(30))
                    .connect_lazy_with(options.clone())
            };
            Engine::Sqlite { read: pool(SQLITE_READERS), write: pool(1) }
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(DatabaseUrlError::Unreadable)?;
            let pool = PgPoolOptions::new()
                // Asked whether it is still there only after a while without use: asking costs
                // as much as a query.
                .test_before_acquire(false)
                // Compiling a query takes longer than any of ours.
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        sqlx::query("SET jit = off").execute(connection).await.map(|_| ())
                    })
                })
                .before_acquire(|connection, facts| {
                    Box::pin(async move {
                        if facts.idle_for > IDLE_BEFORE_TEST {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(30))
                .connect_lazy_with(options);
            Engine::Postgres(pool)
        } else {
            return Err(DatabaseUrlError::UnknownScheme);
        };
        Ok(Self { engine, changes })
    }

    /// Which engine it is.
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Brings the schema up to date and installs what each engine has of its own: the guards of the
    /// append-only tables, and the indexes of what is searched for.
    ///
    /// # Errors
    /// When a migration fails or the database is newer than this program.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match &self.engine {
            Engine::Sqlite { write, .. } => MIGRATOR.run(write).await?,
            Engine::Postgres(pool) => MIGRATOR.run(pool).await?,
        }
        let mut session = self.begin().await.map_err(sqlx::migrate::MigrateError::Execute)?;
        super::append_only::install(&mut session)
            .await
            .map_err(sqlx::migrate::MigrateError::Execute)?;
        super::search_index::install(&mut session)
            .await
            .map_err(sqlx::migrate::MigrateError::Execute)?;
        session.commit().await.map_err(sqlx::migrate::MigrateError::Execute)
    }

    /// A connection for reading. On SQLite it sees what was committed before each statement.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn read(&self) -> Result<Session, sqlx::Error> {
        let connection = match &self.engine {
            Engine::Sqlite { read, .. } => Connection::Sqlite(read.acquire().await?),
            Engine::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        };
        Ok(Session { connection, changes: Vec::new(), sender: self.changes.clone() })
    }

    /// A transaction. Dropped without [`Session::commit`], it is rolled back.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self) -> Result<Session, sqlx::Error> {
        let connection = match &self.engine {
            Engine::Sqlite { write, .. } => {
                Connection::SqliteTransaction(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            Engine::Postgres(pool) => Connection::PostgresTransaction(pool.begin().await?),
        };
        Ok(Session { connection, changes: Vec::new(), sender: self.changes.clone() })
    }

    /// Changes from now on, of this process (SQLite) or of all of them (PostgreSQL, once
    /// [`Self::listen`] runs).
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Passes on the changes of every process that shares the database, until the connection is
    /// lost. On SQLite there is nothing to do: it returns at once.
    ///
    /// # Errors
    /// When the connection is lost; the caller calls again.
    pub async fn listen(&self) -> Result<(), sqlx::Error> {
        let Engine::Postgres(pool) = &self.engine else { return Ok(()) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let notification = listener.recv().await?;
            if let Ok(change) = serde_json::from_str(notification.payload()) {
                // Nobody listening is no fault.
                let _ = self.changes.send(change);
            }
        }
    }

    /// Closes all connections, letting running statements end.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

#[derive(Debug)]
enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// A connection or an open transaction; every storage function takes one.
#[derive(Debug)]
pub struct Session {
    connection: Connection,
    changes: Vec<Change>,
    sender: broadcast::Sender<Change>,
}

/// The connection underneath, for the `sql!` macro.
pub enum Exec<'a> {
    /// SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'a mut PgConnection),
}

impl Session {
    /// The connection underneath.
    pub fn exec(&mut self) -> Exec<'_> {
        match &mut self.connection {
            Connection::Sqlite(connection) => Exec::Sqlite(connection),
            Connection::SqliteTransaction(transaction) => Exec::Sqlite(transaction),
            Connection::Postgres(connection) => Exec::Postgres(connection),
            Connection::PostgresTransaction(transaction) => Exec::Postgres(transaction),
        }
    }

    /// Which engine it speaks to.
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) | Connection::SqliteTransaction(_) => Dialect::Sqlite,
            Connection::Postgres(_) | Connection::PostgresTransaction(_) => Dialect::Postgres,
        }
    }

    /// An expression for a date some days after another; both are expressions themselves.
    pub(super) fn plus_days(&self, date: &str, days: &str) -> String {
        match self.dialect() {
            Dialect::Sqlite => format!("date({date}, {days} || ' days')"),
            Dialect::Postgres => format!("({date} + CAST({days} AS INTEGER))"),
        }
    }

    /// Tells the screens about a customer once this transaction is committed.
    pub fn announce(&mut self, customer_id: CustomerId) {
        self.tell(Change::Customer(customer_id));
    }

    /// Tells somebody's screens that they are told something, or have something else to do, once this
    /// transaction is committed.
    pub fn announce_to(&mut self, user: StaffUserId) {
        self.tell(Change::Staff(user));
    }

    fn tell(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Commits, then tells the screens.
    ///
    /// # Errors
    /// When the database refuses; whether it was committed is then unknown.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        match self.connection {
            Connection::SqliteTransaction(transaction) => {
                transaction.commit().await?;
                for change in self.changes.drain(..) {
                    let _ = self.sender.send(change);
                }
                Ok(())
            }
            Connection::PostgresTransaction(mut transaction) => {
                for change in &self.changes {
                    let payload = serde_json::to_string(change).unwrap_or_default();
                    sqlx::query("SELECT pg_notify($1, $2)")
                        .bind(CHANNEL)
                        .bind(payload)
                        .execute(&mut *transaction)
                        .await?;
                }
                transaction.commit().await
            }
            Connection::Sqlite(_) | Connection::Postgres(_) => Ok(()),
        }
    }
}

/// Runs one query on whichever engine the session belongs to:
/// `sql!(session, execute, "…", bind, …)` gives the number of rows touched,
/// `sql!(session, scalar i64, "…", …)` one value, `sql!(session, scalars String, …)` a column,
/// and `sql!(session, fetch_all as Row, …)` (or `fetch_one`, `fetch_optional`) rows. With `fresh`
/// before it, PostgreSQL plans the query for these binds and keeps no plan: for searches, whose best
/// plan depends on the words.
macro_rules! sql {
    ($session:expr, execute, $query:expr $(, $bind:expr)* $(,)?) => {
        match $session.exec() {
            $crate::storage::db::Exec::Sqlite(connection) => {
                sqlx::query::<sqlx::Sqlite>($query)$(.bind($bind))*.execute(connection).await
                    .map(|done| done.rows_affected())
            }
            $crate::storage::db::Exec::Postgres(connection) => {
                sqlx::query::<sqlx::Postgres>($query)$(.bind($bind))*.execute(connection).await
                    .map(|done| done.rows_affected())
            }
        }.map_err($crate::storage::error::StorageError::from)
    };
    ($session:expr, scalar $type:ty, $query:expr $(, $bind:expr)* $(,)?) => {
        sql!(@scalar $session, fetch_one, $type, $query $(, $bind)*)
    };
    ($session:expr, optional $type:ty, $query:expr $(, $bind:expr)* $(,)?) => {
        sql!(@scalar $session, fetch_optional, $type, $query $(, $bind)*)
    };
    ($session:expr, scalars $type:ty, $query:expr $(, $bind:expr)* $(,)?) => {
        sql!(@scalar $session, fetch_all, $type, $query $(, $bind)*)
    };
    (@scalar $session:expr, $method:ident, $type:ty, $query:expr $(, $bind:expr)*) => {
        match $session.exec() {
            $crate::storage::db::Exec::Sqlite(connection) => {
                sqlx::query_scalar::<sqlx::Sqlite, $type>($query)$(.bind($bind))*
                    .$method(connection).await
            }
            $crate::storage::db::Exec::Postgres(connection) => {
                sqlx::query_scalar::<sqlx::Postgres, $type>($query)$(.bind($bind))*
                    .$method(connection).await
            }
        }.map_err($crate::storage::error::StorageError::from)
    };
    ($session:expr, fresh $method:ident as $row:ty, $query:expr $(, $bind:expr)* $(,)?) => {
        sql!(@rows $session, $method, $row, [.persistent(false)], $query $(, $bind)*)
    };
    ($session:expr, $method:ident as $row:ty, $query:expr $(, $bind:expr)* $(,)?) => {
        sql!(@rows $session, $method, $row, [], $query $(, $bind)*)
    };
    (@rows $session:expr, $method:ident, $row:ty, [$($plan:tt)*], $query:expr $(, $bind:expr)*) => {
        match $session.exec() {
            $crate::storage::db::Exec::Sqlite(connection) => {
                sqlx::query_as::<sqlx::Sqlite, $row>($query)$(.bind($bind))*
                    .$method(connection).await
            }
            $crate::storage::db::Exec::Postgres(connection) => {
                sqlx::query_as::<sqlx::Postgres, $row>($query)$(.bind($bind))*$($plan)*
                    .$method(connection).await
            }
        }.map_err($crate::storage::error::StorageError::from)
    };
}
pub(crate) use sql;

/// A table `page` of ids that come as one text in a bind, after `WITH RECURSIVE`. Ids have one length,
/// so that both engines can take the text apart alike.
pub(super) fn ids_of(bind: &str) -> String {
    format!(
        "page (place, id) AS (
             SELECT 1, substr(CAST({bind} AS TEXT), 1, 36)
             UNION ALL
             SELECT place + 36, substr(CAST({bind} AS TEXT), place + 36, 36) FROM page
             WHERE place + 36 < length(CAST({bind} AS TEXT)))"
    )
}
