//! Databases for tests: a file of its own, or a database of its own in the cluster that
//! `TEST_POSTGRES_URL` names, copied from a template that is migrated once.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::storage::{
    Db, Session,
    db::{Exec, MIGRATOR},
};

/// A database and what has to go with it.
pub struct TestDatabase {
    /// The database.
    pub db: Db,
    /// Its address.
    pub url: String,
    folder: Option<PathBuf>,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder of this test's own.
pub fn temporary_folder() -> PathBuf {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("quittance-test-{}-{number}", std::process::id());
    // In memory where that is possible: no test here is about power loss.
    let memory = std::path::Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
    let folder = parent.join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A migrated SQLite database of this test's own.
pub async fn sqlite() -> TestDatabase {
    let folder = temporary_folder();
    let url = format!("sqlite:{}", folder.join("test.db").display());
    let db = Db::open(&url).unwrap();
    db.migrate().await.unwrap();
    TestDatabase { db, url, folder: Some(folder) }
}

/// A migrated PostgreSQL database of this test's own; none when no cluster is named, which fails
/// the test where `REQUIRE_POSTGRES` is set.
#[expect(clippy::disallowed_methods, reason = "tests are told about the cluster through it")]
pub async fn postgres() -> Option<TestDatabase> {
    let Ok(admin_url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("REQUIRE_POSTGRES").is_err(), "TEST_POSTGRES_URL is not set");
        eprintln!("skipped on PostgreSQL: TEST_POSTGRES_URL is not set");
        return None;
    };
    let (server, _) = admin_url.rsplit_once('/').unwrap();
    let checksum: u64 = MIGRATOR
        .iter()
        .flat_map(|migration| migration.checksum.iter())
        .fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let template = format!("quittance_template_{checksum:x}");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("quittance_test_{}_{number}", std::process::id());

    let mut admin = PgConnection::connect(&admin_url).await.unwrap();
    let run = async |admin: &mut PgConnection, sql: String| {
        sqlx::query(AssertSqlSafe(sql)).execute(admin).await.map(|_| ())
    };
    // One process at a time: a template cannot be copied while it is being made or copied.
    sqlx::query("SELECT pg_advisory_lock(7011)").execute(&mut admin).await.unwrap();
    let has_template: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
            .bind(&template)
            .fetch_one(&mut admin)
            .await
            .unwrap();
    if !has_template {
        run(&mut admin, format!("CREATE DATABASE {template}")).await.unwrap();
        let db = Db::open(&format!("{server}/{template}")).unwrap();
        db.migrate().await.unwrap();
        db.close().await;
    }
    run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    sqlx::query("SELECT pg_advisory_unlock(7011)").execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    let url = format!("{server}/{name}");
    Some(TestDatabase { db: Db::open(&url).unwrap(), url, folder: None })
}

/// Lets the histories of customers and of the company be written over in a transaction, as by somebody
/// who has the database in their hands.
pub async fn lift_append_only(session: &mut Session) {
    for table in ["activity", "company_activity"] {
        match session.exec() {
            Exec::Sqlite(connection) => {
                for verb in ["UPDATE", "DELETE"] {
                    let drop = AssertSqlSafe(format!("DROP TRIGGER IF EXISTS {table}_no_{verb}"));
                    sqlx::query(drop).execute(&mut *connection).await.unwrap();
                }
            }
            Exec::Postgres(connection) => {
                let drop = format!("DROP TRIGGER IF EXISTS {table}_append_only ON {table}");
                sqlx::query(AssertSqlSafe(drop)).execute(connection).await.unwrap();
            }
        }
    }
}

/// Runs a statement as it is, on either engine.
pub async fn run(session: &mut Session, sql: &'static str) -> Result<(), sqlx::Error> {
    match session.exec() {
        Exec::Sqlite(connection) => sqlx::query(sql).execute(connection).await.map(|_| ()),
        Exec::Postgres(connection) => sqlx::query(sql).execute(connection).await.map(|_| ()),
    }
}

/// Runs a statement as somebody who has the database in their hands.
pub async fn tamper(db: &Db, sql: &'static str) {
    let mut session = db.begin().await.unwrap();
    lift_append_only(&mut session).await;
    run(&mut session, sql).await.unwrap();
    session.commit().await.unwrap();
}
