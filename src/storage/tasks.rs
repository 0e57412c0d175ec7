//! Work for people on our side.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    ids::{CustomerId, InvoiceId, StaffUserId, TaskId},
    permission::Sight,
    task::{CallOutcome, TaskKind},
};

/// Rows of a page of tasks.
pub const PAGE_ROWS: i64 = 50;

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TaskRow {
    /// The task.
    pub id: TaskId,
    /// What is to be done.
    pub kind: TaskKind,
    /// In a few words.
    pub title: String,
    /// What else there is to know; may be empty.
    pub notes: String,
    /// The customer it is about.
    pub customer_id: Option<CustomerId>,
    /// The invoice of that customer it is about.
    pub invoice_id: Option<InvoiceId>,
    /// The day by which it is to be done.
    pub due_on: NaiveDate,
    /// Whose it is.
    pub assignee_id: StaffUserId,
    /// Who made it.
    pub creator_id: StaffUserId,
    /// How often it was written, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The day on which it was last said to be due.
    pub due_told_on: Option<NaiveDate>,
    /// When it was done; none while it is open.
    pub completed_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub completed_by: Option<StaffUserId>,
    /// How a call went.
    pub outcome: Option<CallOutcome>,
}

/// A task with the names of what it refers to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedTaskRow {
    /// The task.
    #[sqlx(flatten)]
    pub task: TaskRow,
    /// Whose it is.
    pub assignee: String,
    /// Who made it.
    pub creator: String,
    /// Who did it.
    pub completer: Option<String>,
    /// The customer's name.
    pub customer: Option<String>,
    /// The customer's number.
    pub customer_number: Option<String>,
    /// The invoice's number.
    pub invoice_number: Option<String>,
}

/// Tasks with the names of what they refer to: those that the rest of the query names.
macro_rules! named {
    ($rest:literal) => {
        concat!(
            "SELECT t.*, a.name AS assignee, m.name AS creator, d.name AS completer,
                    c.name AS customer, c.number AS customer_number, i.number AS invoice_number
             FROM tasks t
             JOIN staff_users a ON a.id = t.assignee_id
             JOIN staff_users m ON m.id = t.creator_id
             LEFT JOIN staff_users d ON d.id = t.completed_by
             LEFT JOIN customers c ON c.id = t.customer_id
             LEFT JOIN invoices i ON i.id = t.invoice_id
             WHERE ",
            $rest
        )
    };
}

/// Adds a task.
pub async fn insert(session: &mut Session, task: &TaskRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO tasks (id, kind, title, notes, customer_id, invoice_id, due_on, assignee_id,
             creator_id, version, created_at, due_told_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        task.id,
        task.kind,
        &task.title,
        &task.notes,
        task.customer_id,
        task.invoice_id,
        task.due_on,
        task.assignee_id,
        task.creator_id,
        task.version,
        task.created_at,
        task.due_told_on
    )?;
    Ok(())
}

/// The task of an id.
pub async fn find(session: &mut Session, id: TaskId) -> Result<Option<TaskRow>, StorageError> {
    sql!(session, fetch_optional as TaskRow, "SELECT * FROM tasks WHERE id = $1", id)
}

/// The task of an id with names.
pub async fn find_named(
    session: &mut Session,
    id: TaskId,
) -> Result<Option<NamedTaskRow>, StorageError> {
    sql!(session, fetch_optional as NamedTaskRow, named!("t.id = $1"), id)
}

/// Writes what a task is, whose, and until when; false when it is not of the row's version any more.
pub async fn update(session: &mut Session, task: &TaskRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE tasks SET kind = $3, title = $4, notes = $5, customer_id = $6, invoice_id = $7,
             due_on = $8, assignee_id = $9, due_told_on = $10, version = version + 1
         WHERE id = $1 AND version = $2",
        task.id,
        task.version,
        task.kind,
        &task.title,
        &task.notes,
        task.customer_id,
        task.invoice_id,
        task.due_on,
        task.assignee_id,
        task.due_told_on
    )?;
    Ok(rows == 1)
}

/// Writes whether a task is done, when, by whom and how; false when it is not of the row's version
/// any more.
pub async fn update_done(session: &mut Session, task: &TaskRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE tasks SET completed_at = $3, completed_by = $4, outcome = $5, version = version + 1
         WHERE id = $1 AND version = $2",
        task.id,
        task.version,
        task.completed_at,
        task.completed_by,
        task.outcome
    )?;
    Ok(rows == 1)
}

