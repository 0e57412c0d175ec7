//! The page on which a card or bank account is added.

use axum::{
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    Page, bank_form, card_form, escape, failure, fields::Problems, not_found, notice, redirect,
};
use crate::{
    domain::method::{Funding, MethodKind},
    sandbox::{
        Sandbox, SandboxError, book,
        customer::Customer,
        method::Method,
        numbers::{Behaviour, last4},
        params::Params,
        secret::{keyed_digest, letters, secret_id},
        session::{Challenge, SessionStatus, SetupSession, Subject},
    },
    storage::error::StorageError,
};

/// `GET /setup/{id}`
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let query = Params::read(request).await.map(|(_, query)| query).unwrap_or_default();
    match page(&sandbox, &id, &query).await {
        Ok(response) => response,
        Err(error) => failure(&sandbox, &error),
    }
}

/// `POST /setup/{id}`
pub(super) async fn submit(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok((_, values)) = Params::read(request).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match add(&sandbox, &id, &values).await {
        Ok(response) => response,
        Err(error) => failure(&sandbox, &error),
    }
}

async fn page(sandbox: &Sandbox, id: &str, query: &Params) -> Result<Response, SandboxError> {
    let mut session = sandbox.read().await?;
    let Some(visit) = book::find::<SetupSession>(&mut session, id).await? else {
        return Ok(not_found(sandbox));
    };
    if let Some(ended) = ended(sandbox, &visit) {
        return Ok(ended);
    }
    let customer = book::find::<Customer>(&mut session, &visit.customer).await?;
    let name = customer.map_or(String::new(), |customer| customer.name);
    let fill = query.raw("fill");
    let problems = Problems::default();
    let fields = match visit.kind {
        MethodKind::Card => {
            card_form::fields(&Params::default(), &problems, &card_form::filled(fill))
        }
        MethodKind::Bank => {
            let (routing, account) = bank_form::filled(fill);
            bank_form::fields(&Params::default(), &problems, routing, account)
        }
    };
    let warning = match query.raw("problem") {
        "authentication" => "The card's holder did not confirm it. Try again, or take another one.",
        _ => "",
    };
    Ok(form(&visit, &name, &fields, warning).into_response(sandbox))
}

/// What is shown instead of the form once it has done its work.
fn ended(sandbox: &Sandbox, visit: &SetupSession) -> Option<Response> {
    match visit.status(sandbox.now()) {
        SessionStatus::Open => None,
        SessionStatus::Complete => {
            let text = "It was added already.";
            Some(notice(sandbox, "Nothing left to do", text, &visit.return_url))
        }
        SessionStatus::Canceled => {
            let text = "This page was open for too long. Start again from where you came.";
            Some(notice(sandbox, "This page has expired", text, &visit.cancel_url))
        }
    }
}

fn form(visit: &SetupSession, name: &str, fields: &str, warning: &str) -> Page {
    let (title, button, numbers) = match visit.kind {
        MethodKind::Card => ("Add a card", "Save card", card_form::numbers()),
        MethodKind::Bank => ("Add a bank account", "Save bank account", bank_form::numbers()),
    };
    let warning = if warning.is_empty() {
        String::new()
    } else {
        format!("<p class=\"error\" role=\"alert\">{warning}</p>\n")
    };
    let (name, cancel_url) = (escape(name), escape(&visit.cancel_url));
    // Without an action the form goes to the page's own address, as it is spelt there; what the
    // query filled in is not wanted again.
    let main = format!(
        "<div><h1>{title}</h1><p class=\"soft\">for {name}</p></div>\n{warning}\
         <form class=\"sheet form\" method=\"post\" action=\"?\" novalidate>\n{fields}\
         <div class=\"row\"><button class=\"button button--go\" type=\"submit\">{button}</button>\
         <a href=\"{cancel_url}\">Cancel and go back</a></div>\n</form>\n{numbers}"
    );
    Page { leads_to: Some(visit.return_url.clone()), ..Page::new(title, main) }
}

async fn add(sandbox: &Sandbox, id: &str, values: &Params) -> Result<Response, SandboxError> {
    let now = sandbox.now();
    let mut session = sandbox.begin().await?;
    let Some(mut visit) = book::lock::<SetupSession>(&mut session, id).await? else {
        return Ok(not_found(sandbox));
    };
    if visit.status(now) == SessionStatus::Complete {
        // The form was sent twice.
        return Ok(redirect(&visit.return_url));
    }
    if let Some(ended) = ended(sandbox, &visit) {
        return Ok(ended);
    }
    let method = match read(sandbox, &visit, values, now) {
        Ok(method) => method,
        Err((problems, fields)) => {
            debug_assert!(!problems.is_empty(), "a form is refused for a reason");
            let customer = book::find::<Customer>(&mut session, &visit.customer).await?;
            let name = customer.map_or(String::new(), |customer| customer.name);
            let page = form(&visit, &name, &fields, "");
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(Page { status, ..page }.into_response(sandbox));
        }
    };
    let next = if method.behaviour == Behaviour::AuthenticatesAtSetup {
        let challenge = Challenge {
            id: secret_id("chal", sandbox.entropy()),
            last4: method.last4.clone(),
            subject: Subject::Setup { session: visit.id.clone(), method: Box::new(method) },
        };
        book::insert(&mut session, &challenge, now).await?;
        format!("{}/challenge/{}", sandbox.base_path(), challenge.id)
    } else {
        complete(&mut session, &mut visit, &method, now).await?;
        visit.return_url
    };
    session.commit().await.map_err(StorageError::from)?;
    Ok(redirect(&next))
}

/// Keeps a method, and with it ends the visit.
pub(super) async fn complete(
    session: &mut crate::storage::db::Session,
    visit: &mut SetupSession,
    method: &Method,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    book::insert(session, method, now).await?;
    visit.payment_method = Some(method.id.clone());
    book::update(session, visit).await
}

/// Reads the form into what is kept, or writes it again with what is wrong.
fn read(
    sandbox: &Sandbox,
    visit: &SetupSession,
    values: &Params,
    now: DateTime<Utc>,
) -> Result<Method, (Problems, String)> {
    let fingerprint = |number: &str| {
        letters(&keyed_digest(&sandbox.settings().secret_key, &[b"number ", number.as_bytes()]))
    };
    let method = Method {
        id: sandbox.id("pm", now),
        customer: visit.customer.clone(),
        kind: visit.kind,
        brand: "Sandbox Bank".to_owned(),
        last4: String::new(),
        expiry: None,
        funding: Funding::Unknown,
        country: "US".to_owned(),
        fingerprint: String::new(),
        behaviour: Behaviour::Succeeds,
        created_at: now,
    };
    match visit.kind {
        MethodKind::Card => match card_form::read(values, now.date_naive()) {
            Ok((card, expiry)) => Ok(Method {
                brand: card.brand.to_owned(),
                last4: last4(card.number).to_owned(),
                expiry: Some(expiry),
                funding: card.funding,
                country: card.country.to_owned(),
                fingerprint: fingerprint(card.number),
                behaviour: card.behaviour,
                ..method
            }),
            Err(problems) => {
                let fields = card_form::fields(values, &problems, "");
                Err((problems, fields))
            }
        },
        MethodKind::Bank => match bank_form::read(values) {
            Ok(account) => Ok(Method {
                last4: account.last4,
                fingerprint: fingerprint(account.number),
                behaviour: account.behaviour,
                ..method
            }),
            Err(problems) => {
                let fields = bank_form::fields(values, &problems, values.raw("routing"), "");
                Err((problems, fields))
            }
        },
    }
}
