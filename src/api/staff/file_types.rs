//! Types of documents.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::UsedDocumentTypeView};

/// All types.
#[server(name = ListDocumentTypes, prefix = "/api/staff", endpoint = "settings/document_types", input = GetUrl)]
pub async fn list_document_types() -> Result<Vec<UsedDocumentTypeView>, ApiError> {
    use crate::{
        api::{call::StaffCall, view::DocumentTypeView},
        domain::permission::Permission,
        storage,
    };

    let call = StaffCall::permitted(Permission::Documents).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let types = storage::file_types::all(&mut session).await.map_err(fail)?;
    let used = storage::file_types::all_used(&mut session).await.map_err(fail)?;
    let view = |row: storage::file_types::FileTypeRow| UsedDocumentTypeView {
        version: row.version,
        documents: used.get(&row.id).copied().unwrap_or_default(),
        kind: DocumentTypeView { id: row.id.to_string(), name: row.name },
    };
    Ok(types.into_iter().map(view).collect())
}

/// Adds a type, or renames the one of an id.
#[server(name = SaveDocumentType, prefix = "/api/staff", endpoint = "settings/save_document_type")]
pub async fn save_document_type(
    #[server(default)] id: String,
    #[server(default)] version: i64,
    name: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::file_types};

    let call = StaffCall::permitted(Permission::Documents).await?;
    let saved = if id.is_empty() {
        file_types::add(call.world(), &name).await.map(|_| ())
    } else {
        let id = call.request.id(&id)?;
        file_types::edit(call.world(), id, version, &name).await
    };
    saved.map_err(|error| call.request.fail(error))
}

/// Removes a type; its documents get the replacement.
#[server(name = RemoveDocumentType, prefix = "/api/staff", endpoint = "settings/remove_document_type")]
pub async fn remove_document_type(
    id: String,
    version: i64,
    #[server(default)] replacement: String,
) -> Result<(), ApiError> {
    use crate::{api::call::StaffCall, domain::permission::Permission, services::file_types};

    let call = StaffCall::permitted(Permission::Documents).await?;
    let id = call.request.id(&id)?;
    let replacement = call.request.chosen_or_none("type_replacement", &replacement)?;
    file_types::remove(call.world(), &call.staff, id, version, replacement)
        .await
        .map_err(|error| call.request.fail(error))
}
