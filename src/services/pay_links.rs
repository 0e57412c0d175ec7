//! Links by which somebody outside of the portal pays one invoice (product.md §2.11): making them,
//! handing out keys, looking, opening, taking back.
//!
//! # Decisions
//! * A link is used up when nothing is left to pay on its invoice, not by the first part of it.
//! * What is opened is a session of its own: methods and prices belong to it and to nobody else who
//!   holds a key of the same link.
//! * A key of a link whose place a later one took leads where the later one does, as long as the
//!   same customer pays.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    auth::token,
    domain::{
        activity::{Activity, ActivityKind},
        ids::{ContactId, CustomerId, InvoiceId, OpeningId, PayLinkId, PayLinkKeyId},
        pay_link::{
            LINK_DAYS, OPENING_HOURS, PayLinkState, Standing, StandingFacts, Terms, is_good,
            is_key, standing,
        },
    },
    services::{
        World,
        attempts::{ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX, AttemptError, count},
        company::{self, Company},
        history,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        contacts::ContactRow,
        customers::CustomerRow,
        invoices::{BilledInvoiceRow, InvoiceRow},
        pay_links::{KeyRow, PayLinkRow},
        payments::PaymentRow,
    },
};

/// Why no link was made, shown or taken back.
#[derive(Debug, thiserror::Error)]
pub enum PayLinkError {
    /// There is no such invoice, key or active link, or whoever asks does not see it.
    #[error("not found")]
    NotFound,
    /// Nothing is open on the invoice.
    #[error("nothing is open")]
    NothingOpen,
    /// Whoever pays may not pay online.
    #[error("online payments are off")]
    PaymentsOff,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<AttemptError> for PayLinkError {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::TooMany => Self::TooMany,
            AttemptError::Storage(error) => error.into(),
        }
    }
}

impl From<sqlx::Error> for PayLinkError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// What happened to a link, for the history of its invoice.
fn told(kind: &str, actor: &str, invoice: &InvoiceRow) -> (CustomerId, Activity) {
    let after = history::facts([
        ("pay_link", kind),
        ("minor", &invoice.balance_minor.to_string()),
        ("currency", invoice.currency.code()),
    ]);
    let activity = Activity::new(ActivityKind::PayLink, actor, after);
    (invoice.customer_id, Activity { invoice_id: Some(invoice.id), ..activity })
}

/// The link of an invoice that is good today, and whether it was made just now. One that is not good
/// any more gives way to it.
async fn current(
    session: &mut Session,
    world: &World,
    invoice: &InvoiceRow,
    payer_id: CustomerId,
    actor: &str,
) -> Result<(PayLinkRow, bool), StorageError> {
    let now = world.now();
    let today = Terms { payer_id, balance_minor: invoice.balance_minor, due_on: invoice.due_on };
    if let Some(link) = storage::pay_links::find_active(session, invoice.id).await? {
        if is_good(link.terms(), today, link.expires_at, now) {
            return Ok((link, false));
        }
        let state =
            if link.expires_at <= now { PayLinkState::Expired } else { PayLinkState::Superseded };
        storage::pay_links::update_ended(session, link.id, state, now).await?;
    }
    let link = PayLinkRow {
        id: world.new_id(),
        invoice_id: invoice.id,
        payer_id,
        balance_minor: today.balance_minor,
        due_on: today.due_on,
        state: PayLinkState::Active,
        made_by: actor.to_owned(),
        created_at: now,
        expires_at: now + TimeDelta::days(LINK_DAYS),
        opened_at: None,
        ended_at: None,
        payment_id: None,
    };
    storage::pay_links::insert_once(session, &link).await?;
    let kept = storage::pay_links::find_active(session, invoice.id).await?;
    let kept = kept.ok_or_else(|| {
        StorageError::Inconsistent(format!("the pay link of invoice {} is gone", invoice.id))
    })?;
    let is_new = kept.id == link.id;
    Ok((kept, is_new))
}

/// Makes a key of a link, and returns its secret: nobody can be told it again.
async fn add_key(
    session: &mut Session,
    world: &World,
    link: PayLinkId,
    (contact_id, email): (Option<ContactId>, &str),
    actor: &str,
) -> Result<String, StorageError> {
    let secret = world.new_key();
    let row = KeyRow {
        id: world.new_id(),
        key_hash: token::hash(&secret),
        pay_link_id: link,
        contact_id,
        email: email.to_owned(),
        made_by: actor.to_owned(),
        created_at: world.now(),
        revoked_at: None,
    };
    storage::pay_links::insert_key(session, &row).await?;
    Ok(secret)
}

