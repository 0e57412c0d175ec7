//! Tasks: adding, changing, completing and removing them, and saying that they are due.

use chrono::{NaiveDate, Timelike};

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        form::Problem,
        ids::{CustomerId, TaskId},
        notification::NotificationKind,
        task::{TaskKind, may_change, parse_due_on, parse_notes, parse_outcome, parse_title},
    },
    services::{
        World,
        change::{ChangeError, bad, invalid, unless_taken},
        company,
        customers::sees,
        history,
        notifications::{self, Event, recipient_sees},
        staff::Staff,
        task_templates,
    },
    storage::{
        self, Session, StorageError, customers::CustomerRow, invoices::InvoiceRow,
        notifications::RecipientRow, task_templates::TemplateRow, tasks::TaskRow,
    },
};

/// From this hour on, by the seller's clock, people are told what is due today.
pub const MORNING_HOUR: u32 = 6;

/// Tasks that are said to be due in one go.
const DUE_MAX: i64 = 1_000;

/// What was typed about a task.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaskForm<'a> {
    /// The word of its kind.
    pub kind: &'a str,
    /// In a few words.
    pub title: &'a str,
    /// What else there is to know.
    pub notes: &'a str,
    /// The number of the customer it is about, or nothing.
    pub customer: &'a str,
    /// The number of the invoice it is about, or nothing.
    pub invoice: &'a str,
    /// The day by which it is to be done.
    pub due_on: &'a str,
    /// Whose it is.
    pub assignee: &'a str,
    /// Whether further tasks can begin with it.
    pub is_template: bool,
}

/// Why a task was not kept.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// Somebody else has it and made it.
    #[error("it is somebody else's")]
    NotTheirs,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for TaskError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// What a task is about.
#[derive(Default)]
struct About {
    customer: Option<CustomerRow>,
    invoice: Option<InvoiceRow>,
}

/// Finds what a task is about by the numbers that were typed. A customer that is not seen is none.
async fn about(
    session: &mut Session,
    staff: &Staff,
    form: &TaskForm<'_>,
) -> Result<About, ChangeError> {
    let (customer, invoice) = (form.customer.trim(), form.invoice.trim());
    let no_customer = || invalid("customer", Problem::NotAChoice);
    let no_invoice = || invalid("invoice", Problem::NotAChoice);
    let mut about = About::default();
    if !customer.is_empty() {
        let found = storage::customers::find_by_number(session, customer).await?;
        let found = found.ok_or_else(no_customer)?;
        if !sees(session, staff, found.id).await? {
            return Err(no_customer());
        }
        about.customer = Some(found);
    }
    if !invoice.is_empty() {
        let found = storage::invoices::find_by_number(session, invoice).await?;
        let found = found.ok_or_else(no_invoice)?;
        match &about.customer {
            Some(customer) if customer.id == found.customer_id => {}
            Some(_) => return Err(no_invoice()),
            None if sees(session, staff, found.customer_id).await? => {
                about.customer = storage::customers::find(session, found.customer_id).await?;
            }
            None => return Err(no_invoice()),
        }
        about.invoice = Some(found);
    }
    Ok(about)
}

/// An open task as it was typed, a new one or one that was there before, and whose it is.
async fn read(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    form: &TaskForm<'_>,
    before: Option<&TaskRow>,
) -> Result<(TaskRow, RecipientRow), ChangeError> {
    let today = company::load(session).await?.date_of(world.now());
    let kind =
        TaskKind::from_word(form.kind).ok_or_else(|| invalid("kind", Problem::NotAChoice))?;
    let title = parse_title(form.title).map_err(bad("title"))?;
    let about = about(session, staff, form).await?;
    let due_on = parse_due_on(form.due_on, today, before.map(|task| task.due_on));
    let due_on = due_on.map_err(bad("due_on"))?;
    let no_choice = || invalid("assignee", Problem::NotAChoice);
    let assignee = form.assignee.parse().map_err(|_| no_choice())?;
    let assignee = storage::notifications::find_recipient(session, assignee).await?;
    let assignee = assignee.ok_or_else(no_choice)?;
    if let Some(customer) = &about.customer
        && !recipient_sees(&assignee, customer.specialist_id)
    {
        return Err(invalid("assignee", Problem::NotSeen));
    }
    let notes = parse_notes(form.notes).map_err(bad("notes"))?;
    let told_before = before.filter(|task| task.due_on == due_on);
    let task = TaskRow {
        id: before.map_or_else(|| world.new_id(), |task| task.id),
        kind,
        title,
        notes,
        customer_id: about.customer.map(|customer| customer.id),
        invoice_id: about.invoice.map(|invoice| invoice.id),
        due_on,
        assignee_id: assignee.id,
        creator_id: before.map_or(staff.id, |task| task.creator_id),
        version: before.map_or(1, |task| task.version),
        created_at: before.map_or_else(|| world.now(), |task| task.created_at),
        due_told_on: told_before.map_or_else(|| told_on(due_on, today), |task| task.due_told_on),
        completed_at: None,
        completed_by: None,
        outcome: None,
    };
    Ok((task, assignee))
}

