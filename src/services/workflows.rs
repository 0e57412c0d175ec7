//! Reminder workflows: adding, changing and removing them, and who has which.

use chrono::{NaiveDate, TimeDelta};

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        form::Problem,
        ids::{CustomerId, WorkflowId},
        receivables::DefaultWorkflow,
        workflow::{REMINDER_HOUR, Step, WorkflowForm},
    },
    services::{
        World,
        change::{ChangeError, invalid, unless_taken},
        company::{self, Company},
        customers::sees,
        history,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        workflows::{StepRow, WorkflowRow},
    },
};

/// Most workflows; the list shows all of them.
const WORKFLOWS_MAX: usize = 100;

/// Why a workflow was not written.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// Customers have it, or it is the company's.
    #[error("it is in use")]
    InUse,
    /// As with other changes.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<StorageError> for WorkflowError {
    fn from(error: StorageError) -> Self {
        Self::Change(error.into())
    }
}

impl From<sqlx::Error> for WorkflowError {
    fn from(error: sqlx::Error) -> Self {
        Self::Change(error.into())
    }
}

/// The constraint that a name is taken by, and its field.
const TAKEN: (&str, &str) = ("workflows_name_key_key", "workflow_name");

/// The first day whose reminders are still to be mailed: what passed is not made up for when a
/// workflow is given or a step is added.
fn counts_from(world: &World, company: &Company) -> NaiveDate {
    let today = company.date_of(world.now());
    let has_come = company.has_come(today, REMINDER_HOUR, world.now());
    if has_come { today + TimeDelta::days(1) } else { today }
}

async fn add_steps(
    session: &mut Session,
    world: &World,
    workflow_id: WorkflowId,
    steps: &[Step],
    since: NaiveDate,
) -> Result<(), StorageError> {
    for Step { days, tone } in steps.iter().copied() {
        let row = StepRow { id: world.new_id(), workflow_id, days, tone, since };
        storage::workflows::insert_step(session, &row).await?;
    }
    Ok(())
}

/// Adds a workflow.
///
/// # Errors
/// `Invalid`; `TooMany` of `workflow_name` when there are a hundred.
pub async fn add(world: &World, form: &WorkflowForm) -> Result<WorkflowId, ChangeError> {
    let (name, steps) = form.read().map_err(ChangeError::Invalid)?;
    let mut session = world.db.begin().await?;
    // Held, so that two who add the last one do not both.
    let company = company::hold(&mut session).await?;
    if storage::workflows::all(&mut session).await?.len() >= WORKFLOWS_MAX {
        return Err(invalid("workflow_name", Problem::TooMany));
    }
    let row = WorkflowRow { id: world.new_id(), name, version: 1 };
    storage::workflows::insert(&mut session, &row, world.now())
        .await
        .map_err(unless_taken(TAKEN))?;
    let since = counts_from(world, &company);
    add_steps(&mut session, world, row.id, &steps, since).await?;
    session.commit().await?;
    Ok(row.id)
}

