//! Opening a pay link: the button on its page; and its invoice for paper.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::percent_encode;

use super::{
    RESERVED,
    downloads::{pdf, print},
    guard::{Refusal, Visitor},
    page,
};
use crate::{
    api::error::ApiError,
    domain::{ids::InvoiceId, pay_link::PAY_PATH},
    services::{
        attempts::ATTEMPT_MINUTES,
        documents,
        pay_links::{self, PayLinkError},
    },
    state::AppState,
};

/// Begins a session that sees and pays one invoice, and leads on to an address without the key: to the
/// receipt where nothing is left to pay, else to the ways to pay. What opens nothing leads back to the
/// page, which says why.
pub async fn open(
    Visitor(request): Visitor,
    Path(key): Path<String>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Refusal> {
    let opened = pay_links::open(request.world(), &key, &request.network_address()).await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(PayLinkError::NotFound) => return Ok(page::message(StatusCode::NOT_FOUND)),
        Err(PayLinkError::TooMany) => return Ok(too_many()),
        Err(error) => return Err(request.fail(error).into()),
    };
    let (Some(token), Some(invoice)) = (opened.token, opened.looked.invoice) else {
        // The key was found, so that it is of no other characters than an address may have.
        return Ok(Redirect::to(&format!("{PAY_PATH}{key}")).into_response());
    };
    let is_payable = invoice.invoice.item().payable() > 0;
    let target = match opened.looked.payment {
        Some(payment) if !is_payable => format!("/portal/payments/{}", payment.id),
        _ if opened.looked.company.policy.enabled => ways_to_pay(invoice.invoice.id, &fields),
        _ => format!("/portal/invoices/{}", invoice.invoice.id),
    };
    let mut response = Redirect::to(&target).into_response();
    let cookie = request.cookie_header(request.config().payer_cookie(), &token);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn too_many() -> Response {
    let mut response = Refusal(ApiError::TooMany).into_response();
    let seconds = HeaderValue::from(ATTEMPT_MINUTES * 60);
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// The invoice of a link as a PDF, to whoever holds the key, opened or not: it changes nothing. A key
/// that shows no invoice, since it is over or was taken back, gives what one gives that never was.
pub async fn document(
    State(state): State<AppState>,
    Visitor(request): Visitor,
    Path(key): Path<String>,
) -> Result<Response, Refusal> {
    let looked = pay_links::look(request.world(), &key, &request.network_address()).await;
    let looked = match looked {
        Ok(looked) => looked,
        Err(PayLinkError::NotFound) => return Ok(page::message(StatusCode::NOT_FOUND)),
        Err(PayLinkError::TooMany) => return Ok(too_many()),
        Err(error) => return Err(request.fail(error).into()),
    };
    let Some(invoice) = looked.document() else {
        return Ok(page::message(StatusCode::NOT_FOUND));
    };
    let mut session = request.read().await?;
    let portal = request.config().portal_url();
    let document = documents::invoice(&mut session, request.world(), invoice, &portal)
        .await
        .map_err(|error| request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    drop(session);
    let number = document.number.clone();
    let bytes = print(move || state.pdf.invoice(&document)).await?;
    Ok(pdf("invoice", &number, bytes))
}

/// The step in which a method is chosen, with the amount that was typed.
fn ways_to_pay(id: InvoiceId, fields: &HashMap<String, String>) -> String {
    let mut address = format!("/portal/pay?invoice={id}");
    let name = format!("amount.{id}");
    if let Some(amount) = fields.get(&name) {
        address.push('&');
        address.push_str(&name);
        address.push('=');
        let amount = amount.as_bytes();
        let amount = amount.get(..AMOUNT_BYTES_MAX).unwrap_or(amount);
        address.extend(percent_encode(amount, RESERVED));
    }
    address
}

/// Bytes of an amount that are taken: more than any has.
const AMOUNT_BYTES_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_goes_on_as_it_is() {
        let id: InvoiceId = "0193a5f0-0000-7000-8000-000000000001".parse().unwrap();
        let fields = |text: &str| HashMap::from([(format!("amount.{id}"), text.to_owned())]);
        assert_eq!(ways_to_pay(id, &HashMap::new()), format!("/portal/pay?invoice={id}"));
        assert_eq!(
            ways_to_pay(id, &fields("1,000.5 &x=ü")),
            format!("/portal/pay?invoice={id}&amount.{id}=1%2C000.5%20%26x%3D%C3%BC")
        );
        assert!(ways_to_pay(id, &fields(&"9".repeat(999))).len() < 400);
    }
}
