//! The page on which the holder of a card confirms it: what a card's bank would show.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{Page, amount, escape, failure, not_found, notice, redirect, setup};
use crate::{
    sandbox::{
        Sandbox, SandboxError, book, charge,
        execute::behaviour_of,
        intent::{Intent, Status},
        params::Params,
        session::{Challenge, SessionStatus, SetupSession, Subject},
    },
    storage::error::StorageError,
};

/// `GET /challenge/{id}`
pub(super) async fn show(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    match page(&sandbox, &id).await {
        Ok(response) => response,
        Err(error) => failure(&sandbox, &error),
    }
}

/// `POST /challenge/{id}`
pub(super) async fn submit(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok((_, values)) = Params::read(request).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let is_approved = match values.raw("answer") {
        "approve" => true,
        "fail" => false,
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    match answer(&sandbox, &id, is_approved).await {
        Ok(response) => response,
        Err(error) => failure(&sandbox, &error),
    }
}

async fn page(sandbox: &Sandbox, id: &str) -> Result<Response, SandboxError> {
    let mut session = sandbox.read().await?;
    let Some(challenge) = book::find::<Challenge>(&mut session, id).await? else {
        return Ok(not_found(sandbox));
    };
    let (question, what, leads_to, cancel_url, is_open) = match &challenge.subject {
        Subject::Setup { session: visit, .. } => {
            let Some(visit) = book::find::<SetupSession>(&mut session, visit).await? else {
                return Ok(not_found(sandbox));
            };
            let is_open = visit.status(sandbox.now()) == SessionStatus::Open;
            let what = "It will be kept for later payments.".to_owned();
            ("Is this card yours?", what, visit.return_url, visit.cancel_url, is_open)
        }
        Subject::Charge { intent } => {
            let Some(intent) = book::find::<Intent>(&mut session, intent).await? else {
                return Ok(not_found(sandbox));
            };
            let is_open = intent.status == Status::RequiresAction;
            let sum = escape(&amount(intent.amount, intent.currency));
            let what = format!(
                "<span class=\"amount\">{sum}</span><br>for {}",
                escape(&intent.description)
            );
            let url = intent.return_url;
            ("Is this payment yours?", what, url.clone(), url, is_open)
        }
    };
    if !is_open {
        let text = "This question was answered, or is not asked any more.";
        return Ok(notice(sandbox, "Nothing left to do", text, &leads_to));
    }
    let (last4, cancel_url) = (escape(&challenge.last4), escape(&cancel_url));
    let main = format!(
        "<div><p class=\"soft\">Test Bank, card ending {last4}</p><h1>{question}</h1></div>\n\
         <form class=\"sheet\" method=\"post\">\n<p>{what}</p>\n\
         <div class=\"row\">\
         <button class=\"button button--go\" type=\"submit\" name=\"answer\" value=\"approve\">Approve</button>\
         <button class=\"button button--bad\" type=\"submit\" name=\"answer\" value=\"fail\">Fail</button>\
         </div>\n</form>\n<p><a href=\"{cancel_url}\">Cancel and go back</a></p>"
    );
    let page = Page { leads_to: Some(leads_to), ..Page::new("3-D Secure", main) };
    Ok(page.into_response(sandbox))
}

/// Takes the answer. One that comes too late changes nothing and leads to the same place.
async fn answer(sandbox: &Sandbox, id: &str, is_approved: bool) -> Result<Response, SandboxError> {
    let now = sandbox.now();
    let mut session = sandbox.begin().await?;
    let Some(challenge) = book::find::<Challenge>(&mut session, id).await? else {
        return Ok(not_found(sandbox));
    };
    let next = match challenge.subject {
        Subject::Setup { session: visit, method } => {
            let Some(mut visit) = book::lock::<SetupSession>(&mut session, &visit).await? else {
                return Ok(not_found(sandbox));
            };
            match visit.status(now) {
                SessionStatus::Open if is_approved => {
                    setup::complete(&mut session, &mut visit, &method, now).await?;
                    visit.return_url
                }
                SessionStatus::Open => {
                    format!("{}/setup/{}?problem=authentication", sandbox.base_path(), visit.id)
                }
                SessionStatus::Complete => visit.return_url,
                SessionStatus::Canceled => visit.cancel_url,
            }
        }
        Subject::Charge { intent } => {
            let Some(mut intent) = book::lock::<Intent>(&mut session, &intent).await? else {
                return Ok(not_found(sandbox));
            };
            if intent.status == Status::RequiresAction {
                let changes = if is_approved {
                    let behaviour = behaviour_of(&mut session, &intent).await?;
                    charge::succeed(&mut intent, behaviour, now)
                } else {
                    charge::refuse(&mut intent, charge::not_authenticated())
                };
                sandbox.record(&mut session, &intent, changes, now).await?;
            }
            intent.return_url
        }
    };
    session.commit().await.map_err(StorageError::from)?;
    Ok(redirect(&next))
}
