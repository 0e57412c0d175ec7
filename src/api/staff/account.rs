//! Somebody's own account: where they are signed in, their password, the second step.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{SecondFactorSetup, SecondFactorView, SessionView},
};

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
    let id = call.request.id(&id)?;
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

/// Whether whoever asks signs in with a second step.
#[server(
    name = GetSecondFactor, prefix = "/api/staff", endpoint = "account/second_factor", input = GetUrl
)]
pub async fn second_factor() -> Result<SecondFactorView, ApiError> {
    use crate::{api::call::StaffCall, services::second_factor};

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let state = second_factor::state(&mut session, &call.staff).await;
    let (is_on, codes_left) = state.map_err(|error| call.request.fail(error))?;
    Ok(SecondFactorView { is_on, codes_left })
}

/// A new secret for the app of whoever asks; nothing is kept yet.
#[server(
    name = SetUpSecondFactor, prefix = "/api/staff", endpoint = "account/second_factor_setup",
    input = GetUrl
)]
pub async fn second_factor_setup() -> Result<SecondFactorSetup, ApiError> {
    use crate::{
        api::call::StaffCall,
        services::{company, second_factor},
    };

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    let setup = second_factor::setup(call.world(), &call.staff, &company);
    Ok(SecondFactorSetup { secret: setup.secret, picture: setup.picture })
}

/// Turns the second step on, and gives the recovery codes, this once.
#[server(
    name = TurnOnSecondFactor, prefix = "/api/staff", endpoint = "account/turn_on_second_factor"
)]
pub async fn turn_on_second_factor(
    secret: String,
    app_code: String,
    password: String,
) -> Result<Vec<String>, ApiError> {
    use crate::{
        api::call::StaffCall,
        services::second_factor::{self, AppCode},
    };

    let call = StaffCall::begin().await?;
    let address = call.request.network_address();
    let code = AppCode { typed: &app_code, at: call.request.wall_time() };
    second_factor::turn_on(call.world(), &call.staff, &secret, code, &password, &address)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Turns the second step off.
#[server(
    name = TurnOffSecondFactor, prefix = "/api/staff", endpoint = "account/turn_off_second_factor"
)]
pub async fn turn_off_second_factor(password: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::second_factor};

    let call = StaffCall::begin().await?;
    let address = call.request.network_address();
    second_factor::turn_off(call.world(), &call.staff, &password, &address)
        .await
        .map_err(|error| call.request.fail(error))
}