/// What the history says of a task.
async fn facts_of(session: &mut Session, task: &TaskRow) -> Result<Facts, StorageError> {
    let named = storage::tasks::find_named(session, task.id).await?;
    let (assignee, invoice) =
        named.map(|row| (row.assignee, row.invoice_number)).unwrap_or_default();
    Ok(history::facts([
        ("task", &task.title),
        ("task_kind", task.kind.as_str()),
        ("task_notes", &task.notes),
        ("invoice", &invoice.unwrap_or_default()),
        ("due_on", &task.due_on.to_string()),
        ("assignee", &assignee),
        ("outcome", task.outcome.map(|outcome| outcome.as_str()).unwrap_or_default()),
    ]))
}

/// Adds a row to the history of the customer that a task is about, if it is about one.
async fn note(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    task: &TaskRow,
    kind: ActivityKind,
) -> Result<(), StorageError> {
    session.announce_to(task.assignee_id);
    session.announce_to(task.creator_id);
    let Some(customer_id) = task.customer_id else { return Ok(()) };
    let mut facts = facts_of(session, task).await?;
    if matches!(kind, ActivityKind::TaskDone | ActivityKind::TaskReopened) {
        facts.retain(|name, _| {
            matches!(name.as_str(), "task" | "task_kind" | "invoice" | "outcome")
        });
    }
    let activity = Activity::new(kind, &staff.actor(), facts);
    history::write_all(session, world, vec![(customer_id, activity)]).await
}

/// Tells somebody that a task is theirs now, unless they took it themselves.
async fn assigned(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    task: &TaskRow,
    assignee: RecipientRow,
) -> Result<(), StorageError> {
    if assignee.id == staff.id {
        return Ok(());
    }
    let event = Event {
        kind: NotificationKind::TaskAssigned,
        once_key: format!("task:{}:assigned:{}", task.id, task.version),
        customer_id: task.customer_id,
        task_id: Some(task.id),
        facts: history::facts([("by", &staff.name), ("title", &task.title)]),
    };
    notifications::tell(session, world, &event, &[assignee]).await
}

/// The day on which somebody was told that a task is due: whoever is given one that is due today
/// knows it.
fn told_on(due_on: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    (due_on <= today).then_some(due_on)
}

/// Adds a task, and a template of it when that is asked for.
///
/// # Errors
/// `Invalid`.
pub async fn add(world: &World, staff: &Staff, form: &TaskForm<'_>) -> Result<TaskId, TaskError> {
    let mut session = world.db.begin().await?;
    let (task, assignee) = read(&mut session, world, staff, form, None).await?;
    if form.is_template {
        let (name, notes) = (task.title.clone(), task.notes.clone());
        let row = TemplateRow { id: world.new_id(), name, kind: task.kind, notes, version: 1 };
        storage::task_templates::insert(&mut session, &row, world.now())
            .await
            .map_err(unless_taken((task_templates::NAME_KEY, "is_template")))?;
    }
    storage::tasks::insert(&mut session, &task).await?;
    assigned(&mut session, world, staff, &task, assignee).await?;
    note(&mut session, world, staff, &task, ActivityKind::TaskAdded).await?;
    session.commit().await?;
    Ok(task.id)
}

