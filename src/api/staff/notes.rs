//! Notes about customers. Payers never see them.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    api::{error::ApiError, view::NotesView},
    domain::mention::Colleague,
};

/// A page of the notes about a customer, latest first; `before` is the note before which it begins,
/// or empty.
#[server(name = ListNotes, prefix = "/api/staff", endpoint = "notes/list", input = GetUrl)]
pub async fn list_notes(
    customer_id: String,
    #[server(default)] before: String,
) -> Result<NotesView, ApiError> {
    use crate::api::call::StaffCall;

    let call = StaffCall::begin().await?;
    let (session, customer) = call.read_customer(&customer_id).await?;
    page(&call, session, customer.id, None, &before).await
}

/// A page of the notes about an invoice, likewise.
#[server(
    name = ListInvoiceNotes, prefix = "/api/staff", endpoint = "notes/of_invoice", input = GetUrl
)]
pub async fn list_invoice_notes(
    id: String,
    #[server(default)] before: String,
) -> Result<NotesView, ApiError> {
    use crate::api::call::StaffCall;

    let call = StaffCall::begin().await?;
    let (session, row) = call.read_invoice(&id).await?;
    page(&call, session, row.invoice.customer_id, Some(row.invoice.id), &before).await
}

#[cfg(feature = "ssr")]
async fn page(
    call: &crate::api::call::StaffCall,
    mut session: crate::storage::Session,
    customer_id: crate::domain::ids::CustomerId,
    invoice_id: Option<crate::domain::ids::InvoiceId>,
    before: &str,
) -> Result<NotesView, ApiError> {
    use crate::{
        api::fold_history,
        domain::{list::cut, permission::Permission},
        services::company,
        storage::{self, notes::PAGE_ROWS},
    };

    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let before = before.parse().ok();
    let rows = storage::notes::list(&mut session, customer_id, invoice_id, before).await;
    let mut rows = rows.map_err(fail)?;
    let has_more = cut(&mut rows, PAGE_ROWS);
    let now = call.world().now();
    let may_write = call.staff.may(Permission::Customers);
    let writer = may_write.then_some(call.staff.id);
    let older = rows.last().filter(|_| has_more).map(|row| row.note.id.to_string());
    Ok(NotesView {
        older: older.unwrap_or_default(),
        may_write,
        notes: rows.into_iter().map(|row| fold_history::note(row, writer, &company, now)).collect(),
    })
}

/// Who can be named in a note about a customer.
#[server(name = ListColleagues, prefix = "/api/staff", endpoint = "notes/colleagues", input = GetUrl)]
pub async fn list_colleagues(customer_id: String) -> Result<Vec<Colleague>, ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::notes};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let (mut session, customer) = call.read_customer(&customer_id).await?;
    notes::colleagues(&mut session, &customer).await.map_err(|error| call.request.fail(error))
}

/// Writes a note about a customer.
#[server(name = AddNote, prefix = "/api/staff", endpoint = "notes/add")]
pub async fn add_note(customer_id: String, body: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::notes};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let customer_id = call.request.id(&customer_id)?;
    notes::add(call.world(), &call.staff, customer_id, &body)
        .await
        .map(|_| ())
        .map_err(|error| call.request.fail(error))
}

/// Writes a note about an invoice.
#[server(name = AddInvoiceNote, prefix = "/api/staff", endpoint = "notes/add_to_invoice")]
pub async fn add_invoice_note(id: String, body: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::notes};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&id)?;
    notes::add_to_invoice(call.world(), &call.staff, id, &body)
        .await
        .map(|_| ())
        .map_err(|error| call.request.fail(error))
}

/// Writes a note anew, within a quarter of an hour, by its author. `version` is the one that was
/// read.
#[server(name = EditNote, prefix = "/api/staff", endpoint = "notes/edit")]
pub async fn edit_note(id: String, version: i64, body: String) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::notes};

    let call = StaffCall::permitted(Permission::Customers).await?;
    let id = call.request.id(&id)?;
    notes::edit(call.world(), &call.staff, id, version, &body)
        .await
        .map_err(|error| call.request.fail(error))
}
