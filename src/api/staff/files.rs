//! Documents of customers and invoices. They are brought to `/staff/documents/upload`, as a form
//! with a file, and read at `/staff/documents/{id}`.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{
    error::ApiError,
    view::{DocumentChoices, DocumentDraft, DocumentsView},
};

/// The documents of a customer, or of one of its invoices, latest first.
#[server(name = ListDocuments, prefix = "/api/staff", endpoint = "documents/list", input = GetUrl)]
pub async fn list_documents(
    customer_id: String,
    #[server(default)] invoice_id: String,
) -> Result<DocumentsView, ApiError> {
    use crate::{
        api::{call::StaffCall, fold_files},
        services::{company, files},
    };

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let owner = files::owner(&mut session, &call.staff, &customer_id, &invoice_id).await;
    let owner = owner.map_err(|error| call.request.fail(error))?;
    let fail = |error| call.request.fail(error);
    let company = company::load(&mut session).await.map_err(fail)?;
    let rows = files::all(&mut session, owner).await.map_err(fail)?;
    Ok(DocumentsView {
        documents: rows.into_iter().map(|row| fold_files::document(row, &company)).collect(),
        max: owner.room(),
    })
}

/// What a document can be said to be, and whether whoever asks may say it.
#[server(name = ListDocumentChoices, prefix = "/api/staff", endpoint = "documents/choices", input = GetUrl)]
pub async fn document_choices(
    customer_id: String,
    #[server(default)] invoice_id: String,
) -> Result<DocumentChoices, ApiError> {
    use crate::{
        api::{call::StaffCall, view::DocumentTypeView},
        services::files,
        storage,
    };

    let call = StaffCall::begin().await?;
    let mut session = call.request.read().await?;
    let owner = files::owner(&mut session, &call.staff, &customer_id, &invoice_id).await;
    let owner = owner.map_err(|error| call.request.fail(error))?;
    let types = storage::file_types::all(&mut session).await;
    let types = types.map_err(|error| call.request.fail(error))?;
    Ok(DocumentChoices {
        types: types
            .into_iter()
            .map(|row| DocumentTypeView { id: row.id.to_string(), name: row.name })
            .collect(),
        may_change: owner.may_change(&call.staff),
    })
}

/// Changes a document's name, type and visibility.
#[server(name = SaveDocument, prefix = "/api/staff", endpoint = "documents/save")]
pub async fn save_document(#[server(default)] draft: DocumentDraft) -> Result<(), ApiError> {
    use crate::{
        api::call::StaffCall,
        services::files::{self, FileForm},
    };

    let call = StaffCall::begin().await?;
    let DocumentDraft { id, version, name, type_id, visibility } = &draft;
    let id = call.request.id(id)?;
    let form = FileForm { name, type_id, visibility };
    files::change(call.world(), &call.staff, id, *version, form)
        .await
        .map_err(|error| call.request.fail(error))
}

/// Removes a document for good.
#[server(name = RemoveDocument, prefix = "/api/staff", endpoint = "documents/remove")]
pub async fn remove_document(id: String, version: i64) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, services::files};

    let call = StaffCall::begin().await?;
    let id = call.request.id(&id)?;
    files::remove(call.world(), &call.request.state.vault, &call.staff, id, version)
        .await
        .map_err(|error| call.request.fail(error))
}
