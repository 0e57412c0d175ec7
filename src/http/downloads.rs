//! Documents: invoices and receipts as PDF, refused rows as CSV, the logo.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use tokio::sync::Semaphore;

use super::guard::{Paying, Refusal, SettingsStaff};
use crate::{
    api::error::ApiError,
    pdf::PdfError,
    services::{
        company,
        documents::{self, safe_name},
        import::ImportReport,
    },
    state::AppState,
    storage,
};

fn file(content_type: &'static str, disposition: &str, bytes: Vec<u8>) -> Response {
    let disposition = disposition.to_owned();
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

/// A PDF, shown in the browser. Its policy lacks the `sandbox` that everything else gets: older
/// versions of WebKit show no PDF in one.
pub(super) fn pdf(kind: &str, number: &str, bytes: Vec<u8>) -> Response {
    const POLICY: &str = "default-src 'none'; form-action 'none'; base-uri 'none'; \
                          frame-ancestors 'none'; object-src 'self'; style-src 'unsafe-inline'";

    let name = format!("inline; filename=\"{kind}-{}.pdf\"", safe_name(number));
    let mut response = file("application/pdf", &name, bytes);
    let policy = header::HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Documents printed at the same time; a long one keeps a processor busy for seconds.
const PRINTERS: usize = 2;

/// How long somebody waits for a printer.
const PRINTER_WAIT: Duration = Duration::from_secs(10);

static PRINTING: Semaphore = Semaphore::const_new(PRINTERS);

/// Prints a document on a thread of its own, when one of the few printers is free.
pub(super) async fn print(
    work: impl FnOnce() -> Result<Vec<u8>, PdfError> + Send + 'static,
) -> Result<Vec<u8>, Refusal> {
    let Ok(Ok(_printer)) = tokio::time::timeout(PRINTER_WAIT, PRINTING.acquire()).await else {
        return Err(Refusal(ApiError::TryAgain));
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            tracing::error!(%error, "a document could not be printed");
            Err(Refusal(ApiError::Internal))
        }
        Err(error) => {
            tracing::error!(%error, "a document could not be printed");
            Err(Refusal(ApiError::Internal))
        }
    }
}

/// An invoice of the open account, or that of an opened pay link.
pub async fn invoice(
    State(state): State<AppState>,
    Paying(call): Paying,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    call.invoice(&mut session, id).await?;
    let portal = call.request.config().portal_url();
    let document = documents::invoice(&mut session, call.world(), id, &portal)
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    drop(session);
    let number = document.number.clone();
    let bytes = print(move || state.pdf.invoice(&document)).await?;
    Ok(pdf("invoice", &number, bytes))
}

/// A receipt of the open account, or of what was paid by an opened pay link.
pub async fn receipt(
    State(state): State<AppState>,
    Paying(call): Paying,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    call.payment(&mut session, id).await?;
    let document = documents::receipt(&mut session, id)
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    drop(session);
    let number = document.number.clone();
    let bytes = print(move || state.pdf.receipt(&document)).await?;
    Ok(pdf("receipt", &number, bytes))
}

/// The rows an import refused.
pub async fn refused_rows(
    SettingsStaff(call): SettingsStaff,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let row = storage::imports::find(&mut session, id)
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    let report: ImportReport = serde_json::from_str(&row.report).unwrap_or_default();
    let rows = report.refusals_as_csv();
    Ok(file("text/csv; charset=utf-8", "attachment; filename=\"refused-rows.csv\"", rows))
}

/// For the logo: its own style sheet and pictures inside of it, and nothing else. Nothing in it is
/// run, even where somebody opens it by itself.
const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                           form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/// The seller's logo.
pub async fn logo(State(state): State<AppState>) -> Result<Response, StatusCode> {
    let loaded = async {
        let mut session = state.world.db.read().await?;
        company::load(&mut session).await
    };
    let company = loaded.await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    if company.profile.logo_svg.is_empty() {
        return Err(StatusCode::NOT_FOUND);
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/svg+xml"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, max-age=300"));
    let policy = header::HeaderValue::from_static(LOGO_POLICY);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok((headers, company.profile.logo_svg).into_response())
}