/// Changes a workflow of the version that was read. Steps whose day stays go on; others count from
/// the next morning.
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`.
pub async fn edit(
    world: &World,
    id: WorkflowId,
    version: i64,
    form: &WorkflowForm,
) -> Result<(), ChangeError> {
    let (name, mut steps) = form.read().map_err(ChangeError::Invalid)?;
    let mut session = world.db.begin().await?;
    if storage::workflows::find(&mut session, id).await?.is_none() {
        return Err(ChangeError::NotFound);
    }
    let row = WorkflowRow { id, name, version };
    if !storage::workflows::update(&mut session, &row).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed);
    }
    let now = world.now();
    let known = storage::workflows::all_steps(&mut session).await?;
    for known in known.into_iter().filter(|step| step.workflow_id == id) {
        match steps.iter().position(|step| step.days == known.days) {
            // Worded otherwise it is the same step: nobody hears of it twice, and nobody misses it.
            Some(index) => {
                let tone = steps.remove(index).tone;
                storage::workflows::update_step(&mut session, known.id, tone).await?;
            }
            None => {
                storage::workflows::update_steps_removed(&mut session, id, Some(known.id), now)
                    .await?;
            }
        }
    }
    let company = company::load(&mut session).await?;
    let since = counts_from(world, &company);
    add_steps(&mut session, world, id, &steps, since).await?;
    Ok(session.commit().await?)
}

/// Removes a workflow of the version that was read, unless somebody has it.
///
/// # Errors
/// `InUse`, `Change`.
pub async fn remove(world: &World, id: WorkflowId, version: i64) -> Result<(), WorkflowError> {
    let mut session = world.db.begin().await?;
    // Held, so that it does not become the company's meanwhile.
    let usual = company::hold(&mut session).await?.receivables.workflow;
    if storage::workflows::find(&mut session, id).await?.is_none() {
        return Err(ChangeError::NotFound.into());
    }
    if !storage::workflows::update_removed(&mut session, id, version, world.now()).await? {
        return Err(ChangeError::Changed.into());
    }
    let is_usual = usual.is_some_and(|usual| usual.id == id);
    if is_usual || storage::workflows::all_used(&mut session).await?.contains_key(&id) {
        return Err(WorkflowError::InUse);
    }
    Ok(session.commit().await?)
}

/// Makes a workflow the one of customers without one of their own, or none. `before` is what it was
/// when it was read.
///
/// # Errors
/// `NotFound` when there is no such workflow, `Changed`.
pub async fn make_usual(
    world: &World,
    before: Option<WorkflowId>,
    after: Option<WorkflowId>,
    actor: &str,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    let was = company::hold(&mut session).await?;
    if was.receivables.workflow.map(|usual| usual.id) != before {
        return Err(ChangeError::Changed);
    }
    if before == after {
        return Ok(());
    }
    if let Some(after) = after
        && storage::workflows::find(&mut session, after).await?.is_none()
    {
        return Err(ChangeError::NotFound);
    }
    let since = counts_from(world, &was);
    let mut is = was.clone();
    is.receivables.workflow = after.map(|id| DefaultWorkflow { id, since });
    company::put(&mut session, world, &was, &is, actor).await?;
    Ok(session.commit().await?)
}

/// The name of a workflow; empty for none.
pub(super) async fn name(
    session: &mut Session,
    id: Option<WorkflowId>,
) -> Result<String, StorageError> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(storage::workflows::find(session, id).await?.map(|row| row.name).unwrap_or_default())
}

/// Gives a customer a workflow of its own, or none. `before` is what it was when it was read: what
/// somebody else decided is not written over.
///
/// # Errors
/// `NotFound` when there is no such customer or workflow, `Changed`.
pub async fn assign(
    world: &World,
    staff: &Staff,
    id: CustomerId,
    before: Option<WorkflowId>,
    after: Option<WorkflowId>,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if !sees(&mut session, staff, id).await? {
        return Err(ChangeError::NotFound);
    }
    if before == after {
        return Ok(());
    }
    // Held, so that the workflow is not removed meanwhile.
    let company = company::hold(&mut session).await?;
    if let Some(after) = after
        && storage::workflows::find(&mut session, after).await?.is_none()
    {
        return Err(ChangeError::NotFound);
    }
    let said = |name: String| history::facts([("workflow", &name)]);
    let was = said(name(&mut session, before).await?);
    let is = said(name(&mut session, after).await?);
    let since = counts_from(world, &company);
    let now = world.now();
    if !storage::workflows::update_customer(&mut session, id, before, after, since, now).await? {
        return Err(ChangeError::Changed);
    }
    match Activity::change(ActivityKind::ProfileChanged, &staff.actor(), was, is) {
        Some(activity) => Ok(history::write_and_commit(session, world, id, &activity).await?),
        None => Ok(session.commit().await?),
    }
}