/// Whoever pays an invoice.
async fn payer_of(
    session: &mut Session,
    invoice: &InvoiceRow,
) -> Result<CustomerRow, StorageError> {
    let gone = || StorageError::Inconsistent(format!("nobody pays invoice {}", invoice.id));
    let buyer = storage::customers::find(session, invoice.customer_id).await?.ok_or_else(gone)?;
    if buyer.bill_to_id == buyer.id {
        return Ok(buyer);
    }
    storage::customers::find(session, buyer.bill_to_id).await?.ok_or_else(gone)
}

/// Makes a key of an invoice's link for somebody on our side to hand on, and the link itself where
/// none is good today. Returns the secret; receipts go to the address of whoever pays.
///
/// # Errors
/// `NotFound`, `NothingOpen`, `PaymentsOff`.
pub async fn make(world: &World, staff: &Staff, id: InvoiceId) -> Result<String, PayLinkError> {
    let mut session = world.db.begin().await?;
    let found = storage::invoices::find_seen(&mut session, id, staff.sight()).await?;
    let invoice = found.ok_or(PayLinkError::NotFound)?.invoice;
    if invoice.balance_minor <= 0 || invoice.voided_on.is_some() {
        return Err(PayLinkError::NothingOpen);
    }
    let payer = payer_of(&mut session, &invoice).await?;
    let mut company = company::load(&mut session).await?;
    company.grant(&payer.payment_overrides, world.now())?;
    if !company.policy.enabled {
        return Err(PayLinkError::PaymentsOff);
    }
    let actor = staff.actor();
    let (link, is_new) = current(&mut session, world, &invoice, payer.id, &actor).await?;
    let secret = add_key(&mut session, world, link.id, (None, &payer.email), &actor).await?;
    let kind = if is_new { "made" } else { "copied" };
    history::write_all(&mut session, world, vec![told(kind, &actor, &invoice)]).await?;
    session.commit().await?;
    Ok(secret)
}

/// Takes an invoice's link back: none of its keys opens anything any more, and what is open by it is
/// closed.
///
/// # Errors
/// `NotFound` when there is no such invoice, or no active link.
pub async fn revoke(world: &World, staff: &Staff, id: InvoiceId) -> Result<(), PayLinkError> {
    let mut session = world.db.begin().await?;
    let found = storage::invoices::find_seen(&mut session, id, staff.sight()).await?;
    let invoice = found.ok_or(PayLinkError::NotFound)?.invoice;
    let link = storage::pay_links::find_active(&mut session, id).await?;
    let link = link.ok_or(PayLinkError::NotFound)?;
    let (state, now) = (PayLinkState::Revoked, world.now());
    if !storage::pay_links::update_ended(&mut session, link.id, state, now).await? {
        return Err(PayLinkError::NotFound);
    }
    // Those of earlier links too, which would lead to a later one again.
    storage::pay_links::update_all_keys_revoked(&mut session, id, now).await?;
    let row = told("revoked", &staff.actor(), &invoice);
    history::write_all(&mut session, world, vec![row]).await?;
    Ok(session.commit().await?)
}

/// What a key leads to.
#[derive(Clone, Debug)]
pub struct Looked {
    /// What is shown.
    pub standing: Standing,
    /// The key.
    key_id: PayLinkKeyId,
    /// Where the invoice's latest link stands, which is the one that is opened.
    link: PayLinkRow,
    /// The invoice; none where it is somebody else's by now.
    pub invoice: Option<BilledInvoiceRow>,
    /// Who pays.
    pub payer: CustomerRow,
    /// The seller, with the rules that count for whoever pays.
    pub company: Company,
    /// Whether balance or due date are not what they were when the key was handed out.
    pub has_changed: bool,
    /// What was paid by a link of the invoice last, or is on its way.
    pub payment: Option<PaymentRow>,
}

impl Looked {
    /// The invoice that its page shows, and whose document goes with it; none where the page tells
    /// nothing of one.
    pub fn document(&self) -> Option<InvoiceId> {
        let invoice = &self.invoice.as_ref()?.invoice;
        let is_shown = match self.standing {
            Standing::Open => self.company.policy.enabled || invoice.item().payable() <= 0,
            Standing::Paid => true,
            Standing::Expired | Standing::Revoked => false,
        };
        is_shown.then_some(invoice.id)
    }
}

