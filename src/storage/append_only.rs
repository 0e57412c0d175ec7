//! Triggers that refuse to change or remove what was posted. Triggers are spelt differently by
//! each engine, so this is one of the few files with engine-specific SQL.

use sqlx::AssertSqlSafe;

use super::db::{Exec, Session};

const TABLES: [&str; 6] = [
    "activity",
    "applications",
    "autopay_consents",
    "company_activity",
    "ledger_transactions",
    "postings",
];

/// Installs the triggers where they are missing.
pub(super) async fn install(session: &mut Session) -> Result<(), sqlx::Error> {
    match session.exec() {
        Exec::Sqlite(connection) => {
            for table in TABLES {
                for verb in ["UPDATE", "DELETE"] {
                    let sql = format!(
                        "CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} \
                         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    );
                    sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
                }
            }
        }
        Exec::Postgres(connection) => {
            sqlx::query(
                "CREATE OR REPLACE FUNCTION quittance_append_only() RETURNS trigger AS \
                 $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql",
            )
            .execute(&mut *connection)
            .await?;
            for table in TABLES {
                let sql = format!(
                    "CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON \
                     {table} FOR EACH ROW EXECUTE FUNCTION quittance_append_only()"
                );
                sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
            }
        }
    }
    Ok(())
}
