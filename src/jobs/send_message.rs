//! Handing a message to the mail server, with its document.

use std::sync::Arc;

use super::JobError;
use crate::{
    email::{Attachment, Mailbox, Outgoing, SendError, Transport},
    pdf::Engine,
    services::{
        World, company, documents,
        mail::{self, SendMessage},
        notifications,
    },
    storage::{self, Session, StorageError},
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
    job: &SendMessage,
) -> Result<(), JobError> {
    let mut session = world.db.read().await.map_err(JobError::retry)?;
    let message = storage::messages::find(&mut session, job.message_id).await;
    let Some(message) = message.map_err(JobError::retry)? else { return Ok(()) };
    if message.state == "sent" {
        return Ok(());
    }
    let company = company::load(&mut session).await.map_err(JobError::retry)?;
    let mut is_secret = false;
    if let Transport::Smtp(_, from) = transport {
        is_secret = mail::is_secret(&message.kind);
        let mut attachments = Vec::new();
        if let (false, Some(payment_id)) = (message.attachment.is_empty(), message.payment_id) {
            let document = documents::receipt(&mut session, payment_id).await;
            if let Some(document) = document.map_err(JobError::retry)? {
                let name = format!("receipt-{}.pdf", document.number);
                let engine = pdf.clone();
                let bytes = tokio::task::spawn_blocking(move || engine.receipt(&document)).await;
                let bytes = bytes.map_err(JobError::retry)?.map_err(JobError::retry)?;
                let content_type = "application/pdf".to_owned();
                attachments.push(Attachment { name, content_type, bytes });
            }
        }
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
            attachments,
            unsubscribe_url: None,
        };
        match transport.send(&outgoing).await {
            Ok(()) => {}
            Err(error @ SendError::Retry(_)) => return Err(JobError::retry(error)),
            Err(error @ SendError::GiveUp(_)) => return Err(JobError::give_up(error)),
        }
    }
    note_sent(world, job, is_secret).await
}

/// Notes that a message was sent. What is secret goes with that: a copy of the database signs nobody
/// in.
async fn note_sent(world: &World, job: &SendMessage, is_secret: bool) -> Result<(), JobError> {
    let mut session = world.db.begin().await.map_err(JobError::retry)?;
    if is_secret {
        let (subject, text) = ("A code", "The code was mailed and is not kept.");
        storage::messages::update_text(&mut session, job.message_id, subject, text, text)
            .await
            .map_err(JobError::retry)?;
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
    if mail::is_secret(&message.kind) {
        let (subject, text) = ("A code", "The code could not be mailed and is not kept.");
        storage::messages::update_text(session, job.message_id, subject, text, text).await?;
    }
    storage::messages::update_state(session, job.message_id, "failed", world.now()).await?;
    notifications::mail_failed(session, world, &message).await
}
