//! The schema: the same on both engines, with named and indexed foreign keys.

use std::collections::BTreeMap;

use sqlx::Row;

use super::support::{both_engines, database};
use crate::storage::{Db, db::Exec};

async fn columns(db: &Db) -> BTreeMap<String, Vec<String>> {
    let mut session = db.read().await.unwrap();
    let rows: Vec<(String, String)> = match session.exec() {
        Exec::Sqlite(connection) => sqlx::query(
            "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        )
        .fetch_all(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect(),
        Exec::Postgres(connection) => sqlx::query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public'",
        )
        .fetch_all(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect(),
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // What is searched for is indexed by tables of its own on SQLite.
    let is_ours = |table: &str| {
        table != "_sqlx_migrations"
            && !table.ends_with("_words")
            && !table.starts_with("invoice_index")
            && !table.starts_with("payment_index")
    };
    for (table, column) in rows.into_iter().filter(|(table, _)| is_ours(table)) {
        tables.entry(table).or_default().push(column);
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let Some(postgres) = database::postgres().await else { return };
    let sqlite = database::sqlite().await;
    assert_eq!(columns(&sqlite.db).await, columns(&postgres.db).await);
}

/// A foreign key without an index makes every check of it a walk through the table.
#[tokio::test]
async fn every_foreign_key_leads_an_index() {
    let Some(database) = database::postgres().await else { return };
    let mut session = database.db.read().await.unwrap();
    let Exec::Postgres(connection) = session.exec() else { panic!("not PostgreSQL") };
    let bare: Vec<String> = sqlx::query_scalar(
        "SELECT c.conname::text FROM pg_constraint c WHERE c.contype = 'f' AND NOT EXISTS (
             SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
         AND c.conname NOT LIKE 'applications_transaction%'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    assert_eq!(bare, Vec::<String>::new());
}

async fn append_only(db: Db) {
    let world = super::support::world::world(&db);
    let given = super::support::given::Given(&world);
    let customer = given.customer("C-1", "dana@alder.example").await;
    given.invoice(customer, "INV-1", 100).await;
    for sql in [
        "UPDATE postings SET minor = 5",
        "DELETE FROM postings",
        "UPDATE ledger_transactions SET actor = 'x'",
        "DELETE FROM applications WHERE 1 = 1",
    ] {
        let mut session = db.begin().await.unwrap();
        let done = match session.exec() {
            Exec::Sqlite(connection) => {
                sqlx::query(sql).execute(connection).await.map(|done| done.rows_affected())
            }
            Exec::Postgres(connection) => {
                sqlx::query(sql).execute(connection).await.map(|done| done.rows_affected())
            }
        };
        // Where there is no row there is nothing to refuse.
        assert!(matches!(done, Err(_) | Ok(0)), "{sql}: {done:?}");
        assert!(done.is_err() || sql.contains("applications"), "{sql}");
    }
}
both_engines!(what_was_posted_stays, append_only);
