//! What people on our side are told.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    customers::sight_key,
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    activity::Facts,
    ids::{CustomerId, NotificationId, StaffUserId, TaskId},
    notification::{NotificationKind, NotificationKinds},
    permission::{Permission, Sight},
};

/// Rows of a page of notifications.
pub const PAGE_ROWS: i64 = 50;

/// Something that somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NotificationRow {
    /// The notification.
    pub id: NotificationId,
    /// Who is told.
    pub staff_user_id: StaffUserId,
    /// The event: nobody is told twice of one.
    pub once_key: String,
    /// What they are told.
    pub kind: NotificationKind,
    /// About which customer.
    pub customer_id: Option<CustomerId>,
    /// About which task.
    pub task_id: Option<TaskId>,
    /// What there is to say, as JSON.
    pub facts: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// When it was put away.
    pub archived_at: Option<DateTime<Utc>>,
}

impl NotificationRow {
    /// What there is to say.
    pub fn facts(&self) -> Facts {
        serde_json::from_str(&self.facts).unwrap_or_default()
    }
}

/// A notification with the customer's name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedNotificationRow {
    /// The notification.
    #[sqlx(flatten)]
    pub notification: NotificationRow,
    /// The customer's name.
    pub customer: Option<String>,
}

/// Somebody who can be told something.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RecipientRow {
    /// Who.
    pub id: StaffUserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they see only the customers whose specialist they are.
    pub own_customers_only: bool,
    /// Of what they are told by e-mail too.
    pub mailed_notifications: NotificationKinds,
}

/// Tells somebody of an event; false when they were told of it before.
pub async fn insert_once(
    session: &mut Session,
    row: &NotificationRow,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "INSERT INTO notifications (id, staff_user_id, once_key, kind, customer_id, task_id, facts,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (staff_user_id, once_key) DO NOTHING",
        row.id,
        row.staff_user_id,
        &row.once_key,
        row.kind,
        row.customer_id,
        row.task_id,
        &row.facts,
        row.created_at
    )?;
    Ok(rows == 1)
}

/// A page of what somebody was told about customers they see, the latest first, and one more when
/// there is more. `before` is the last of the page before.
pub async fn list(
    session: &mut Session,
    user: StaffUserId,
    sight: Sight,
    is_archived: bool,
    before: Option<NotificationId>,
) -> Result<Vec<NamedNotificationRow>, StorageError> {
    // Ids sort by the time they were made; in every collation a letter behind theirs comes after them.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    sql!(
        session,
        fetch_all as NamedNotificationRow,
        "SELECT n.*, c.name AS customer
         FROM notifications n LEFT JOIN customers c ON c.id = n.customer_id
         WHERE n.staff_user_id = $1 AND n.id < $4 AND (n.archived_at IS NOT NULL) = $3
           AND (n.customer_id IS NULL OR $2 = '' OR c.specialist_id = $2)
         ORDER BY n.id DESC LIMIT $5",
        user,
        sight_key(sight),
        is_archived,
        before,
        PAGE_ROWS + 1
    )
}

/// How much is new for somebody: what they were told and have not read, and their open tasks that
/// are due; both only about customers they see.
pub async fn count_new(
    session: &mut Session,
    user: StaffUserId,
    sight: Sight,
    today: NaiveDate,
) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "SELECT (SELECT COUNT(*) FROM notifications n
                 LEFT JOIN customers c ON c.id = n.customer_id
                 WHERE n.staff_user_id = $1 AND n.read_at IS NULL AND n.archived_at IS NULL
                   AND (n.customer_id IS NULL OR $2 = '' OR c.specialist_id = $2))
              + (SELECT COUNT(*) FROM tasks t
                 LEFT JOIN customers c ON c.id = t.customer_id
                 WHERE t.assignee_id = $1 AND t.completed_at IS NULL AND t.due_on <= $3
                   AND (t.customer_id IS NULL OR $2 = '' OR c.specialist_id = $2))",
        user,
        sight_key(sight),
        today
    )
}

/// Notes that somebody read something, or did not; false when it is not theirs.
pub async fn update_read(
    session: &mut Session,
    user: StaffUserId,
    id: NotificationId,
    read_at: Option<DateTime<Utc>>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE notifications SET read_at = $3 WHERE id = $2 AND staff_user_id = $1",
        user,
        id,
        read_at
    )?;
    Ok(rows == 1)
}

/// Puts something away, or brings it back; false when it is not theirs. What is put away counts as
/// read.
pub async fn update_archived(
    session: &mut Session,
    user: StaffUserId,
    id: NotificationId,
    archived_at: Option<DateTime<Utc>>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE notifications SET archived_at = $3, read_at = COALESCE(read_at, $3)
         WHERE id = $2 AND staff_user_id = $1",
        user,
        id,
        archived_at
    )?;
    Ok(rows == 1)
}

/// Notes that somebody read everything they were told.
pub async fn update_all_read(
    session: &mut Session,
    user: StaffUserId,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    sql!(
        session,
        execute,
        "UPDATE notifications SET read_at = $2
         WHERE staff_user_id = $1 AND read_at IS NULL AND archived_at IS NULL",
        user,
        now
    )
}

/// Takes away what people were told about a task, because the task goes.
pub async fn delete_of_task(session: &mut Session, task_id: TaskId) -> Result<u64, StorageError> {
    sql!(session, execute, "DELETE FROM notifications WHERE task_id = $1", task_id)
}

/// People who may sign in and be told something: those of them that the rest of the query names.
macro_rules! recipients {
    ($rest:literal) => {
        concat!(
            "SELECT id, email, name, own_customers_only, mailed_notifications
             FROM staff_users WHERE is_active ",
            $rest
        )
    };
}

/// Somebody who may sign in and be told something.
pub async fn find_recipient(
    session: &mut Session,
    id: StaffUserId,
) -> Result<Option<RecipientRow>, StorageError> {
    sql!(session, fetch_optional as RecipientRow, recipients!("AND id = $1"), id)
}

/// Everybody with a permission who may sign in and sees all customers; at most five hundred.
pub async fn all_recipients(
    session: &mut Session,
    permission: Permission,
) -> Result<Vec<RecipientRow>, StorageError> {
    sql!(
        session,
        fetch_all as RecipientRow,
        recipients!(
            "AND NOT own_customers_only AND ' ' || permissions || ' ' LIKE '% ' || $1 || ' %'
             ORDER BY id LIMIT 500"
        ),
        permission.as_str()
    )
}

/// Everybody who may sign in, by name; at most five hundred.
pub async fn all_colleagues(session: &mut Session) -> Result<Vec<RecipientRow>, StorageError> {
    sql!(session, fetch_all as RecipientRow, recipients!("ORDER BY name, id LIMIT 500"))
}

/// Of what somebody is told by e-mail too.
pub async fn find_mailed(
    session: &mut Session,
    user: StaffUserId,
) -> Result<NotificationKinds, StorageError> {
    sql!(
        session,
        scalar NotificationKinds,
        "SELECT mailed_notifications FROM staff_users WHERE id = $1",
        user
    )
}

/// Writes of what somebody is told by e-mail too.
pub async fn update_mailed(
    session: &mut Session,
    user: StaffUserId,
    kinds: &NotificationKinds,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE staff_users SET mailed_notifications = $2 WHERE id = $1",
        user,
        kinds
    )?;
    Ok(())
}
