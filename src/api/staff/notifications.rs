//! What whoever asks is told, and of what by e-mail too.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{
        error::ApiError,
        view::{MailedDraft, NotificationsView},
    },
    domain::notification::NotificationKinds,
};

/// A page of what whoever asks was told, the latest first, or of what they put away; `before` is that
/// before which it begins, or empty.
#[server(
    name = ListNotifications, prefix = "/api/staff", endpoint = "notifications/list", input = GetUrl
)]
pub async fn list_notifications(
    #[server(default)] is_archived: bool,
    #[server(default)] before: String,
) -> Result<NotificationsView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_tasks},
        domain::list::cut,
        services::company,
        storage::{self, notifications::PAGE_ROWS},
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let (user, sight, before) = (call.staff.id, call.staff.sight(), before.parse().ok());
    let rows = storage::notifications::list(&mut session, user, sight, is_archived, before).await;
    let mut rows = rows.map_err(fail)?;
    let has_more = cut(&mut rows, PAGE_ROWS);
    let older = rows.last().filter(|_| has_more).map(|row| row.notification.id.to_string());
    Ok(NotificationsView {
        older: older.unwrap_or_default(),
        rows: rows.into_iter().map(|row| fold_tasks::notification(row, &company)).collect(),
    })
}

/// How much is new for whoever asks.
#[server(
    name = CountNews, prefix = "/api/staff", endpoint = "notifications/count", input = GetUrl
)]
pub async fn count_news() -> Result<i64, ApiError> {
    use crate::{api::call::StaffCall, services::company, storage};

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let today = company::load(&mut session).await.map_err(fail)?.date_of(call.world().now());
    let (user, sight) = (call.staff.id, call.staff.sight());
    storage::notifications::count_new(&mut session, user, sight, today).await.map_err(fail)
}

/// Says that whoever asks read something they were told, or did not.
#[server(name = MarkRead, prefix = "/api/staff", endpoint = "notifications/read")]
pub async fn mark_read(id: String, #[server(default)] is_read: bool) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::notifications};

    let call = StaffCall::begin().await?;
    let not_found = || call.request.answer(ApiError::NotFound);
    let id = call.request.id(&id)?;
    let is_theirs = notifications::mark_read(call.world(), &call.staff, id, is_read).await;
    if is_theirs.map_err(|error| call.request.fail(error))? { Ok(()) } else { Err(not_found()) }
}

/// Puts something that whoever asks was told away, or brings it back.
#[server(name = ArchiveNotification, prefix = "/api/staff", endpoint = "notifications/archive")]
pub async fn archive_notification(
    id: String,
    #[server(default)] is_archived: bool,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::notifications};

    let call = StaffCall::begin().await?;
    let not_found = || call.request.answer(ApiError::NotFound);
    let id = call.request.id(&id)?;
    let is_theirs = notifications::archive(call.world(), &call.staff, id, is_archived).await;
    if is_theirs.map_err(|error| call.request.fail(error))? { Ok(()) } else { Err(not_found()) }
}

/// Says that whoever asks read everything they were told.
#[server(name = MarkAllRead, prefix = "/api/staff", endpoint = "notifications/read_all")]
pub async fn mark_all_read() -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::notifications};

    let call = StaffCall::begin().await?;
    notifications::mark_all_read(call.world(), &call.staff)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Of what whoever asks is told by e-mail too.
#[server(
    name = GetMailedNotifications, prefix = "/api/staff", endpoint = "account/notifications",
    input = GetUrl
)]
pub async fn mailed_notifications() -> Result<NotificationKinds, ApiError> {
    use crate::{api::call::StaffCall, storage};

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    storage::notifications::find_mailed(&mut session, call.staff.id)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Says of what whoever asks is told by e-mail too.
#[server(
    name = SaveMailedNotifications, prefix = "/api/staff", endpoint = "account/save_notifications"
)]
pub async fn save_mailed_notifications(
    #[server(default)] mailed: MailedDraft,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::notifications};

    let call = StaffCall::begin().await?;
    notifications::choose_mailed(call.world(), &call.staff, &mailed.kinds())
        .await
        .map_err(|error| call.request.fail(error))
}
