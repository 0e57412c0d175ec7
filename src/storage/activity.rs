//! The history: rows that are only added, chained by hash.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{
    company_activity::COMPANY,
    db::{Session, sql},
    error::{StorageError, touched},
    verify::Finding,
};
use crate::domain::{
    activity::{Activity, ActivityKind, Facts, Link, Topic},
    ids::{ActivityId, CustomerId, InvoiceId},
};

/// Rows of a page of the history.
pub const PAGE_ROWS: i64 = 50;

/// Rows that are checked at a time.
const CHECK_ROWS: i64 = 2_000;

/// A row of the history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ActivityRow {
    /// The row.
    pub id: ActivityId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Its place in the customer's chain, from 1.
    pub position: i64,
    /// The invoice it belongs to; none at customer level.
    pub invoice_id: Option<InvoiceId>,
    /// Its number.
    pub invoice_number: Option<String>,
    /// What happened.
    pub kind: ActivityKind,
    /// Who did it.
    pub actor: String,
    /// How it was, as JSON.
    pub before_facts: String,
    /// How it is, as JSON.
    pub after_facts: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

impl ActivityRow {
    /// How it was.
    pub fn before(&self) -> Facts {
        serde_json::from_str(&self.before_facts).unwrap_or_default()
    }

    /// How it is.
    pub fn after(&self) -> Facts {
        serde_json::from_str(&self.after_facts).unwrap_or_default()
    }
}

/// A row as it is chained. Everything is text here: what somebody wrote over it must be found, not
/// stumbled upon.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChainRow {
    pub(super) customer_id: String,
    pub(super) position: i64,
    pub(super) id: String,
    pub(super) invoice_id: Option<String>,
    pub(super) kind: String,
    pub(super) actor: String,
    pub(super) before_facts: String,
    pub(super) after_facts: String,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) hash: String,
}

impl ChainRow {
    /// A new row of somebody's chain, at a place behind another.
    pub(super) fn chained(
        (whose, position): (&str, i64),
        id: &str,
        activity: &Activity,
        now: DateTime<Utc>,
        hash_before: &str,
    ) -> Result<Self, StorageError> {
        let json = |facts: &Facts| {
            serde_json::to_string(facts)
                .map_err(|error| StorageError::Inconsistent(format!("activity: {error}")))
        };
        let mut row = Self {
            id: id.to_owned(),
            customer_id: whose.to_owned(),
            position,
            invoice_id: activity.invoice_id.map(|id| id.to_string()),
            kind: activity.kind.as_str().to_owned(),
            actor: activity.actor.clone(),
            before_facts: json(&activity.before)?,
            after_facts: json(&activity.after)?,
            occurred_at: now,
            hash: String::new(),
        };
        row.hash = row.hash_after(hash_before);
        Ok(row)
    }

    /// The SHA-256 that it must have behind another, in hexadecimal.
    fn hash_after(&self, hash_before: &str) -> String {
        let link = Link {
            customer_id: &self.customer_id,
            position: self.position,
            id: &self.id,
            invoice_id: self.invoice_id.as_deref().unwrap_or_default(),
            kind: &self.kind,
            actor: &self.actor,
            before: &self.before_facts,
            after: &self.after_facts,
            micros: self.occurred_at.timestamp_micros(),
        };
        hex::encode(Sha256::digest(link.text(hash_before)))
    }
}

#[derive(sqlx::FromRow)]
struct Head {
    position: i64,
    hash: String,
}

/// Adds a row to the end of a customer's history.
pub async fn insert(
    session: &mut Session,
    id: ActivityId,
    customer_id: CustomerId,
    activity: &Activity,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    // Whoever comes second waits here, so that the chain does not fork.
    let head = sql!(
        session,
        fetch_one as Head,
        "INSERT INTO activity_heads (customer_id, position, hash) VALUES ($1, 1, '')
         ON CONFLICT (customer_id) DO UPDATE SET position = activity_heads.position + 1
         RETURNING position, hash",
        customer_id
    )?;
    let (id, whose) = (id.to_string(), customer_id.to_string());
    let row = ChainRow::chained((&whose, head.position), &id, activity, now, &head.hash)?;
    insert_row(session, &row).await?;
    let rows = sql!(
        session,
        execute,
        "UPDATE activity_heads SET hash = $2 WHERE customer_id = $1",
        customer_id,
        &row.hash
    )?;
    touched(1, rows)
}

