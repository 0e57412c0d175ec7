//! Documents: taken from staff piece by piece, handed out to be saved.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::{
        FromRequest, Multipart, Path, Request, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use http_body_util::BodyExt;
use percent_encoding::utf8_percent_encode;

use super::{
    RESERVED,
    guard::{Account, Refusal, Staff},
};
use crate::{
    api::{error::ApiError, view::UploadAnswer},
    domain::{
        file::{FILE_BYTES_MAX, FileRefusal},
        ids::FileId,
    },
    services::files::{self, FileError, FileForm, Owner},
    state::AppState,
    storage::{self, files::FileRow},
    vault::{Incoming, Vault},
};

/// Largest form that is read to its end, so that whoever sends it hears why it is too large; more
/// than a document may hold is thrown away as it comes.
pub const FORM_BYTES_MAX: usize = 40 * 1024 * 1024;

/// Documents that arrive at a time: each may fill a part of the memory and of the disk.
static ARRIVING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(8);

/// How long a document may take to arrive.
const ARRIVE_WITHIN: Duration = Duration::from_secs(600);

/// How much of it has to arrive within a while: whoever sends less keeps a place from others.
#[derive(Clone, Copy)]
struct Pace {
    every: Duration,
    bytes_min: usize,
}

const PACE: Pace = Pace { every: Duration::from_secs(20), bytes_min: 20_000 };

/// Ends once less than that has arrived.
async fn falls_behind(arrived: &AtomicUsize, Pace { every, bytes_min }: Pace) {
    let mut before = arrived.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(every).await;
        let now = arrived.load(Ordering::Relaxed);
        if now.saturating_sub(before) < bytes_min {
            return;
        }
        before = now;
    }
}

/// Longest field beside the document, in bytes.
const FIELD_BYTES_MAX: usize = 2_000;

/// What was sent beside the document.
#[derive(Default)]
struct Sent {
    customer_id: String,
    invoice_id: String,
    type_id: String,
    visibility: String,
    back: String,
    name: String,
}

/// Why nothing was kept.
enum Fault {
    /// The document is refused.
    Refused(FileRefusal),
    /// The rest is said with a page.
    Other(FileError),
}

impl From<FileError> for Fault {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Refused(refusal) => Self::Refused(refusal),
            error => Self::Other(error),
        }
    }
}

impl From<MultipartError> for Fault {
    fn from(error: MultipartError) -> Self {
        Self::Refused(match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => FileRefusal::TooLarge,
            _ => FileRefusal::Incomplete,
        })
    }
}

/// Takes a document of a customer or an invoice.
pub async fn upload(
    State(state): State<AppState>,
    Staff(call): Staff,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let wants_data = wants_data(&headers);
    let bytes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&bytes);
    let request = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            count.fetch_add(frame.data_ref().map_or(0, |data| data.len()), Ordering::Relaxed);
            frame
        }))
    });
    let form = match Multipart::from_request(request, &state).await {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let mut sent = Sent::default();
    let place = ARRIVING.try_acquire();
    let arrived = if place.is_ok() {
        let arriving = receive(&state, &call, form, &mut sent);
        let too_late = Err(Fault::Refused(FileRefusal::Incomplete));
        tokio::select! {
            arrived = tokio::time::timeout(ARRIVE_WITHIN, arriving) => arrived.unwrap_or(too_late),
            () = falls_behind(&bytes, PACE) => too_late,
        }
    } else {
        Err(Fault::Refused(FileRefusal::Unavailable))
    };
    drop(place);
    let back = back_to(&sent.back);
    let kept = match arrived {
        // Whole by now: it is kept even if whoever sent it goes away.
        Ok((owner, file)) => {
            let call = call.clone();
            let keeping = tokio::spawn(async move {
                let form = FileForm {
                    name: &sent.name,
                    type_id: &sent.type_id,
                    visibility: &sent.visibility,
                };
                files::add(call.world(), &state.vault, &call.staff, owner, form, file).await
            });
            match keeping.await {
                Ok(kept) => kept.map_err(Fault::from),
                Err(_) => Err(Fault::Refused(FileRefusal::Unavailable)),
            }
        }
        Err(fault) => Err(fault),
    };
    let refusal = match kept {
        Ok(_) if wants_data => return StatusCode::NO_CONTENT.into_response(),
        Ok(_) => return Redirect::to(&back).into_response(),
        Err(Fault::Refused(refusal)) => refusal,
        Err(Fault::Other(FileError::Vault(error))) => {
            tracing::error!(%error, "a document could not be kept");
            FileRefusal::Unavailable
        }
        Err(Fault::Other(error)) => return Refusal(call.request.fail(error)).into_response(),
    };
    if wants_data {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
        return (status, Json(UploadAnswer { refused: refusal })).into_response();
    }
    let mark = if back.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{back}{mark}refused={}", refusal.as_str())).into_response()
}