/// Removes a task; false when it is not of that version any more.
pub async fn delete(session: &mut Session, id: TaskId, version: i64) -> Result<bool, StorageError> {
    let rows =
        sql!(session, execute, "DELETE FROM tasks WHERE id = $1 AND version = $2", id, version)?;
    Ok(rows == 1)
}

/// Whose open tasks are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those that somebody has.
    Assigned,
    /// Those that somebody made for others.
    Created,
}

/// A page of the open tasks of somebody, those due first, and one more when there are more; only
/// those about customers they see. `after` is the last task of the page before.
pub async fn list_open(
    session: &mut Session,
    user: StaffUserId,
    whose: Whose,
    sight: Sight,
    after: Option<(NaiveDate, TaskId)>,
) -> Result<Vec<NamedTaskRow>, StorageError> {
    let (due_on, id) = after.map_or((NaiveDate::from_ymd_opt(1, 1, 1), String::new()), |after| {
        (Some(after.0), after.1.to_string())
    });
    sql!(
        session,
        fetch_all as NamedTaskRow,
        named!(
            "t.completed_at IS NULL
             AND (($2 AND t.assignee_id = $1) OR (NOT $2 AND t.creator_id = $1 AND t.assignee_id <> $1))
             AND (t.customer_id IS NULL OR $3 = '' OR c.specialist_id = $3)
             AND (t.due_on > $4 OR (t.due_on = $4 AND t.id > $5))
             ORDER BY t.due_on, t.id LIMIT $6"
        ),
        user,
        whose == Whose::Assigned,
        sight_key(sight),
        due_on,
        id,
        PAGE_ROWS + 1
    )
}

/// A page of the tasks that somebody had or made and that are done, the latest first, and one more
/// when there are more. `before` is the last task of the page before.
pub async fn list_done(
    session: &mut Session,
    user: StaffUserId,
    sight: Sight,
    before: Option<(DateTime<Utc>, TaskId)>,
) -> Result<Vec<NamedTaskRow>, StorageError> {
    let (completed_at, id) =
        before.map_or((None, String::new()), |before| (Some(before.0), before.1.to_string()));
    let completed_at = completed_at.or_else(|| DateTime::from_timestamp(32_503_680_000, 0));
    sql!(
        session,
        fetch_all as NamedTaskRow,
        named!(
            "t.completed_at IS NOT NULL AND (t.assignee_id = $1 OR t.creator_id = $1)
             AND (t.customer_id IS NULL OR $2 = '' OR c.specialist_id = $2)
             AND (t.completed_at < $3 OR (t.completed_at = $3 AND t.id < $4))
             ORDER BY t.completed_at DESC, t.id DESC LIMIT $5"
        ),
        user,
        sight_key(sight),
        completed_at,
        id,
        PAGE_ROWS + 1
    )
}

/// The open tasks about a customer, those due first, at most `limit`.
pub async fn all_open_of_customer(
    session: &mut Session,
    customer_id: CustomerId,
    limit: i64,
) -> Result<Vec<NamedTaskRow>, StorageError> {
    sql!(
        session,
        fetch_all as NamedTaskRow,
        named!("t.customer_id = $1 AND t.completed_at IS NULL ORDER BY t.due_on, t.id LIMIT $2"),
        customer_id,
        limit
    )
}

/// Open tasks that are due and were not said to be, at most `limit`.
pub async fn all_due_untold(
    session: &mut Session,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<TaskId>, StorageError> {
    sql!(
        session,
        scalars TaskId,
        "SELECT id FROM tasks
         WHERE completed_at IS NULL AND due_on <= $1
           AND (due_told_on IS NULL OR due_told_on < due_on)
         ORDER BY due_on, id LIMIT $2",
        today,
        limit
    )
}

/// Takes it on oneself to say that a task is due; none when somebody else did, or when there is
/// nothing to say any more.
pub async fn claim_due(
    session: &mut Session,
    id: TaskId,
    today: NaiveDate,
) -> Result<Option<TaskRow>, StorageError> {
    sql!(
        session,
        fetch_optional as TaskRow,
        "UPDATE tasks SET due_told_on = $2
         WHERE id = $1 AND completed_at IS NULL AND due_on <= $2
           AND (due_told_on IS NULL OR due_told_on < due_on)
         RETURNING *",
        id,
        today
    )
}
