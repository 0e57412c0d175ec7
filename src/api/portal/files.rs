//! Documents that are shared with payers.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::SharedDocumentsPage};

/// A page of the documents of those for whom the account pays, latest first; `before` is the
/// document before which it begins, or empty. Those of an invoice are with the invoice.
#[server(name = PortalDocuments, prefix = "/api/portal", endpoint = "documents/list", input = GetUrl)]
pub async fn portal_documents(
    #[server(default)] before: String,
) -> Result<SharedDocumentsPage, ApiError> {
    use crate::{
        api::{call::PortalCall, fold_files},
        domain::list::cut,
        storage::{self, files::SHARED_ROWS},
    };

    let (call, mut session) = PortalCall::reading().await?;
    let account = call.customer_id;
    let before = before.parse().ok();
    let rows = storage::files::list_shared(&mut session, account, before).await;
    let mut rows = rows.map_err(|error| call.request.fail(error))?;
    let has_more = cut(&mut rows, SHARED_ROWS);
    let older = rows.last().filter(|_| has_more).map(|row| row.file.id.to_string());
    let shared = |row| fold_files::shared(row, &call.company, account);
    Ok(SharedDocumentsPage {
        frame: call.frame(),
        documents: rows.into_iter().map(shared).collect(),
        older: older.unwrap_or_default(),
    })
}
