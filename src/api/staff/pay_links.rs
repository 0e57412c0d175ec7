//! Links by which invoices are paid, as staff make and take them back.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::PayLinkView};

/// What is known of an invoice's pay link.
#[server(name = GetPayLink, prefix = "/api/staff", endpoint = "pay_links/of_invoice", input = GetUrl)]
pub async fn pay_link(id: String) -> Result<PayLinkView, ApiError> {
    use crate::{
        api::{call::StaffCall, dates},
        domain::{pay_link::PayLinkState, permission::Permission},
        services::company,
        storage,
    };

    let call = StaffCall::begin().await?;
    let (mut session, row) = call.read_invoice(&id).await?;
    let fail = |error| call.request.fail(error);
    let invoice = &row.invoice;
    let may_pay = call.staff.may(Permission::Payments);
    let is_open = invoice.balance_minor > 0 && invoice.voided_on.is_none();
    let found = storage::pay_links::find_latest(&mut session, invoice.id).await.map_err(fail)?;
    let Some(link) = found else {
        return Ok(PayLinkView { may_make: may_pay && is_open, ..PayLinkView::default() });
    };
    let company = company::load(&mut session).await.map_err(fail)?;
    let is_over = link.state == PayLinkState::Active && link.expires_at <= call.world().now();
    let state = if is_over { PayLinkState::Expired } else { link.state };
    let is_active = state == PayLinkState::Active;
    Ok(PayLinkView {
        is_active: is_active && is_open,
        state: state.as_str().to_owned(),
        made: dates::instant(&company, link.created_at),
        expires: dates::date(company.date_of(link.expires_at)),
        opened: link.opened_at.map(|at| dates::instant(&company, at)).unwrap_or_default(),
        has_changed: (link.balance_minor, link.due_on) != (invoice.balance_minor, invoice.due_on),
        may_make: may_pay && is_open,
        may_revoke: may_pay && is_active,
        made_by: link.made_by,
    })
}

/// Makes a key of an invoice's link, and the link where none is good today; gives its address, which
/// nobody can be told again.
#[server(name = MakePayLink, prefix = "/api/staff", endpoint = "pay_links/make")]
pub async fn make_pay_link(id: String) -> Result<String, ApiError> {
    use crate::{
        api::call::StaffCall,
        domain::{pay_link::PAY_PATH, permission::Permission},
        services::pay_links,
    };

    let call = StaffCall::permitted(Permission::Payments).await?;
    let id = call.request.id(&id)?;
    let key = pay_links::make(call.world(), &call.staff, id).await;
    let key = key.map_err(|error| call.request.fail(error))?;
    Ok(format!("{}{PAY_PATH}{key}", call.request.config().base_url))
}

/// Takes an invoice's link back, with all of its keys.
#[server(name = RevokePayLink, prefix = "/api/staff", endpoint = "pay_links/revoke")]
pub async fn revoke_pay_link(id: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::pay_links};

    let call = StaffCall::permitted(Permission::Payments).await?;
    let id = call.request.id(&id)?;
    pay_links::revoke(call.world(), &call.staff, id).await.map_err(|error| call.request.fail(error))
}