/// Whether script sent a form, which is answered with data instead of a page.
pub(super) fn wants_data(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// Where a form without script goes back to: a page of the staff's.
fn back_to(back: &str) -> String {
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    let is_ours = back.starts_with("/staff/") && !back.contains("//") && back.bytes().all(is_plain);
    if is_ours { back.to_owned() } else { "/staff/customers".to_owned() }
}

/// Reads the form. What is said of the document stands before it, so that one for which there is no
/// place is not written; it is read to its end all the same, since browsers hear only then.
async fn receive(
    state: &AppState,
    call: &crate::api::call::StaffCall,
    mut form: Multipart,
    sent: &mut Sent,
) -> Result<(Owner, Incoming), Fault> {
    let mut arrived: Option<Result<(Owner, Incoming), Fault>> = None;
    while let Some(mut field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            if arrived.is_some() {
                return Err(Fault::Refused(FileRefusal::Incomplete));
            }
            field.file_name().unwrap_or_default().clone_into(&mut sent.name);
            let expected =
                files::expect(call.world(), &call.staff, &sent.customer_id, &sent.invoice_id);
            let expected = expected.await.map_err(Fault::from);
            let taken = match expected {
                Ok(owner) => {
                    let key = call.world().new_secret();
                    write(&state.vault, &key, &mut field).await.map(|file| (owner, file))
                }
                Err(fault) => Err(fault),
            };
            // Nothing is left of what was cut off.
            while field.chunk().await?.is_some() {}
            arrived = Some(taken);
            continue;
        }
        let text = read_text(&mut field).await?;
        match name.as_str() {
            "customer_id" => sent.customer_id = text,
            "invoice_id" => sent.invoice_id = text,
            "type_id" => sent.type_id = text,
            "visibility" => sent.visibility = text,
            "back" => sent.back = text,
            _ => {}
        }
    }
    let (owner, file) = arrived.unwrap_or(Err(Fault::Refused(FileRefusal::NoFile)))?;
    match (sent.name.is_empty(), file.bytes()) {
        // A field that was left empty is sent without a name.
        (true, 0) => Err(Fault::Refused(FileRefusal::NoFile)),
        (false, 0) => Err(Fault::Refused(FileRefusal::Empty)),
        _ => Ok((owner, file)),
    }
}

async fn read_text(field: &mut Field<'_>) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FIELD_BYTES_MAX {
            return Err(Fault::Refused(FileRefusal::Incomplete));
        }
    }
    String::from_utf8(bytes).map_err(|_| Fault::Refused(FileRefusal::Incomplete))
}

async fn write(vault: &Vault, key: &str, field: &mut Field<'_>) -> Result<Incoming, Fault> {
    let disk = |error| Fault::Other(FileError::Vault(error));
    let mut file = vault.receive(key).await.map_err(disk)?;
    while let Some(piece) = field.chunk().await? {
        file.write(&piece).await.map_err(|error| disk(error.into()))?;
        if file.bytes() > FILE_BYTES_MAX {
            return Err(Fault::Refused(FileRefusal::TooLarge));
        }
    }
    file.finish().await.map_err(|error| disk(error.into()))?;
    Ok(file)
}

/// A document, to somebody of ours who sees its customer.
pub async fn of_staff(
    State(state): State<AppState>,
    Staff(call): Staff,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id: FileId = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let row = files::seen(&mut session, &call.staff, id).await;
    let row = row.map_err(|error| call.request.fail(error))?;
    drop(session);
    hand_out(&state.vault, row).await
}

/// A document, to a payer with whom it is shared.
pub async fn of_payer(
    State(state): State<AppState>,
    Account(call): Account,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id: FileId = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let row = storage::files::find_shared(&mut session, id, call.customer_id).await;
    let row = row.map_err(|error| call.request.fail(error))?.ok_or(ApiError::NotFound)?;
    drop(session);
    hand_out(&state.vault, row).await
}

/// Sends a document as something to be saved: whatever is in it, no browser shows or runs it as a
/// page of ours.
async fn hand_out(vault: &Vault, row: FileRow) -> Result<Response, Refusal> {
    const POLICY: &str = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";

    let contents = vault.read(&row.object_key).await.map_err(|error| {
        tracing::error!(document.id = %row.id, %error, "the contents of a document cannot be read");
        if error.is_missing() { ApiError::NotFound } else { ApiError::TryAgain }
    })?;
    let disposition = HeaderValue::from_str(&disposition(&row.name));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(row.kind.content_type())),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_LENGTH, HeaderValue::from(contents.bytes)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(contents.pieces)).into_response())
}

/// `attachment` with the name in both spellings (RFC 6266): plain letters for those who know no
/// others, and all of them (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| {
        let is_plain = c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ';
        if is_plain { c } else { '_' }
    };
    let simple: String = name.chars().map(plain).collect();
    let full = utf8_percent_encode(name, RESERVED);
    format!("attachment; filename=\"{simple}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_in_both_ways() {
        assert_eq!(
            disposition("Vertrag \"ä\" 100%.pdf"),
            "attachment; filename=\"Vertrag ___ 100_.pdf\"; \
             filename*=UTF-8''Vertrag%20%22%C3%A4%22%20100%25.pdf"
        );
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        let panel = "/staff/customers?panel=x&tab=documents";
        assert_eq!(back_to(panel), panel);
        for bad in ["", "//evil.example", "/staff/../x//y", "https://evil.example", "/staff/\\x"] {
            assert_eq!(back_to(bad), "/staff/customers", "{bad}");
        }
    }

    #[tokio::test]
    async fn a_sender_who_falls_behind_is_not_waited_for() {
        let arrived = AtomicUsize::new(0);
        let pace = Pace { every: Duration::from_millis(100), bytes_min: 50 };
        falls_behind(&arrived, pace).await;
        let trickle = async {
            for _ in 0..500 {
                arrived.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = falls_behind(&arrived, pace) => {}
            () = trickle => panic!("it was waited for"),
        }
        let stream = async {
            for _ in 0..50 {
                arrived.fetch_add(50, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! {
            () = falls_behind(&arrived, pace) => panic!("it came fast enough"),
            () = stream => {}
        }
    }
}