/// The key under which attempts from a network address are counted.
fn counter(network_address: &str) -> String {
    format!("pay-link-address:{network_address}")
}

/// Counts an attempt from a network address.
async fn attempt(world: &World, network_address: &str) -> Result<(), PayLinkError> {
    let mut session = world.db.begin().await?;
    let key = counter(network_address);
    let counted =
        count(&mut session, &key, world.now(), ATTEMPT_MINUTES, ATTEMPTS_PER_ADDRESS_MAX).await;
    session.commit().await?;
    Ok(counted?)
}

async fn find(
    session: &mut Session,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<Looked>, StorageError> {
    if !is_key(secret) {
        return Ok(None);
    }
    let Some(key) = storage::pay_links::find_key(session, &token::hash(secret)).await? else {
        return Ok(None);
    };
    let gone = || StorageError::Inconsistent(format!("pay link {} is gone", key.pay_link_id));
    let own = storage::pay_links::find(session, key.pay_link_id).await?.ok_or_else(gone)?;
    let latest = storage::pay_links::find_latest(session, own.invoice_id).await?;
    let latest = latest.ok_or_else(gone)?;
    let payer = storage::customers::find(session, own.payer_id).await?.ok_or_else(gone)?;
    let invoice = storage::invoices::find_billed(session, own.invoice_id, own.payer_id).await?;
    let mut company = company::load(session).await?;
    company.grant(&payer.payment_overrides, now)?;
    let facts = StandingFacts {
        key_is_revoked: key.revoked_at.is_some(),
        expires_at: own.expires_at,
        latest: latest.state,
        is_payers: invoice.is_some() && latest.payer_id == own.payer_id,
        balance_minor: invoice.as_ref().map_or(0, |row| row.invoice.balance_minor),
    };
    let payment =
        storage::pay_links::find_latest_payment(session, own.invoice_id, own.payer_id).await?;
    let has_changed = invoice.as_ref().is_some_and(|row| {
        (row.invoice.balance_minor, row.invoice.due_on) != (own.balance_minor, own.due_on)
    });
    Ok(Some(Looked {
        standing: standing(facts, now),
        key_id: key.id,
        link: latest,
        invoice,
        payer,
        company,
        has_changed,
        payment,
    }))
}

/// Looks where a key leads, and changes nothing: programs that read mail open every link. What leads
/// nowhere counts as an attempt.
///
/// # Errors
/// `NotFound` for a key that was never handed out; `TooMany`.
pub async fn look(
    world: &World,
    secret: &str,
    network_address: &str,
) -> Result<Looked, PayLinkError> {
    let mut session = world.db.read().await?;
    let found = find(&mut session, secret, world.now()).await?;
    drop(session);
    if found.is_none() {
        attempt(world, network_address).await?;
    }
    found.ok_or(PayLinkError::NotFound)
}

/// What opening a link begins.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The token of the session, for the cookie; none where there is nothing to open.
    pub token: Option<String>,
    /// Where the key leads.
    pub looked: Looked,
}

/// Opens a link: a session begins that sees and pays its invoice and nothing else. What is expired or
/// was taken back opens nothing; neither does what was paid in another way.
///
/// # Errors
/// `NotFound` for a key that was never handed out; `TooMany`.
pub async fn open(
    world: &World,
    secret: &str,
    network_address: &str,
) -> Result<Opened, PayLinkError> {
    attempt(world, network_address).await?;
    let now = world.now();
    let mut session = world.db.begin().await?;
    let looked = find(&mut session, secret, now).await?.ok_or(PayLinkError::NotFound)?;
    let leads_on = match looked.standing {
        Standing::Open => looked.company.policy.enabled || looked.payment.is_some(),
        Standing::Paid => looked.payment.is_some(),
        Standing::Expired | Standing::Revoked => false,
    };
    let Some(invoice) = looked.invoice.as_ref().filter(|_| leads_on) else {
        return Ok(Opened { token: None, looked });
    };
    let token = world.new_secret();
    let (id, hash): (OpeningId, _) = (world.new_id(), token::hash(&token));
    let whose = (looked.key_id, looked.link.id);
    storage::pay_links::insert_opening(&mut session, id, &hash, whose, now).await?;
    if storage::pay_links::update_opened(&mut session, looked.link.id, now).await? {
        let row = told("opened", "payer", &invoice.invoice);
        history::write_all(&mut session, world, vec![row]).await?;
    }
    session.commit().await?;
    Ok(Opened { token: Some(token), looked })
}

