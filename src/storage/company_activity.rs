//! The history of the company itself: rows that are only added, one chain of the same links as the
//! customers' have.

use chrono::{DateTime, Utc};

use super::{
    activity::{Chain, ChainRow, PAGE_ROWS},
    db::{Session, sql},
    error::{StorageError, touched},
    verify::Finding,
};
use crate::domain::{activity::Activity, ids::ActivityId};

/// Whose chain it is.
pub(super) const COMPANY: &str = "company";

/// Rows that are checked at a time.
const CHECK_ROWS: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Head {
    position: i64,
    hash: String,
}

/// Adds a row to the end of the company's history.
pub async fn insert(
    session: &mut Session,
    id: ActivityId,
    activity: &Activity,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    // Whoever comes second waits here, so that the chain does not fork.
    let head = sql!(
        session,
        fetch_one as Head,
        "INSERT INTO company_activity_head (id, position, hash) VALUES ('company', 1, '')
         ON CONFLICT (id) DO UPDATE SET position = company_activity_head.position + 1
         RETURNING position, hash"
    )?;
    let (id, place) = (id.to_string(), head.position);
    let row = ChainRow::chained((COMPANY, place), &id, activity, now, &head.hash)?;
    sql!(
        session,
        execute,
        "INSERT INTO company_activity (id, position, kind, actor, before_facts, after_facts,
             occurred_at, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &row.id,
        row.position,
        &row.kind,
        &row.actor,
        &row.before_facts,
        &row.after_facts,
        row.occurred_at,
        &row.hash
    )?;
    let rows = sql!(
        session,
        execute,
        "UPDATE company_activity_head SET hash = $1 WHERE id = 'company'",
        &row.hash
    )?;
    touched(1, rows)
}

/// A row of the company's history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanyActivityRow {
    /// Its place in the chain, from 1.
    pub position: i64,
    /// Who did it.
    pub actor: String,
    /// How it was, as JSON.
    pub before_facts: String,
    /// How it is, as JSON.
    pub after_facts: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

/// A page of the company's history, latest first, and one row more when there are more: rows before a
/// place, or the latest.
pub async fn list(
    session: &mut Session,
    before: Option<i64>,
) -> Result<Vec<CompanyActivityRow>, StorageError> {
    sql!(
        session,
        fetch_all as CompanyActivityRow,
        "SELECT position, actor, before_facts, after_facts, occurred_at FROM company_activity
         WHERE position < $1 ORDER BY position DESC LIMIT $2",
        before.unwrap_or(i64::MAX),
        PAGE_ROWS + 1
    )
}

/// Follows the chain from its first row to its head, and names the first row that is not what was
/// written.
pub async fn check(session: &mut Session) -> Result<Finding, StorageError> {
    let head = sql!(
        session,
        fetch_optional as Head,
        "SELECT position, hash FROM company_activity_head WHERE id = 'company'"
    )?;
    let end = head.as_ref().map(|head| (head.position, head.hash.as_str()));
    let (mut chain, mut after) = (Chain::default(), 0_i64);
    loop {
        let rows = sql!(
            session,
            fetch_all as ChainRow,
            "SELECT 'company' AS customer_id, position, id, NULL AS invoice_id, kind, actor,
                 before_facts, after_facts, occurred_at, hash
             FROM company_activity WHERE position > $1 ORDER BY position LIMIT $2",
            after,
            CHECK_ROWS
        )?;
        for row in &rows {
            if let Some(offender) = chain.follow(row, end) {
                return Ok(Finding { checked: chain.rows, offender: Some(offender) });
            }
        }
        let Some(last) = rows.last() else { break };
        after = last.position;
    }
    let is_gone = chain.rows == 0 && head.is_some();
    let gone = is_gone.then(|| "the history of the company is gone".to_owned());
    Ok(Finding { checked: chain.rows, offender: chain.end().or(gone) })
}