/// Writes a row where it says that it belongs.
async fn insert_row(session: &mut Session, row: &ChainRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO activity (id, customer_id, position, invoice_id, kind, actor, before_facts,
             after_facts, occurred_at, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &row.id,
        &row.customer_id,
        row.position,
        row.invoice_id.as_deref(),
        &row.kind,
        &row.actor,
        &row.before_facts,
        &row.after_facts,
        row.occurred_at,
        &row.hash
    )?;
    Ok(())
}

/// Holds the end of a customer's history until the transaction ends. Whoever writes into several of
/// them takes them in the order of their ids, so that two do not wait for each other.
pub async fn lock_head(session: &mut Session, customer_id: CustomerId) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE activity_heads SET position = position WHERE customer_id = $1",
        customer_id
    )?;
    Ok(())
}

/// What of a history is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ActivityQuery {
    /// Whose.
    pub customer_id: CustomerId,
    /// Only what is about this.
    pub topic: Option<Topic>,
    /// Whether what belongs to one invoice is wanted too.
    pub has_invoices: bool,
    /// Only rows before this place.
    pub before: Option<i64>,
}

/// A page of a customer's history, latest first, and one row more when there are more.
pub async fn list(
    session: &mut Session,
    query: &ActivityQuery,
) -> Result<Vec<ActivityRow>, StorageError> {
    let kinds: Vec<&str> = match query.topic {
        Some(topic) => topic.kinds().map(ActivityKind::as_str).collect(),
        None => Vec::new(),
    };
    // `,a,b,`: the one way to pass a list that both engines have.
    let kinds = if kinds.is_empty() { String::new() } else { format!(",{},", kinds.join(",")) };
    sql!(
        session,
        fetch_all as ActivityRow,
        "SELECT a.*, i.number AS invoice_number
         FROM activity a LEFT JOIN invoices i ON i.id = a.invoice_id
         WHERE a.customer_id = $1 AND a.position < $2 AND (a.invoice_id IS NULL OR $3)
           AND ($4 = '' OR $4 LIKE '%,' || a.kind || ',%')
         ORDER BY a.position DESC LIMIT $5",
        query.customer_id,
        query.before.unwrap_or(i64::MAX),
        query.has_invoices,
        kinds,
        PAGE_ROWS + 1
    )
}

/// What was said about a customer itself and its people, the earliest first, at most `limit` rows.
pub async fn all_of_state(
    session: &mut Session,
    customer_id: CustomerId,
    limit: i64,
) -> Result<Vec<ActivityRow>, StorageError> {
    sql!(
        session,
        fetch_all as ActivityRow,
        "SELECT activity.*, NULL AS invoice_number FROM activity
         WHERE customer_id = $1 AND invoice_id IS NULL
           AND kind IN ('customer_added', 'profile_changed', 'bill_to_changed', 'contact_added',
                        'contact_changed', 'contact_removed')
         ORDER BY position LIMIT $2",
        customer_id,
        limit
    )
}

/// A page of what happened at an invoice before a place, latest first, and one row more when there are
/// more.
pub async fn list_of_invoice(
    session: &mut Session,
    invoice_id: InvoiceId,
    before: Option<i64>,
) -> Result<Vec<ActivityRow>, StorageError> {
    sql!(
        session,
        fetch_all as ActivityRow,
        "SELECT a.*, i.number AS invoice_number
         FROM activity a JOIN invoices i ON i.id = a.invoice_id
         WHERE a.invoice_id = $1 AND a.position < $2 ORDER BY a.position DESC LIMIT $3",
        invoice_id,
        before.unwrap_or(i64::MAX),
        PAGE_ROWS + 1
    )
}

