//! The interface: who may call it, what a key makes of a repeated request, and the reads.
//!
//! A key and its answer are written in the transaction of the request's effect, so that after a
//! crash either both are there or neither.

use std::sync::PoisonError;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::{
    Sandbox,
    answer::{Answer, ApiError, Refusal},
    book,
    command::Command,
    faults::{Call, Fault},
    intent::Intent,
    method::Method,
    params::Params,
    secret::digest,
    session::SetupSession,
};
use crate::storage::{db::Session, error::StorageError};

/// After this long a key is forgotten, and the same key starts a new request.
pub(super) const KEYS_ARE_KEPT_FOR: TimeDelta = TimeDelta::hours(24);

const KEY_HEADER: &str = "idempotency-key";
const KEY_CHARS_MAX: usize = 255;
const PAGE_SIZE_MAX: i64 = 100;

/// Marks a request's key as being worked on, until dropped.
struct RunningKey<'a> {
    sandbox: &'a Sandbox,
    key: String,
}

impl<'a> RunningKey<'a> {
    fn start(sandbox: &'a Sandbox, key: &str) -> Result<Self, Refusal> {
        let mut running = sandbox.inner.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(key.to_owned()) {
            Ok(Self { sandbox, key: key.to_owned() })
        } else {
            Err(Refusal::key_in_use())
        }
    }
}

