//! The mailbox of development and demo: messages as they would look, and as data for tests.

use axum::{
    Json,
    extract::{ConnectInfo, Path, Query, State},
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    downloads::print,
    guard::{Refusal, SettingsStaff},
};
use crate::{
    api::error::ApiError,
    services::{documents, mail},
    state::AppState,
    storage,
};

/// A message's HTML shows itself and nothing else: no script, no form, no picture from elsewhere.
const MESSAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                              base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
                              sandbox allow-popups allow-popups-to-escape-sandbox";

/// A message's HTML, for a frame.
pub async fn body(
    SettingsStaff(call): SettingsStaff,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    if !call.request.config().has_mailbox() {
        return Err(ApiError::NotFound.into());
    }
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let message = storage::messages::find(&mut session, id)
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    let policy = [(header::CONTENT_SECURITY_POLICY, MESSAGE_POLICY)];
    Ok((policy, Html(message.body_html)).into_response())
}

/// The document that goes with a message.
pub async fn attachment(
    State(state): State<AppState>,
    SettingsStaff(call): SettingsStaff,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    if !call.request.config().has_mailbox() {
        return Err(ApiError::NotFound.into());
    }
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    let mut session = call.request.read().await?;
    let message = storage::messages::find(&mut session, id)
        .await
        .map_err(|error| call.request.fail(error))?
        .filter(|message| !message.attachment.is_empty())
        .ok_or(ApiError::NotFound)?;
    if let Some(id) = mail::attached_invoice(&message.attachment) {
        let portal = call.request.config().portal_url();
        let document = documents::invoice(&mut session, call.world(), id, &portal)
            .await
            .map_err(|error| call.request.fail(error))?
            .ok_or(ApiError::NotFound)?;
        drop(session);
        let bytes = print(move || state.pdf.invoice(&document)).await?;
        return Ok(([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response());
    }
    let payment_id = message.payment_id.ok_or(ApiError::NotFound)?;
    let document = documents::receipt(&mut session, payment_id)
        .await
        .map_err(|error| call.request.fail(error))?
        .ok_or(ApiError::NotFound)?;
    drop(session);
    let bytes = print(move || state.pdf.receipt(&document)).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response())
}

/// What is asked of the mailbox.
#[derive(Debug, Deserialize)]
pub struct MailboxQuery {
    /// Only messages to this address.
    #[serde(default)]
    to: String,
}

/// A message as data.
#[derive(Debug, Serialize)]
pub struct MailboxMessage {
    id: String,
    to: String,
    subject: String,
    text: String,
    at: String,
}

/// The latest messages to an address, for tests on this machine.
pub async fn json(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
    headers: HeaderMap,
    Query(query): Query<MailboxQuery>,
) -> Result<Json<Vec<MailboxMessage>>, Refusal> {
    // A proxy on this machine is a loopback peer too; what it passes on comes from anywhere.
    let is_forwarded = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"]
        .iter()
        .any(|name| headers.contains_key(*name));
    let is_local = state.config.is_local() && peer.ip().is_loopback() && !is_forwarded;
    if !state.config.has_mailbox() || !is_local || query.to.is_empty() {
        return Err(ApiError::NotFound.into());
    }
    let read = async {
        let mut session = state.world.db.read().await?;
        storage::messages::all_latest(&mut session, &query.to.to_lowercase(), 50).await
    };
    let rows = read.await.map_err(|_| ApiError::TryAgain)?;
    let messages = rows.into_iter().map(|row| MailboxMessage {
        id: row.id.to_string(),
        to: row.to_email,
        subject: row.subject,
        text: row.body_text,
        at: row.created_at.to_rfc3339(),
    });
    Ok(Json(messages.collect()))
}
