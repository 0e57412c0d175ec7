//! Telling people on our side what happened: in the transaction of what happened, once for each event
//! and person, and by e-mail where they want that.

use crate::{
    domain::{
        activity::Facts,
        ids::{CustomerId, NotificationId, StaffUserId, TaskId},
        notification::{NotificationKind, NotificationKinds},
        payment::PaymentState,
        permission::Permission,
    },
    services::{
        World, company, history,
        mail::{self, MailError},
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        messages::MessageRow,
        notifications::{NotificationRow, RecipientRow},
        payments::PaymentRow,
    },
};

/// Something to tell.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// What it is.
    pub(super) kind: NotificationKind,
    /// What makes it one event.
    pub(super) once_key: String,
    /// The customer it is about: whoever does not see it is not told.
    pub(super) customer_id: Option<CustomerId>,
    /// The task it is about.
    pub(super) task_id: Option<TaskId>,
    /// What there is to say.
    pub(super) facts: Facts,
}

/// Whether somebody sees a customer whose specialist is another, or nobody.
pub(super) fn recipient_sees(to: &RecipientRow, specialist: Option<StaffUserId>) -> bool {
    !to.own_customers_only || specialist == Some(to.id)
}

fn unsent(error: MailError) -> StorageError {
    match error {
        MailError::Storage(error) => error,
        MailError::Render(error) => StorageError::Inconsistent(format!("message: {error}")),
    }
}

/// Tells people of an event, but for those who were told before or do not see what it is about. The
/// caller commits.
pub(super) async fn tell(
    session: &mut Session,
    world: &World,
    event: &Event,
    to: &[RecipientRow],
) -> Result<(), StorageError> {
    let specialist = match event.customer_id {
        Some(id) => storage::customers::find(session, id).await?.and_then(|one| one.specialist_id),
        None => None,
    };
    let facts = serde_json::to_string(&event.facts)
        .map_err(|error| StorageError::Inconsistent(format!("notification: {error}")))?;
    let mut company = None;
    for one in to {
        if event.customer_id.is_some() && !recipient_sees(one, specialist) {
            continue;
        }
        let row = NotificationRow {
            id: world.new_id(),
            staff_user_id: one.id,
            once_key: event.once_key.clone(),
            kind: event.kind,
            customer_id: event.customer_id,
            task_id: event.task_id,
            facts: facts.clone(),
            created_at: world.now(),
            read_at: None,
            archived_at: None,
        };
        if !storage::notifications::insert_once(session, &row).await? {
            continue;
        }
        session.announce_to(one.id);
        if one.mailed_notifications.has(event.kind) {
            if company.is_none() {
                company = Some(company::load(session).await?);
            }
            if let Some(company) = &company {
                mail::notification(session, world, company, one, event.kind, row.id)
                    .await
                    .map_err(unsent)?;
            }
        }
    }
    Ok(())
}

/// Who is told about a customer's payments, promises and mail: whoever is responsible for it; where nobody is,
/// those who invite to the portal and enrol in autopay (product.md §2.24, no. 4).
pub(super) async fn responsible(
    session: &mut Session,
    customer_id: CustomerId,
) -> Result<Vec<RecipientRow>, StorageError> {
    let customer = storage::customers::find(session, customer_id).await?;
    if let Some(id) = customer.and_then(|customer| customer.specialist_id)
        && let Some(specialist) = storage::notifications::find_recipient(session, id).await?
    {
        return Ok(vec![specialist]);
    }
    storage::notifications::all_recipients(session, Permission::Assignments).await
}

/// A payment came to where it stands: whoever is responsible is told once of each such place that is
/// news to them. The caller commits.
///
/// # Errors
/// When the database fails.
pub(super) async fn payment_moved(
    session: &mut Session,
    world: &World,
    payment: &PaymentRow,
) -> Result<(), StorageError> {
    let kind = match payment.state {
        PaymentState::Succeeded => NotificationKind::PaymentReceived,
        PaymentState::Failed | PaymentState::Returned | PaymentState::ChargedBack => {
            NotificationKind::PaymentFailed
        }
        _ => return Ok(()),
    };
    let event = Event {
        kind,
        once_key: format!("payment:{}:{}", payment.id, payment.state.as_str()),
        customer_id: Some(payment.customer_id),
        task_id: None,
        facts: history::facts([
            ("payment", &payment.reference),
            ("state", payment.state.as_str()),
            ("minor", &payment.charge_minor().to_string()),
            ("currency", payment.currency.code()),
            ("reason", payment.failure_code.as_deref().unwrap_or_default()),
        ]),
    };
    let to = responsible(session, payment.customer_id).await?;
    tell(session, world, &event, &to).await
}

/// A message to a customer could not be delivered. The caller commits.
///
/// # Errors
/// When the database fails.
pub async fn mail_failed(
    session: &mut Session,
    world: &World,
    message: &MessageRow,
) -> Result<(), StorageError> {
    let Some(customer_id) = message.customer_id else { return Ok(()) };
    let event = Event {
        kind: NotificationKind::MailFailed,
        once_key: format!("mail:{}", message.id),
        customer_id: Some(customer_id),
        task_id: None,
        facts: history::facts([("to", &message.to_email), ("subject", &message.subject)]),
    };
    let to = responsible(session, customer_id).await?;
    tell(session, world, &event, &to).await
}

/// Notes that somebody read something they were told, or did not; false when it is not theirs.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(
    world: &World,
    staff: &Staff,
    id: NotificationId,
    is_read: bool,
) -> Result<bool, StorageError> {
    let mut session = world.db.begin().await?;
    let at = is_read.then(|| world.now());
    let is_theirs = storage::notifications::update_read(&mut session, staff.id, id, at).await?;
    session.announce_to(staff.id);
    session.commit().await?;
    Ok(is_theirs)
}

/// Puts something that somebody was told away, or brings it back; false when it is not theirs.
///
/// # Errors
/// When the database fails.
pub async fn archive(
    world: &World,
    staff: &Staff,
    id: NotificationId,
    is_archived: bool,
) -> Result<bool, StorageError> {
    let mut session = world.db.begin().await?;
    let at = is_archived.then(|| world.now());
    let is_theirs = storage::notifications::update_archived(&mut session, staff.id, id, at).await?;
    session.announce_to(staff.id);
    session.commit().await?;
    Ok(is_theirs)
}

/// Notes that somebody read everything they were told.
///
/// # Errors
/// When the database fails.
pub async fn mark_all_read(world: &World, staff: &Staff) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    storage::notifications::update_all_read(&mut session, staff.id, world.now()).await?;
    session.announce_to(staff.id);
    Ok(session.commit().await?)
}

/// Says of what somebody is told by e-mail too.
///
/// # Errors
/// When the database fails.
pub async fn choose_mailed(
    world: &World,
    staff: &Staff,
    kinds: &NotificationKinds,
) -> Result<(), StorageError> {
    let mut session = world.db.begin().await?;
    storage::notifications::update_mailed(&mut session, staff.id, kinds).await?;
    Ok(session.commit().await?)
}
