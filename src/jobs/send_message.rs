//! Handing a message to the mail server, with its document.

use std::sync::Arc;

use super::JobError;
use crate::{
    domain::{ids::MessageId, pay_link::without_keys},
    email::{Attachment, Mailbox, Outgoing, SendError, Transport},
    pdf::Engine,
    services::{
        World, company,
        documents::{self, safe_name},
        mail::{self, SendMessage},
        notifications,
    },
    storage::{self, Session, StorageError, messages::MessageRow},
};

/// Sends a message that is still to be sent. Without a mail server it counts as sent once it lies
/// in the mailbox.
///
/// # Errors
/// When the mail server, the document or the database fails.
pub async fn run(
    world: &World,
    transport: &Transport,
    pdf: &Arc<Engine>,
    portal_url: &str,
    job: &SendMessage,
) -> Result<(), JobError> {
    let mut session = world.db.read().await.map_err(JobError::retry)?;
    let message = storage::messages::find(&mut session, job.message_id).await;
    let Some(message) = message.map_err(JobError::retry)? else { return Ok(()) };
    if message.state == "sent" {
        return Ok(());
    }
    let company = company::load(&mut session).await.map_err(JobError::retry)?;
    let mut forgotten = None;
    if let Transport::Smtp(_, from) = transport {
        forgotten = forgotten_of(&message, "The code was mailed and is not kept.");
        let attached = attached(&mut session, world, pdf, portal_url, &message).await?;
        drop(session);
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let reply_to = &company.profile.contact_email;
        let outgoing = Outgoing {
            message_id: format!("{}@{domain}", message.id),
            date: message.created_at.into(),
            from: Some(Mailbox {
                name: Some(company.profile.name.clone()),
                address: from.address.clone(),
            }),
            to: Mailbox { name: None, address: message.to_email.clone() },
            reply_to: (!reply_to.is_empty())
                .then(|| Mailbox { name: None, address: reply_to.clone() }),
            subject: message.subject,
            text: message.body_text,
            html: message.body_html,
            attachments: attached.into_iter().collect(),
            unsubscribe_url: None,
        };
        match transport.send(&outgoing).await {
            Ok(()) => {}
            Err(error @ SendError::Retry(_)) => return Err(JobError::retry(error)),
            Err(error @ SendError::GiveUp(_)) => return Err(JobError::give_up(error)),
        }
    }
    note_sent(world, job, forgotten).await
}

/// The document that goes with a message, as it is now.
async fn attached(
    session: &mut Session,
    world: &World,
    pdf: &Arc<Engine>,
    portal_url: &str,
    message: &MessageRow,
) -> Result<Option<Attachment>, JobError> {
    let engine = pdf.clone();
    let (name, printed) = if let Some(id) = mail::attached_invoice(&message.attachment) {
        let document = documents::invoice(session, world, id, portal_url).await;
        let Some(document) = document.map_err(JobError::retry)? else { return Ok(None) };
        let name = format!("invoice-{}.pdf", safe_name(&document.number));
        (name, tokio::task::spawn_blocking(move || engine.invoice(&document)).await)
    } else if let (false, Some(id)) = (message.attachment.is_empty(), message.payment_id) {
        let document = documents::receipt(session, id).await;
        let Some(document) = document.map_err(JobError::retry)? else { return Ok(None) };
        let name = format!("receipt-{}.pdf", document.number);
        (name, tokio::task::spawn_blocking(move || engine.receipt(&document)).await)
    } else {
        return Ok(None);
    };
    let bytes = printed.map_err(JobError::retry)?.map_err(JobError::retry)?;
    Ok(Some(Attachment { name, content_type: "application/pdf".to_owned(), bytes }))
}

/// What is left of a message whose secrets are not kept.
struct Forgotten {
    subject: String,
    text: String,
    html: String,
}

/// What is left of a message once it was mailed, or will not be: a copy of the database signs nobody
/// in and opens no link. None where it held no secret.
fn forgotten_of(message: &MessageRow, code: &str) -> Option<Forgotten> {
    if mail::is_secret(&message.kind) {
        let (subject, text) = ("A code".to_owned(), code.to_owned());
        return Some(Forgotten { subject, html: text.clone(), text });
    }
    if !mail::is_letter(&message.kind) {
        return None;
    }
    let (text, html) = (without_keys(&message.body_text), without_keys(&message.body_html));
    let had_keys = (&text, &html) != (&message.body_text, &message.body_html);
    had_keys.then(|| Forgotten { subject: message.subject.clone(), text, html })
}

async fn forget(
    session: &mut Session,
    id: MessageId,
    Forgotten { subject, text, html }: &Forgotten,
) -> Result<(), StorageError> {
    storage::messages::update_text(session, id, subject, text, html).await
}

/// Notes that a message was sent. What is secret goes with that.
async fn note_sent(
    world: &World,
    job: &SendMessage,
    forgotten: Option<Forgotten>,
) -> Result<(), JobError> {
    let mut session = world.db.begin().await.map_err(JobError::retry)?;
    if let Some(forgotten) = &forgotten {
        forget(&mut session, job.message_id, forgotten).await.map_err(JobError::retry)?;
    }
    storage::messages::update_state(&mut session, job.message_id, "sent", world.now())
        .await
        .map_err(JobError::retry)?;
    session.commit().await.map_err(JobError::retry)
}

/// Notes that a message will not be sent any more, and tells those who look after the customer. The
/// caller commits.
///
/// # Errors
/// When the database fails.
pub async fn gave_up(
    world: &World,
    session: &mut Session,
    job: &SendMessage,
) -> Result<(), StorageError> {
    let Some(message) = storage::messages::find(session, job.message_id).await? else {
        return Ok(());
    };
    if message.state == "sent" {
        return Ok(());
    }
    let code = "The code could not be mailed and is not kept.";
    if let Some(forgotten) = forgotten_of(&message, code) {
        forget(session, job.message_id, &forgotten).await?;
    }
    storage::messages::update_state(session, job.message_id, "failed", world.now()).await?;
    notifications::mail_failed(session, world, &message).await
}
