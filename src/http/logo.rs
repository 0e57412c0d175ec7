//! The company's logo, taken from staff. `downloads` hands it out.

use axum::{
    Json,
    extract::{Multipart, multipart::MultipartError},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    files::wants_data,
    guard::{Refusal, SettingsStaff},
};
use crate::{
    api::view::UploadAnswer,
    domain::file::{FileRefusal, LOGO_BYTES_MAX},
    services::{files::FileError, logo},
};

/// The page whose form sends it.
const PAGE: &str = "/staff/settings/company";

/// Takes a logo.
pub async fn upload(
    SettingsStaff(call): SettingsStaff,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let wants_data = wants_data(&headers);
    let taken = match receive(form).await {
        Ok((version, bytes)) => logo::change(call.world(), &version, &bytes, &call.actor()).await,
        Err(refusal) => Err(FileError::Refused(refusal)),
    };
    let refused = match taken {
        Ok(()) if wants_data => return StatusCode::NO_CONTENT.into_response(),
        Ok(()) => return Redirect::to(PAGE).into_response(),
        Err(FileError::Refused(refused)) => refused,
        Err(error) => return Refusal(call.request.fail(error)).into_response(),
    };
    if wants_data {
        let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
        return (status, Json(UploadAnswer { refused })).into_response();
    }
    Redirect::to(&format!("{PAGE}?refused={}", refused.as_str())).into_response()
}

fn cut_off(error: &MultipartError) -> FileRefusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => FileRefusal::TooLarge,
        _ => FileRefusal::Incomplete,
    }
}

/// The version of the logo that was shown, and the file.
async fn receive(mut form: Multipart) -> Result<(String, Vec<u8>), FileRefusal> {
    let most = usize::try_from(LOGO_BYTES_MAX).unwrap_or(usize::MAX);
    let (mut version, mut file) = (String::new(), None);
    while let Some(mut field) = form.next_field().await.map_err(|error| cut_off(&error))? {
        match field.name() {
            Some("version") => version = field.text().await.map_err(|error| cut_off(&error))?,
            Some("file") => {
                let mut bytes = Vec::new();
                while let Some(piece) = field.chunk().await.map_err(|error| cut_off(&error))? {
                    // One byte more than is taken says that there are more.
                    let room = (most + 1).saturating_sub(bytes.len());
                    bytes.extend(piece.iter().take(room));
                }
                let is_named = field.file_name().is_some_and(|name| !name.is_empty());
                if is_named || !bytes.is_empty() {
                    file = Some(bytes);
                }
            }
            _ => {}
        }
    }
    Ok((version, file.ok_or(FileRefusal::NoFile)?))
}
