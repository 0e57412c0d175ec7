//! Signing in and out, and what is around every page.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::StaffFrame};

/// Signs in with e-mail and password.
#[server(name = SignInStaff, prefix = "/api/staff", endpoint = "session/sign_in")]
pub async fn sign_in_staff(email: String, password: String) -> Result<(), ApiError> {
    use crate::{
        api::call::Anybody,
        services::staff::{self, Origin},
    };

    let call = Anybody::begin();
    let network_address = call.network_address();
    let origin = Origin { network_address: &network_address, browser: call.browser() };
    let signed_in = staff::sign_in(call.world(), &email, &password, origin)
        .await
        .map_err(|error| call.fail(error))?;
    call.set_cookie(call.config().staff_cookie(), &signed_in.token);
    leptos_axum::redirect(if signed_in.needs_code { "/staff/second-step" } else { "/staff" });
    Ok(())
}

/// The second step: a code of an authenticator app, or a recovery code.
#[server(name = SecondStep, prefix = "/api/staff", endpoint = "session/second_step")]
pub async fn second_step(app_code: String) -> Result<(), ApiError> {
    use crate::{
        api::call::Anybody,
        services::{
            second_factor::{self, AppCode},
            staff::Origin,
        },
    };

    let call = Anybody::begin();
    let Some(waiting) = call.cookie(call.config().staff_cookie()) else {
        return Err(call.answer(ApiError::SignInRequired));
    };
    let network_address = call.network_address();
    let origin = Origin { network_address: &network_address, browser: call.browser() };
    let code = AppCode { typed: &app_code, at: call.wall_time() };
    let token = second_factor::redeem(call.world(), &waiting, code, origin)
        .await
        .map_err(|error| call.fail(error))?;
    call.set_cookie(call.config().staff_cookie(), &token);
    leptos_axum::redirect("/staff");
    Ok(())
}

/// Ends the session.
#[server(name = SignOutStaff, prefix = "/api/staff", endpoint = "session/sign_out")]
pub async fn sign_out_staff() -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::staff};

    let call = Anybody::begin();
    if let Some(token) = call.cookie(call.config().staff_cookie()) {
        staff::sign_out(call.world(), &token).await.map_err(|error| call.fail(error))?;
    }
    call.set_cookie(call.config().staff_cookie(), "");
    leptos_axum::redirect("/staff/sign-in");
    Ok(())
}

/// Mails a code for a new password. Known and unknown addresses get the same answer.
#[server(name = RequestStaffCode, prefix = "/api/staff", endpoint = "session/request_code")]
pub async fn request_staff_code(email: String) -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::staff};

    let call = Anybody::begin();
    let base_url = &call.config().base_url;
    staff::request_code(call.world(), &email, &call.network_address(), base_url)
        .await
        .map_err(|error| call.fail(error))
}

/// Sets a password with a mailed code; signing in with it comes next.
#[server(name = SetPassword, prefix = "/api/staff", endpoint = "session/set_password")]
pub async fn set_password(
    email: String,
    mailed_code: String,
    password: String,
) -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::staff};

    let call = Anybody::begin();
    staff::set_password(call.world(), &email, &mailed_code, &password, &call.network_address())
        .await
        .map_err(|error| call.fail(error))?;
    leptos_axum::redirect("/staff/sign-in?set=yes");
    Ok(())
}

/// Who is signed in, and what is around every page.
#[server(name = GetStaffFrame, prefix = "/api/staff", endpoint = "session/frame", input = GetUrl)]
pub async fn staff_frame() -> Result<StaffFrame, ApiError> {
    use crate::{
        api::{call::StaffCall, dates},
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.request.fail(error))?;
    let moved = call.request.state.clock.offset_seconds() != 0;
    let now = call.world().now();
    let (user, sight, today) = (call.staff.id, call.staff.sight(), company.date_of(now));
    let news = storage::notifications::count_new(&mut session, user, sight, today).await;
    let news = news.map_err(|error| call.request.fail(error))?;
    Ok(StaffFrame {
        news,
        name: call.staff.name,
        email: call.staff.email,
        permissions: call.staff.duties.permissions,
        company: company.profile.name.clone(),
        is_sandbox: call.request.config().has_sandbox(),
        has_mailbox: call.request.config().has_mailbox(),
        moved_clock: if moved { dates::instant(&company, now) } else { String::new() },
    })
}
