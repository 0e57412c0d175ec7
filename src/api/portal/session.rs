//! Signing in and out, and choosing an account.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

use crate::api::{
    error::ApiError,
    view::{AccountView, PortalFrame},
};

/// Mails a six-digit code. The answer is the same for unknown addresses.
#[server(name = RequestCode, prefix = "/api/portal", endpoint = "session/request_code")]
pub async fn request_code(email: String) -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::sign_in};

    let call = Anybody::begin();
    let browser = sign_in::request_code(call.world(), &email, &call.network_address())
        .await
        .map_err(|error| call.fail(error))?;
    call.set_cookie(call.config().code_cookie(), &browser);
    leptos_axum::redirect("/portal/sign-in/code");
    Ok(())
}

/// Redeems a code in the browser that asked for it.
#[server(name = RedeemCode, prefix = "/api/portal", endpoint = "session/redeem_code")]
pub async fn redeem_code(code: String) -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::sign_in};

    let call = Anybody::begin();
    let browser = call.cookie(call.config().code_cookie()).unwrap_or_default();
    let signed_in = sign_in::redeem_code(call.world(), &browser, &code, &call.network_address())
        .await
        .map_err(|error| call.fail(error))?;
    call.set_cookie(call.config().code_cookie(), "");
    call.set_cookie(call.config().payer_cookie(), &signed_in.token);
    leptos_axum::redirect(if signed_in.has_account { "/portal" } else { "/portal/accounts" });
    Ok(())
}

/// Ends the session.
#[server(name = SignOutPayer, prefix = "/api/portal", endpoint = "session/sign_out")]
pub async fn sign_out_payer() -> Result<(), ApiError> {
    use crate::{api::call::Anybody, services::sign_in};

    let call = Anybody::begin();
    if let Some(token) = call.cookie(call.config().payer_cookie()) {
        sign_in::sign_out_payer(call.world(), &token).await.map_err(|error| call.fail(error))?;
    }
    call.set_cookie(call.config().payer_cookie(), "");
    leptos_axum::redirect("/portal/sign-in");
    Ok(())
}

/// What the sign-in pages show around the form.
#[server(name = SignInFrame, prefix = "/api/portal", endpoint = "session/frame", input = GetUrl)]
pub async fn sign_in_frame() -> Result<PortalFrame, ApiError> {
    use crate::{
        api::call::{Anybody, public_frame},
        services::company,
    };

    let call = Anybody::begin();
    let mut session = call.read().await?;
    let company = company::load(&mut session).await.map_err(|error| call.fail(error))?;
    Ok(public_frame(&call, &company))
}

/// The accounts a payer may open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsPage {
    /// Around it.
    pub frame: PortalFrame,
    /// The accounts, by name.
    pub accounts: Vec<AccountView>,
}

/// Lists the accounts the signed-in address may open.
#[server(name = Accounts, prefix = "/api/portal", endpoint = "session/accounts", input = GetUrl)]
pub async fn accounts() -> Result<AccountsPage, ApiError> {
    use crate::{
        api::call::{Anybody, payer, public_frame},
        storage,
    };

    let call = Anybody::begin();
    let (payer, mut session) = payer(&call).await?;
    let accounts = storage::contacts::all_accounts(&mut session, &payer.email)
        .await
        .map_err(|error| call.fail(error))?;
    // Whoever only looks at one of them is not told of the others.
    let is_told = |id| payer.viewer.is_none() || payer.customer_id == Some(id);
    let accounts = accounts
        .into_iter()
        .filter(|row| is_told(row.customer_id))
        .map(|row| AccountView {
            id: row.customer_id.to_string(),
            number: row.number,
            name: row.name,
        })
        .collect();
    let frame = PortalFrame {
        viewer: payer.viewer.unwrap_or_default(),
        email: payer.email,
        ..public_frame(&call, &payer.company)
    };
    Ok(AccountsPage { frame, accounts })
}

/// Opens an account.
#[server(name = ChooseAccount, prefix = "/api/portal", endpoint = "session/choose_account")]
pub async fn choose_account(customer_id: String) -> Result<(), ApiError> {
    use crate::{
        api::call::{Anybody, payer},
        services::sign_in::{self, SignInError},
    };

    let call = Anybody::begin();
    let (payer, _) = payer(&call).await?;
    let token = call.cookie(call.config().payer_cookie()).unwrap_or_default();
    let customer_id = customer_id.parse().map_err(|_| call.answer(ApiError::NotFound))?;
    sign_in::choose_account(call.world(), &token, &payer.email, customer_id).await.map_err(
        |error| match error {
            SignInError::Refused => call.answer(ApiError::NotFound),
            error => call.fail(error),
        },
    )?;
    leptos_axum::redirect("/portal");
    Ok(())
}
