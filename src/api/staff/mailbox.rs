//! The mailbox of development and demo: every message the system sent.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::MessageView};

/// How many messages the mailbox lists.
#[cfg(feature = "ssr")]
const MESSAGES_MAX: i64 = 200;

/// The latest messages.
#[server(name = ListMessages, prefix = "/api/staff", endpoint = "mailbox/list", input = GetUrl)]
pub async fn list_messages() -> Result<Vec<MessageView>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company, storage};

    let call = StaffCall::permitted(Permission::Settings).await?;
    if !call.request.config().has_mailbox() {
        return Err(call.request.answer(ApiError::NotFound));
    }
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let rows = storage::messages::all_latest(&mut session, "", MESSAGES_MAX).await.map_err(fail)?;
    Ok(rows.iter().map(|row| view(row, &company, false)).collect())
}

/// One message.
#[server(name = GetMessage, prefix = "/api/staff", endpoint = "mailbox/one", input = GetUrl)]
pub async fn message(id: String) -> Result<MessageView, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::company, storage};

    let call = StaffCall::permitted(Permission::Settings).await?;
    let not_found = || call.request.answer(ApiError::NotFound);
    if !call.request.config().has_mailbox() {
        return Err(not_found());
    }
    let fail = |error| call.request.fail(error);
    let id = call.request.id(&id)?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let row = storage::messages::find(&mut session, id).await.map_err(fail)?;
    Ok(view(&row.ok_or_else(not_found)?, &company, true))
}

#[cfg(feature = "ssr")]
fn view(
    row: &crate::storage::messages::MessageRow,
    company: &crate::services::company::Company,
    with_text: bool,
) -> MessageView {
    MessageView {
        id: row.id.to_string(),
        to: row.to_email.clone(),
        subject: row.subject.clone(),
        at: crate::api::dates::instant(company, row.created_at),
        state: row.state.clone(),
        text: if with_text { row.body_text.clone() } else { String::new() },
        has_invoice: crate::services::mail::attached_invoice(&row.attachment).is_some(),
        attachment: if row.attachment.is_empty() {
            String::new()
        } else {
            format!("/staff/mailbox/{}/attachment.pdf", row.id)
        },
    }
}