#[derive(sqlx::FromRow)]
struct Checked {
    #[sqlx(flatten)]
    row: ChainRow,
    head_position: Option<i64>,
    head_hash: Option<String>,
}

/// Follows every chain from its first row to its head, and names the first row that is not what
/// was written.
pub async fn check(session: &mut Session) -> Result<Finding, StorageError> {
    let mut chain = Chain::default();
    let mut after = (String::new(), 0_i64);
    loop {
        let rows = sql!(
            session,
            fetch_all as Checked,
            "SELECT a.*, h.position AS head_position, h.hash AS head_hash
             FROM activity a LEFT JOIN activity_heads h ON h.customer_id = a.customer_id
             WHERE a.customer_id > $1 OR (a.customer_id = $1 AND a.position > $2)
             ORDER BY a.customer_id, a.position LIMIT $3",
            after.0.as_str(),
            after.1,
            CHECK_ROWS
        )?;
        for checked in &rows {
            let head = checked.head_position.zip(checked.head_hash.as_deref());
            if let Some(offender) = chain.follow(&checked.row, head) {
                return Ok(Finding { checked: chain.rows, offender: Some(offender) });
            }
        }
        let Some(last) = rows.last() else { break };
        after = (last.row.customer_id.clone(), last.row.position);
    }
    // A history that was taken away whole, with or without what says how long it was: every customer
    // has one from its first day.
    let gone: Option<String> = sql!(
        session,
        optional String,
        "SELECT c.id FROM customers c
         LEFT JOIN activity_heads h ON h.customer_id = c.id
         LEFT JOIN activity a ON a.customer_id = h.customer_id AND a.position = h.position
         WHERE a.id IS NULL ORDER BY c.id LIMIT 1"
    )?;
    let offender = chain.end().or(gone.map(|id| format!("the history of customer {id} is gone")));
    Ok(Finding { checked: chain.rows, offender })
}

/// Whose chain it is, in words.
fn named(id: &str) -> String {
    if id == COMPANY { "the company".to_owned() } else { format!("customer {id}") }
}

/// How far the chains were followed.
#[derive(Debug, Default)]
pub struct Chain {
    /// Rows that were followed.
    pub rows: i64,
    at: Option<At>,
}

#[derive(Debug)]
struct At {
    customer_id: String,
    position: i64,
    hash: String,
    head: Option<(i64, String)>,
}

impl Chain {
    /// Follows one row; rows come by customer and place. Says what is wrong, if something is.
    pub fn follow(&mut self, row: &ChainRow, head: Option<(i64, &str)>) -> Option<String> {
        self.rows += 1;
        let continues = self.at.as_ref().is_some_and(|at| at.customer_id == row.customer_id);
        if !continues && let Some(offender) = self.end() {
            return Some(offender);
        }
        let (position, hash) =
            self.at.as_ref().map_or((0, String::new()), |at| (at.position, at.hash.clone()));
        if row.position != position + 1 {
            let whose = named(&row.customer_id);
            return Some(format!("row {} of the history of {whose} is missing", position + 1));
        }
        if row.hash != row.hash_after(&hash) {
            let whose = named(&row.customer_id);
            let place = row.position;
            return Some(format!("row {place} of the history of {whose} is not what was written"));
        }
        self.at = Some(At {
            customer_id: row.customer_id.clone(),
            position: row.position,
            hash: row.hash.clone(),
            head: head.map(|(position, hash)| (position, hash.to_owned())),
        });
        None
    }

    /// Ends the chain that is followed: its last row must be its head.
    pub fn end(&mut self) -> Option<String> {
        let at = self.at.take()?;
        let is_whole =
            at.head.is_some_and(|(position, hash)| (position, hash) == (at.position, at.hash));
        (!is_whole).then(|| {
            let (whose, place) = (named(&at.customer_id), at.position);
            format!("the history of {whose} does not end with its row {place}")
        })
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
