//! Coming back from the processor's pages.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use super::guard::{Paying, Refusal};
use crate::{
    api::error::ApiError,
    domain::ids::SessionId,
    services::{methods, payments, quotes},
    storage,
};

/// The page of automatic payment.
const AUTOPAY: &str = "/portal/autopay";

/// The step in which a method is chosen, for what the visit was begun for.
fn choose(setup: SessionId) -> String {
    format!("/portal/pay?setup={setup}")
}

/// A method was added: it is kept, and the price for it is shown at once.
pub async fn method(Paying(call): Paying, Path(id): Path<String>) -> Result<Response, Refusal> {
    call.may_act()?;
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let back = methods::finish(call.world(), id, call.scope())
        .await
        .map_err(|error| call.request.fail(error))?;
    // For nothing that is to be paid now: it was begun for automatic payment.
    if back.portions.is_empty() {
        let method = back.method_id.map(|id| format!("?method={id}")).unwrap_or_default();
        return Ok(Redirect::to(&format!("{AUTOPAY}{method}")).into_response());
    }
    let Some(method_id) = back.method_id else {
        return Ok(Redirect::to(&choose(id)).into_response());
    };
    let made =
        quotes::make(call.world(), call.scope(), &call.email, &back.portions, method_id).await;
    let target = match made {
        Ok(basket) => basket.id.map(|id| format!("/portal/pay/review/{id}")),
        // Paid or held meanwhile, or not accepted for these invoices: the step before says so.
        Err(quotes::MakeQuoteError::Quote(_) | quotes::MakeQuoteError::NotFound) => None,
        Err(error) => return Err(call.request.fail(error).into()),
    };
    let target = target.unwrap_or_else(|| choose(id));
    Ok(Redirect::to(&target).into_response())
}

/// No method was added: back to the choice.
pub async fn cancel(Paying(call): Paying, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let setup = storage::methods::find_setup(&mut session, id, call.scope())
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    if setup.portions().is_empty() {
        return Ok(Redirect::to(AUTOPAY).into_response());
    }
    Ok(Redirect::to(&choose(id)).into_response())
}

/// A further step was taken: the processor is asked how it ended, then the receipt tells.
pub async fn payment(Paying(call): Paying, Path(id): Path<String>) -> Result<Response, Refusal> {
    call.may_act()?;
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    call.payment(&mut session, id).await?;
    drop(session);
    if let Err(error) = payments::look_up(call.world(), id, "payer").await {
        // The janitor will ask again; the receipt says that it is being confirmed.
        tracing::info!(payment.id = %id, %error, "still in doubt");
    }
    Ok(Redirect::to(&format!("/portal/payments/{id}")).into_response())
}
