//! Inviting a customer to automatic payment. Only the payer can agree to it, signed in to the portal.

use super::{
    enrol::accepts,
    letters::{self, PAGE},
};
use crate::{
    domain::{
        contact::MailKind,
        ids::{CustomerId, MessageId},
        method::MethodKind,
    },
    services::{
        World,
        company::{self, Company},
        history,
        letters::readers,
        mail::{self, AutopayLetter, MailError},
        staff::Staff,
    },
    storage::{self, Session, StorageError, customers::CustomerRow},
};

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such customer, or whoever asks does not see it.
    #[error("not found")]
    NotFound,
    /// Autopay is on, somebody else pays, or nothing can be paid in the portal.
    #[error("there is nothing to invite to")]
    NotOffered,
    /// No contact gets messages by their role.
    #[error("it would reach nobody")]
    Nobody,
    /// The message could not be made.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl From<StorageError> for InviteError {
    fn from(error: StorageError) -> Self {
        Self::Mail(error.into())
    }
}

impl From<sqlx::Error> for InviteError {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

/// Whether a customer could turn autopay on today: it pays its own invoices, may do so in the portal,
/// and has not turned it on.
///
/// # Errors
/// When the database fails.
pub async fn may_be_invited(
    session: &mut Session,
    world: &World,
    company: &Company,
    customer: &CustomerRow,
) -> Result<bool, StorageError> {
    if customer.bill_to_id != customer.id {
        return Ok(false);
    }
    let mut granted = company.clone();
    let access = granted.grant(&customer.payment_overrides, world.now())?;
    let is_paid_online = accepts(&granted, MethodKind::Card) || accepts(&granted, MethodKind::Bank);
    let live = storage::autopay::find_live(session, customer.id).await?;
    Ok(access.lets_in() && is_paid_online && live.is_none())
}

/// Invites those who get the customer's reminders, and says to whom it went.
///
/// # Errors
/// `NotFound`, `NotOffered`, `Nobody`.
pub async fn invite(
    world: &World,
    staff: &Staff,
    portal_url: &str,
    id: CustomerId,
) -> Result<Vec<String>, InviteError> {
    let mut session = world.db.begin().await?;
    let customer = storage::customers::find_seen(&mut session, id, staff.sight()).await?;
    let customer = customer.ok_or(InviteError::NotFound)?;
    let company = company::load(&mut session).await?;
    if !may_be_invited(&mut session, world, &company, &customer).await? {
        return Err(InviteError::NotOffered);
    }
    let to = readers(&mut session, id, MailKind::Reminder).await?;
    if to.is_empty() {
        return Err(InviteError::Nobody);
    }
    let actor = staff.actor();
    let letter = letter(&company, portal_url, world.new_id::<MessageId>(), &actor);
    let addresses: Vec<String> = to.into_iter().map(|contact| contact.email).collect();
    for address in &addresses {
        mail::autopay(&mut session, world, &company, &customer, &letter, address).await?;
    }
    let facts = history::facts([("to", &addresses.join(", "))]);
    let activity = letters::activity("invited", &actor, facts);
    history::write(&mut session, world, id, &activity).await?;
    session.announce(id);
    session.commit().await?;
    Ok(addresses)
}

fn letter<'a>(
    company: &Company,
    portal_url: &str,
    occasion: MessageId,
    actor: &'a str,
) -> AutopayLetter<'a> {
    let merchant = &company.profile.name;
    AutopayLetter {
        is_invitation: true,
        title: format!("Have invoices of {merchant} paid automatically"),
        sentence: format!("{merchant} offers you autopay: invoices are paid by themselves."),
        details: vec![
            "You choose the day, the card or bank account, and the most that one charge may be. \
             Every amount is announced to you beforehand."
                .to_owned(),
            "Nothing is charged before you agree to it in the portal, and you can end it there at \
             any time."
                .to_owned(),
        ],
        portal_url: Some(format!("{portal_url}{PAGE}")),
        occasion: format!("invited:{occasion}"),
        actor,
        ..AutopayLetter::default()
    }
}
