//! Reminder workflows, their steps, and who has which.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    db::{Session, sql},
    error::{StorageError, touched},
};
use crate::domain::{
    form::name_key,
    ids::{CustomerId, StepId, WorkflowId},
    workflow::{Step, Tone},
};

/// A workflow.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WorkflowRow {
    /// The workflow.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// A step of a workflow.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StepRow {
    /// The step.
    pub id: StepId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Days after an invoice is due; negative is before.
    pub days: i64,
    /// The letter.
    pub tone: Tone,
    /// The first day on which it counts.
    pub since: NaiveDate,
}

impl StepRow {
    /// The step, for the rules.
    pub const fn step(&self) -> Step {
        Step { days: self.days, tone: self.tone }
    }
}

/// All workflows, by name; at most a hundred.
pub async fn all(session: &mut Session) -> Result<Vec<WorkflowRow>, StorageError> {
    sql!(
        session,
        fetch_all as WorkflowRow,
        "SELECT id, name, version FROM workflows WHERE removed_at IS NULL
         ORDER BY name_key, id LIMIT 100"
    )
}

/// The workflow of an id.
pub async fn find(
    session: &mut Session,
    id: WorkflowId,
) -> Result<Option<WorkflowRow>, StorageError> {
    sql!(
        session,
        fetch_optional as WorkflowRow,
        "SELECT id, name, version FROM workflows WHERE id = $1 AND removed_at IS NULL",
        id
    )
}

/// The steps of all workflows, each workflow's in their order.
pub async fn all_steps(session: &mut Session) -> Result<Vec<StepRow>, StorageError> {
    sql!(
        session,
        fetch_all as StepRow,
        "SELECT id, workflow_id, days, tone, since FROM workflow_steps
         WHERE removed_at IS NULL ORDER BY workflow_id, days, id"
    )
}

/// How many customers have each workflow as their own; those that nobody has are left out.
pub async fn all_used(session: &mut Session) -> Result<HashMap<WorkflowId, i64>, StorageError> {
    let rows = sql!(
        session,
        fetch_all as (WorkflowId, i64),
        "SELECT workflow_id, COUNT(*) FROM customers
         WHERE workflow_id IS NOT NULL GROUP BY workflow_id"
    )?;
    Ok(rows.into_iter().collect())
}

/// Adds a workflow.
///
/// # Errors
/// The constraint `workflows_name_key_key` when the name is taken.
pub async fn insert(
    session: &mut Session,
    row: &WorkflowRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO workflows (id, name, name_key, version, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        row.id,
        &row.name,
        name_key(&row.name),
        row.version,
        now
    )?;
    Ok(())
}

/// Writes a workflow anew; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `workflows_name_key_key` when another has the name.
pub async fn update(session: &mut Session, row: &WorkflowRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE workflows SET name = $3, name_key = $4, version = version + 1
         WHERE id = $1 AND version = $2 AND removed_at IS NULL",
        row.id,
        row.version,
        &row.name,
        name_key(&row.name)
    )?;
    Ok(rows == 1)
}

/// Removes a workflow with its steps, which stay for what was sent of them; false when it is not of
/// that version any more.
pub async fn update_removed(
    session: &mut Session,
    id: WorkflowId,
    version: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE workflows SET removed_at = $3 WHERE id = $1 AND version = $2 AND removed_at IS NULL",
        id,
        version,
        now
    )?;
    if rows == 1 {
        update_steps_removed(session, id, None, now).await?;
    }
    Ok(rows == 1)
}

/// Adds a step to a workflow.
pub async fn insert_step(session: &mut Session, row: &StepRow) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO workflow_steps (id, workflow_id, days, tone, since) VALUES ($1, $2, $3, $4, $5)",
        row.id,
        row.workflow_id,
        row.days,
        row.tone,
        row.since
    )?;
    Ok(())
}

/// Gives a step another wording.
pub async fn update_step(
    session: &mut Session,
    id: StepId,
    tone: Tone,
) -> Result<(), StorageError> {
    let rows =
        sql!(session, execute, "UPDATE workflow_steps SET tone = $2 WHERE id = $1", id, tone)?;
    touched(1, rows)
}

/// Takes steps out of a workflow: the one of an id, or all of them.
pub async fn update_steps_removed(
    session: &mut Session,
    workflow_id: WorkflowId,
    step_id: Option<StepId>,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE workflow_steps SET removed_at = $3
         WHERE workflow_id = $1 AND ($2 = '' OR id = $2) AND removed_at IS NULL",
        workflow_id,
        step_id.map(|id| id.to_string()).unwrap_or_default(),
        now
    )?;
    Ok(())
}

/// Gives a customer a workflow of its own, or none, that counts from a day on; false when its
/// workflow is not `before` any more.
pub async fn update_customer(
    session: &mut Session,
    id: CustomerId,
    before: Option<WorkflowId>,
    after: Option<WorkflowId>,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET workflow_id = $3, workflow_since = $4, updated_at = $5
         WHERE id = $1 AND COALESCE(workflow_id, '') = $2",
        id,
        before.map(|id| id.to_string()).unwrap_or_default(),
        after,
        since,
        now
    )?;
    Ok(rows == 1)
}
