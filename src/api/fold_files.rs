//! Folding documents into what screens receive.

use crate::{
    api::{
        dates,
        view::{DocumentView, SharedDocumentView},
    },
    domain::ids::CustomerId,
    services::company::Company,
    storage::files::{ListedFileRow, SharedFileRow},
};

/// A document, for our side.
pub fn document(row: ListedFileRow, company: &Company) -> DocumentView {
    let ListedFileRow { file, type_name, uploader } = row;
    DocumentView {
        id: file.id.to_string(),
        version: file.version,
        name: file.name,
        kind: file.kind,
        type_id: file.type_id.to_string(),
        type_name,
        visibility: file.visibility,
        bytes: file.bytes,
        uploader,
        at: dates::instant(company, file.created_at),
    }
}

/// A document, as an account sees it.
pub fn shared(row: SharedFileRow, company: &Company, account: CustomerId) -> SharedDocumentView {
    let SharedFileRow { file, type_name, buyer } = row;
    SharedDocumentView {
        id: file.id.to_string(),
        name: file.name,
        type_name,
        bytes: file.bytes,
        added: dates::date(company.date_of(file.created_at)),
        buyer: if file.customer_id == account { String::new() } else { buyer },
    }
}