/// Adds a task that nobody typed; whoever has it is told otherwise. Gives its row of the history; the
/// caller writes it and commits.
///
/// # Errors
/// When the database fails.
pub(super) async fn add_by_itself(
    session: &mut Session,
    task: &TaskRow,
) -> Result<Option<(CustomerId, Activity)>, StorageError> {
    storage::tasks::insert(session, task).await?;
    session.announce_to(task.assignee_id);
    session.announce_to(task.creator_id);
    let Some(customer_id) = task.customer_id else { return Ok(None) };
    let facts = facts_of(session, task).await?;
    Ok(Some((customer_id, Activity::new(ActivityKind::TaskAdded, "system", facts))))
}

/// Whether somebody may read a task: those who see the customer it is about; where it is about none,
/// those who may change it.
async fn may_read(
    session: &mut Session,
    staff: &Staff,
    task: &TaskRow,
) -> Result<bool, StorageError> {
    match task.customer_id {
        Some(customer_id) => sees(session, staff, customer_id).await,
        None => Ok(staff_may_change(staff, task)),
    }
}

/// Whether somebody may complete, reopen, change or remove a task that they may read.
pub fn staff_may_change(staff: &Staff, task: &TaskRow) -> bool {
    may_change(staff.id, &staff.duties, task.assignee_id, task.creator_id)
}

/// A task that somebody may read.
///
/// # Errors
/// `NotFound`.
pub async fn find(
    session: &mut Session,
    staff: &Staff,
    id: TaskId,
) -> Result<TaskRow, ChangeError> {
    let task = storage::tasks::find(session, id).await?.ok_or(ChangeError::NotFound)?;
    if may_read(session, staff, &task).await? { Ok(task) } else { Err(ChangeError::NotFound) }
}

/// A task that somebody may change, of the version that they read.
async fn find_theirs(
    session: &mut Session,
    staff: &Staff,
    id: TaskId,
    version: i64,
) -> Result<TaskRow, TaskError> {
    let task = find(session, staff, id).await?;
    if !staff_may_change(staff, &task) {
        return Err(TaskError::NotTheirs);
    }
    if task.version == version { Ok(task) } else { Err(ChangeError::Changed.into()) }
}

/// Changes an open task of the version that was read.
///
/// # Errors
/// `NotFound`, `NotTheirs`, `Changed`, `Invalid`.
pub async fn edit(
    world: &World,
    staff: &Staff,
    id: TaskId,
    version: i64,
    form: &TaskForm<'_>,
) -> Result<(), TaskError> {
    let mut session = world.db.begin().await?;
    let before = find_theirs(&mut session, staff, id, version).await?;
    if before.completed_at.is_some() {
        return Err(ChangeError::Changed.into());
    }
    let (after, assignee) = read(&mut session, world, staff, form, Some(&before)).await?;
    let was = facts_of(&mut session, &before).await?;
    if after == before {
        return Ok(());
    }
    if !storage::tasks::update(&mut session, &after).await? {
        return Err(ChangeError::Changed.into());
    }
    let after = TaskRow { version: version + 1, ..after };
    if after.assignee_id != before.assignee_id {
        assigned(&mut session, world, staff, &after, assignee).await?;
    }
    session.announce_to(before.assignee_id);
    session.announce_to(after.assignee_id);
    session.announce_to(after.creator_id);
    let is = facts_of(&mut session, &after).await?;
    note_change(&mut session, world, staff, (&before, was), (&after, is)).await?;
    Ok(session.commit().await?)
}

/// Adds what changed of a task to the history; when it is about another customer now, to both.
async fn note_change(
    session: &mut Session,
    world: &World,
    staff: &Staff,
    (before, was): (&TaskRow, Facts),
    (after, is): (&TaskRow, Facts),
) -> Result<(), StorageError> {
    let actor = staff.actor();
    let mut rows = Vec::new();
    if before.customer_id == after.customer_id {
        let change = Activity::change(ActivityKind::TaskChanged, &actor, was, is);
        if let (Some(id), Some(mut activity)) = (after.customer_id, change) {
            activity.after.entry("task".to_owned()).or_insert_with(|| after.title.clone());
            rows.push((id, activity));
        }
    } else {
        if let Some(id) = before.customer_id {
            rows.push((id, Activity::new(ActivityKind::TaskRemoved, &actor, was)));
        }
        if let Some(id) = after.customer_id {
            rows.push((id, Activity::new(ActivityKind::TaskAdded, &actor, is)));
        }
    }
    history::write_all(session, world, rows).await
}