impl Drop for RunningKey<'_> {
    fn drop(&mut self) {
        let running = &self.sandbox.inner.running;
        running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// An answer, and whether it was given before.
struct Outcome {
    answer: Answer,
    is_replayed: bool,
}

impl Sandbox {
    /// A call that changes something.
    pub(super) async fn post(&self, call: Call, id: &str, request: Request) -> Response {
        let fault = match self.admit(call, request.headers()).await {
            Ok(fault) => fault,
            Err(answer) => return answer.into_response(),
        };
        let outcome = match self.change(call, id, request, fault).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome { answer: error.into_answer(), is_replayed: false },
        };
        let mut response = self.deliver_answer(outcome.answer, fault).await;
        if outcome.is_replayed {
            let name = HeaderName::from_static("idempotent-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }

    /// A call that reads one record or a page of them.
    pub(super) async fn get(&self, what: Reading<'_>, request: Request) -> Response {
        let fault = match self.admit(Call::Read, request.headers()).await {
            Ok(fault) => fault,
            Err(answer) => return answer.into_response(),
        };
        if fault == Some(Fault::ServerErrorBefore) || fault == Some(Fault::ServerErrorAfter) {
            return Answer::server_error().into_response();
        }
        let answer = self.look_up(what, request).await.unwrap_or_else(ApiError::into_answer);
        self.deliver_answer(answer, fault).await
    }

    /// Lets a caller in. The faults that come before anything is done happen here.
    async fn admit(&self, call: Call, headers: &HeaderMap) -> Result<Option<Fault>, Answer> {
        let sent = headers.get(header::AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
        let token = sent.strip_prefix(b"Bearer ").unwrap_or_default();
        if !bool::from(token.ct_eq(self.settings().secret_key.as_bytes())) {
            return Err(Refusal::unauthorized().into_answer());
        }
        let faults = self.faults();
        let latency = faults.latency();
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        let fault = faults.take(call);
        match fault {
            Some(Fault::RateLimited) => Err(Refusal::rate_limited().into_answer()),
            Some(Fault::KeyInUse) => Err(Refusal::key_in_use().into_answer()),
            Some(Fault::TimeoutBefore) => {
                tokio::time::sleep(faults.hang()).await;
                Err(Answer::server_error())
            }
            fault => Ok(fault),
        }
    }

    async fn change(
        &self,
        call: Call,
        id: &str,
        request: Request,
        fault: Option<Fault>,
    ) -> Result<Outcome, ApiError> {
        let (parts, params) = Params::read(request).await?;
        let now = self.now();
        let Some(key) = idempotency_key(&parts.headers)? else {
            if call != Call::CreateSetupSession {
                let message = "Send an Idempotency-Key header.";
                return Err(Refusal::invalid("idempotency_key_missing", message).into());
            }
            let command = Command::read(call, id, &params)?;
            let mut session = self.begin().await?;
            let answer = self.execute(&mut session, command, now).await?;
            session.commit().await.map_err(StorageError::from)?;
            return Ok(Outcome { answer, is_replayed: false });
        };
        let fingerprint = digest(std::iter::once(parts.uri.path()).chain(params.iter()));
        let _running = RunningKey::start(self, &key)?;
        let mut session = self.begin().await?;
        let forgotten_before = now - KEYS_ARE_KEPT_FOR;
        if !book::claim_key(&mut session, &key, &fingerprint, now, forgotten_before).await? {
            return replay(&mut session, &key, &fingerprint).await;
        }
        let command = Command::read(call, id, &params)?;
        let answer = match fault {
            Some(Fault::ServerErrorBefore) => Answer::server_error(),
            _ => self.execute(&mut session, command, now).await?,
        };
        let answer = match fault {
            Some(Fault::ServerErrorAfter) => Answer::server_error(),
            Some(Fault::DeclinedButCharged) => declined_though_charged(answer),
            _ => answer,
        };
        let status = i64::from(answer.status.as_u16());
        book::update_key(&mut session, &key, status, &answer.body).await?;
        session.commit().await.map_err(StorageError::from)?;
        Ok(Outcome { answer, is_replayed: false })
    }

    /// Sends an answer, or what the planned fault makes of it.
    async fn deliver_answer(&self, answer: Answer, fault: Option<Fault>) -> Response {
        match fault {
            Some(Fault::TimeoutAfter) => {
                tokio::time::sleep(self.faults().hang()).await;
                answer.into_response()
            }
            Some(Fault::GarbageBody) => "<html>Everything is fine.".into_response(),
            Some(Fault::HalfBody) => half(&answer),
            _ => answer.into_response(),
        }
    }

    async fn look_up(&self, what: Reading<'_>, request: Request) -> Result<Answer, ApiError> {
        let (_, params) = Params::read(request).await?;
        let mut session = self.read().await?;
        match what {
            Reading::Intent(id) => {
                let intent = book::find::<Intent>(&mut session, id).await?;
                let intent = intent.ok_or_else(|| Refusal::missing("payment_intent"))?;
                Ok(Answer::ok(&intent.to_json(self.public_url())))
            }
            Reading::SetupSession(id) => {
                let visit = book::find::<SetupSession>(&mut session, id).await?;
                let visit = visit.ok_or_else(|| Refusal::missing("setup_session"))?;
                let method = match &visit.payment_method {
                    Some(id) => book::find::<Method>(&mut session, id).await?,
                    None => None,
                };
                let url = self.setup_url(&visit.id);
                Ok(Answer::ok(&visit.to_json(method.as_ref(), self.now(), &url)))
            }
            Reading::Intents => Ok(self.page_of_intents(&mut session, &params).await?),
        }
    }

    async fn page_of_intents(
        &self,
        session: &mut Session,
        params: &Params,
    ) -> Result<Answer, ApiError> {
        let customer = params.text("customer")?;
        let since = params.integer("created[gte]")?.unwrap_or_default().clamp(0, SECONDS_MAX);
        let since = DateTime::<Utc>::from_timestamp(since, 0).unwrap_or_default();
        let limit = params.integer("limit")?.unwrap_or(10);
        if !(1..=PAGE_SIZE_MAX).contains(&limit) {
            let message = "limit is a number from 1 to 100.";
            return Err(Refusal::invalid("parameter_invalid_integer", message).into());
        }
        let after = params.optional("starting_after")?;
        if let Some(id) = &after {
            let intent = book::find::<Intent>(session, id).await?;
            intent.ok_or_else(|| Refusal::missing("payment_intent"))?;
        }
        let mut page: Vec<Intent> =
            book::list(session, &customer, since, after.as_deref(), limit + 1).await?;
        let limit = usize::try_from(limit).unwrap_or_default();
        let has_more = page.len() > limit;
        page.truncate(limit);
        let data: Vec<Value> =
            page.iter().map(|intent| intent.to_json(self.public_url())).collect();
        Ok(Answer::ok(&json!({ "object": "list", "data": data, "has_more": has_more })))
    }
}

/// The last second of the year 9999: beyond it, instants no longer sort as text.
const SECONDS_MAX: i64 = 253_402_300_799;

/// What a `GET` is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reading<'a> {
    Intent(&'a str),
    Intents,
    SetupSession(&'a str),
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(KEY_HEADER) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > KEY_CHARS_MAX {
        let message = "An Idempotency-Key has 1 to 255 printable characters.";
        return Err(Refusal::invalid("idempotency_key_invalid", message));
    }
    Ok(Some(key.to_owned()))
}

async fn replay(session: &mut Session, key: &str, fingerprint: &str) -> Result<Outcome, ApiError> {
    // It was there a moment ago; should it have been forgotten meanwhile, asking again works.
    let row = book::find_key(session, key).await?.ok_or_else(Refusal::key_in_use)?;
    if row.fingerprint != fingerprint {
        return Err(Refusal::key_mismatch().into());
    }
    let status = u16::try_from(row.status).ok().and_then(|it| it.try_into().ok());
    let status = status.ok_or_else(|| StorageError::Inconsistent(format!("the key {key}")))?;
    Ok(Outcome { answer: Answer { status, body: row.body }, is_replayed: true })
}

fn declined_though_charged(answer: Answer) -> Answer {
    let Ok(mut intent) = serde_json::from_str::<Value>(&answer.body) else { return answer };
    let Some(fields) = intent.as_object_mut() else { return answer };
    let error = json!({
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "The card was declined.",
    });
    fields.insert("status".to_owned(), "requires_payment_method".into());
    fields.insert("last_payment_error".to_owned(), error);
    Answer::refused_charge(&intent)
}

/// An answer that breaks off in the middle.
fn half(answer: &Answer) -> Response {
    let half: Vec<u8> = answer.body.bytes().take(answer.body.len() / 2).collect();
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let chunks = futures::stream::iter([Ok(bytes::Bytes::from(half)), Err(broken)]);
    (answer.status, super::answer::json_headers(), axum::body::Body::from_stream(chunks))
        .into_response()
}
