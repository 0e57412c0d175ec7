//! A single e-mail about an open invoice.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::InvoiceMailView},
    domain::invoice_mail::InvoiceMailForm,
};

/// To whom an e-mail about an invoice would go; nothing for those who may send none, and where
/// nothing is open.
#[server(name = GetInvoiceMail, prefix = "/api/staff", endpoint = "invoice/mail", input = GetUrl)]
pub async fn invoice_mail(id: String) -> Result<InvoiceMailView, ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::permission::Permission,
        services::{
            company,
            invoice_mail::{self, InvoiceMailError},
        },
    };

    let call = StaffCall::begin().await?;
    let (mut session, row) = call.read_invoice(&id).await?;
    let nothing = InvoiceMailView { id, ..InvoiceMailView::default() };
    if !call.staff.may(Permission::Mail) {
        return Ok(nothing);
    }
    let found = match invoice_mail::find(&mut session, &call.staff, row.invoice.id).await {
        // Who pays may be somebody whom they do not see.
        Err(InvoiceMailError::NotFound | InvoiceMailError::NothingOpen) => return Ok(nothing),
        found => found.map_err(|error| call.request.fail(error))?,
    };
    let company = company::load(&mut session).await;
    let company = company.map_err(|error| call.request.fail(error))?.profile.name;
    Ok(InvoiceMailView {
        to: found.addresses(),
        payer: found.payer.name,
        subject: format!("Invoice {} of {company}", row.invoice.number),
        may_send: true,
        ..nothing
    })
}

/// Sends an e-mail about an invoice, with the invoice. `to` are the addresses that were shown.
#[server(name = SendInvoiceMail, prefix = "/api/staff", endpoint = "invoice/send_mail")]
pub async fn send_invoice_mail(
    id: String,
    #[server(default)] to: String,
    #[server(default)] form: InvoiceMailForm,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::invoice_mail};

    let call = StaffCall::permitted(Permission::Mail).await?;
    let id = call.request.id(&id)?;
    let mail = form.read().map_err(|bad| call.request.answer(ApiError::Invalid(bad)))?;
    let portal_url = call.request.config().portal_url();
    invoice_mail::send(call.world(), &call.staff, &portal_url, id, &to, &mail)
        .await
        .map_err(|error| call.request.fail(error))
}
