//! Files for an import: written to disk as they arrive, and there only once they are whole.

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use tokio::io::AsyncWriteExt;

use super::{guard::SettingsStaff, page};
use crate::state::AppState;

/// Largest file, in bytes.
pub const UPLOAD_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Why a file was not taken.
enum UploadError {
    /// It broke off, was too large or no form.
    Incomplete(StatusCode),
    /// There was no file in the form.
    NoFile,
    /// It could not be written.
    Disk(std::io::Error),
}

/// Takes a file and goes on to how it would be read.
pub async fn import(
    State(state): State<AppState>,
    SettingsStaff(call): SettingsStaff,
    form: Multipart,
) -> Response {
    let id = call.world().new_secret();
    match receive(&state, &id, form).await {
        Ok(kind) => Redirect::to(&format!("/staff/import/{id}?kind={kind}")).into_response(),
        Err(error) => {
            state.uploads.discard(&id).await;
            match error {
                UploadError::Incomplete(status) => page::message(status),
                UploadError::NoFile => Redirect::to("/staff/import?missing=file").into_response(),
                UploadError::Disk(error) => {
                    tracing::error!(%error, "an upload could not be written");
                    page::message(StatusCode::INSUFFICIENT_STORAGE)
                }
            }
        }
    }
}

async fn receive(state: &AppState, id: &str, mut form: Multipart) -> Result<String, UploadError> {
    let mut kind = "invoices".to_owned();
    let mut name = None;
    while let Some(mut field) =
        form.next_field().await.map_err(|error| UploadError::Incomplete(error.status()))?
    {
        match field.name() {
            Some("kind") => {
                let text =
                    field.text().await.map_err(|error| UploadError::Incomplete(error.status()))?;
                if matches!(text.as_str(), "invoices" | "customers" | "credit-memos") {
                    kind = text;
                }
            }
            Some("file") => {
                let given = field.file_name().unwrap_or_default().to_owned();
                let (_, mut file) = state.uploads.create(id).await.map_err(UploadError::Disk)?;
                let mut size = 0_usize;
                while let Some(chunk) =
                    field.chunk().await.map_err(|error| UploadError::Incomplete(error.status()))?
                {
                    size += chunk.len();
                    file.write_all(&chunk).await.map_err(UploadError::Disk)?;
                }
                file.flush().await.map_err(UploadError::Disk)?;
                if !given.is_empty() || size > 0 {
                    name = Some(given);
                }
            }
            _ => {}
        }
    }
    let name = name.ok_or(UploadError::NoFile)?;
    state.uploads.finish(id, &name, &kind).await.map_err(UploadError::Disk)?;
    Ok(kind)
}
