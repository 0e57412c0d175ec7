//! Somebody's own account: where they are signed in, their password.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::SessionView};

/// Where whoever asks is signed in, the latest first.
#[server(name = ListSessions, prefix = "/api/staff", endpoint = "account/sessions", input = GetUrl)]
pub async fn list_sessions() -> Result<Vec<SessionView>, ApiError> {
    use crate::{
        api::{call::StaffCall, dates},
        services::{company, staff},
    };

    let call = StaffCall::begin().await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let rows = staff::sessions(&mut session, call.world(), &call.staff).await.map_err(fail)?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id.to_string(),
            browser: row.browser,
            network_address: row.network_address,
            since: dates::instant(&company, row.created_at),
            last_seen: dates::instant(&company, row.last_seen_at),
            is_this: row.id == call.staff.session_id,
        })
        .collect())
}

/// Ends one of the sessions of whoever asks.
#[server(name = EndSession, prefix = "/api/staff", endpoint = "account/end_session")]
pub async fn end_session(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::staff};

    let call = StaffCall::begin().await?;
    let not_found = || call.request.answer(ApiError::NotFound);
    let id = id.parse().map_err(|_| not_found())?;
    let ended = staff::end_session(call.world(), &call.staff, id).await;
    if ended.map_err(|error| call.request.fail(error))? { Ok(()) } else { Err(not_found()) }
}

/// Changes the password of whoever asks.
#[server(name = ChangePassword, prefix = "/api/staff", endpoint = "account/change_password")]
pub async fn change_password(old: String, new: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::staff};

    let call = StaffCall::begin().await?;
    let network_address = call.request.network_address();
    staff::change_password(call.world(), &call.staff, &old, &new, &network_address)
        .await
        .map_err(|error| call.request.fail(error))
}