/// Somebody who opened a link.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The opening.
    pub opening_id: OpeningId,
    /// The one invoice they see and pay.
    pub invoice_id: InvoiceId,
    /// Where receipts go; may be empty.
    pub email: String,
    /// Who pays.
    pub payer_id: CustomerId,
    /// Their name.
    pub payer: String,
    /// The seller. Its rules are those that count for whoever pays.
    pub company: Company,
}

/// The holder of a session's token, while the session lives, and the connection that was asked. It
/// ends with what it was opened by: when the link or the key is taken back, or somebody else is to
/// pay.
///
/// # Errors
/// When the database fails.
pub async fn holder(
    world: &World,
    session_token: &str,
) -> Result<Option<(Holder, Session)>, StorageError> {
    let now = world.now();
    let mut session = world.db.read().await?;
    let hash = token::hash(session_token);
    let Some(row) = storage::pay_links::find_opening(&mut session, &hash).await? else {
        return Ok(None);
    };
    let is_over = now - row.created_at > TimeDelta::hours(OPENING_HOURS);
    let is_revoked = row.key_revoked_at.is_some() || row.latest == PayLinkState::Revoked;
    if is_over || is_revoked || row.is_others {
        return Ok(None);
    }
    let mut company = company::read(&row.company)?;
    company.grant(&row.payment_overrides, now)?;
    let holder = Holder {
        opening_id: row.id,
        invoice_id: row.invoice_id,
        email: row.email,
        payer_id: row.payer_id,
        payer: row.payer,
        company,
    };
    Ok(Some((holder, session)))
}

/// The links that a letter carries, by the ids of their invoices, and what is told of those that
/// were made for it.
#[derive(Debug, Default)]
pub(super) struct LetterLinks {
    links: BTreeMap<String, PayLinkId>,
    /// For the histories of the invoices.
    pub(super) told: Vec<(CustomerId, Activity)>,
}

impl LetterLinks {
    /// The link of an invoice.
    pub(super) fn of(&self, invoice: &str) -> Option<PayLinkId> {
        self.links.get(invoice).copied()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

/// Links of the invoices that a letter to whoever pays is about, each made where none is good today;
/// none for those on which nothing is left to pay.
pub(super) async fn of_letter(
    session: &mut Session,
    world: &World,
    payer_id: CustomerId,
    invoices: &[InvoiceRow],
    actor: &str,
) -> Result<LetterLinks, StorageError> {
    // In the order of their ids, so that two that make links do not wait for each other.
    let mut invoices: Vec<&InvoiceRow> = invoices.iter().collect();
    invoices.sort_by_key(|invoice| invoice.id);
    let mut found = LetterLinks::default();
    for invoice in invoices.into_iter().filter(|invoice| invoice.item().payable() > 0) {
        let (link, is_new) = current(session, world, invoice, payer_id, actor).await?;
        found.links.insert(invoice.id.to_string(), link.id);
        if is_new {
            found.told.push(told("made", actor, invoice));
        }
    }
    Ok(found)
}

/// Makes a key for somebody to whom a link is mailed, and returns its secret. The caller commits.
///
/// # Errors
/// When the database fails.
pub async fn mailed_key(
    session: &mut Session,
    world: &World,
    link: PayLinkId,
    to: &ContactRow,
    actor: &str,
) -> Result<String, StorageError> {
    add_key(session, world, link, (Some(to.id), &to.email), actor).await
}

/// What is told of the links that a payment used up.
pub(super) async fn used_up(
    session: &mut Session,
    payment: &PaymentRow,
    actor: &str,
) -> Result<Vec<(CustomerId, Activity)>, StorageError> {
    let used = storage::pay_links::all_used_by(session, payment.id).await?;
    let row = |(invoice_id, customer_id)| {
        let after = history::facts([("pay_link", "paid"), ("payment", &payment.reference)]);
        let activity = Activity::new(ActivityKind::PayLink, actor, after);
        (customer_id, Activity { invoice_id: Some(invoice_id), ..activity })
    };
    Ok(used.into_iter().map(row).collect())
}