/// Completes a task of the version that was read; a call says how it went. Gives the task as it is
/// now.
///
/// # Errors
/// `NotFound`, `NotTheirs`, `Changed`, `Invalid`.
pub async fn complete(
    world: &World,
    staff: &Staff,
    id: TaskId,
    version: i64,
    outcome: &str,
) -> Result<TaskRow, TaskError> {
    let mut session = world.db.begin().await?;
    let task = find_theirs(&mut session, staff, id, version).await?;
    if task.completed_at.is_some() {
        return Err(ChangeError::Changed.into());
    }
    let outcome = parse_outcome(task.kind, outcome).map_err(bad("outcome"))?;
    let (completed_at, completed_by) = (Some(world.now()), Some(staff.id));
    let task = TaskRow { completed_at, completed_by, outcome, ..task };
    done(session, world, staff, task, ActivityKind::TaskDone).await
}

/// Reopens a task of the version that was read. Gives the task as it is now.
///
/// # Errors
/// `NotFound`, `NotTheirs`, `Changed`.
pub async fn reopen(
    world: &World,
    staff: &Staff,
    id: TaskId,
    version: i64,
) -> Result<TaskRow, TaskError> {
    let mut session = world.db.begin().await?;
    let task = find_theirs(&mut session, staff, id, version).await?;
    if task.completed_at.is_none() {
        return Err(ChangeError::Changed.into());
    }
    let task = TaskRow { completed_at: None, completed_by: None, outcome: None, ..task };
    done(session, world, staff, task, ActivityKind::TaskReopened).await
}

async fn done(
    mut session: Session,
    world: &World,
    staff: &Staff,
    task: TaskRow,
    kind: ActivityKind,
) -> Result<TaskRow, TaskError> {
    if !storage::tasks::update_done(&mut session, &task).await? {
        return Err(ChangeError::Changed.into());
    }
    note(&mut session, world, staff, &task, kind).await?;
    session.commit().await?;
    Ok(TaskRow { version: task.version + 1, ..task })
}

/// Removes a task of the version that was read, and what people were told about it.
///
/// # Errors
/// `NotFound`, `NotTheirs`, `Changed`.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: TaskId,
    version: i64,
) -> Result<(), TaskError> {
    let mut session = world.db.begin().await?;
    let task = find_theirs(&mut session, staff, id, version).await?;
    note(&mut session, world, staff, &task, ActivityKind::TaskRemoved).await?;
    storage::notifications::delete_of_task(&mut session, id).await?;
    if !storage::tasks::delete(&mut session, id, version).await? {
        return Err(ChangeError::Changed.into());
    }
    Ok(session.commit().await?)
}

/// From the morning on, tells people of their tasks that are due: of each once for the day on which it
/// is due, however many workers do so. Returns how many tasks that were.
///
/// # Errors
/// When the database fails.
pub async fn tell_due(world: &World) -> Result<usize, StorageError> {
    let now = world.now();
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    if company.local_time(now).hour() < MORNING_HOUR {
        return Ok(0);
    }
    let today = company.date_of(now);
    let ids = storage::tasks::all_due_untold(&mut session, today, DUE_MAX).await?;
    drop(session);
    let mut told = 0;
    for id in ids {
        let mut session = world.db.begin().await?;
        let Some(task) = storage::tasks::claim_due(&mut session, id, today).await? else {
            continue;
        };
        let to = storage::notifications::find_recipient(&mut session, task.assignee_id).await?;
        if let Some(to) = to {
            let event = Event {
                kind: NotificationKind::TaskDue,
                once_key: format!("task:{id}:due:{}", task.due_on),
                customer_id: task.customer_id,
                task_id: Some(id),
                facts: history::facts([("title", &task.title)]),
            };
            notifications::tell(&mut session, world, &event, &[to]).await?;
        }
        // What counts as new for them is more by what is due, read or not.
        session.announce_to(task.assignee_id);
        session.commit().await?;
        told += 1;
    }
    Ok(told)
}
