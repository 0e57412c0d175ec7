//! What became of a payment: the receipt.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::PaymentPage},
    domain::payment::PaymentState,
};

/// A payment with its lines.
#[server(name = PortalPayment, prefix = "/api/portal", endpoint = "payments/one", input = GetUrl)]
pub async fn portal_payment(id: String) -> Result<PaymentPage, ApiError> {
    use crate::{
        api::{call::PortalCall, dates, fold},
        domain::{money::Rate, payment::RECORDED},
        storage,
    };

    let (call, mut session) = PortalCall::paying_reading().await?;
    let fail = |error| call.request.fail(error);
    let payment_id = call.request.id(&id)?;
    let company = &call.company;
    let row = call.payment(&mut session, payment_id).await?;
    let lines = storage::payments::all_lines(&mut session, payment_id).await.map_err(fail)?;
    let rate = u32::try_from(row.surcharge_rate_ppm).unwrap_or(0);
    Ok(PaymentPage {
        id,
        charge: row.charge_minor(),
        refunded: row.refunded_principal_minor + row.refunded_surcharge_minor,
        lines: lines.iter().map(|line| fold::paid_line(line, call.customer_id)).collect(),
        confirmed: dates::instant(company, row.created_at),
        expected: row.expected_on.map(dates::weekday).unwrap_or_default(),
        surcharge_percent: Rate::from_ppm(rate).percent(),
        currency: row.currency.code().to_owned(),
        early_discount: row.early_discount_minor,
        bank_discount: row.bank_discount_minor,
        surcharge: row.surcharge_minor,
        state: row.state,
        failure_code: row.failure_code.unwrap_or_default(),
        reference: row.reference,
        method: if row.method_kind == RECORDED {
            format!("Recorded by {}", company.profile.name)
        } else {
            row.method_label
        },
        method_kind: row.method_kind,
        frame: call.frame(),
    })
}

/// Where a payment stands, for pages that wait for it.
#[server(name = PaymentStatus, prefix = "/api/portal", endpoint = "payments/status", input = GetUrl)]
pub async fn payment_status(id: String) -> Result<PaymentState, ApiError> {
    use crate::api::call::PortalCall;

    let (call, mut session) = PortalCall::paying_reading().await?;
    let payment_id = call.request.id(&id)?;
    let row = call.payment(&mut session, payment_id).await?;
    Ok(row.state)
}

/// Sends the payer on to the step their bank asks for, or back to the payment when it asks for none
/// any more.
#[server(name = ContinuePayment, prefix = "/api/portal", endpoint = "payments/continue")]
pub async fn continue_payment(id: String) -> Result<(), ApiError> {
    use crate::{api::call::PortalCall, services::payments};

    let (call, mut session) = PortalCall::paying_reading().await?;
    let payment_id = call.request.id(&id)?;
    call.payment(&mut session, payment_id).await?;
    drop(session);
    let step = payments::next_step(call.world(), payment_id)
        .await
        .map_err(|error| call.request.fail(error))?;
    leptos_axum::redirect(&step.unwrap_or_else(|| format!("/portal/payments/{payment_id}")));
    Ok(())
}
